/** What every adapter that loads rows must do: one suite, called with each adapter. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { parseCsv, SluiceError } from '../../src/base/index.ts';
import {
  type Database,
  type DatabaseSettings,
  type Load,
  type LoadCounts,
  type LoadPlan,
  openDatabase,
  openTarget,
  type Source,
  type Target,
  type TargetColumn,
  type TargetTable,
} from '../../src/database/index.ts';
import { readAll, refuses } from './database.ts';

export type TargetUnderTest = {
  settings: DatabaseSettings;
  /** False for folders of files: everything is text there. */
  hasTypes: boolean;
  /** `accounts` as this adapter names a table of its own: in a folder `accounts.csv`. */
  tableOf(name: string): string;
  sourceOf(table: string): Source;
};

/** One of each kind; headers as Salesforce writes them where they differ from the column's name. */
export const columns: readonly TargetColumn[] = [
  { name: 'id', header: 'Id', kind: 'text', length: 18 },
  { name: 'name', header: 'Name', kind: 'text', length: 255 },
  { name: 'notes', header: 'Notes__c', kind: 'text' },
  { name: 'owner email', header: 'Owner.Email', kind: 'text', length: 80 },
  { name: 'amount', header: 'Amount', kind: 'decimal', precision: 14, scale: 2 },
  { name: 'employees', header: 'NumberOfEmployees', kind: 'integer' },
  { name: 'ratio', header: 'Ratio__c', kind: 'float' },
  { name: 'active', header: 'Active__c', kind: 'boolean' },
  { name: 'since', header: 'Since__c', kind: 'date' },
  { name: 'opens', header: 'Opens__c', kind: 'time' },
  { name: 'modified', header: 'SystemModstamp', kind: 'timestamptz' },
];

export type Cells = Partial<Record<string, string>>;
type Row = { id: string } & Cells;

const headerOf = ({ header, name }: TargetColumn) => header ?? name;

/** As Bulk API 2.0 writes it: every cell in quotes, an empty one for a null. */
export function bulkCsv(rows: readonly Cells[], { of = columns, lineEnd = '\n', bare = false } = {}): Buffer[] {
  const quote = (text: string) => (bare && /^[\w.:+-]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);
  const line = (cells: readonly string[]) => cells.map(quote).join(',') + lineEnd;
  const lines = [line(of.map(headerOf)), ...rows.map((row) => line(of.map(({ name }) => row[name] ?? '')))];
  const all = Buffer.from(lines.join(''));
  // Cut where nobody expects it, so that no block ends with a record.
  const cut = Math.max(1, Math.floor(all.length / 3));
  return [all.subarray(0, cut), all.subarray(cut, cut * 2), all.subarray(cut * 2)];
}

const fullRow: Row = {
  id: '001000000000001AAA',
  name: 'Acme "Ltd", really',
  notes: 'two\r\nlines, and \\ a slash 😀 ',
  'owner email': 'ada@example.com',
  amount: '1234567.50',
  employees: '42',
  ratio: '0.30000000000000004',
  active: 'true',
  since: '1969-07-20',
  opens: '09:30:00.000',
  modified: '2026-07-01T12:00:00.999Z',
};

const numbers = new Set(['amount', 'employees', 'ratio']);

/** What reading gives back for a cell that was loaded. */
function readForm(name: string, cell: string | undefined | null): string | null {
  if (cell === undefined || cell === null || cell === '') return null;
  if (numbers.has(name)) return String(Number(cell));
  return name === 'opens' ? cell.replace(/Z?$/, 'Z') : cell;
}

