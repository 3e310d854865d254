import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openDatabase } from '../../src/database/index.ts';
import { bigLabel, bigRows, goldenRows, invalidBytes, readAll, refuses, testDatabase } from './database.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'));
after(() => rmSync(folder, { recursive: true }));

function create(name: string, fill: (database: DatabaseSync) => void): string {
  const file = join(folder, name);
  const database = new DatabaseSync(file);
  fill(database);
  database.close();
  return file;
}

/** Files of this process that are open just now; counted where the system shows them. */
function countOpenFiles(file: string): number {
  const shown = '/proc/self/fd';
  return readdirSync(shown).filter((handle) => {
    try {
      return readlinkSync(join(shown, handle)) === file;
    } catch {
      return false;
    }
  }).length;
}

testDatabase('SQLite', async () => {
  const file = create('golden.sqlite', (database) => {
    database.exec(`create table golden (id integer primary key, label text, big bigint, amount decimal(30, 10), ratio double,
      active boolean, born date, seen datetime, "odd ""name"", really" varchar(40));
      create table invalid (label text); create table big (id integer primary key, label text);
      insert into invalid values (cast(x'${invalidBytes.toString('hex')}' as text));
      insert into big with recursive c (i) as (select 1 union all select i + 1 from c where i < ${bigRows}) select i, '${bigLabel}' from c`);
    const insert = database.prepare('insert into golden values (?, ?, cast(? as integer), ?, ?, ?, ?, ?, ?)');
    for (const row of goldenRows)
      insert.run(...Object.values(row).map((value) => (typeof value === 'boolean' ? Number(value) : value)));
  });
  const database = await openDatabase({ type: 'sqlite', file });
  return {
    database,
    golden: { table: 'golden' },
    invalid: { database, source: { table: 'main.invalid' } },
    big: { table: 'big' },
    missing: { table: 'nowhere' },
    hasTypes: true,
    countOpen: async () => countOpenFiles(file),
    close: async () => database[Symbol.asyncDispose](),
  };
});

async function readCells(query: string, timeZone = 'UTC'): Promise<string> {
  const file = create('empty.sqlite', () => {});
  await using database = await openDatabase({ type: 'sqlite', file });
  const columns = await database.columns({ query });
  const cells = columns.map(({ name }) => ({ column: name, nulls: 'clear' as const }));
  return String(await readAll(database.readCsv({ source: { query }, cells, timeZone })));
}

test('SQLite writes a value by what it is, whatever its column was declared to be', async () => {
  for (const [value, written] of [
    [`1e20`, '100000000000000000000'],
    [`1e-7`, '0.0000001'],
    [`0.1`, '0.1'],
    [`2.0`, '2'],
    [`9e999`, 'Infinity'],
    [`9007199254740993`, '9007199254740993'],
    [`x'00ff'`, 'AP8='],
    [`'text'`, '"text"'],
    [`null`, '#N/A'],
  ] as const) {
    assert.equal(await readCells(`select ${value} as x, 1 as y`), `${written},1\n`, value);
  }
});

test('SQLite texts declared as times are read as times where they are such, and passed through where not', async () => {
  const file = create('times.sqlite', (database) => {
    database.exec('create table times (id integer primary key, at timestamp, clock time, day date)');
    const insert = database.prepare('insert into times (at, clock, day) values (?, ?, ?)');
    insert.run('2026-03-29T02:30:00.5+02:00', '10:15', '2026-03-29');
    insert.run('2026-03-29 02:30', '10:15:30.25', '29.3.2026');
    insert.run('2026-10-25 02:30:00', '25:00', null);
    insert.run('2026-02-31 10:00:00', 'noon, say', null);
    insert.run(1774751400, null, null);
  });
  await using database = await openDatabase({ type: 'sqlite', file });
  const cells = ['at', 'clock', 'day'].map((column) => ({ column, nulls: 'clear' as const }));
  const csv = String(await readAll(database.readCsv({ source: { table: 'times' }, cells, timeZone: 'Europe/Paris' })));
  assert.deepEqual(csv.split('\n'), [
    '2026-03-29T00:30:00.500Z,10:15:00.000Z,"2026-03-29"',
    '2026-03-29T01:30:00.000Z,10:15:30.250Z,"29.3.2026"',
    '2026-10-25T01:30:00.000Z,"25:00",#N/A',
    '"2026-02-31 10:00:00","noon, say",#N/A',
    '1774751400,#N/A,#N/A',
    '',
  ]);
});

test('a file that is not there, or is no SQLite database, is said at once', async () => {
  await refuses(
    openDatabase({ type: 'sqlite', file: join(folder, 'none.sqlite') }),
    'DATABASE_UNREACHABLE',
    /does not exist/,
  );
  writeFileSync(join(folder, 'text.sqlite'), 'not a database, but long enough to be looked at as one');
  await refuses(
    openDatabase({ type: 'sqlite', file: join(folder, 'text.sqlite') }),
    'DATABASE_UNREACHABLE',
    /not a database/,
  );
});

test('a SQLite query is one statement that only reads', async () => {
  await refuses(
    readCells('select 1 as x) ; drop table golden; select * from (select 1'),
    'SOURCE_INVALID',
    /more than one statement/,
  );
  await refuses(readCells('selec 1'), 'SOURCE_INVALID', /syntax error/);
  await refuses(readCells('select nope from (select 1 as x)'), 'COLUMN_MISSING', /"nope"/);
  assert.equal(await readCells('select 1 as x, 2 as y -- both;'), '1,2\n');
});

test('two columns of one name in a SQLite query can be told apart', async () => {
  assert.equal(await readCells('select 1 as x, 2 as x'), '1,2\n');
});
