import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTarget, type TargetColumn } from '../../src/database/index.ts';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';
import { refuses } from './database.ts';
import { bulkCsv, testTarget } from './load.ts';

const open = (address: PostgresAddress) => openTarget({ type: 'postgres', ...address, tls: 'off' });

testTarget('PostgreSQL', async () => ({
  settings: { type: 'postgres', ...(await createTestDatabase()), tls: 'off' },
  hasTypes: true,
  tableOf: (name) => name,
  sourceOf: (table) => ({ table }),
  close: async () => {},
}));

const columns: readonly TargetColumn[] = [
  { name: 'id', kind: 'text', length: 18 },
  { name: 'seen', kind: 'timestamptz' },
];

test('rows that do not differ are not written again, and a table of another schema with other types is filled in UTC', async () => {
  const address = await createTestDatabase();
  await runSql(
    address,
    `create schema crm; create domain key as varchar(40);
     create table crm."my.accounts" (id key primary key, seen timestamp(3), added timestamp not null default now())`,
  );
  await using target = await open(address);
  const into = { table: 'crm."my.accounts"', columns, key: ['id'] };
  const load = async (rows: readonly Record<string, string>[]) => {
    await using opened = await target.openLoad({ into });
    await opened.stage(bulkCsv(rows, { of: columns }));
    return await opened.merge();
  };
  await load([{ id: 'a', seen: '2026-07-01T12:00:00.999+0200' }, { id: 'b' }]);
  const select = 'select id, seen::text, xmin::text from crm."my.accounts" order by id';
  const before = await runSql(address, select);
  assert.equal(before[0]!.seen, '2026-07-01 10:00:00.999');
  assert.equal((await load([{ id: 'a', seen: '2026-07-01T10:00:00.999Z' }, { id: 'b' }])).unchanged, 2);
  assert.deepEqual(await runSql(address, select), before);
});

test('what a table of PostgreSQL lacks is said before anything is loaded', async () => {
  const address = await createTestDatabase();
  await runSql(
    address,
    `create table lacking (id text primary key, seen timestamptz, must text not null);
     create table narrow (id varchar(15) primary key, seen date);
     create table keyless (id text, seen timestamptz);
     create unique index on keyless (id) where seen is not null;
     create view looked as select * from lacking`,
  );
  await using target = await open(address);
  const prepare = (table: string) => target.prepareTable({ table, columns, key: ['id'] });
  await refuses(prepare('lacking'), 'TARGET_UNFIT', /"must" must have a value.*default/);
  await refuses(prepare('narrow'), 'TARGET_COLUMN_UNFIT', /"id".*character varying\(15\).*text of 18.*varying\(18\)/);
  await refuses(prepare('keyless'), 'TARGET_UNFIT', /keeps id unique/);
  await refuses(prepare('looked'), 'TARGET_UNFIT', /no ordinary table/);
  await refuses(prepare('lackin'), 'TARGET_MISSING', /Did you mean "lacking"/);
  await refuses(prepare('none.lacking'), 'TARGET_MISSING', /none\.lacking/);
});

test('a user without the right to load is told what PostgreSQL says', async () => {
  const address = await createTestDatabase();
  const role = `reader_${address.database}`;
  await runSql(address, `create table guarded (id text primary key, seen timestamptz)`);
  await runSql(address, `create role ${role} login password 'reads'; grant select on guarded to ${role}`);
  await using target = await open({ ...address, user: role, password: 'reads' });
  await using load = await target.openLoad({ into: { table: 'guarded', columns, key: ['id'] } });
  await load.stage(bulkCsv([{ id: 'a' }], { of: columns }));
  await refuses(load.merge(), 'LOAD_FAILED', /permission denied for table guarded/);
});

test('a user who may not create anything loads into tables that are there, with their bookmark', async () => {
  const address = await createTestDatabase();
  const role = `writer_${address.database}`;
  await runSql(
    address,
    `create table given (id text primary key, seen timestamptz);
     create table sluice_bookmark (name varchar(190) primary key, value text not null, changed_at timestamp not null);
     create role ${role} login password 'writes'; revoke create on schema public from public;
     grant select, insert, update on given, sluice_bookmark to ${role}`,
  );
  await using target = await open({ ...address, user: role, password: 'writes' });
  const into = { table: 'given', columns, key: ['id'] };
  await target.prepareTable(into, { create: true });
  await using load = await target.openLoad({ into });
  await load.stage(bulkCsv([{ id: 'a' }], { of: columns }));
  assert.equal((await load.merge({ bookmark: { name: 'b', value: 'new' } })).inserted, 1);
  assert.equal(await target.readBookmark('b'), 'new');
});

test('a constraint that a row breaks at the merge leaves table and bookmark as they were', async () => {
  const address = await createTestDatabase();
  await runSql(address, `create table checked (id text primary key, seen timestamptz check (seen > '2026-01-01'))`);
  await using target = await open(address);
  await using load = await target.openLoad({ into: { table: 'checked', columns, key: ['id'] } });
  await load.stage(bulkCsv([{ id: 'a' }, { id: 'b', seen: '2025-01-01T00:00:00Z' }], { of: columns }));
  await refuses(load.merge({ bookmark: { name: 'b', value: 'new' } }), 'LOAD_ROW_UNFIT', /checked_seen_check/);
  assert.equal(await target.readBookmark('b'), undefined);
  assert.deepEqual(await runSql(address, 'select * from checked'), []);
});

test('a connection that is lost in the middle of a load is an error, and nothing is half done', async () => {
  const address = await createTestDatabase();
  await using target = await open(address);
  const into = { table: 'lost', columns, key: ['id'] };
  await target.prepareTable(into, { create: true });
  await using load = await target.openLoad({ into });
  await load.stage(bulkCsv([{ id: 'a' }], { of: columns }));
  await runSql(
    address,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await refuses(load.merge(), 'LOAD_FAILED', /terminat|connection error/i);
  assert.deepEqual(await runSql(address, 'select * from lost'), []);
});
