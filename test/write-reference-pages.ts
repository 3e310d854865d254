/** `npm run docs`: writes the reference pages into docs/reference. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFolder, referencePages } from './reference-pages.ts';

mkdirSync(referenceFolder, { recursive: true });
for (const [name, text] of referencePages()) writeFileSync(join(referenceFolder, name), text);
