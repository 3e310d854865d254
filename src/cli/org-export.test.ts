import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openOrg } from '../org/index.ts';
import { main } from './main.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-export-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function runExport(folder: string, data: string) {
  const out: string[] = [];
  const errors: string[] = [];
  const exit = await main(['org', 'export', '--data', data], {
    out: (text) => void out.push(text),
    err: (text) => void errors.push(text),
    watched: false,
    columns: 80,
    closed: false,
    environment: {},
    workingFolder: folder,
  });
  return { exit, text: out.join(''), errors: errors.join('') };
}

test('an org is exported while it runs, and one that starts from that file has the same setup', async (t) => {
  const folder = temporaryFolder(t);
  await using org = await openOrg({ folder: join(folder, 'one') });
  const first = await runExport(folder, 'one');
  assert.deepEqual([first.exit, first.errors], [0, '']);
  assert.match(first.text, /username: integration@sluice\.example/);
  assert.ok(!first.text.includes(org.consumerSecret), 'no secret is in the file');
  const setupFile = join(folder, 'org.yaml');
  writeFileSync(setupFile, first.text);
  await using again = await openOrg({ folder: join(folder, 'two'), setupFile });
  assert.equal(again.consumerKey, org.consumerKey);
  assert.equal((await runExport(folder, 'two')).text, first.text);
});

test('a folder without an org is told as such', async (t) => {
  const { exit, errors } = await runExport(temporaryFolder(t), 'nothing');
  assert.equal(exit, 1);
  assert.match(errors, /there is no org in this folder/);
});
