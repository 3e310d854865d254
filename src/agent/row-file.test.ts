import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { csvRow, SluiceError } from '../base/index.ts';
import { createRowDigest } from '../mapping/index.ts';
import { openCsvFile } from './csv-rows.ts';
import { openRowFile } from './row-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-row-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'rows.csv');

async function readAll(bytes: string | Buffer, places: readonly number[] = [0, 1, 2]) {
  writeFileSync(path, bytes);
  await using file = await openRowFile(path);
  const rows: string[][] = [];
  const digests: string[] = [];
  await file.eachRow(places, (row) => {
    rows.push(row.cells());
    digests.push(row.digest.text());
  });
  return { columns: file.columns, rows, digests };
}

const cell = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()) },
  {
    weight: 9,
    arbitrary: fc.constantFrom('', '#N/A', 'a\r\nb', 'say "yes"', 'Zürich', '東京', '😀', ',', '\r', ' x '),
  },
  // Longer than a block that is read at once.
  { weight: 1, arbitrary: fc.integer({ min: 7_000, max: 35_000 }).map((times) => 'long "x" '.repeat(times)) },
);

test('the rows of a file, and their digests, are those that the reader of texts finds', async () => {
  const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom([0, 1, 2], [2, 0, 1], [1, -1, 0]), async (rows, places) => {
      const text = [['A', 'B', 'C'], ...rows].map(csvRow).join('');
      const found = await readAll(text, places);
      const expected: string[][] = [];
      for await (const batch of (await openCsvFile(path)).batches) expected.push(...batch.map((cells) => [...cells]));
      assert.deepEqual(found.columns, ['A', 'B', 'C']);
      assert.deepEqual(found.rows, expected);
      const digest = createRowDigest();
      const digests = expected.map((cells) => {
        digest.take(cells, places);
        return digest.text();
      });
      assert.deepEqual(found.digests, digests);
    }),
    { numRuns: 60 },
  );
});

test('lines may end in CRLF, the last one may lack its end, and every value may be in quotes', async () => {
  const plain = await readAll('A,B,C\n1,2,3\n4,,6\n');
  assert.deepEqual(plain.rows, [
    ['1', '2', '3'],
    ['4', '', '6'],
  ]);
  for (const text of ['A,B,C\r\n1,2,3\r\n4,,6', '"A","B","C"\n"1","2","3"\n"4","","6"\n']) {
    assert.deepEqual(await readAll(text), plain);
  }
  assert.deepEqual((await readAll('A,B\n1,')).rows, [['1', '']]);
  assert.deepEqual((await readAll('\uFEFFA,B\n')).columns, ['A', 'B']);
});

test('rows are wide as one likes, and bytes that are no UTF-8 have the digest of the text they are read as', async () => {
  const wide = Array.from({ length: 300 }, (_, index) => `c${index}`);
  assert.deepEqual((await readAll(`h\n${wide.join(',')}\n`)).rows, [wide]);
  const broken = Buffer.concat([Buffer.from('A,B,C\nx,'), Buffer.from([0xff, 0xc3]), Buffer.from(',z\n')]);
  const { rows, digests } = await readAll(broken);
  const digest = createRowDigest();
  digest.take(rows[0]!, [0, 1, 2]);
  assert.deepEqual(digests, [digest.text()]);
});

test('a file that is not there has no columns and no rows', async () => {
  rmSync(path, { force: true });
  await using file = await openRowFile(path);
  assert.deepEqual(file.columns, []);
  await file.eachRow([0], () => assert.fail('a row'));
});

test('text that is no CSV is an error that names the record', async () => {
  const broken = { 'A\nx"y\n': 'inside', 'A\n"x"y\n': 'behind', 'A\n"x\n': 'never closed' };
  for (const [text, reason] of Object.entries(broken)) {
    await assert.rejects(readAll(text), (error) => {
      assert.ok(error instanceof SluiceError && error.code === 'CSV_INVALID');
      assert.match(error.message, /record 2 of/);
      assert.ok(error.message.includes(reason), error.message);
      return true;
    });
  }
});
