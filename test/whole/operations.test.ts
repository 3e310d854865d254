import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type RunMeans, type RunReport, readRejects, resumeRuns, runInterface } from '../../src/agent/index.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import { type Org, openOrg, parseSetupFile } from '../../src/org/index.ts';
import { openSalesforce, type Salesforce } from '../../src/salesforce/index.ts';
import {
  createFolder,
  fastClock,
  orgSetup,
  secretName,
  writeAccounts,
  writeConnection,
  writeInterface,
} from './stage.ts';

type Stage = {
  folder: string;
  org: Org;
  salesforce: Salesforce;
  ledger: Ledger;
  run(name: string, body: string, more?: Partial<RunMeans>): Promise<RunReport>;
  write(file: string, text: string): void;
  query(soql: string): Promise<Record<string, unknown>[]>;
  setFaults(rules: readonly object[]): Promise<void>;
};

async function openStage(t: TestContext): Promise<Stage> {
  const folder = createFolder(t, 'operations');
  const org = await openOrg({ setup: parseSetupFile(orgSetup, 'org.yaml') });
  const url = await org.listen();
  const ledger = openLedger(join(folder, 'data'));
  const salesforce = openSalesforce({
    myDomainUrl: url,
    consumerKey: org.consumerKey,
    consumerSecret: org.consumerSecret,
  });
  t.after(async () => {
    await ledger[Symbol.asyncDispose]();
    await salesforce[Symbol.asyncDispose]();
    await org.close();
  });
  writeConnection(folder, { url, consumerKey: org.consumerKey, consumerSecret: org.consumerSecret });
  const means = { ledger, environment: { [secretName]: org.consumerSecret }, clock: fastClock() };
  return {
    folder,
    org,
    salesforce,
    ledger,
    run: (name, body, more) => runInterface({ interfaceFile: writeInterface(folder, name, body), ...means, ...more }),
    write: (file, text) => writeFileSync(join(folder, file), text),
    query: (soql) => Array.fromAsync(salesforce.query(soql)),
    async setFaults(rules) {
      const answer = await fetch(`${url}/box/faults`, { method: 'PUT', body: JSON.stringify({ rules }) });
      assert.ok(answer.ok, await answer.text());
    },
  };
}

const accounts = 'source: { file: accounts.csv }\nobject: Account';
const mapped = 'mapping: { Ext__c: id, Name: name, Description: note }';
const upsert = `${accounts}\noperation: upsert\nexternalId: Ext__c\n${mapped}`;

for (const mode of ['bulk', 'collections'] as const) {
  test(`insert, upsert, update and delete by ${mode} each do their work and count it`, async (t) => {
    const stage = await openStage(t);
    writeAccounts(join(stage.folder, 'accounts.csv'), { count: 450 });
    const inserted = await stage.run('insert', `${accounts}\noperation: insert\nmode: ${mode}\n${mapped}`);
    assert.equal(inserted.status, 'completed', JSON.stringify(inserted));
    assert.deepEqual(inserted.rows, {
      read: 450,
      sent: 450,
      succeeded: 450,
      created: 450,
      updated: 0,
      rejected: 0,
      unknown: 0,
    });
    const [quoted] = await stage.query("SELECT Name, Description FROM Account WHERE Ext__c = '5'");
    assert.equal(quoted?.Description, 'said "hello"\nand left, 5');

    writeAccounts(join(stage.folder, 'accounts.csv'), { count: 460 });
    const upserted = await stage.run('upsert', `${upsert}\nmode: ${mode}`);
    assert.deepEqual(upserted.rows, {
      read: 460,
      sent: 460,
      succeeded: 460,
      created: 10,
      updated: 450,
      rejected: 0,
      unknown: 0,
    });

    const ids = await stage.query('SELECT Id FROM Account ORDER BY Ext__c LIMIT 230');
    stage.write('ids.csv', `id,name\n${ids.map(({ Id }) => `${Id},New name`).join('\n')}\n`);
    const byId = 'source: { file: ids.csv }\nobject: Account';
    const updated = await stage.run(
      'update',
      `${byId}\noperation: update\nmode: ${mode}\nmapping: { Id: id, Name: name }`,
    );
    assert.deepEqual(updated.rows, {
      read: 230,
      sent: 230,
      succeeded: 230,
      created: 0,
      updated: 230,
      rejected: 0,
      unknown: 0,
    });
    assert.equal((await stage.query("SELECT Id FROM Account WHERE Name = 'New name'")).length, 230);

    const deleted = await stage.run('delete', `${byId}\noperation: delete\nmode: ${mode}\nmapping: { Id: id }`);
    assert.deepEqual(deleted.rows, {
      read: 230,
      sent: 230,
      succeeded: 230,
      created: 0,
      updated: 0,
      rejected: 0,
      unknown: 0,
    });
    assert.equal((await stage.query('SELECT Id FROM Account')).length, 230);
    const again = await stage.run('delete', `${byId}\noperation: delete\nmode: ${mode}\nmapping: { Id: id }`);
    assert.equal(again.rows.rejected, 230, 'deleting what is gone is a reject, not a success');
    assert.equal(again.status, 'completed with rejects');
  });
}

