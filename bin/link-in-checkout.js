// Runs after "npm ci" in a checkout: makes "npx sluice" find this very checkout, as npm links no package to itself.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', '.bin');

if (existsSync(join(root, 'src')) && process.platform !== 'win32') {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'sluice'), { force: true });
  symlinkSync('../../bin/sluice.js', join(folder, 'sluice'));
}
