import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { passwordLines } from './first-password.ts';

const first = { username: 'admin', password: 'a first password' };

test('a first password is said once on a terminal, else kept in a file; that of a demo is in its file in any case', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-password-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const place = { folder, file: 'administrator', place: 'Console' };
  const file = join(folder, 'administrator');
  const [user, once] = await passwordLines(first, { ...place, onTerminal: true });
  assert.deepEqual(
    [user, once],
    ['  Console user     admin', '  Console password a first password   (shown this once)'],
  );
  assert.ok(!existsSync(file));
  const demo = await passwordLines(first, { ...place, onTerminal: true, isDemo: true });
  assert.deepEqual(demo, ['  Console user     admin', '  Console password a first password']);
  assert.equal(readFileSync(file, 'utf8'), 'admin\na first password\n');
  const unwatched = await passwordLines(first, { ...place, onTerminal: false, isDemo: true });
  assert.deepEqual(unwatched, ['  Console user     admin', `  Password in file ${file}`]);
  assert.deepEqual(await passwordLines(undefined, { ...place, onTerminal: true }), []);
});
