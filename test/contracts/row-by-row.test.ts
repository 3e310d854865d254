import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type CheckedRecords, createCheck, type Records } from '../../src/agent/check-before-sending.ts';
import { createRowMapper } from '../../src/agent/map-rows.ts';
import { cutRecords } from '../../src/agent/record-cutter.ts';
import { parseCsv } from '../../src/base/index.ts';
import { type Database, openDatabase } from '../../src/database/index.ts';
import {
  compileRowMapping,
  createRowKey,
  isComputed,
  type MappedCell,
  type Mapping,
  planMapping,
  type ReadCell,
  type SourceColumns,
} from '../../src/mapping/index.ts';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-row-by-row-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const columns = ['id', 'label', 'amount', 'ratio', 'active', 'born', 'seen'] as const;
const timeZone = 'Europe/Berlin';

type SourceRow = readonly (string | number | boolean | null)[];

const label = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('#N/A', '', ' ', 'a"b', 'x,y', 'line\nend', '\\.', 'crlf\r\n', '""'),
  )
  .filter((text) => !text.includes('\0'));

const sourceRow = fc.tuple(
  fc.integer({ min: -99_999, max: 99_999 }),
  fc.option(label),
  fc.option(fc.constantFrom('0', '1.50', '-12345678901234567890.25', '0.0000001')),
  fc.option(fc.constantFrom(0.5, -1e21, 1e-7, 3)),
  fc.option(fc.boolean()),
  fc.option(fc.constantFrom('2026-03-29', '1999-12-31')),
  fc.option(fc.constantFrom('2026-03-29 02:30:00', '2026-10-25 02:30:00.123')),
);

const nulls = fc.constantFrom('clear', 'keep', { default: 'none, or "so"' }, { default: '0' } as const);

