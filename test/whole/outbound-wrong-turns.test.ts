/** Out of Salesforce, and what can be wrong: each has its sentence and its next step, and the table stays as it was. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, type TestContext, test } from 'node:test';
import { loadAnyInterface } from '../../src/agent/index.ts';
import { createLog } from '../../src/base/index.ts';
import { type Org, openOrg, parseSetupFile } from '../../src/org/index.ts';
import { openSalesforce, type Salesforce } from '../../src/salesforce/index.ts';
import { bring, ledgerOf, openPlace, type Place, sendRows, writeOutbound } from './outbound-stage.ts';
import { startSluice } from './sluice-program.ts';
import { createFolder, type Reachable, secretName } from './stage.ts';

const keyOf = (name: string) => `3MVG9${name.padEnd(60, 'a')}`;
const secret = 'a-secret-of-the-tests-of-wrong-turns-and-nothing-else';
const setup = `
profiles:
  - { name: Limited, license: Salesforce, userPermissions: [ApiEnabled], objects: { Account: [read, viewAll] }, fields: { Account: { Ext__c: read } } }
users:
  - { username: all@test.example, lastName: All }
  - { username: limited@test.example, lastName: Limited, profile: Limited }
connectedApps:
${['all', 'limited'].map((name) => `  - { name: ${name}, consumerKey: ${keyOf(name)}, consumerSecret: env:SLUICE_SECRET_BOX, scopes: [api], clientCredentials: { enabled: true, runAs: ${name}@test.example } }`).join('\n')}
objects:
  - { name: Account, fields: [ { name: Ext__c, type: text, length: 40 }, { name: Hidden__c, type: text, length: 40 } ] }
`;

let org: Org;
let salesforce: Salesforce;
let all: Reachable;
let limited: Reachable;

before(async () => {
  org = await openOrg({
    setup: parseSetupFile(setup),
    environment: { SLUICE_SECRET_BOX: secret },
    log: createLog({ level: 'silent' }),
  });
  const url = await org.listen();
  all = { url, consumerKey: keyOf('all'), consumerSecret: secret };
  limited = { ...all, consumerKey: keyOf('limited') };
  salesforce = openSalesforce({ ...all, myDomainUrl: url });
  await sendRows(salesforce, 'insert', ['Name,Ext__c,Hidden__c', 'One,E-1,h', 'Two,E-2,h']);
});

after(async () => {
  await salesforce[Symbol.asyncDispose]();
  await org.close();
});

const openSqlite = (t: TestContext, who: Reachable) => openPlace('sqlite', createFolder(t, 'wrong'), who);

/** From now on the connection of this place is another user's. */
function signInAs({ folder }: Place, { consumerKey }: Reachable): void {
  const file = join(folder, 'connection.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/consumerKey: '[^']+'/, `consumerKey: '${consumerKey}'`));
}

async function fails(place: Place, file: string, code: string, ...says: RegExp[]): Promise<void> {
  const { status, error } = await bring(place, file);
  assert.deepEqual([status, error?.code], ['failed', code], JSON.stringify(error));
  for (const words of says) assert.match(`${error?.message} ${error?.next}`, words);
}

function inTable<T>({ folder }: Place, act: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, 'target.sqlite'));
  try {
    return act(database);
  } finally {
    database.close();
  }
}

const target = 'target: { table: accounts, create: true }';

test('a field that the run-as user may not read is named, with the right that is missing', async (t) => {
  const place = await openSqlite(t, limited);
  const file = writeOutbound(place, 'accounts', `fields: [Id, Ext__c, Hidden__c]\n${target}`);
  await fails(
    place,
    file,
    'SOURCE_FIELD_UNREADABLE',
    /Account has no field Hidden__c/,
    /Read access to Account\.Hidden__c/,
  );
  const parent = writeOutbound(place, 'parent', `fields: [Owner.Namee]\n${target}`);
  await fails(place, parent, 'SOURCE_FIELD_UNREADABLE', /User has no field Namee/, /Did you mean "Name"\?/);
});

