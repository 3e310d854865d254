import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse as oracleParse } from 'csv-parse/sync';
import fc from 'fast-check';
import { inferSchema, initParser } from 'udsv';
import { createRecordScanner, csvCell, csvRow, parseCsv } from './csv.ts';
import { SluiceError } from './errors.ts';

/** Texts with what breaks CSV readers: quotes, delimiters, line breaks, scripts of several bytes a character. */
const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', 'a', 'é', 'ש', 'م', '京', '😀', '#N/A', '\\') }),
  fc.constantFrom('', '#N/A', 'القاهرة', 'ירושלים', '北京', '"', '""', '\r\n', ' a '),
);
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }));

/** The bytes in blocks cut at random places, in the middle of characters too. */
const cuts = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 40 });

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths.every((l) => l === 0) ? 1 : lengths[turn % lengths.length]!;
    blocks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return blocks;
}

async function readAll(blocks: Iterable<Uint8Array>, options = {}): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const batch of parseCsv(blocks, options)) rows.push(...batch);
  return rows;
}

const asText = (rows: readonly (readonly string[])[]) => rows.map((row) => csvRow(row)).join('');

test('what csvRow writes parseCsv reads back, wherever the blocks are cut', async () => {
  await fc.assert(
    fc.asyncProperty(table, cuts, async (rows, lengths) => {
      assert.deepEqual(await readAll(cut(Buffer.from(asText(rows)), lengths)), rows);
    }),
    { numRuns: 500 },
  );
});

test('parseCsv reads what csv-parse reads', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      cuts,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (rows, lengths, lineEnd, lastEnd) => {
        const quoteAll = lengths.length % 2 === 0;
        const write = (text: string) => (quoteAll ? `"${text.replaceAll('"', '""')}"` : csvCell(text));
        const text = rows.map((row) => row.map(write).join(',')).join(lineEnd) + (lastEnd ? lineEnd : '');
        const read = await readAll(cut(Buffer.from(text), lengths));
        assert.deepEqual(
          read,
          oracleParse(text, { delimiter: ',', record_delimiter: lineEnd, relax_column_count: true }),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('udsv agrees on cells with quotes, delimiters and line breaks', async () => {
  const plain = fc.array(
    fc.array(fc.string({ unit: fc.constantFrom('"', ',', '\n', 'a', 'é', '京') }), { minLength: 3, maxLength: 3 }),
    { minLength: 2, maxLength: 9 },
  );
  await fc.assert(
    fc.asyncProperty(plain, cuts, async (rows, lengths) => {
      const text = [['x', 'y', 'z'], ...rows]
        .map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(','))
        .join('\n');
      const schema = inferSchema(text, { col: ',', row: '\n', encl: '"' });
      const oracle = initParser(schema).stringArrs(text);
      assert.deepEqual((await readAll(cut(Buffer.from(text), lengths))).slice(1), oracle);
    }),
    { numRuns: 300 },
  );
});

test('the scanner counts the records and finds the last record end, wherever the blocks are cut', async () => {
  await fc.assert(
    fc.property(table, cuts, fc.nat({ max: 3 }), (rows, lengths, offset) => {
      const bytes = Buffer.alloc(offset + Buffer.byteLength(asText(rows)));
      bytes.write(asText(rows), offset);
      const ends = new Set<number>();
      let length = 0;
      for (const row of rows) {
        length += Buffer.byteLength(csvRow(row));
        ends.add(length);
      }
      const scanner = createRecordScanner();
      let at = 0;
      let records = 0;
      for (const block of cut(bytes.subarray(offset), lengths)) {
        const scan = scanner.scan(block);
        const inside = [...ends].filter((end) => end > at && end <= at + block.length);
        assert.equal(scan.records, inside.length);
        assert.equal(scan.lastEnd, inside.length === 0 ? 0 : inside.at(-1)! - at);
        at += block.length;
        records += scan.records;
      }
      assert.equal(records, rows.length);
    }),
    { numRuns: 500 },
  );
});

test('latin1 hands every byte on unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), cuts, async (bytes, lengths) => {
      const text = Buffer.from(bytes).toString('latin1');
      const csv = Buffer.from(`"${text.replaceAll('"', '""')}",x\n`, 'latin1');
      assert.deepEqual(await readAll(cut(csv, lengths), { encoding: 'latin1' }), [[text, 'x']]);
    }),
  );
});

test('an unquoted #N/A is a null and a quoted one a text, for those who ask', async () => {
  const rows: (string | null)[][] = [];
  for await (const batch of parseCsv([Buffer.from('#N/A,"#N/A",\n')], { nullText: '#N/A' })) rows.push(...batch);
  assert.deepEqual(rows, [[null, '#N/A', '']]);
  assert.deepEqual(await readAll([Buffer.from('#N/A,"#N/A",\n')]), [['#N/A', '#N/A', '']]);
  assert.equal(csvRow([null, '#N/A', '']), '#N/A,"#N/A",\n');
});

test('another delimiter is read when asked for', async () => {
  assert.deepEqual(await readAll([Buffer.from('a;"b;c";d,e\n')], { delimiter: ';' }), [['a', 'b;c', 'd,e']]);
});

for (const [what, text, line] of [
  ['a quote that is never closed', 'a,b\nc,d\ne,"f\ng,h\n', 3],
  ['a quote inside a cell without quotes', 'a,b\n"x\ny",b"c\n', 3],
  ['text behind a closing quote', 'a,b\nc,"d"e\n', 2],
] as const) {
  test(`${what} is refused with its line`, async () => {
    for (const lengths of [[1], [5], [1000]]) {
      await assert.rejects(readAll(cut(Buffer.from(text), lengths)), (error: SluiceError) => {
        assert.equal(error.code, 'CSV_INVALID');
        assert.match(error.message, new RegExp(`at line ${line}: `));
        return true;
      });
    }
  });
}

test('a quote that is never closed does not fill the memory', async () => {
  function* endless() {
    yield Buffer.from('a,b\nc,"');
    for (let block = 0; block < 1000; block++) yield Buffer.alloc(65_536, 'x');
  }
  await assert.rejects(
    readAll(endless()),
    (error: SluiceError) => error instanceof SluiceError && /line 2/.test(error.message),
  );
});

test('a cell of 200 KB is read whole', async () => {
  const long = '京"\n'.repeat(40_000);
  assert.deepEqual(await readAll(cut(Buffer.from(csvRow(['1', long])), [65_536])), [['1', long]]);
});
