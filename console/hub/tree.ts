/** The menu of the Console. */
import type { TreeGroup } from '../ui/quick-find.tsx';
import { text } from './text.ts';

export const tree: readonly TreeGroup[] = [{ label: '', entries: [{ label: text.pages.home, to: '/' }] }];