test('a field that was read before is missed also where no fields are listed, until a full run is asked for', async (t) => {
  const place = await openSqlite(t, all);
  const file = writeOutbound(place, 'accounts', `changes: incremental\n${target}`);
  assert.equal((await bring(place, file)).status, 'completed');
  signInAs(place, limited);
  await fails(place, file, 'SOURCE_FIELD_UNREADABLE', /no field .+ that the run-as user can read/, /sluice run --full/);
  assert.equal((await bring(place, file, { full: true })).status, 'completed');
  assert.equal((await bring(place, file)).status, 'completed');
});

test('a table whose column has another type is refused before anything is read, and stays as it is', async (t) => {
  const place = await openSqlite(t, all);
  inTable(place, (database) =>
    database.exec('create table accounts (Id varchar(18) primary key, Name integer, IsDeleted boolean)'),
  );
  const file = writeOutbound(place, 'accounts', `fields: [Id, Name]\n${target}`);
  await fails(
    place,
    file,
    'TARGET_COLUMN_UNFIT',
    /column "Name".*INTEGER, which cannot hold text of 255/,
    /Make the column varchar/,
  );
});

test('a bookmark older than the org keeps deletions asks for a full run, which begins a new one', async (t) => {
  const place = await openSqlite(t, all);
  const file = writeOutbound(place, 'accounts', `fields: [Id, Name]\nchanges: incremental\n${target}`);
  assert.equal((await bring(place, file)).status, 'completed');
  const age = (days: number) =>
    inTable(place, (database) => {
      const { value } = database.prepare('select value from sluice_bookmark').get() as { value: string };
      const upTo = new Date(Date.now() - days * 86_400_000).toISOString();
      database.prepare('update sluice_bookmark set value = ?').run(JSON.stringify({ ...JSON.parse(value), upTo }));
    });
  age(14);
  assert.equal((await bring(place, file)).status, 'completed');
  age(16.5);
  await fails(place, file, 'BOOKMARK_TOO_OLD', /16 days ago/, /sluice run --full/);
  assert.equal((await bring(place, file, { full: true })).status, 'completed');
  assert.equal((await bring(place, file)).status, 'completed');
});

test('an interface that reads something else than before asks for a full run', async (t) => {
  const place = await openSqlite(t, all);
  const write = (where: string) =>
    writeOutbound(place, 'accounts', `fields: [Id, Name]\nwhere: "${where}"\nchanges: incremental\n${target}`);
  assert.equal((await bring(place, write("Ext__c = 'E-1'"))).status, 'completed');
  const file = write("Ext__c = 'E-2'");
  await fails(place, file, 'BOOKMARK_UNFIT', /have changed since/, /--full/);
  assert.deepEqual((await bring(place, file, { full: true })).loaded, {
    read: 1,
    inserted: 1,
    updated: 0,
    unchanged: 0,
    deleted: 1,
  });
});

test('a table that was dropped is filled anew, though its bookmark is still there', async (t) => {
  const place = await openSqlite(t, all);
  const file = writeOutbound(
    place,
    'accounts',
    `fields: [Id, Name]\nchanges: incremental\nlookBackMinutes: 0\n${target}`,
  );
  assert.equal((await bring(place, file)).loaded?.inserted, 2);
  inTable(place, (database) => database.exec('drop table accounts'));
  assert.equal((await bring(place, file)).loaded?.inserted, 2);
});

test('what cannot be brought into a table so is refused with what to write instead', async (t) => {
  const place = await openSqlite(t, all);
  const write = (name: string, body: string) => writeOutbound(place, name, body);
  await fails(
    place,
    write('a', `fields: [BillingAddress]\n${target}`),
    'OUTBOUND_UNSUITABLE',
    /no single value/,
    /BillingCity/,
  );
  await fails(
    place,
    write('b', 'target: { table: t, create: true, key: Namee }'),
    'OUTBOUND_UNSUITABLE',
    /Did you mean "Name"/,
  );
  await fails(
    place,
    write('c', `fields: [Name]\nmapping: { again: Name }\n${target}`),
    'OUTBOUND_UNSUITABLE',
    /two columns/,
  );
  await fails(place, write('d', `where: Namee = 'x'\n${target}`), 'SALESFORCE_REFUSED', /Namee/);
  await fails(place, write('e', 'fields: [Name]\ntarget: { table: nothere }'), 'TARGET_MISSING', /no table "nothere"/);
});

