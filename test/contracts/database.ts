/** What every database adapter must do: one suite, called with each adapter. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, parseCsv, SluiceError } from '../../src/base/index.ts';
import type { Cell, ColumnKind, Database, NullPolicy, Source } from '../../src/database/index.ts';

/** A value of the golden table as it is put in, by column; null is a null. */
export type GoldenRow = Record<GoldenColumn, string | number | boolean | Buffer | null>;

export type GoldenColumn = keyof typeof goldenKinds;

/** The columns of the golden table and what they hold; an adapter without types holds text. */
export const goldenKinds = {
  id: 'integer',
  label: 'text',
  big: 'integer',
  amount: 'decimal',
  ratio: 'float',
  active: 'boolean',
  born: 'date',
  seen: 'timestamp',
  'odd "name", really': 'text',
} as const satisfies Record<string, ColumnKind>;

const quoted = 'odd "name", really';

const empty = {
  id: 0,
  label: null,
  big: null,
  amount: null,
  ratio: null,
  active: null,
  born: null,
  seen: null,
  [quoted]: null,
};

const texts = [
  'plain',
  'with "quotes" and, commas',
  'lines\nof\r\ntext',
  '#N/A',
  '"#N/A"',
  ' blanks around ',
  'القاهرة',
  'ירושלים',
  '北京 😀',
  "it's \\ back",
  '\\.',
  'x'.repeat(200_000),
];

/** Each row as it goes in; `written` says how cells come out that are not written as they went in. */
export const goldenRows: readonly GoldenRow[] = [
  ...texts.map((label, place) => ({ ...empty, id: place + 1, label })),
  {
    ...empty,
    id: 101,
    big: '9223372036854775807',
    amount: '1234567.8901',
    ratio: 0.30000000000000004,
    active: true,
  },
  { ...empty, id: 102, big: '-9223372036854775808', amount: '-0.0001', ratio: -2.5, active: false },
  { ...empty, id: 103, born: '1969-07-20', seen: '1969-07-20 20:17:40' },
  { ...empty, id: 104, born: '0004-02-29', seen: '2026-07-01 12:00:00.999' },
  { ...empty, id: 105, [quoted]: 'odd' },
  { ...empty, id: 106 },
  { ...empty, id: 107, label: '' },
] as GoldenRow[];

const isoUtc: Record<string, string> = {
  '1969-07-20 20:17:40': '1969-07-20T20:17:40.000Z',
  '2026-07-01 12:00:00.999': '2026-07-01T12:00:00.999Z',
};
const isoParis: Record<string, string> = {
  '1969-07-20 20:17:40': '1969-07-20T19:17:40.000Z',
  '2026-07-01 12:00:00.999': '2026-07-01T10:00:00.999Z',
};

export type DatabaseUnderTest = {
  database: Database;
  /** The golden table, in which `goldenRows` were put. */
  golden: Source;
  /** The golden columns' bytes that are no UTF-8: one row, one column `label`, the bytes `invalidBytes`. */
  invalid?: { database: Database; source: Source };
  /** 500,000 rows of `id` and `label`. */
  big: Source;
  missing: Source;
  /** Connections, handles or files that reads have open just now. */
  countOpen(): Promise<number>;
  close(): Promise<void>;
  /** False for sources without types: everything is text there, and comes out as it is. */
  hasTypes: boolean;
};

export const bigRows = 500_000;
/** A lone continuation byte, a cut-off character, and a byte that never stands in UTF-8. */
export const invalidBytes = Buffer.from([0x61, 0x80, 0x2c, 0xc3, 0x22, 0xff, 0x62]);

