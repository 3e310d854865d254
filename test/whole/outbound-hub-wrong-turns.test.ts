/** Out of Salesforce by way of a hub, and what can be wrong: the command line and the API say the same sentence, and what mends it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestMariadb, runMariadb, whyNoMariadb } from '../mariadb.ts';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';
import { countedSetup, endOfRun, type HubStage, openHubStage, until } from './hub-stage.ts';
import { sendRows } from './outbound-stage.ts';
import { openSetupCalls } from './setup-calls.ts';
import { expectEnd } from './sluice-program.ts';

const count = 500;
const dayMs = 86_400_000;

/** A second app, whose user may read accounts, and of their custom fields Ext__c alone. */
const setup = countedSetup
  .replace(
    'users: [',
    `profiles:
  - { name: Limited, license: Salesforce, userPermissions: [ApiEnabled], objects: { Account: [read, viewAll] }, fields: { Account: { Ext__c: read } } }
users: [ { username: limited@acme.example, lastName: Limited, profile: Limited, email: limited@acme.example },`,
  )
  .replace(
    'objects:\n',
    `  - { name: Limited, scopes: [api, id], clientCredentials: { enabled: true, runAs: limited@acme.example } }\nobjects:\n`,
  );

let stage: HubStage;
let postgres: PostgresAddress;

before(async () => {
  stage = await openHubStage('outbound-wrong', { leaseSeconds: 5, setup });
  await stage.addIntegration('Copies');
  postgres = await createTestDatabase();
  await runSql(postgres, `create table unfit ("Id" varchar(18) primary key, "Name" integer, "IsDeleted" boolean)`);
  const limited = await (await openSetupCalls(stage)).pairOf('Limited');
  await stage.connect('all', 'own', database());
  await stage.connect('limited', 'own', database(), limited);
  const lines = Array.from({ length: count }, (_, row) => `Name ${row},out-${row}`);
  await sendRows(stage.salesforce, 'insert', ['Name,Ext__c', ...lines]);
});

after(() => stage[Symbol.asyncDispose]());

function database() {
  const { database: databaseName, ...address } = postgres;
  return { database: 'postgres', databaseName, ...address };
}

const accounts = {
  ...{ type: 'outbound', integration: 'Copies', connection: 'all', object: 'Account', fields: ['Id', 'Name'] },
  changes: 'incremental',
};

const into = (table: string) => ({ target: { table, create: true, deleted: 'remove' } });

/** By the command line; what its merge did. */
async function process(name: string, ...more: string[]): Promise<Record<string, number>> {
  const { out, err, code } = await stage.sluice('process', name, '--follow', '--json', ...more).ended;
  assert.equal(code, 0, err);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '').loaded;
}

/** The command line ends with the error of the run, which the API has too. */
async function fails(name: string, code: string, message: RegExp, next: RegExp): Promise<void> {
  const running = stage.sluice('process', name, '--follow', '--json');
  await expectEnd(running, { code: 1, says: [message, next, `(${code})`] }, stage.password);
  const [{ status, error, loaded }] = (await stage.call('GET', `/runs?interface=${name}`)).json.rows;
  assert.deepEqual([status, error.code, loaded.read], ['failed', code, 0]);
  assert.match(error.message, message);
  assert.match(error.next, next);
}

/** Saves the interface with this in it. */
async function change(name: string, changed: object): Promise<void> {
  const [found] = (await stage.call('GET', `/interfaces?search=${name}`)).json.rows;
  const { json: kept } = await stage.call('GET', `/interfaces/${found.id}`);
  const definition = { ...kept.definition, ...changed };
  const { status, json } = await stage.call('PUT', `/interfaces/${found.id}`, { definition, version: kept.version });
  assert.equal(status, 200, JSON.stringify(json));
}

const idsIn = async (table: string) =>
  (await runSql(postgres, `select "Id" from ${table} order by "Id"`)).map(({ Id }) => String(Id));