export function testTarget(name: string, open: () => Promise<TargetUnderTest & { close(): Promise<void> }>): void {
  let under: TargetUnderTest & { close(): Promise<void> };
  let target: Target;
  let reader: Database;
  before(async () => {
    under = await open();
    target = await openTarget(under.settings);
    reader = await openDatabase(under.settings);
  });
  after(async () => {
    await target?.[Symbol.asyncDispose]();
    await reader?.[Symbol.asyncDispose]();
    await under?.close();
  });

  let tables = 0;
  async function createTable(of = columns): Promise<TargetTable> {
    const into = { table: under.tableOf(`loaded_${++tables}`), columns: of, key: ['id'] };
    await target.prepareTable(into, { create: true });
    return into;
  }

  async function loadInto(
    plan: LoadPlan,
    rows: readonly Cells[],
    merging: Parameters<Load['merge']>[0] = {},
  ): Promise<LoadCounts> {
    await using load = await target.openLoad(plan);
    await load.stage(bulkCsv(rows, { of: plan.into.columns }));
    return await load.merge(merging);
  }

  async function readTable({ table, columns: of }: TargetTable): Promise<Map<string, Record<string, string | null>>> {
    const cells = of.map((column) => ({ column: column.name, nulls: 'clear' as const }));
    const csv = await readAll(reader.readCsv({ source: under.sourceOf(table), cells, timeZone: 'UTC' }));
    const found = new Map<string, Record<string, string | null>>();
    for await (const batch of parseCsv([csv], { nullText: '#N/A' })) {
      for (const row of batch) {
        found.set(
          String(row[0]),
          Object.fromEntries(of.map((column, place) => [column.name, readForm(column.name, row[place])])),
        );
      }
    }
    return found;
  }

  const expectedRow = (row: Cells, of = columns) =>
    Object.fromEntries(of.map((column) => [column.name, readForm(column.name, row[column.name])]));

  async function holds(into: TargetTable, rows: readonly Cells[]): Promise<void> {
    const wanted = new Map(rows.map((row) => [row.id!, expectedRow(row, into.columns)]));
    assert.deepEqual(await readTable(into), wanted);
  }

  const counts = (given: Partial<LoadCounts>): LoadCounts => ({
    staged: 0,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    ...given,
  });

  test(`${name}: a table is created on request, and what is loaded comes back cell by cell`, async () => {
    const into = await createTable();
    await target.prepareTable(into, { create: true });
    const rows = [fullRow, { id: '001000000000002AAA' }, { id: '001000000000003AAA', name: '#N/A', notes: '\\.' }];
    assert.deepEqual(await loadInto({ into }, rows), counts({ staged: 3, inserted: 3 }));
    await holds(into, rows);
  });

  test(`${name}: line ends may be CRLF, quotes may be left out, columns may be more and in any order`, async () => {
    const into = await createTable();
    const more = [...columns].reverse();
    more.splice(3, 0, { name: 'surplus', kind: 'text' });
    await using load = await target.openLoad({ into });
    const first = { ...fullRow, surplus: 'nobody wants\nthis', modified: '2026-07-01T12:00:00.999+0000' };
    const second = { id: 'NULL', name: 'null', active: 'false', surplus: '1' };
    assert.equal(await load.stage(bulkCsv([first], { of: more, lineEnd: '\r\n' })), 1);
    assert.equal(await load.stage(bulkCsv([second], { bare: true })), 1);
    assert.equal(await load.stage([]), 0);
    assert.deepEqual(await load.merge(), counts({ staged: 2, inserted: 2 }));
    await holds(into, [fullRow, second]);
  });

  test(`${name}: a merge touches only what differs, and counts it`, async () => {
    const into = await createTable();
    const rows = [fullRow, { id: 'b', name: 'B', amount: '1.10' }, { id: 'c', name: 'C' }, { id: 'd' }];
    await loadInto({ into }, rows);
    const changed = [fullRow, { id: 'b', name: 'b', amount: '1.1' }, { id: 'c' }, { id: 'd', name: 'D' }, { id: 'e' }];
    assert.deepEqual(
      await loadInto({ into }, changed),
      counts({ staged: 5, inserted: 1, updated: 3, unchanged: 1 }),
      'case, a value that went and one that came are changes; another way of writing a number is none',
    );
    await holds(into, changed);
    assert.deepEqual(await loadInto({ into }, changed), counts({ staged: 5, unchanged: 5 }));
    assert.deepEqual(await loadInto({ into }, []), counts({}));
  });

  test(`${name}: of rows that come more than once the last one counts`, async () => {
    const into = await createTable();
    await using load = await target.openLoad({ into });
    await load.stage(bulkCsv([{ id: 'a', name: '1' }, { id: 'b' }, { id: 'a', name: '2' }]));
    await load.stage(bulkCsv([{ id: 'a', name: '3' }]));
    assert.deepEqual(await load.merge(), counts({ staged: 4, inserted: 2, unchanged: 2 }));
    await holds(into, [{ id: 'a', name: '3' }, { id: 'b' }]);
    await load[Symbol.asyncDispose]();
    const again = [{ id: 'a', name: '3' }, { id: 'a', name: '4' }, { id: 'b', name: 'B' }, { id: 'b' }];
    const { inserted, deleted } = await loadInto({ into }, again);
    assert.deepEqual([inserted, deleted], [0, 0]);
    await holds(into, [{ id: 'a', name: '4' }, { id: 'b' }]);
  });

  test(`${name}: rows that are gone are marked, and a row that comes back is unmarked`, async () => {
    const marked: TargetColumn[] = [
      { name: 'id', kind: 'text', length: 18 },
      { name: 'name', kind: 'text', length: 255 },
      { name: 'is_deleted', header: 'IsDeleted', kind: 'boolean' },
    ];
    const into = await createTable(marked);
    const deletions = { by: 'mark', column: 'is_deleted' } as const;
    const row = (id: string, isDeleted: boolean) => ({ id, name: id, is_deleted: String(isDeleted) });
    await loadInto({ into, deletions }, [row('a', false), row('b', false), row('c', false)]);
    const gone = [row('a', true), row('b', false), row('new', true)];
    assert.deepEqual(
      await loadInto({ into, deletions }, gone),
      counts({ staged: 3, deleted: 1, inserted: 1, unchanged: 1 }),
    );
    await holds(into, [...gone, row('c', false)]);
    assert.deepEqual(await loadInto({ into, deletions }, gone), counts({ staged: 3, unchanged: 3 }));
    assert.deepEqual(await loadInto({ into, deletions }, [row('a', false)]), counts({ staged: 1, updated: 1 }));
    assert.deepEqual(
      await loadInto({ into, deletions: { ...deletions, unstaged: true } }, [row('b', false)]),
      counts({ staged: 1, unchanged: 1, deleted: 2 }),
      'all that a whole load does not bring is gone; what was marked before is not counted again',
    );
    await holds(into, [row('a', true), row('b', false), row('c', true), row('new', true)]);
  });

  test(`${name}: rows that are gone are removed where that is wanted`, async () => {
    const into = await createTable(columns.slice(0, 2));
    const deletions = { by: 'remove', header: 'IsDeleted' } as const;
    const withFlag = [...columns.slice(0, 2), { name: 'gone', header: 'IsDeleted', kind: 'boolean' } as const];
    await loadInto({ into }, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    const staged = [
      { id: 'a', gone: 'true' },
      { id: 'b', gone: 'false', name: 'B' },
      { id: 'never', gone: 'true' },
    ];
    await using load = await target.openLoad({ into, deletions });
    await load.stage(bulkCsv(staged, { of: withFlag }));
    assert.deepEqual(await load.merge(), counts({ staged: 3, deleted: 1, updated: 1, unchanged: 1 }));
    await holds(into, [{ id: 'b', name: 'B' }, { id: 'c' }]);
    await load[Symbol.asyncDispose]();
    assert.deepEqual(
      await loadInto({ into, deletions: { by: 'remove', unstaged: true } }, [{ id: 'c' }, { id: 'd' }]),
      counts({ staged: 2, unchanged: 1, inserted: 1, deleted: 1 }),
    );
    await holds(into, [{ id: 'c' }, { id: 'd' }]);
    const turns = [
      { id: 'c', gone: 'false' },
      { id: 'c', gone: 'true' },
      { id: 'd', gone: 'true' },
      { id: 'd', gone: 'false', name: 'back' },
    ];
    await using last = await target.openLoad({ into, deletions });
    await last.stage(bulkCsv(turns, { of: withFlag }));
    assert.deepEqual(await last.merge(), counts({ staged: 4, deleted: 1, updated: 1, unchanged: 2 }));
    await holds(into, [{ id: 'd', name: 'back' }]);
  });

  test(`${name}: the bookmark is set with the rows or not at all`, async () => {
    const into = await createTable();
    const bookmark = { name: `bookmark of ${into.table}`, value: '2026-07-01T12:00:00.000Z,001000000000001AAA' };
    assert.equal(await target.readBookmark(bookmark.name), undefined);
    await loadInto({ into }, [{ id: 'a' }], { bookmark });
    assert.equal(await target.readBookmark(bookmark.name), bookmark.value);
    assert.equal(await target.readBookmark(bookmark.name.toUpperCase()), undefined);
    await loadInto({ into }, [], { bookmark: { ...bookmark, value: 'it\'s "later" 京' } });
    assert.equal(await target.readBookmark(bookmark.name), 'it\'s "later" 京');
    {
      await using load = await target.openLoad({ into });
      await load.stage(bulkCsv([{ id: 'b' }]));
    }
    assert.equal(await target.readBookmark(bookmark.name), 'it\'s "later" 京');
    await holds(into, [{ id: 'a' }]);
  });

  test(`${name}: a table that is not there or does not fit is refused with the column, both types and the cure`, async () => {
    const missing = { table: under.tableOf('nowhere'), columns, key: ['id'] };
    await refuses(target.prepareTable(missing), 'TARGET_MISSING', /nowhere.*Create it/);
    await refuses(target.openLoad({ into: missing }), 'TARGET_MISSING', /nowhere/);
    const into = await createTable(columns.slice(0, 2));
    const more: TargetColumn[] = [...columns.slice(0, 2), { name: 'names', kind: 'text' }];
    await refuses(
      target.openLoad({ into: { ...into, columns: more } }),
      'TARGET_COLUMN_MISSING',
      /"names".*Did you mean "name"/,
    );
    if (!under.hasTypes) return;
    const dated = await createTable([columns[0]!, { name: 'name', kind: 'date' }]);
    await refuses(
      target.openLoad({ into: { ...dated, columns: columns.slice(0, 2) } }),
      'TARGET_COLUMN_UNFIT',
      /"name".* is date, which cannot hold text of 255 characters.*Make the column .*char.*\(255\)/,
    );
    await refuses(
      target.openLoad({ into: { ...into, key: ['name'] } }),
      'TARGET_UNFIT',
      /keeps name unique.*unique index over exactly name/,
    );
  });

  test(`${name}: a plan that contradicts itself is refused`, async () => {
    const into = await createTable();
    const refused = (plan: LoadPlan, text: RegExp) => refuses(target.openLoad(plan), 'TARGET_UNFIT', text);
    await refused({ into: { ...into, key: [] } }, /no key/);
    await refused({ into: { ...into, key: ['nowhere'] } }, /"nowhere" is not among/);
    await refused({ into: { ...into, columns: [...columns, columns[1]!] } }, /"name" is filled twice/);
    await refused({ into, deletions: { by: 'mark', column: 'name' } }, /no boolean/);
  });

  test(`${name}: a row that does not fit is named, and all is as it was before`, async () => {
    const into = await createTable();
    await loadInto({ into }, [fullRow]);
    for (const [row, text] of [
      [{ id: 'b', employees: 'many' }, /line 3, column "employees"/],
      [{ id: 'b', amount: '1,5' }, /amount/],
      [{ id: 'b', active: 'perhaps' }, /active/],
      [{ id: 'b', since: '2026-02-30' }, /since|2026-02-30/],
      [{ id: 'b', modified: 'some day' }, /modified/],
      [{ id: '', name: 'nobody' }, /"id"/],
    ] as const) {
      await refuses(loadInto({ into }, [{ id: 'a' }, row]), 'LOAD_ROW_UNFIT', text);
    }
    await using load = await target.openLoad({ into });
    await refuses(load.stage([Buffer.from('Id,Name\na,b\n')]), 'LOAD_COLUMN_MISSING', /"Notes__c".*Id, Name/);
    await load[Symbol.asyncDispose]();
    await using broken = await target.openLoad({ into });
    await assert.rejects(
      broken.stage([...bulkCsv([{ id: 'a' }]), Buffer.from('"b","unclosed')]),
      (error: SluiceError) => ['CSV_INVALID', 'LOAD_ROW_UNFIT'].includes(error.code),
    );
    await assert.rejects(broken.merge(), SluiceError, 'what is half staged is never merged');
    await holds(into, [fullRow]);
  });

  test(`${name}: two loads into one table at once: the second is refused, another table is not`, async () => {
    const [into, other] = [await createTable(), await createTable()];
    await using first = await target.openLoad({ into });
    await refuses(target.openLoad({ into }), 'LOAD_RUNNING', new RegExp(into.table));
    await using second = await openTarget(under.settings);
    await refuses(second.openLoad({ into }), 'LOAD_RUNNING', /Wait for it to end/);
    await loadInto({ into: other }, [{ id: 'a' }]);
    await first.stage(bulkCsv([{ id: 'a' }]));
    await refuses(target.openLoad({ into }), 'LOAD_RUNNING', /Another load/);
    await first.merge();
    await first[Symbol.asyncDispose]();
    assert.deepEqual(await loadInto({ into }, [{ id: 'b' }]), counts({ staged: 1, inserted: 1 }));
  });

  test(`${name}: a load that is stopped leaves all as it was, and the next one can begin`, async () => {
    const into = await createTable();
    await loadInto({ into }, [fullRow]);
    const stop = new AbortController();
    const reason = new Error('stopped by the test');
    async function* endless() {
      yield* bulkCsv([{ id: 'a' }]);
      for (let turn = 0; ; turn++) {
        if (turn === 3) stop.abort(reason);
        yield Buffer.from(`"b${turn}"${',""'.repeat(columns.length - 1)}\n`);
        await sleep(1);
      }
    }
    {
      await using load = await target.openLoad({ into });
      await assert.rejects(load.stage(endless(), { signal: stop.signal }), reason);
    }
    await assert.rejects(target.prepareTable(into, { signal: stop.signal }), reason);
    await openWhenFree(target, { into }).then((load) => load[Symbol.asyncDispose]());
    await holds(into, [fullRow]);
  });

  test(`${name}: a source that breaks off is an error of the source, and nothing of it is merged`, async () => {
    const into = await createTable();
    async function* breaking() {
      yield* bulkCsv([{ id: 'a' }]);
      throw new SluiceError('ANSWER_LOST', { what: 'the page', reason: 'gone' });
    }
    await using load = await target.openLoad({ into });
    await refuses(load.stage(breaking()), 'ANSWER_LOST', /the page/);
    await assert.rejects(load.merge(), SluiceError);
    await holds(into, []);
  });

  test(`${name}: 20,000 rows of any text come back equal by their digest`, async () => {
    const into = await createTable();
    const seed = Number(process.env.SLUICE_SEED ?? Date.now() % 1e9);
    const rows = randomRows(20_000, seed);
    const digest = (found: Iterable<readonly [string, Record<string, string | null>]>) => {
      const lines = [...found].map(([id, row]) => JSON.stringify([id, columns.map((column) => row[column.name])]));
      return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
    };
    assert.equal((await loadInto({ into }, rows)).inserted, rows.length);
    const wanted = digest(rows.map((row) => [row.id, expectedRow(row)]));
    assert.equal(digest(await readTable(into)), wanted, `SLUICE_SEED=${seed}`);
    assert.equal((await loadInto({ into }, rows)).unchanged, rows.length, `SLUICE_SEED=${seed}`);
  });

  for (const [moment, sentence] of [
    ['half', 'half staged'],
    ['staged', 'staged and not merged'],
  ] as const) {
    test(`${name}: a process that is killed with its rows ${sentence} leaves the old state, and the next load cleans up`, async () => {
      const into = await createTable();
      const bookmark = { name: into.table, value: 'old' };
      await loadInto({ into }, [fullRow], { bookmark });
      await using child = startLoading(under.settings, { plan: { into }, rows: 20_000, moment });
      await child.reached;
      child.kill();
      await holds(into, [fullRow]);
      assert.equal(await target.readBookmark(into.table), 'old');
      await using load = await openWhenFree(target, { into });
      await load.stage(bulkCsv([{ id: 'after' }]));
      assert.deepEqual(await load.merge(), counts({ staged: 1, inserted: 1 }));
      await holds(into, [fullRow, { id: 'after' }]);
    });
  }

  test(`${name}: a process that is killed while it merges leaves the old state or the new one, and the bookmark never runs ahead`, async () => {
    const seed = Number(process.env.SLUICE_SEED ?? Date.now() % 1e9);
    const [most = 300] = fc.sample(fc.integer({ min: 50, max: 400 }), { numRuns: 1, seed });
    for (let round = 0; round < 6; round++) {
      const into = await createTable(columns.slice(0, 2));
      await loadInto({ into }, [{ id: '1', name: 'old' }], { bookmark: { name: into.table, value: 'old' } });
      await using child = startLoading(under.settings, { plan: { into }, rows: 20_000, moment: 'merging' });
      await child.reached;
      await Promise.race([sleep((most * round) / 5), child.ended]);
      child.kill();
      await child.ended;
      await openWhenFree(target, { into }).then((load) => load[Symbol.asyncDispose]());
      const value = await target.readBookmark(into.table);
      const found = await readTable(into);
      const told = `SLUICE_SEED=${seed} round ${round}: ${found.size} rows`;
      assert.equal(found.size, value === 'new' ? 20_000 : 1, told);
      assert.equal(found.get('1')?.name, value === 'new' ? 'row 1' : 'old', told);
    }
  });

  test(`${name}: 300,000 rows are loaded in flat memory`, async () => {
    const into = await createTable(columns.slice(0, 2));
    const start = process.memoryUsage.rss();
    let most = 0;
    function* lines() {
      yield Buffer.from('Id,Name\n');
      for (let id = 0; id < 300_000; id += 1000) {
        most = Math.max(most, process.memoryUsage.rss());
        yield Buffer.from(
          Array.from({ length: 1000 }, (_, place) => `${id + place},"${'a name of some length '.repeat(11)}"\n`).join(
            '',
          ),
        );
      }
    }
    await using load = await target.openLoad({ into });
    await load.stage(lines());
    assert.equal((await load.merge()).inserted, 300_000);
    assert.ok(most - start < 128_000_000, `memory rose by ${most - start} bytes`);
  });
}

/** The server may take a moment to notice that a process has gone. */
async function openWhenFree(target: Target, plan: LoadPlan): Promise<Load> {
  for (let tries = 0; ; tries++) {
    try {
      return await target.openLoad(plan);
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'LOAD_RUNNING' || tries > 300) throw error;
      await sleep(50);
    }
  }
}

