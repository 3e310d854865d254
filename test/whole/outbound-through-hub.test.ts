/** Accounts out of Salesforce by way of a hub and its agents: whole, then what changed and what is gone, and what is told when a run cannot be. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestMariadb, type MariadbAddress, runMariadb, whyNoMariadb } from '../mariadb.ts';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';
import { endOfRun, type HubStage, openHubStage, until } from './hub-stage.ts';
import { sendRows } from './outbound-stage.ts';
import { expectEnd } from './sluice-program.ts';

const count = 3_000;
let stage: HubStage;
let postgres: PostgresAddress;
let mariadb: MariadbAddress | undefined;

const accounts = {
  name: 'accounts',
  type: 'outbound',
  integration: 'Copies',
  connection: 'postgres',
  object: 'Account',
  fields: ['Id', 'Name', 'Ext__c', 'Counter__c'],
  target: { table: 'accounts', create: true, deleted: 'remove' },
  changes: 'incremental',
};

before(async () => {
  stage = await openHubStage('outbound', { leaseSeconds: 5 });
  await stage.addIntegration('Copies');
  postgres = await createTestDatabase();
  await runSql(postgres, 'create table unfit ("Id" varchar(18) primary key, "Name" integer)');
  const { database, ...address } = postgres;
  await stage.connect('postgres', 'own', { database: 'postgres', databaseName: database, ...address });
  await stage.addInterface(accounts);
  const lines = Array.from({ length: count }, (_, row) => `Name ${row},out-${row},${row}`);
  await sendRows(stage.salesforce, 'insert', ['Name,Ext__c,Counter__c', ...lines]);
  if (whyNoMariadb()) return;
  mariadb = await createTestMariadb();
  await runMariadb(mariadb, 'create table something (id int primary key)');
  const { database: databaseName, ...at } = mariadb;
  await stage.connect('mariadb', 'dialled', { database: 'mariadb', databaseName, ...at });
  await stage.addInterface({
    ...accounts,
    name: 'accounts-marked',
    connection: 'mariadb',
    target: { table: 'accounts', create: true, deleted: 'mark' },
  });
});

after(() => stage[Symbol.asyncDispose]());

/** By the command line; what its merge did. */
async function process(name: string) {
  const { out, err, code } = await stage.sluice('process', name, '--follow', '--json').ended;
  assert.equal(code, 0, err);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '').loaded;
}

type Row = Record<string, unknown>;
const text = ({ Id, Name, Ext__c, Counter__c }: Row): string => [Id, Name, Ext__c, Number(Counter__c)].join('|');

async function orgHolds(): Promise<string[]> {
  const found = stage.salesforce.query('SELECT Id, Name, Ext__c, Counter__c FROM Account');
  return (await Array.fromAsync(found)).map(text).sort();
}

async function expectEqual(rows: readonly Row[]): Promise<void> {
  const [table, org] = [rows.map(text).sort(), await orgHolds()];
  assert.equal(table.length, org.length);
  assert.deepEqual(table, org);
}

const inPostgres = () => runSql(postgres, 'select * from accounts');
const inMariadb = async () =>
  (await runMariadb(mariadb!, 'select * from accounts')).filter(({ IsDeleted }) => !Number(IsDeleted));

const listMarked = async () =>
  (await runMariadb(mariadb!, 'select Id from accounts where IsDeleted')).map(({ Id }) => String(Id));

/** 30 records change, 10 are deleted: the ids of these. */
async function changeOrg(round: number): Promise<string[]> {
  const found = stage.salesforce.query('SELECT Id FROM Account ORDER BY Id LIMIT 40');
  const ids = (await Array.fromAsync(found)).map(({ Id }) => String(Id));
  await sendRows(stage.salesforce, 'update', ['Id,Name', ...ids.slice(10).map((id) => `${id},Changed ${round}`)]);
  await sendRows(stage.salesforce, 'delete', ['Id', ...ids.slice(0, 10)]);
  return ids.slice(0, 10);
}

test('the first run makes the table and brings all; the next ones what changed, and take away what was deleted', async () => {
  const first = await process('accounts');
  assert.deepEqual([first.inserted, first.deleted], [count, 0], JSON.stringify(first));
  await expectEqual(await inPostgres());
  await changeOrg(1);
  const next = await process('accounts');
  assert.deepEqual([next.inserted, next.updated, next.deleted], [0, 30, 10], JSON.stringify(next));
  await expectEqual(await inPostgres());
  const again = await process('accounts');
  assert.deepEqual([again.inserted, again.updated, again.deleted], [0, 0, 0], JSON.stringify(again));
});

test('in MariaDB, by the agent that has dialled in, deleted rows are marked', { skip: whyNoMariadb() }, async () => {
  await process('accounts-marked');
  await expectEqual(await inMariadb());
  const deleted = await changeOrg(2);
  await process('accounts-marked');
  await expectEqual(await inMariadb());
  const marked = new Set(await listMarked());
  assert.deepEqual(
    deleted.filter((id) => !marked.has(id)),
    [],
  );
});

test('an agent that is killed half-way leaves the table as it was, and brings the changes when it is started again', async () => {
  const held = (await inPostgres()).map(text).sort();
  await changeOrg(3);
  await stage.org.setFaults([{ path: '/services/data/*/query**', kind: 'latency', latencyMs: 3_000 }], 1);
  const { json } = await stage.call('POST', '/runs', { interfaces: ['accounts'] });
  const [{ id }] = json.runs;
  await until('the run goes on', async () => (await stage.call('GET', `/runs/${id}`)).json.state === 'running');
  await stage.own.kill();
  assert.deepEqual((await inPostgres()).map(text).sort(), held);
  await stage.org.setFaults([], 1);
  await stage.own.start();
  const ended = await endOfRun(stage.call, id);
  if (ended.status !== 'completed') await process('accounts');
  assert.ok(['completed', 'failed'].includes(ended.status), JSON.stringify(ended));
  await expectEqual(await inPostgres());
});

test('a column of another type, and a field that nobody may read, are told in the words of the agent', async () => {
  const cases: [string, object, RegExp][] = [
    ['unfit', { fields: ['Id', 'Name'], target: { table: 'unfit', deleted: 'ignore' } }, /Name/],
    [
      'blind',
      { fields: ['Id', 'Nothing__c'], target: { table: 'blind', create: true, deleted: 'ignore' } },
      /Nothing__c/,
    ],
  ];
  for (const [name, change, words] of cases) {
    await stage.addInterface({ ...accounts, ...change, name });
    await expectEnd(stage.sluice('process', name, '--follow', '--json'), { code: 1 }, stage.password);
    const { json } = await stage.call('GET', `/runs?interface=${name}`);
    const [{ status, error }] = json.rows;
    assert.equal(status, 'failed');
    assert.match(error.message, words);
    assert.ok(error.next.length > 10);
  }
});
