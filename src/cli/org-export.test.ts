import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Org, openOrg, parseSetupFile } from '../org/index.ts';
import { main } from './main.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-export-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function runExport(folder: string, data: string, ...more: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const exit = await main(['org', 'export', '--data', data, ...more], {
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

test('an org is exported as a project, and one that starts from that project has the same setup', async (t) => {
  const folder = temporaryFolder(t);
  const setup = parseSetupFile('objects: [ { name: City__c, fields: [ { name: Code__c, type: text, length: 20 } ] } ]');
  await using org = await openOrg({ folder: join(folder, 'one'), setup });
  const { exit, text, errors } = await runExport(folder, 'one', '--metadata', 'project');
  assert.deepEqual([exit, text], [0, 'project holds 4 files of the org: 5 written, 0 removed.\n']);
  assert.match(errors, /Users are no metadata.*integration@sluice\.example/);
  const names = readdirSync(join(folder, 'project'), { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  assert.equal(names.length, 5);
  for (const each of names)
    assert.ok(
      !readFileSync(join(each.parentPath, each.name), 'utf8').includes(org.consumerSecret),
      'no secret is in a file',
    );
  await using again = await openOrg({ folder: join(folder, 'two'), setupFile: join(folder, 'project') });
  assert.equal(again.consumerKey, org.consumerKey);
  const describe = `/services/data/v65.0/sobjects/City__c/describe`;
  const token = async (each: Org) => {
    const body = `grant_type=client_credentials&client_id=${each.consumerKey}&client_secret=${each.consumerSecret}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await each.app.inject({ method: 'POST', url: '/services/oauth2/token', headers, body });
    return `Bearer ${answer.json().access_token}`;
  };
  const described = async (each: Org) =>
    (await each.app.inject({ url: describe, headers: { authorization: await token(each) } })).json().fields;
  assert.deepEqual(await described(again), await described(org));
});

test('files of others stay, and --force without --metadata is a word too many', async (t) => {
  const folder = temporaryFolder(t);
  await using _org = await openOrg({ folder: join(folder, 'one') });
  mkdirSync(join(folder, 'project', 'manifest'), { recursive: true });
  writeFileSync(join(folder, 'project', 'manifest', 'package.xml'), '<Package/>');
  const { exit, errors } = await runExport(folder, 'one', '--metadata', 'project');
  assert.equal(exit, 1);
  assert.match(errors, /manifest\/package\.xml was written by somebody else/);
  assert.equal((await runExport(folder, 'one', '--metadata', 'project', '--force')).exit, 0);
  assert.equal((await runExport(folder, 'one', '--force')).exit, 2);
});
