/** Rows through hub and agent into Salesforce, changed and deleted there, and back: both sides are equal, and each row is a message. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openSalesforce, type Salesforce } from '../../src/salesforce/index.ts';
import { createTestMariadb, runMariadb, whyNoMariadb } from '../mariadb.ts';
import { runSql } from '../postgres.ts';
import { openConnectionStage } from './connections-stage.ts';
import { keyedDigest, orgHolds, sendRows } from './outbound-stage.ts';

const isLong = process.env.SLUICE_LONG === '1';
const count = Number(process.env.SLUICE_ROWS ?? (isLong ? 1_000_000 : 20_000));
const withinMs = 60_000 + count * 4;

type Stage = Awaited<ReturnType<typeof openConnectionStage>>;
type Row = Record<string, unknown>;

/** What a connection says of the database, and statements on it. */
type Database = { fields: object; run(sql: string): Promise<readonly Row[]> };

const open = {
  async postgres({ postgres, databaseFields }: Stage): Promise<Database> {
    return { fields: databaseFields(), run: (sql) => runSql(postgres, sql) };
  },
  async mariadb(): Promise<Database> {
    const { database, ...address } = await createTestMariadb();
    const fields = { database: 'mariadb', ...address, databaseName: database, tls: 'off' };
    return { fields, run: async (sql) => (await runMariadb({ ...address, database }, sql)) as readonly Row[] };
  },
  async sqlite({ folder }: Stage): Promise<Database> {
    const file = join(folder, 'files', 'rows.sqlite');
    const run = async (sql: string) => {
      using opened = new DatabaseSync(file, { timeout: 60_000 });
      return opened.prepare(sql).all() as Row[];
    };
    return { fields: { database: 'sqlite', file: 'rows.sqlite' }, run };
  },
};

type Kind = keyof typeof open;

/** Numbered rows, made by the database itself. */
const filling: Record<Kind, string> = {
  postgres: `insert into source_row select 'k-' || n, 'Name ' || n from generate_series(0, ${count - 1}) n`,
  mariadb: `insert into source_row select concat('k-', seq), concat('Name ', seq) from seq_0_to_${count - 1}`,
  sqlite: `with recursive numbered (n) as (select 0 union all select n + 1 from numbered where n < ${count - 1})
    insert into source_row select 'k-' || n, 'Name ' || n from numbered`,
};

const inbound = {
  name: 'there',
  integration: 'Round',
  connection: 'box',
  status: 'deployed',
  source: { table: 'source_row' },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  mapping: { Ext__c: 'code', Name: 'label' },
};

const outbound = {
  name: 'back',
  type: 'outbound',
  integration: 'Round',
  connection: 'box',
  status: 'deployed',
  object: 'Account',
  fields: ['Id', 'Ext__c', 'Name'],
  changes: 'incremental',
  target: { table: 'accounts', create: true, deleted: 'remove' },
};

async function setUp(stage: Stage, fields: object): Promise<void> {
  const { call, connection } = stage;
  const made = async (path: string, body: object) => {
    const { status, errors } = await call('POST', path, body);
    assert.equal(status, 201, JSON.stringify(errors));
  };
  await made('/connections', connection('box', { database: fields }));
  await made('/integrations', { name: 'Round' });
  for (const definition of [inbound, outbound]) await made('/interfaces', { definition });
}

/** A run that the hub is asked for, when it has ended and the hub knows. */
async function run({ call }: Stage, name: string) {
  const asked = await call('POST', '/runs', { interfaces: [name] });
  assert.equal(asked.status, 201, JSON.stringify(asked.errors));
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const { json } = await call('GET', `/runs/${asked.json.runs[0].id}?wait=20`);
    if (json.state === 'ended') return json;
    assert.ok(Date.now() < giveUpAt, JSON.stringify(json));
  }
}