test('a mistake in the file is shown where it is', async (t) => {
  const place = await openSqlite(t, all);
  const refuses = (body: string, message: RegExp) =>
    assert.throws(() => loadAnyInterface(writeOutbound(place, 'bad', body), {}), { code: 'FILE_INVALID', message });
  refuses('field: [Name]\ntarget: { table: t }', /bad\.yaml:5:1: .*did you mean "fields"/);
  refuses('target: { file: t.csv }', /bad\.yaml:5:17: .*no table.*write table:/);
  refuses('target: { table: t, deleted: remove, deletedColumn: gone }', /deletedColumn is for deleted: mark only/);
  refuses('fields: [Name, Name]\ntarget: { table: t }', /is named twice/);
  refuses('fields: [Name]\ntarget: { table: t, key: Namee }', /bad\.yaml:6:\d+: target\.key .*did you mean Name/);
  writeFileSync(join(place.folder, 'turned.yaml'), 'type: upbound');
  assert.throws(() => loadAnyInterface(join(place.folder, 'turned.yaml'), {}), {
    code: 'FILE_INVALID',
    message: /inbound/,
  });
});

test('a run into Salesforce that has not ended is not passed over by one out of it under the same name', async (t) => {
  const place = await openSqlite(t, all);
  const file = writeOutbound(place, 'accounts', `fields: [Id, Name]\n${target}`);
  {
    await using ledger = ledgerOf(place);
    await ledger.startRun({ interface: 'accounts', object: 'Account', operation: 'insert', definition: {} });
  }
  await assert.rejects(bring(place, file), { code: 'RUN_UNFINISHED' });
  await using ledger = ledgerOf(place);
  assert.deepEqual(
    ledger.listRuns().map(({ direction, status }) => [direction, status]),
    [['inbound', 'running']],
  );
});

test('two runs of one interface at once are refused, and a run that is stopped leaves table and org as they were', async (t) => {
  const place = await openSqlite(t, all);
  const file = writeOutbound(place, 'accounts', `fields: [Id, Name]\nmode: bulk\n${target}`);
  // It asks how far its job is, and is told to ask again later.
  const faults = { rules: [{ path: '/services/data/**/jobs/query/*', method: 'GET', kind: 'unavailable' }] };
  await fetch(`${all.url}/box/faults`, { method: 'PUT', body: JSON.stringify(faults) });
  const start = () =>
    startSluice({
      args: ['run', file, '--data', join(place.folder, 'data'), '--json'],
      folder: place.folder,
      secret,
      environment: { [secretName]: secret },
    });
  const first = start();
  const jobs = async () => Array.fromAsync(salesforce.bulkQuery.list());
  while ((await jobs()).length === 0)
    assert.equal(first.child.exitCode ?? first.child.signalCode, null, 'a job is made');
  const second = await start().ended;
  assert.equal(second.code, 1);
  assert.match(second.err, /INTERFACE_RUNNING/);
  first.child.kill('SIGTERM');
  await fetch(`${all.url}/box/faults`, { method: 'DELETE' });
  const { code, err } = await first.ended;
  assert.equal(code, 1, err);
  assert.match(err, /SIGTERM.*\nThe table is as it was before/);
  assert.deepEqual(await jobs(), []);
  assert.equal((await place.held(['Name'])).size, 0);
  const third = await start().ended;
  assert.equal(third.code, 0, third.err);
  assert.match(third.out, /"loaded":\{"read":2,"inserted":2,/);
  const runs = (...more: string[]) =>
    startSluice({ args: ['runs', '--data', join(place.folder, 'data'), ...more], folder: place.folder, secret }).ended;
  assert.match(
    (await runs()).out,
    /read +inserted +updated +unchanged +deleted +mode\n.*accounts +completed .* 2 +2 +0 +0 +0 +bulk/,
  );
  assert.match((await runs('--json')).out, /"direction":"outbound".*"loaded":\{"read":2,"inserted":2,"updated":0,/);
});