/** `holdsAnyBytes` is false where the server itself lets no bytes into a text that are no UTF-8. */
export function testDatabase(
  name: string,
  open: () => Promise<DatabaseUnderTest>,
  { holdsAnyBytes = true } = {},
): void {
  let under: DatabaseUnderTest;
  before(async () => {
    under = await open();
  });
  after(() => under?.close());

  const cellsOf = (nulls: NullPolicy): Cell[] => Object.keys(goldenKinds).map((column) => ({ column, nulls }));

  /** Rows by id, without the id; null is a bare #N/A. */
  async function readGolden(nulls: NullPolicy, timeZone = 'UTC') {
    const rows = await readRows(under.database.readCsv({ source: under.golden, cells: cellsOf(nulls), timeZone }));
    return new Map(rows.map(([id, ...cells]) => [Number(id), cells]));
  }

  function expected(row: GoldenRow, { ofNull, instants }: { ofNull: string | null; instants: Record<string, string> }) {
    const { id: _, ...others } = row;
    return Object.values(others).map((value) => {
      if (value === null || value === '') return ofNull;
      return under.hasTypes ? (instants[String(value)] ?? String(value)) : String(value);
    });
  }

  for (const [policy, ofNull] of [
    ['clear', null],
    ['keep', ''],
    [{ default: 'a "default", quoted' }, 'a "default", quoted'],
  ] as const) {
    test(`${name} writes every golden cell in Salesforce's form, a null by the policy ${JSON.stringify(policy)}`, async () => {
      const found = await readGolden(policy);
      assert.equal(found.size, goldenRows.length);
      for (const row of goldenRows)
        assert.deepEqual(found.get(Number(row.id)), expected(row, { ofNull, instants: isoUtc }), `row ${row.id}`);
    });
  }

  test(`${name} reads a timestamp without a zone in the zone of the interface`, async () => {
    const found = await readGolden('clear', 'Europe/Paris');
    for (const row of goldenRows)
      assert.deepEqual(found.get(Number(row.id)), expected(row, { ofNull: null, instants: isoParis }), `row ${row.id}`);
    await refuses(
      readAll(under.database.readCsv({ source: under.golden, cells: cellsOf('clear'), timeZone: 'Paris' })),
      'SETTING_INVALID',
      /Paris/,
    );
  });

  test(`${name} lists what can be read, each as a source names it`, async () => {
    const names = await under.database.tables();
    for (const source of [under.golden, under.big]) {
      const wanted = 'table' in source ? source.table : 'file' in source ? source.file : '';
      assert.ok(names.includes(wanted), `${wanted} among ${names.join(', ')}`);
    }
    assert.deepEqual(names, [...names].sort());
  });

  test(`${name} describes the columns in their order`, async () => {
    const columns = await under.database.columns(under.golden);
    assert.deepEqual(
      columns.map((column) => [column.name, column.kind]),
      Object.entries(goldenKinds).map(([column, kind]) => [column, under.hasTypes ? kind : 'text']),
    );
  });

  test(`${name} writes constants, and a text that is exactly #N/A in quotes`, async () => {
    const constants = ['fixed', 'with "quotes", and\nlines', '#N/A', 'שלום', "it's \\", null, ''];
    const cells = constants.map((constant): Cell => ({ constant, nulls: 'clear' }));
    const [row] = await readRows(under.database.readCsv({ source: under.golden, cells, timeZone: 'UTC' }));
    assert.deepEqual(row, ['fixed', 'with "quotes", and\nlines', '#N/A', 'שלום', "it's \\", null, null]);
  });

  test(`${name} never writes an empty line, which would be no row`, async () => {
    const csv = await readAll(
      under.database.readCsv({ source: under.golden, cells: [{ column: quoted, nulls: 'keep' }], timeZone: 'UTC' }),
    );
    assert.equal(
      csv
        .toString('utf8')
        .split('\n')
        .filter((line) => line === '').length,
      1,
      'only behind the last line end',
    );
    assert.equal((await readRows([csv])).length, goldenRows.length);
  });

  if (holdsAnyBytes) {
    test(`${name} passes bytes through that are no UTF-8`, async () => {
      const { database, source } = under.invalid!;
      const csv = await readAll(
        database.readCsv({ source, cells: [{ column: 'label', nulls: 'clear' }], timeZone: 'UTC' }),
      );
      const rows: string[][] = [];
      for await (const batch of parseCsv([csv], { encoding: 'latin1' })) rows.push(...batch);
      assert.deepEqual(rows, [[invalidBytes.toString('latin1')]]);
    });
  }

  test(`${name} names a source that is not there, and a column with the nearest one`, async () => {
    const cells: Cell[] = [{ column: 'lable', nulls: 'clear' }];
    await refuses(under.database.columns(under.missing), 'SOURCE_MISSING', /nowhere/);
    await refuses(
      readAll(under.database.readCsv({ source: under.missing, cells, timeZone: 'UTC' })),
      'SOURCE_MISSING',
      /nowhere/,
    );
    await refuses(
      readAll(under.database.readCsv({ source: under.golden, cells, timeZone: 'UTC' })),
      'COLUMN_MISSING',
      /"lable".*|Did you mean "label"/,
    );
  });

  test(`${name} stops when the signal is aborted, or the reader leaves, and leaves nothing open`, async () => {
    const cells: Cell[] = [{ column: 'label', nulls: 'clear' }];
    const plan = { source: under.big, cells, timeZone: 'UTC' };
    const stop = new AbortController();
    const reason = new Error('stopped by the test');
    await assert.rejects(async () => {
      for await (const _ of under.database.readCsv(plan, { signal: stop.signal })) stop.abort(reason);
    }, reason);
    for await (const _ of under.database.readCsv(plan)) break;
    await assert.rejects(readAll(under.database.readCsv(plan, { signal: stop.signal })), reason);
    for (let tries = 0; (await under.countOpen()) > 0; tries++) {
      assert.ok(tries < 200, 'something stays open');
      await sleep(20);
    }
  });

  test(`${name} reads ${bigRows} rows in flat memory`, async () => {
    const cells: Cell[] = [
      { column: 'id', nulls: 'clear' },
      { column: 'label', nulls: 'clear' },
    ];
    let bytes = 0;
    let lines = 0;
    let most = 0;
    const start = process.memoryUsage.rss();
    for await (const block of under.database.readCsv({ source: under.big, cells, timeZone: 'UTC' })) {
      bytes += block.length;
      for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) lines++;
      most = Math.max(most, process.memoryUsage.rss());
    }
    assert.equal(lines, bigRows);
    assert.ok(bytes > 40_000_000, `${bytes} bytes`);
    assert.ok(most - start < 64_000_000, `memory rose by ${most - start} bytes for ${bytes} bytes of CSV`);
  });
}

/** 80 bytes. */
export const bigLabel = 'a label of some length, so that all the rows together do not fit in memory twice';

export async function readAll(blocks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(Buffer.from(block));
  return Buffer.concat(all);
}

async function readRows(blocks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for await (const batch of parseCsv(blocks, { nullText: '#N/A' })) rows.push(...batch);
  return rows;
}

export async function refuses(act: Promise<unknown>, code: ErrorCode, text: RegExp): Promise<void> {
  await assert.rejects(act, (error: SluiceError) => {
    assert.ok(error instanceof SluiceError, `${error}`);
    assert.equal(error.code, code);
    assert.match(`${error.message} ${error.next}`, text);
    assert.ok(error.next.length > 0);
    return true;
  });
}