/** Every tenth is changed, every hundredth of the others deleted. */
async function changeInOrg(salesforce: Salesforce): Promise<void> {
  const changed: string[] = [];
  const deleted: string[] = [];
  for await (const { Id, Ext__c } of salesforce.query('SELECT Id, Ext__c FROM Account')) {
    const number = Number(String(Ext__c).split('-')[1]);
    if (number % 10 === 0) changed.push(`${Id},changed ${number}`);
    else if (number % 100 === 1) deleted.push(String(Id));
  }
  assert.deepEqual([changed.length, deleted.length], [count / 10, count / 100]);
  const perJob = 100_000;
  for (let from = 0; from < changed.length; from += perJob)
    await sendRows(salesforce, 'update', ['Id,Name', ...changed.slice(from, from + perJob)]);
  await sendRows(salesforce, 'delete', ['Id', ...deleted]);
}

const columnsOf = (row: Row) => `${row.code}|${row.label}`;

async function assertSame(database: Database, salesforce: Salesforce, what: string): Promise<void> {
  const rows = await database.run('select * from accounts');
  const held = new Map(rows.map((row) => [String(row.Id), `${row.Ext__c}|${row.Name}`]));
  const wanted = await orgHolds(salesforce, { code: 'Ext__c', label: 'Name' });
  assert.equal(keyedDigest(held), keyedDigest(wanted), what);
}

/** What the org was sent is what stands in the source. */
async function assertSent(database: Database, salesforce: Salesforce): Promise<void> {
  const rows = await database.run('select * from source_row');
  const source = new Map(rows.map((row) => [String(row.code), columnsOf(row)]));
  const sent = new Map<string, string>();
  for (const cells of (await orgHolds(salesforce, { code: 'Ext__c', label: 'Name' })).values())
    sent.set(cells.split('|')[0] ?? '', cells);
  assert.equal(keyedDigest(sent), keyedDigest(source));
}

/** Of every row of the run there is one message, and it is Completed. */
function assertMessages(stage: Stage, wanted: number): void {
  using store = new DatabaseSync(join(stage.folder, 'hub', 'hub.sqlite'), { timeout: 60_000 });
  const rows = store
    .prepare('SELECT status, count(*) AS n, count(DISTINCT key) AS keyed FROM message GROUP BY status')
    .all();
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [{ status: 'Completed', n: wanted, keyed: wanted }],
  );
}

async function goThereAndBack(t: TestContext, kind: Kind): Promise<void> {
  const stage = await openConnectionStage();
  t.after(() => stage.close());
  const database = await open[kind](stage);
  await database.run('create table source_row (code varchar(40) primary key, label varchar(80))');
  await database.run(filling[kind]);
  await setUp(stage, database.fields);
  const { url: myDomainUrl, consumerKey, consumerSecret } = stage.org;
  await using salesforce = openSalesforce({ myDomainUrl, consumerKey, consumerSecret });
  const time = createTimer(t, kind);
  const there = await time('into Salesforce', () => run(stage, 'there'));
  assert.deepEqual([there.status, there.rows.created, there.error], ['completed', count, null]);
  assertMessages(stage, count);
  await assertSent(database, salesforce);
  const first = await time('all of it back', () => run(stage, 'back'));
  assert.deepEqual([first.status, first.rows.read], ['completed', count], JSON.stringify(first.error));
  await assertSame(database, salesforce, 'all of it');
  await changeInOrg(salesforce);
  const second = await time('what changed back', () => run(stage, 'back'));
  assert.equal(second.status, 'completed', JSON.stringify(second.error));
  assert.deepEqual([second.loaded.updated, second.loaded.deleted], [count / 10, count / 100]);
  await assertSame(database, salesforce, 'what changed and was deleted');
}

function createTimer(t: TestContext, kind: Kind) {
  return async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    const began = performance.now();
    const result = await work();
    t.diagnostic(`${kind}: ${count} rows, ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return result;
  };
}

for (const kind of ['postgres', 'mariadb', 'sqlite'] as const)
  test(
    `${count} rows go through hub and agent into Salesforce, and what is changed and deleted there comes back (${kind})`,
    {
      skip: kind === 'mariadb' && whyNoMariadb(),
    },
    (t) => goThereAndBack(t, kind),
  );
