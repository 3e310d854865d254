import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvBroken, type LineEnding, readCsvRecords, splitCells } from './csv-records.ts';

function withFile<T>(content: string | Buffer, act: (file: number) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-csv-'));
  const path = join(folder, 'a.csv');
  writeFileSync(path, content);
  const file = openSync(path, 'r');
  try {
    return act(file);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

function readAll(
  content: string | Buffer,
  { lineEnding = 'LF', position = 0 }: { lineEnding?: LineEnding; position?: number } = {},
) {
  return withFile(content, (file) => {
    const records = readCsvRecords(file, { position, lineEnding });
    return [
      ...(function* () {
        for (let record = records.next(); record !== undefined; record = records.next()) yield record;
      })(),
    ];
  });
}

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.oneof(
  fc.constantFrom('', 'a', 'é😀', 'a,b', 'a"b', 'a\nb', '"', ',', '\n', ' x '),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const plainCell = cell.map((text) => (/[",\r\n]/.test(text) ? quote(text) : text));
const row = fc
  .array(fc.oneof(cell.map(quote), plainCell), { minLength: 2, maxLength: 4 })
  .map((cells) => cells.join(','));

test('any CSV is read as a library reads it, and each record stands where it says it stands', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (rows, newline, closed) => {
        // A bare return before a newline would be half of a CRLF; the library and the org may judge it differently.
        const usable = rows.filter((text) => !/\r($|\n)/.test(text));
        const content = usable.join(newline) + (closed ? newline : '');
        const records = readAll(content, { lineEnding: newline === '\n' ? 'LF' : 'CRLF' });
        const expected = parse(content, {
          relax_column_count: true,
          record_delimiter: newline,
          skip_empty_lines: true,
        });
        assert.deepEqual(
          records.map(({ text }) => splitCells(text, ',')),
          expected,
        );
        const bytes = Buffer.from(content);
        for (const { offset, length, text } of records)
          assert.equal(bytes.toString('utf8', offset, offset + length), text);
      },
    ),
    { numRuns: 150 },
  );
});

test('records longer than a block, and blocks that end inside of quotes, are whole', () => {
  const rows = Array.from(
    { length: 4000 },
    (_, index) => `${index},${quote(`line\n${'"'.repeat(index % 7)}${'x'.repeat(index % 900)}`)}`,
  );
  rows.splice(100, 0, `long,${quote(`${'é'.repeat(600_000)}\n`)}`);
  const records = readAll(`${rows.join('\n')}\n`);
  assert.deepEqual(
    records.map(({ text }) => text),
    rows,
  );
  const [from] = records.slice(2000);
  assert.deepEqual(
    readAll(`${rows.join('\n')}\n`, { position: from!.offset }).map(({ text }) => text),
    rows.slice(2000),
  );
});

test('what cannot be read is told apart: line endings, quotes that stay open, records without end, bytes that are not UTF-8', () => {
  const told = (content: string | Buffer, lineEnding: LineEnding, message: RegExp) =>
    assert.throws(
      () => readAll(content, { lineEnding }),
      (error) => error instanceof CsvBroken && message.test(error.message),
    );
  told('a\r\n', 'LF', /LineEnding is invalid on user data\. Current LineEnding setting is LF/);
  told('a\r\nb\n', 'CRLF', /Current LineEnding setting is CRLF/);
  told('a,"b\n', 'LF', /quote is not closed/);
  told(`a,"${'b\n'.repeat(3_000_000)}`, 'LF', /too long/);
  told(Buffer.from([97, 0xff, 10]), 'LF', /not UTF-8/);
});
