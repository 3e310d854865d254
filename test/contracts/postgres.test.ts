import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/database/index.ts';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';
import { bigLabel, bigRows, goldenRows, invalidBytes, readAll, refuses, testDatabase } from './database.ts';

const open = (address: PostgresAddress, other: Partial<PostgresAddress> = {}) =>
  openDatabase({ type: 'postgres', ...address, ...other, tls: 'off' });

async function insertGolden(address: PostgresAddress): Promise<void> {
  await runSql(
    address,
    `create schema sales; create table sales.golden (id int primary key, label text, big bigint, amount numeric, ratio float8,
     active boolean, born date, seen timestamp, "odd ""name"", really" varchar(40));
     create table big as select i as id, '${bigLabel}' as label from generate_series(1, ${bigRows}) i`,
  );
  for (const row of goldenRows) {
    await runSql(address, 'insert into sales.golden values ($1,$2,$3,$4,$5,$6,$7,$8,$9)', Object.values(row));
  }
}

testDatabase('PostgreSQL', async () => {
  const address = await createTestDatabase();
  const odd = await createTestDatabase({ encoding: 'SQL_ASCII' });
  await insertGolden(address);
  const bytes = `convert_from('\\x${invalidBytes.toString('hex')}'::bytea, 'SQL_ASCII')`;
  await runSql(odd, `create table invalid (label text); insert into invalid select ${bytes}`);
  const database = await open(address);
  const oddDatabase = await open(odd);
  return {
    database,
    golden: { table: 'sales.golden' },
    invalid: { database: oddDatabase, source: { table: 'invalid' } },
    big: { table: 'big' },
    missing: { table: 'nowhere' },
    hasTypes: true,
    async countOpen() {
      const [row] = await runSql(
        address,
        `select count(*)::int as open from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      return Number(row!.open);
    },
    async close() {
      await database[Symbol.asyncDispose]();
      await oddDatabase[Symbol.asyncDispose]();
    },
  };
});

async function readCells(address: PostgresAddress, query: string, timeZone = 'UTC'): Promise<string> {
  await using database = await open(address);
  const columns = await database.columns({ query });
  const cells = columns.map(({ name }) => ({ column: name, nulls: 'clear' as const }));
  return String(await readAll(database.readCsv({ source: { query }, cells, timeZone })));
}

test('PostgreSQL writes each of its own types in the form Salesforce reads', async () => {
  const address = await createTestDatabase();
  for (const [value, written] of [
    [`'2026-03-29 02:30:00.1239+02'::timestamptz`, '2026-03-29T00:30:00.123Z'],
    [`'10:15:30.5'::time`, '10:15:30.500Z'],
    [`'10:15:30+02'::timetz`, '08:15:30.000Z'],
    [`'\\x00ff'::bytea`, 'AP8='],
    [`decode(repeat('ab', 100), 'hex')`, Buffer.alloc(100, 0xab).toString('base64')],
    [`'ab'::char(5)`, 'ab'],
    [`'$1,234.50'::money`, '1234.50'],
    [`1e20::float8`, '100000000000000000000'],
    [`1e-7::float4`, '0.0000001'],
    [`16777216::float4`, '16777216'],
    [`123456789012345678901234567890.5::numeric`, '123456789012345678901234567890.5'],
    [`'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid`, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    [`'{"a": 1}'::jsonb`, '"{""a"": 1}"'],
    [`array[1,2]`, '"{1,2}"'],
  ] as const) {
    assert.equal(await readCells(address, `select ${value} as x, 1 as y`), `${written},1\n`, value);
  }
});

test('what has no form in Salesforce goes out as PostgreSQL writes it, so that the row is refused and not bent', async () => {
  const address = await createTestDatabase();
  for (const [value, written] of [
    [`'NaN'::numeric`, 'NaN'],
    [`'Infinity'::float8`, 'Infinity'],
    [`'-infinity'::date`, '-infinity'],
    [`'infinity'::timestamp`, 'infinity'],
    [`'0044-03-15 12:00 BC'::timestamptz`, '0044-03-15 12:00:00+00 BC'],
    [`'0044-03-15 BC'::date`, '0044-03-15 BC'],
  ] as const) {
    assert.equal(await readCells(address, `select ${value} as x, 1 as y`), `${written},1\n`, value);
  }
});

test('an hour that a change of the clocks skips or repeats is read as PostgreSQL reads it', async () => {
  const address = await createTestDatabase();
  const query = `select '2026-03-29 02:30'::timestamp as skipped, '2026-10-25 02:30'::timestamp as twice`;
  assert.equal(await readCells(address, query, 'Europe/Paris'), '2026-03-29T01:30:00.000Z,2026-10-25T01:30:00.000Z\n');
});

test('a source query may end in a semicolon or a comment, and is one statement that only reads', async () => {
  const address = await createTestDatabase();
  await runSql(address, 'create table kept (id int); insert into kept values (1)');
  assert.equal(await readCells(address, 'select id, 2 as two from kept; '), '1,2\n');
  assert.equal(await readCells(address, 'select id, 2 as two from kept -- all of it'), '1,2\n');
  await refuses(
    readCells(address, 'select 1) as x; drop table kept; select * from (select 1'),
    'SOURCE_INVALID',
    /multiple commands/,
  );
  await refuses(readCells(address, 'delete from kept returning id'), 'SOURCE_INVALID', /syntax error/);
  await runSql(address, `create function gone() returns int language sql as 'delete from kept returning id'`);
  await refuses(readCells(address, 'select gone() as id, 1 as one'), 'SOURCE_INVALID', /read-only transaction/);
  assert.deepEqual(await runSql(address, 'select id from kept'), [{ id: 1 }]);
});

test('a query that cannot be run says why', async () => {
  const address = await createTestDatabase();
  await runSql(address, 'create table sums (id int)');
  await refuses(readCells(address, 'selec 1'), 'SOURCE_INVALID', /syntax error/);
  await refuses(readCells(address, 'select idd from sums'), 'COLUMN_MISSING', /"idd".*sums\.id/);
  await refuses(readCells(address, 'select 1 / 0 as x'), 'SOURCE_INVALID', /division by zero/);
  await using database = await open(address);
  await refuses(database.columns({ table: 'sumz' }), 'SOURCE_MISSING', /Did you mean "sums"/);
  await refuses(database.columns({ file: 'sums.csv' }), 'SOURCE_MISSING', /a table or a query/);
});

test('a server that is not there, and a login that is refused, are said apart and never show the password', async () => {
  const address = await createTestDatabase();
  await refuses(open(address, { port: 1 }), 'DATABASE_UNREACHABLE', /127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/);
  await refuses(open(address, { host: 'nowhere.invalid' }), 'DATABASE_UNREACHABLE', /nowhere\.invalid/);
  await refuses(
    open(address, { password: 'wr0ng-one' }),
    'DATABASE_LOGIN_REFUSED',
    /^(?!.*wr0ng-one).*password authentication failed/,
  );
  await refuses(open(address, { password: '' }), 'DATABASE_LOGIN_REFUSED', /password/);
  await refuses(open(address, { database: 'nowhere' }), 'DATABASE_LOGIN_REFUSED', /"nowhere" does not exist/);
  await refuses(openDatabase({ type: 'postgres', ...address, tls: 'verify' }), 'DATABASE_UNREACHABLE', /SSL/);
});

test('a connection that is lost in the middle is an error, never a short read', async () => {
  const address = await createTestDatabase();
  await using database = await open(address);
  const query = 'select i as id from generate_series(1, 3000000) i';
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  const read = async () => {
    let blocks = 0;
    for await (const _ of database.readCsv({
      source: { query },
      cells: [{ column: 'id', nulls: 'clear' }],
      timeZone: 'UTC',
    })) {
      if (blocks++ === 2) await runSql(address, kill);
    }
  };
  await refuses(read(), 'DATABASE_READ_FAILED', /the query .*broke off/);
});

test('a query that waits is given up on the server too when the signal is aborted', async () => {
  const address = await createTestDatabase();
  await using database = await open(address);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 200);
  const plan = {
    source: { query: 'select pg_sleep(60)::text as x' },
    cells: [{ column: 'x', nulls: 'keep' as const }],
    timeZone: 'UTC',
  };
  await assert.rejects(readAll(database.readCsv(plan, { signal: stop.signal })), /enough/);
  const count = `select count(*)::int as open from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  for (let tries = 0; (await runSql(address, count))[0]!.open !== 0; tries++) {
    assert.ok(tries < 300, 'the query still runs');
    await sleep(20);
  }
});
