import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'bin', 'sluice.js');

/** How `sluice --version` ends under this Node. */
function start(node: string, ...before: string[]) {
  const { status, stdout, stderr } = spawnSync(node, [...before, launcher, '--version'], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function refusalOf(version: string) {
  const sentence =
    `sluice needs Node 24 or newer, and this is Node ${version}. ` +
    'Install it from https://nodejs.org, or in this folder alone by "npm install node@24" and run "npx sluice".\n';
  return { status: 1, stdout: '', stderr: sentence };
}

/** The oldest that is found on the PATH, as on a machine whose own Node is another than the one that npm brought. */
function findOlderNode(): { path: string; version: string } | undefined {
  const places = (process.env.PATH ?? '').split(':').map((folder) => join(folder, 'node'));
  const found = places.flatMap((path) => {
    const { status, stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    return status === 0 ? [{ path, version: stdout.trim() }] : [];
  });
  return found.find(({ version }) => Number.parseInt(version, 10) < 24);
}

test('under a Node that is too old the program says in one sentence what it needs, and how to get it', () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions, "node", { value: "22.17.0" })';
  assert.deepEqual(start(process.execPath, '--import', older), refusalOf('22.17.0'));
});

test("an older Node reads the program far enough to say the same, where this machine's own is one", (t: TestContext) => {
  const older = findOlderNode();
  if (older === undefined) {
    assert.equal(process.env.CI, undefined, 'a Node older than 24 is needed in CI');
    return t.skip('there is no Node older than 24 on the PATH');
  }
  assert.deepEqual(start(older.path), refusalOf(older.version));
});

test('npm is told of the same Node as the program asks for', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.equal(engines.node, `>=${/oldestNode = (\d+)/.exec(readFileSync(launcher, 'utf8'))?.[1]}`);
});