/** What can be said in SQL: columns and constants in any order, each with its null policy. */
const mapping: fc.Arbitrary<Mapping> = fc
  .array(
    fc.oneof(
      fc.record({ column: fc.constantFrom(...columns), nulls }),
      fc.record({ constant: fc.option(fc.constantFrom('plain', 'a "quoted", one', 'two\nlines')), nulls }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((sources) => Object.fromEntries(sources.map((source, place) => [`F${place}__c`, source])) as Mapping);

type Outcome = { bytes: string; rejected: string[] };

async function collect(database: Database, cells: readonly ReadCell[], steps: readonly Step[]): Promise<Outcome> {
  const outcome: Outcome = { bytes: '', rejected: [] };
  const blocks = database.readCsv({ source: { table: 'source' }, cells, timeZone });
  for await (const records of cutRecords(blocks)) {
    let at: Records = records;
    for (const step of steps) {
      const done = await step(at);
      outcome.rejected.push(...done.rejected.map(({ key, code, cells: sent }) => JSON.stringify([key, code, sent])));
      at = done;
    }
    outcome.bytes += at.bytes.toString('latin1');
  }
  return outcome;
}

const isRead = (cell: MappedCell): cell is ReadCell => !isComputed(cell);

type Step = (records: Records) => Promise<CheckedRecords> | CheckedRecords;

function planOf(mapped: Mapping) {
  const plan = planMapping(mapped, { defaultNulls: 'clear' });
  const keyOf = createRowKey(plan.header, null).of;
  return { plan, keyOf, check: createCheck({ header: plan.header, keyOf }) };
}

/** As the database writes it; for mappings that can be said in SQL. */
function readPushed(database: Database, mapped: Mapping): Promise<Outcome> {
  const { plan, check } = planOf(mapped);
  return collect(database, plan.cells.filter(isRead), [check]);
}

function readByRow(database: Database, mapped: Mapping, types: SourceColumns = new Map()): Promise<Outcome> {
  const { plan, keyOf, check } = planOf(mapped);
  const mapping = compileRowMapping(plan, types, { now: 0, timeZone });
  return collect(database, mapping.reads, [
    createRowMapper({ mapping, header: plan.header, keyOf, checks: null }),
    check,
  ]);
}

/** Of columns whose values a formula leaves as they are: as plain fields, and some of them computed. */
const computable = fc.array(
  fc.record({
    column: fc.constantFrom('id', 'label', 'born', 'seen'),
    nulls,
    way: fc.constantFrom('plain', 'formula', 'map', 'both'),
  }),
  { minLength: 1, maxLength: 8 },
);

const formulaTypes = new Map([
  ['id', 'Number'],
  ['label', 'Text'],
  ['born', 'Date'],
  ['seen', 'DateTime'],
] as const);

function mappingOf(sources: readonly { column: string; nulls: unknown; way: string }[], computed: boolean): Mapping {
  const map = { 'no label is this': 'x' };
  const fields = sources.map(({ column, nulls: policy, way }, place) => {
    const from = computed && (way === 'formula' || way === 'both') ? { formula: column } : { column };
    const mapped = computed && (way === 'map' || way === 'both') ? { map, otherwise: 'keep' } : {};
    return [`F${place}__c`, { ...from, ...mapped, nulls: policy }];
  });
  return Object.fromEntries(fields) as Mapping;
}

async function readAll({ bytes }: Outcome): Promise<(string | null)[][]> {
  const batches = await Array.fromAsync(parseCsv([Buffer.from(bytes, 'latin1')], { nullText: '#N/A' }));
  return batches.flat();
}

test('a formula that only names a column, and a map that keeps what it lacks, give the cells that the column gives', async () => {
  const fill = sqliteFill();
  const property = fc.asyncProperty(fc.array(sourceRow, { maxLength: 12 }), computable, async (rows, sources) => {
    await using database = await fill(rows);
    const pushed = await readPushed(database, mappingOf(sources, false));
    const byRow = await readByRow(database, mappingOf(sources, true), formulaTypes);
    assert.deepEqual(await readAll(byRow), await readAll(pushed));
    assert.deepEqual(byRow.rejected, pushed.rejected);
  });
  await fc.assert(property, { numRuns: 60 });
});

type Fill = (rows: readonly SourceRow[]) => Promise<Database>;

function testSameBytes(name: string, prepare: () => Promise<Fill>): void {
  test(`${name}: rows that go by row have the very bytes of those that the database writes, and the same are refused`, async () => {
    const fill = await prepare();
    const property = fc.asyncProperty(fc.array(sourceRow, { maxLength: 12 }), mapping, async (rows, mapped) => {
      await using database = await fill(rows);
      assert.deepEqual(await readByRow(database, mapped), await readPushed(database, mapped));
    });
    await fc.assert(property, { numRuns: 60 });
  });
}

function sqliteFill(): Fill {
  const file = join(folder, 'source.sqlite');
  return async (rows) => {
    const database = new DatabaseSync(file);
    database.exec(`drop table if exists source;
      create table source (id integer, label text, amount decimal(40, 10), ratio double, active boolean, born date, seen datetime)`);
    const insert = database.prepare('insert into source values (?, ?, ?, ?, ?, ?, ?)');
    for (const row of rows) insert.run(...row.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
    database.close();
    return await openDatabase({ type: 'sqlite', file });
  };
}

testSameBytes('SQLite', async () => sqliteFill());

testSameBytes('PostgreSQL', async () => {
  const address: PostgresAddress = await createTestDatabase();
  await runSql(
    address,
    'create table source (id int, label text, amount numeric, ratio float8, active boolean, born date, seen timestamp)',
  );
  return async (rows) => {
    await runSql(address, 'truncate source');
    const places = rows.map(
      (_, row) => `(${columns.map((__, column) => `$${row * columns.length + column + 1}`).join()})`,
    );
    if (rows.length > 0) await runSql(address, `insert into source values ${places.join()}`, rows.flat());
    return await openDatabase({ type: 'postgres', ...address, tls: 'off' });
  };
});

test('a source with broken bytes has the same rows refused both ways', async () => {
  const file = join(folder, 'broken.sqlite');
  const database = new DatabaseSync(file);
  database.exec(`create table source (id integer, label text);
    insert into source values (1, 'good'), (2, cast(x'636166e9' as text)), (3, '#N/A'), (4, 'gut')`);
  database.close();
  await using source = await openDatabase({ type: 'sqlite', file });
  const pushed = await readPushed(source, { Id__c: 'id', Label__c: 'label' });
  const byRow = await readByRow(source, { Id__c: 'id', Label__c: 'label' });
  assert.equal(pushed.bytes, '1,"good"\n4,"gut"\n');
  assert.equal(pushed.rejected.length, 2);
  assert.deepEqual({ ...byRow, rejected: byRow.rejected.sort() }, { ...pushed, rejected: pushed.rejected.sort() });
});