test('up to 200 rows go by collections and more by Bulk, insert without a unique field always by Bulk, and the reason is kept', async (t) => {
  const stage = await openStage(t);
  const tagged = 'mapping: { Tag__c: id, Name: name }';
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 200 });
  assert.deepEqual(modeOf(await stage.run('few', upsert)), ['collections', '200 rows, and up to 200 go in one call']);
  const plain = await stage.run('plain', `${accounts}\noperation: insert\n${tagged}`);
  assert.match(modeOf(plain).join(': '), /^bulk: insert with no unique field mapped/);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 201 });
  assert.deepEqual(modeOf(await stage.run('many', upsert)), ['bulk', 'more than 200 rows']);
  assert.equal(stage.ledger.findRun(1)?.modeReason, '200 rows, and up to 200 go in one call');
});

const modeOf = ({ mode, modeReason }: RunReport) => [mode, modeReason];

test('nulls, empty texts, constants and parents have the same effect by Bulk and by collections', async (t) => {
  const stage = await openStage(t);
  stage.write('accounts.csv', 'id,name,note\nA,Parent A,x\nB,Parent B,y\n');
  await stage.run('parents', upsert);
  const found: unknown[] = [];
  for (const mode of ['bulk', 'collections']) {
    const contacts = (file: string, nulls: string) =>
      `source: { file: ${file} }\nobject: Contact\noperation: upsert\nexternalId: Ext__c\nmode: ${mode}\nnulls: ${nulls}\n` +
      'mapping: { Ext__c: id, LastName: name, Email: email, Active__c: optout, Department: { constant: Sales }, AccountId: { parent: Account, externalId: Ext__c, column: account } }';
    stage.write(
      'full.csv',
      'id,name,email,optout,account\n1,One,one@acme.example,true,A\n2,Two,two@acme.example,false,B\n3,Three,three@acme.example,true,A\n',
    );
    assert.equal((await stage.run(`full-${mode}`, contacts('full.csv', 'clear'))).status, 'completed');
    stage.write('empty.csv', 'id,name,email,optout,account\n1,One,,true,\n2,Zwei,,,B\n');
    assert.equal((await stage.run(`clear-${mode}`, contacts('empty.csv', 'keep'))).status, 'completed');
    stage.write('cleared.csv', 'id,name,email,optout,account\n3,Three,,false,\n');
    const cleared = await stage.run(`cleared-${mode}`, contacts('cleared.csv', 'clear'));
    assert.equal(cleared.status, 'completed', JSON.stringify([...readRejects(stage.ledger, cleared.run)]));
    found.push(
      await stage
        .query('SELECT Ext__c, LastName, Email, Active__c, Department, Account.Ext__c FROM Contact ORDER BY Ext__c')
        .then(stripUrls),
    );
    for (const { Id } of await stage.query('SELECT Id FROM Contact'))
      await stage.salesforce.request({ method: 'DELETE', path: `/sobjects/Contact/${Id}` });
  }
  assert.deepEqual(found[0], found[1]);
  assert.deepEqual(found[0], [
    {
      Ext__c: '1',
      LastName: 'One',
      Email: 'one@acme.example',
      Active__c: true,
      Department: 'Sales',
      Account: { Ext__c: 'A' },
    },
    {
      Ext__c: '2',
      LastName: 'Zwei',
      Email: 'two@acme.example',
      Active__c: false,
      Department: 'Sales',
      Account: { Ext__c: 'B' },
    },
    { Ext__c: '3', LastName: 'Three', Email: null, Active__c: false, Department: 'Sales', Account: null },
  ]);
});

function stripUrls(records: Record<string, unknown>[]): unknown {
  return JSON.parse(JSON.stringify(records, (name, value) => (name === 'attributes' ? undefined : value)));
}

