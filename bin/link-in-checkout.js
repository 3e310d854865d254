// Runs after "npm ci" in a checkout: makes "npx sluice" find this very checkout, as npm links no package to itself, and says what
// npm's warnings of an older Node are worth here.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', '.bin');

if (existsSync(join(root, 'src'))) {
  if (process.platform !== 'win32') linkProgram();
  sayIfOlder();
}

function linkProgram() {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'sluice'), { force: true });
  symlinkSync('../../bin/sluice.js', join(folder, 'sluice'));
}

/** Of the Node that runs npm; this program is run by the one that npm has brought. */
function sayIfOlder() {
  const installing = / node\/v(\S+)/.exec(process.env.npm_config_user_agent ?? '')?.[1];
  const brought = join(root, 'node_modules', 'node', 'package.json');
  if (installing === undefined || !existsSync(brought)) return;
  const { version } = JSON.parse(readFileSync(brought, 'utf8'));
  if (Number.parseInt(installing, 10) >= Number.parseInt(version, 10)) return;
  process.stdout.write(
    `Warnings of EBADENGINE can be passed over: this Node is ${installing}, and npm has brought Node ${version} for this checkout.\n`,
  );
}
