/** A backup: what the org holds, in files whose manifest tells their rows and digests, also after it was cut off. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { openOrgStage } from './org-stage.ts';
import { readCsvRows, sendRows } from './outbound-stage.ts';
import { startSluice } from './sluice-program.ts';
import { createFolder, secretName, writeConnection } from './stage.ts';

const rows = 5_000;
const { reachable, salesforce } = await openOrgStage();

before(async () => {
  await sendRows(salesforce, 'insert', [
    'Ext__c,Name',
    ...Array.from({ length: rows }, (_, n) => `B-${n},"Name, ""${n}"""`),
  ]);
  const records = Array.from({ length: 20 }, (_, n) => ({ LastName: `Contact ${n}` }));
  await salesforce.saveCollection({ operation: 'insert', object: 'Contact', records, allOrNone: true });
});

function backUp(folder: string, ...more: string[]) {
  const connection = writeConnection(folder, reachable);
  const environment = { [secretName]: reachable.consumerSecret };
  const args = ['backup', connection, join(folder, 'backup'), '--json', ...more];
  return startSluice({ args, folder, secret: reachable.consumerSecret, environment });
}

const setFaults = (rules: object[]) =>
  fetch(`${reachable.url}/box/faults`, { method: 'PUT', body: JSON.stringify({ rules }) });

type Manifest = { files: Record<string, { rows: number; sha256: string }> };
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'backup', 'sluice-manifest.json'), 'utf8')) as Manifest;

test('all records of the chosen objects are in the files, whose rows and digests are in the manifest', async (t) => {
  const folder = createFolder(t, 'backup');
  const { code, err, out } = await backUp(folder, '--object', 'account, Contact').ended;
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`"event":"finished","objects":2,"records":${rows + 20}`));
  const accounts = await readCsvRows(join(folder, 'backup', 'Account.csv'));
  const found = new Map(accounts.map(({ Id, Name }) => [Id, Name]));
  let count = 0;
  for await (const { Id, Name } of salesforce.query('SELECT Id, Name FROM Account')) {
    assert.equal(found.get(String(Id)), Name);
    count += 1;
  }
  assert.deepEqual([count, found.size], [rows, rows]);
  const { files } = manifestOf(folder);
  assert.deepEqual(Object.keys(files).sort(), ['Account.csv', 'Contact.csv']);
  for (const [file, { sha256, rows: told }] of Object.entries(files)) {
    const bytes = readFileSync(join(folder, 'backup', file));
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
    assert.equal(told, file === 'Account.csv' ? rows : 20);
  }
  assert.deepEqual(await Array.fromAsync(salesforce.bulkQuery.list()), []);
  const again = await backUp(folder, '--object', 'Account,Contact').ended;
  assert.equal(again.code, 1);
  assert.match(again.err, /cannot take this backup: all these objects are in it already\.\nName another folder/);
});

test('a backup that was killed goes on with the objects that are missing', async (t) => {
  const folder = createFolder(t, 'backup-killed');
  await setFaults([{ path: '/services/data/**/jobs/query/**', kind: 'latency', latencyMs: 20_000, share: 1 }]);
  const running = backUp(folder, '--object', 'Contact,Account');
  while (!existsSync(join(folder, 'backup', 'Account.csv'))) {
    assert.equal(running.child.exitCode ?? running.child.signalCode, null, 'the second object was begun');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  running.child.kill('SIGKILL');
  await running.ended;
  await setFaults([]);
  const { code, err, out } = await backUp(folder, '--object', 'Contact,Account').ended;
  assert.equal(code, 0, err);
  assert.match(out, /"object":"Contact",.*"records":20,.*"before":true/);
  assert.match(out, /"object":"Account",.*"records":5000,.*"before":false/);
  assert.equal(manifestOf(folder).files['Account.csv']?.rows, rows);
});

test('without names all objects that have a page are in it', async (t) => {
  const folder = createFolder(t, 'backup-all');
  const { code, err, out } = await backUp(folder).ended;
  assert.equal(code, 0, err);
  for (const object of ['Account', 'Contact']) assert.match(out, new RegExp(`"object":"${object}"`));
  const missing = await backUp(createFolder(t, 'backup-none'), '--object', 'Nothing__c').ended;
  assert.match(missing.err, /no object Nothing__c/);
});
