/** Starts Setup. */
import { startInterface } from '../ui/start.tsx';
import { Setup } from './setup.tsx';

startInterface('/setup', <Setup />);