test('each reject is in the ledger with code, message, fields, key and values, whoever refused the row', async (t) => {
  const stage = await openStage(t);
  const bytes = Buffer.concat([
    Buffer.from(`id,name,note\n1,Good,a\n2,${'x'.repeat(300)},b\n3,"#N/A",c\n4,Bad `),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(`,d\n5,Long,${'y'.repeat(204_800)}\n6,Good too,e`),
  ]);
  for (const mode of ['bulk', 'collections']) {
    writeFileSync(join(stage.folder, 'accounts.csv'), bytes);
    const report = await stage.run(`rejects-${mode}`, `${upsert}\nmode: ${mode}`);
    assert.equal(report.status, 'completed with rejects');
    assert.deepEqual(
      [report.rows.read, report.rows.sent, report.rows.succeeded, report.rows.rejected, report.rows.unknown],
      [6, 3, 2, 4, 0],
    );
    const rejects = [...readRejects(stage.ledger, report.run)].sort((one, other) => one.key.localeCompare(other.key));
    assert.deepEqual(
      rejects.map(({ key, code, rejectedBy, fields }) => [key, code, rejectedBy, fields]),
      [
        ['2', 'STRING_TOO_LONG', 'salesforce', ['Name']],
        ['3', 'NULL_MARK_AS_TEXT', 'sluice', ['Name']],
        ['4', 'INVALID_UTF8', 'sluice', ['Name']],
        ['5', 'CELL_TOO_LONG', 'sluice', ['Description']],
      ],
    );
    assert.deepEqual(rejects[1]?.cells, { Ext__c: '3', Name: '#N/A', Description: 'c' });
    assert.match(rejects[0]?.message ?? '', /data value too large/);
  }
});

test('allowed rejects leave a run green, as a number of rows or as a share', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 100, isBad: (row) => row < 3 });
  for (const [allowed, status] of [
    ['2', 'completed with rejects'],
    ['3', 'completed'],
    ["'2%'", 'completed with rejects'],
    ["'3%'", 'completed'],
  ] as const) {
    assert.equal((await stage.run('allowed', `${upsert}\nallowRejects: ${allowed}`)).status, status, allowed);
  }
});

for (const mode of ['bulk', 'collections'] as const) {
  test(`rows that were locked are sent again until they are through, and jobs then go one at a time (${mode})`, async (t) => {
    const stage = await openStage(t);
    writeAccounts(join(stage.folder, 'accounts.csv'), { count: 600 });
    await stage.setFaults([{ path: '/**', kind: 'row-lock', share: 0.1 }]);
    const report = await stage.run('locked', `${upsert}\nmode: ${mode}\nchunk: { maxRows: 200 }`);
    assert.equal(report.status, 'completed', JSON.stringify(report));
    assert.deepEqual([report.rows.sent, report.rows.succeeded, report.rows.unknown], [600, 600, 0]);
    const chunks = stage.ledger.listChunks(1);
    assert.ok(chunks.some(({ parent, try: tries }) => parent !== null && tries === 2));
    assert.equal(stage.ledger.findRun(1)?.serial, true);
    assert.ok(stage.ledger.listEvents(1).some(({ what }) => what === 'jobs go one at a time'));
  });
}

test('rows that stay locked are rejected in the end with what Salesforce said', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 3 });
  await stage.setFaults([{ path: '/**', kind: 'row-lock', share: 1 }]);
  const report = await stage.run('locked', `${upsert}\nmode: bulk`);
  assert.deepEqual([report.status, report.rows.rejected, report.rows.unknown], ['completed with rejects', 3, 0]);
  assert.ok([...readRejects(stage.ledger, report.run)].every(({ code }) => code === 'UNABLE_TO_LOCK_ROW'));
});

