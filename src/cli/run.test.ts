import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createClockInTest } from '../base/clock-in-test.ts';
import { openLedger } from '../ledger/index.ts';
import { type Org, openOrg, parseSetupFile } from '../org/index.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-run-'));
let org: Org;

before(async () => {
  const fields = '[{ name: Ext__c, type: text, length: 20, unique: true, externalId: true }]';
  const setup = parseSetupFile(`objects: [{ name: Account, fields: ${fields} }]`);
  org = await openOrg({ setup });
  await org.listen();
  write('accounts.csv', 'ext,name\na-1,Acme\na-2,\n');
  write('accounts.yaml', interfaceFile('accounts', 'accounts.csv'));
  write('strict.yaml', interfaceFile('strict', 'accounts.csv').replace('allowRejects: 1', 'allowRejects: 0'));
  write('gone.yaml', interfaceFile('gone', 'gone.csv'));
  write(
    'box.connection.yaml',
    `name: box
database: { type: csv, folder: . }
salesforce: { myDomainUrl: '${org.url}', consumerKey: '${org.consumerKey}', consumerSecret: env:SLUICE_SECRET_BOX }
`,
  );
});

after(async () => {
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function interfaceFile(name: string, file: string): string {
  return `name: ${name}
connection: ./box.connection.yaml
source: { file: ${file} }
object: Account
operation: upsert
externalId: Ext__c
allowRejects: 1
check: off
mapping: { Ext__c: ext, Name: name }
`;
}

async function sluice(command: string, files: readonly string[], words: readonly string[] = []) {
  let out = '';
  let err = '';
  const code = await main(
    [
      command,
      ...files.map((file) => join(folder, file)),
      ...words,
      ...(command === 'token' || words.includes('--data') ? [] : ['--data', join(folder, 'ledger')]),
    ],
    {
      out(text) {
        out += text;
      },
      err(text) {
        err += text;
      },
      watched: false,
      columns: 80,
      closed: false,
      environment: { SLUICE_SECRET_BOX: org.consumerSecret },
      workingFolder: folder,
    },
  );
  return { code, out, err };
}

test('a run within its allowed rejects ends with 0, one beyond them with 3', async () => {
  const good = await sluice('run', ['accounts.yaml']);
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /accounts: 1 rejected\. "sluice rejects \d+" shows which and why\.\n$/);
  assert.equal((await sluice('run', ['strict.yaml'])).code, 3);
});

test('--json ends with one line that has the rows, and nothing is written beside it', async () => {
  const { code, out, err } = await sluice('run', ['accounts.yaml'], ['--json']);
  assert.deepEqual([code, err, out.split('\n').length], [0, '', 2]);
  const { event, status, rows } = JSON.parse(out);
  assert.deepEqual({ event, status }, { event: 'finished', status: 'completed' });
  assert.deepEqual([rows.read, rows.sent, rows.succeeded, rows.rejected, rows.unknown], [2, 2, 1, 1, 0]);
});

test('a row that is checked here is not sent, and rejects says that it cost no call', async () => {
  write('checked.yaml', interfaceFile('checked', 'accounts.csv').replace('check: off', 'check: on'));
  const { code, out } = await sluice('run', ['checked.yaml'], ['--json']);
  const { rows } = JSON.parse(out);
  assert.deepEqual([code, rows.read, rows.sent, rows.succeeded, rows.rejected], [0, 2, 1, 1, 1]);
  const rejects = await sluice('rejects', []);
  assert.match(rejects.out, /a-2 +rejected +sluice +REQUIRED_FIELD_MISSING +Required fields are missing: \[Name\]/);
  assert.match(rejects.out, /\n\nBy sluice: checked here, before it was sent, at no cost of API calls\.\n$/);
  await sluice('run', ['accounts.yaml']);
  assert.doesNotMatch((await sluice('rejects', [])).out, /checked here/);
});

test('after a run that failed the next interface is not run, and that is said', async () => {
  const { code, out, err } = await sluice('run', ['gone.yaml', 'accounts.yaml']);
  assert.equal(code, 1);
  assert.match(err, /gone\.csv/);
  assert.doesNotMatch(out, /gone\.csv/);
  assert.match(out, /Not run, since what comes before did not go through: accounts\.\n$/);
});

test('a file with a mistake stops everything before the first row is read', async () => {
  write('wrong.yaml', interfaceFile('wrong', 'accounts.csv').replace('mapping:', 'maping:'));
  const { code, out, err } = await sluice('run', ['accounts.yaml', 'wrong.yaml']);
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /wrong\.yaml:\d+:\d+: .*mapping/);
});

test('with nothing left open resume says so and ends with 0', async () => {
  const text = await sluice('resume', []);
  assert.deepEqual([text.code, text.out], [0, 'Every run in the ledger has ended: there is nothing to resume.\n']);
  const { runs, rows } = JSON.parse((await sluice('resume', [], ['--json'])).out);
  assert.deepEqual([runs, rows.read], [[], 0]);
});

test('token prints a token that the org takes, and nothing else', async () => {
  const { code, out } = await sluice('token', ['box.connection.yaml']);
  assert.equal(code, 0);
  assert.match(out, /^\S+\n$/);
  const answer = await fetch(`${org.url}/services/data/v68.0/limits`, {
    headers: { authorization: `Bearer ${out.trim()}` },
  });
  assert.equal(answer.status, 200);
  const { instanceUrl, accessToken } = JSON.parse((await sluice('token', ['box.connection.yaml'], ['--json'])).out);
  assert.equal(instanceUrl, org.url);
  assert.ok(accessToken);
});

test('a wrong secret is one sentence with what the token endpoint said, without the secret', async () => {
  write(
    'wrong.connection.yaml',
    `name: wrong
database: { type: csv, folder: . }
salesforce: { myDomainUrl: '${org.url}', consumerKey: '${org.consumerKey}', consumerSecret: file:secret }
`,
  );
  write('secret', 'hunter2\n');
  const { code, out, err } = await sluice('token', ['wrong.connection.yaml'], ['--secrets', folder]);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /invalid_client/);
  assert.doesNotMatch(err, /hunter2/);
});

test('behind the last run those go that ended longer ago than they are kept, but not those of an agent', async () => {
  const yearMs = 366 * 24 * 3_600_000;
  const data = join(folder, 'old');
  {
    await using ledger = openLedger(data, { clock: createClockInTest(Date.now() - yearMs) });
    const old = { interface: 'old', object: 'Account', operation: 'upsert', definition: {} };
    for (const hubRun of [undefined, 'of a hub'])
      await ledger.runEnded(await ledger.startRun({ ...old, hubRun }), { status: 'failed' });
  }
  const left = async () => {
    await using ledger = openLedger(data);
    return ledger.listRuns().map(({ id }) => id);
  };
  await sluice('run', ['accounts.yaml'], ['--data', data, '--failed-days', '0']);
  assert.deepEqual(await left(), [3, 2, 1]);
  await sluice('run', ['accounts.yaml'], ['--data', data]);
  assert.deepEqual(await left(), [4, 3, 2]);
});