async function idsInOrg(where = ''): Promise<string[]> {
  const found = await Array.fromAsync(stage.salesforce.query(`SELECT Id FROM Account ${where}`));
  return found.map(({ Id }) => String(Id)).sort();
}

async function deleteInOrg(howMany: number): Promise<void> {
  const ids = (await idsInOrg()).slice(0, howMany);
  await sendRows(stage.salesforce, 'delete', ['Id', ...ids]);
}

test('a field that the run-as user may not read is named, with the right that is missing, and no table is made', async () => {
  await stage.addInterface({
    ...{ ...accounts, name: 'blind', connection: 'limited', fields: ['Id', 'Name', 'Tag__c'] },
    ...into('blind'),
  });
  await fails(
    'blind',
    'SOURCE_FIELD_UNREADABLE',
    /Account has no field Tag__c that the run-as user can read\./,
    /Read access to Account\.Tag__c/,
  );
  assert.deepEqual(await runSql(postgres, `select 1 from information_schema.tables where table_name = 'blind'`), []);
  await change('blind', { connection: 'all' });
  assert.equal((await process('blind')).inserted, count);
});

test('a table whose column has another type stays as it is; the sentence names column, type and remedy', async () => {
  await runSql(postgres, `insert into unfit values ('001', 7, false)`);
  await stage.addInterface({ ...accounts, name: 'unfit', ...into('unfit') });
  const message = /The column "Name" of the table "unfit" is integer, which cannot hold text of 255/;
  await fails('unfit', 'TARGET_COLUMN_UNFIT', message, /Make the column character varying\(255\)/);
  assert.deepEqual(await idsIn('unfit'), ['001']);
  await runSql(postgres, `alter table unfit alter "Name" type varchar(255)`);
  await process('unfit');
  assert.deepEqual(await idsIn('unfit'), await idsInOrg());
});

test('the same in MariaDB, by the agent that has dialled in', { skip: whyNoMariadb() }, async () => {
  const mariadb = await createTestMariadb();
  const { database: databaseName, ...address } = mariadb;
  await runMariadb(mariadb, 'create table unfit (Id varchar(18) primary key, Name int, IsDeleted boolean)');
  await stage.connect('mariadb', 'dialled', { database: 'mariadb', databaseName, ...address });
  await stage.addInterface({ ...accounts, name: 'unfit-there', connection: 'mariadb', ...into('unfit') });
  const message = /The column "Name" of the table "unfit" is int.*, which cannot hold text of 255/;
  await fails('unfit-there', 'TARGET_COLUMN_UNFIT', message, /Make the column varchar\(255\)/);
});

test('a bookmark older than the org keeps deletions asks to read everything once, which finds what was deleted', async () => {
  await stage.addInterface({ ...accounts, name: 'late', ...into('late') });
  await process('late');
  await deleteInOrg(3);
  const upTo = new Date(Date.now() - 16.5 * dayMs).toISOString();
  const where = `where name = 'outbound:late'`;
  const [bookmark] = await runSql(postgres, `select value from sluice_bookmark ${where}`);
  const old = JSON.stringify({ ...JSON.parse(String(bookmark?.value)), upTo });
  await runSql(postgres, `update sluice_bookmark set value = '${old}' ${where}`);
  const before = await idsIn('late');
  const message = /The interface late has read up to .+, 16 days ago; the org shows deleted records for 15 days/;
  await fails('late', 'BOOKMARK_TOO_OLD', message, /at a hub "sluice process --full"/);
  assert.deepEqual(await idsIn('late'), before, 'the table stays as it is');
  assert.equal((await process('late', '--full')).deleted, 3);
  await deleteInOrg(2);
  assert.equal((await process('late')).deleted, 2);
  assert.deepEqual(await idsIn('late'), await idsInOrg());
});