test('what is wrong with the target is said before a row is read', async (t) => {
  const stage = await openStage(t);
  const attempt = (body: string) => stage.run('wrong', `source: { file: not-there.csv }\n${body}`);
  const codes: [string, string, RegExp][] = [
    ['object: Acount\noperation: insert\nmapping: { Name: name }', 'OBJECT_NOT_FOUND', /no object Acount/],
    ['object: Account\noperation: insert\nmapping: { Nam: name }', 'TARGET_FIELD_MISSING', /no field Nam/],
    ['object: Account\noperation: insert\nmapping: { CreatedDate: name }', 'TARGET_FIELD_NOT_WRITABLE', /CreatedDate/],
    [
      'object: Account\noperation: upsert\nexternalId: Tag__c\nmapping: { Tag__c: name }',
      'EXTERNAL_ID_INVALID',
      /neither Id nor an external id/,
    ],
    [
      'object: Contact\noperation: insert\nmapping: { LastName: name, AccountId: { parent: Account, externalId: Tag__c, column: a } }',
      'EXTERNAL_ID_INVALID',
      /no parent can be found/,
    ],
    [
      'object: Contact\noperation: insert\nmapping: { LastName: name, AccountId: { parent: Acount, externalId: Ext__c, column: a } }',
      'TARGET_FIELD_MISSING',
      /Acount/,
    ],
    [
      'object: Account\noperation: insert\nkey: Ext__c\nmapping: { Name: name }',
      'EXTERNAL_ID_INVALID',
      /names it as key/,
    ],
    ['object: Account\noperation: insert\nmapping: { Name: name }', 'SOURCE_MISSING', /not-there/],
  ];
  for (const [body, code, message] of codes) {
    const report = await attempt(body);
    assert.deepEqual(
      [report.status, report.error?.code, report.rows.read],
      ['failed', code, 0],
      JSON.stringify(report),
    );
    assert.match(report.error?.message ?? '', message);
    assert.ok((report.error?.next ?? '').length > 10);
  }
  assert.deepEqual(stage.ledger.listRuns({ unfinished: true }), []);
});

test('an interface whose last run has not ended is not started again, and resume goes on with it', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 900 });
  const stop = new AbortController();
  const stopAtClose = {
    signal: stop.signal,
    observe: (moment: string) =>
      void (moment === 'closed:recorded' && stop.abort(new Error('somebody pressed Ctrl-C'))),
  };
  const body = `${upsert}\nmode: bulk\nchunk: { maxRows: 300 }`;
  const stopped = await stage.run('stopped', body, stopAtClose);
  assert.deepEqual([stopped.status, stopped.error?.code], ['cancelled', 'RUN_CANCELLED']);
  assert.match(stopped.error?.next ?? '', /sluice resume/);
  await assert.rejects(stage.run('stopped', body), { code: 'RUN_UNFINISHED' });
  const reports = await resumeRuns({
    ledger: stage.ledger,
    environment: { [secretName]: stage.org.consumerSecret },
    clock: fastClock(),
  });
  assert.deepEqual(
    reports.map(({ status, rows }) => [status, rows.succeeded, rows.unknown]),
    [['completed', 900, 0]],
  );
  assert.deepEqual(await resumeRuns({ ledger: stage.ledger, environment: {} }), []);
  assert.equal((await stage.query('SELECT Id FROM Account')).length, 900);
});

test('a run stopped before its source was read to the end leaves no open job and sends nothing', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 900 });
  const stop = new AbortController();
  const observe = (moment: string) => void (moment === 'committed:answered' && stop.abort(new Error('stop')));
  const report = await stage.run('stopped', `${upsert}\nmode: bulk\nchunk: { maxRows: 300 }`, {
    signal: stop.signal,
    observe,
  });
  assert.equal(report.status, 'cancelled');
  const run = stage.ledger.findRun(Number(report.run));
  if (run?.committedAt === null) {
    assert.deepEqual(
      (await Array.fromAsync(stage.salesforce.bulk.list())).filter(({ state }) => state === 'Open'),
      [],
    );
    assert.equal((await stage.query('SELECT Id FROM Account')).length, 0);
  }
});

test('a job that Salesforce fails as a whole rejects its rows in its words and ends the run in failure', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 5 });
  const spooled = join(stage.folder, 'data', 'spool', '1', '1.csv');
  const observe = (moment: string) => {
    // As if the field had been renamed in the org just after the check.
    if (moment === 'spooled:recorded') writeFileSync(spooled, readFileSync(spooled, 'utf8').replace('Name,', 'Nome,'));
  };
  const report = await stage.run('failing', `${upsert}\nmode: bulk`, { observe });
  assert.deepEqual([report.status, report.error?.code], ['failed', 'JOB_FAILED'], JSON.stringify(report));
  assert.match(report.error?.message ?? '', /failed the job 750\w{15} .*Nome/);
  assert.deepEqual([report.rows.sent, report.rows.rejected, report.rows.unknown], [5, 5, 0]);
  assert.deepEqual(new Set([...readRejects(stage.ledger, 1)].map(({ code }) => code)), new Set(['InvalidBatch']));
  assert.equal(stage.ledger.listRuns({ unfinished: true }).length, 0);
});