type Child = AsyncDisposable & { reached: Promise<unknown>; ended: Promise<unknown>; kill(): void };

function startLoading(
  settings: TargetUnderTest['settings'],
  work: { plan: LoadPlan; rows: number; moment: string },
): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load-child.ts')], {
    env: { ...process.env, SLUICE_TEST_LOAD: JSON.stringify({ settings, ...work }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const reached = Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => assert.fail('the loading process ended by itself')),
  ]);
  const kill = () => void child.kill('SIGKILL');
  return {
    reached,
    ended,
    kill,
    async [Symbol.asyncDispose]() {
      kill();
      await ended;
    },
  };
}

const special = [
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  '\\',
  '\\n',
  '\t',
  "'",
  '#N/A',
  ' ',
  '\u2028',
  '😀',
  'é',
  'ß',
  '京',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...special), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 8 })
  .map((parts) => parts.join(''));
const instant = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-01-01'), noInvalidDate: true });
const orNull = (cell: fc.Arbitrary<string>) => fc.option(cell, { nil: '', freq: 6 });

const randomRow = fc.record({
  name: orNull(text),
  notes: orNull(
    fc.oneof({ weight: 200, arbitrary: text }, { weight: 1, arbitrary: text.map((part) => `${part}|`.repeat(2_000)) }),
  ),
  'owner email': orNull(fc.nat().map((number) => `ada+${number}@example.com`)),
  amount: orNull(fc.integer({ min: -1e12, max: 1e12 }).map((cents) => (cents / 100).toFixed(2))),
  employees: orNull(fc.maxSafeInteger().map(String)),
  ratio: orNull(
    fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
      .map((value) => String(value === 0 ? 0 : value)),
  ),
  active: orNull(fc.boolean().map(String)),
  since: orNull(instant.map((date) => date.toISOString().slice(0, 10))),
  opens: orNull(instant.map((date) => date.toISOString().slice(11, 23))),
  modified: orNull(instant.map((date) => date.toISOString())),
});

function randomRows(count: number, seed: number): Row[] {
  return fc
    .sample(randomRow, { numRuns: count, seed })
    .map((row, place) => ({ ...row, id: `${place % 2 ? 'a' : 'A'}${Math.floor(place / 2)}` }));
}