test('an interface that reads something else than before asks to read everything once', async () => {
  await stage.addInterface({ ...accounts, name: 'other', ...into('other') });
  await process('other');
  await change('other', { where: "Name LIKE 'Name 1%'" });
  const message = /what it reads, or the columns it goes into, have changed since/;
  await fails('other', 'BOOKMARK_UNFIT', message, /at a hub "sluice process --full"/);
  await process('other', '--full');
  assert.equal((await process('other')).updated, 0);
  assert.deepEqual(await idsIn('other'), await idsInOrg("WHERE Name LIKE 'Name 1%'"));
});

/** A run that Salesforce keeps waiting, as soon as it is begun; its id. */
async function startHeld(name: string, full = false): Promise<number> {
  await stage.org.setFaults([{ path: '/services/data/*/query**', kind: 'unavailable' }], 1);
  const { json } = await stage.call('POST', '/runs', { interfaces: [name], full });
  const [{ id }] = json.runs;
  await until('the run reads', async () => {
    const { progress } = (await stage.call('GET', `/runs/${id}`)).json;
    return progress?.phase === 'reading';
  });
  return id;
}

async function openHeld(name: string, full = false): Promise<{ id: number; held: string[] }> {
  await stage.addInterface({ ...accounts, name, ...into(name) });
  await process(name);
  const held = await idsIn(name);
  await deleteInOrg(5);
  return { id: await startHeld(name, full), held };
}

test('a run whose agent is killed half-way leaves the table as it was, and ends well when the agent is back', async () => {
  const { id, held } = await openHeld('killed');
  await stage.own.kill();
  await stage.org.setFaults([], 1);
  assert.deepEqual(await idsIn('killed'), held);
  await stage.own.start();
  const ended = await endOfRun(stage.call, id, 120_000);
  assert.deepEqual([ended.status, ended.loaded?.deleted, ended.error], ['completed', 5, null], JSON.stringify(ended));
  assert.deepEqual(await idsIn('killed'), await idsInOrg());
});

test('a run that was to read everything still does so after its agent was killed, and the next one does not', async () => {
  const { id, held } = await openHeld('whole', true);
  // No record of the org: only a run that reads everything finds that it is gone.
  const plant = () => runSql(postgres, `insert into whole ("Id", "Name") values ('001stranger', 'x')`);
  await plant();
  await stage.own.kill();
  await stage.org.setFaults([], 1);
  await stage.own.start();
  const ended = await endOfRun(stage.call, id, 120_000);
  const { read, deleted } = ended.loaded ?? {};
  assert.deepEqual([ended.status, read, deleted], ['completed', held.length - 5, 6], JSON.stringify(ended));
  assert.equal((await stage.call('GET', `/runs/${id}`)).json.full, true);
  await plant();
  assert.equal((await process('whole')).deleted, 0);
});

test('a run during which the hub is killed is brought to its end by its agent, and stands at the hub when that is back', async () => {
  const { id } = await openHeld('alone');
  await stage.hub.kill();
  await stage.org.setFaults([], 1);
  await until('the table has what changed', async () => (await idsIn('alone')).join() === (await idsInOrg()).join());
  await stage.hub.start();
  const ended = await until(
    'the end of the run',
    async () => {
      const { json } = await stage.call('GET', `/runs/${id}`);
      return json.state === 'ended' && json;
    },
    120_000,
  );
  assert.deepEqual([ended.status, ended.loaded.deleted], ['completed', 5]);
});

test('a run that is cancelled half-way leaves the table as it was, and says that', async () => {
  const { id, held } = await openHeld('stopped');
  const { out } = await expectEnd(stage.sluice('cancel', String(id)), { code: 0 }, stage.password);
  assert.match(out, /Run \d+ of stopped is being stopped by its agent/);
  const ended = await endOfRun(stage.call, id, 120_000);
  await stage.org.setFaults([], 1);
  assert.deepEqual([ended.status, ended.error.code], ['cancelled', 'RUN_CANCELLED']);
  assert.match(ended.error.next, /The table is as it was before; run the interface again when wanted\./);
  assert.deepEqual(await idsIn('stopped'), held);
  assert.equal((await process('stopped')).deleted, 5);
});