test('rows of a job that Salesforce no longer knows are unknown, and the run says so', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 5 });
  const stop = new AbortController();
  const observe = (moment: string) => void (moment === 'closed:recorded' && stop.abort(new Error('stop')));
  await stage.run('vanished', `${upsert}\nmode: bulk`, { signal: stop.signal, observe });
  const jobId = stage.ledger.listChunks(1)[0]?.jobId ?? '';
  await stage.salesforce.bulk.wait(jobId);
  await stage.salesforce.bulk.delete(jobId);
  const environment = { [secretName]: stage.org.consumerSecret };
  const [report] = await resumeRuns({ ledger: stage.ledger, environment, clock: fastClock() });
  assert.deepEqual([report?.status, report?.rows.unknown, report?.rows.succeeded], ['unknown rows', 5, 0]);
  const rows = [...readRejects(stage.ledger, 1)];
  assert.deepEqual(new Set(rows.map(({ outcome, code }) => `${outcome} ${code}`)), new Set(['unknown JOB_VANISHED']));
  assert.deepEqual(rows[0]?.cells?.Name, 'Name 0');
});

test('a job that somebody else aborted before it was closed is made again from the same bytes', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 5 });
  const stop = new AbortController();
  const observe = (moment: string) => void (moment === 'uploaded:recorded' && stop.abort(new Error('stop')));
  const stopped = await stage.run('aborted', `${upsert}\nmode: bulk`, { signal: stop.signal, observe });
  assert.equal(stopped.status, 'cancelled');
  const run = stage.ledger.findRun(1);
  assert.ok(run?.committedAt, 'the few rows were spooled before the job was made');
  await stage.salesforce.bulk.abort(stage.ledger.listChunks(1)[0]?.jobId ?? '');
  const environment = { [secretName]: stage.org.consumerSecret };
  const [report] = await resumeRuns({ ledger: stage.ledger, environment, clock: fastClock() });
  assert.deepEqual([report?.status, report?.rows.created], ['completed', 5]);
});

test('two interfaces that load one object at once, with lost answers, do not lose or double a row', async (t) => {
  const stage = await openStage(t);
  const jobs = `source: { file: accounts.csv }\nobject: Account\noperation: insert\nmode: bulk\nchunk: { maxRows: 100 }\nkey: Tag__c`;
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 800 });
  await stage.setFaults([{ path: '/services/**', kind: 'drop-after', share: 0.15 }]);
  const mapping = (batch: string) => `mapping: { Tag__c: id, Name: name, Batch__c: { constant: ${batch} } }`;
  const reports = await Promise.all(['one', 'two'].map((name) => stage.run(name, `${jobs}\n${mapping(name)}`)));
  await stage.setFaults([]);
  for (const { status, rows, interface: name } of reports) {
    assert.deepEqual([status, rows.succeeded, rows.unknown], ['completed', 800, 0]);
    const tags = (await stage.query(`SELECT Tag__c FROM Account WHERE Batch__c = '${name}'`)).map(
      ({ Tag__c }) => Tag__c,
    );
    assert.deepEqual([tags.length, new Set(tags).size], [800, 800]);
  }
  const jobsLeft = await Array.fromAsync(stage.salesforce.bulk.list());
  assert.deepEqual(
    jobsLeft.filter(({ state }) => state === 'Open'),
    [],
  );
});

test('a run does not go on in another org than it began in', async (t) => {
  const stage = await openStage(t);
  writeAccounts(join(stage.folder, 'accounts.csv'), { count: 5 });
  const stop = new AbortController();
  const observe = (moment: string) => void (moment === 'closed:recorded' && stop.abort(new Error('stop')));
  await stage.run('moved', `${upsert}\nmode: bulk`, { signal: stop.signal, observe });
  await using other = await openOrg({ setup: parseSetupFile(orgSetup, 'org.yaml') });
  const url = await other.listen();
  writeConnection(stage.folder, { url, consumerKey: other.consumerKey, consumerSecret: other.consumerSecret });
  const elsewhere = { [secretName]: other.consumerSecret };
  const [refused] = await resumeRuns({ ledger: stage.ledger, environment: elsewhere, clock: fastClock() });
  assert.equal(refused?.error?.code, 'ORGANIZATION_CHANGED', JSON.stringify(refused));
  const { url: home, consumerKey, consumerSecret } = stage.org;
  writeConnection(stage.folder, { url: home, consumerKey, consumerSecret });
  const environment = { [secretName]: consumerSecret };
  const [resumed] = await resumeRuns({ ledger: stage.ledger, environment, clock: fastClock() });
  assert.deepEqual([resumed?.status, resumed?.rows.created], ['completed', 5]);
});
