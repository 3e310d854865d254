import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { csvRow } from '../base/index.ts';
import { createCheck, maxCellCharacters, type Rejected } from './check-before-sending.ts';
import { cutRecords } from './record-cutter.ts';
import { openSpool, type Spool } from './spool.ts';
import { type ChunkLimits, spoolSource } from './spool-source.ts';

const header = ['Id', 'Text'];
const noLimits = { maxBytes: 1e9, maxRows: 1e9 };

function spoolFor(t: TestContext): Spool {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-spool-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return openSpool(folder, 1);
}

async function* blocksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (let turn = 0; from < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(from, from + size);
    from += size;
  }
}

async function spool(store: Spool, blocks: AsyncIterable<Buffer>, limits: ChunkLimits) {
  const files: { name: string; rows: number; bytes: number }[] = [];
  const rejected: Rejected[] = [];
  let number = 0;
  const { read } = await spoolSource<string>({
    records: cutRecords(blocks),
    check: createCheck({ header, keyOf: ([id = '']) => id }),
    limits,
    async openChunk() {
      const name = `${++number}.csv`;
      return { chunk: name, file: await store.createCsv(name, header) };
    },
    onRejected: async (_, rows) => void rejected.push(...rows),
    onChunk: async (name, spooled) => void files.push({ name, ...spooled }),
    onProgress: async () => undefined,
  });
  const texts = files.map(({ name }) => readFileSync(store.path(name)));
  return { read, files, rejected, texts };
}

test('chunks together hold the bytes of the source, each with the header and within its limits, wherever blocks are cut', async (t) => {
  const store = spoolFor(t);
  const cell = fc
    .oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('a"b', 'line\nbreak', ',', ''))
    .filter((text) => text !== '#N/A' && !/[\ud800-\udfff]/.test(text));
  const property = fc.asyncProperty(
    fc.array(cell, { maxLength: 40 }),
    fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 1, max: 9 }),
    fc.boolean(),
    async (cells, sizes, maxRows, ended) => {
      const source = cells.map((text, row) => csvRow([String(row), text])).join('');
      const bytes = Buffer.from(ended ? source : source.replace(/\n$/, ''));
      const { read, files, texts, rejected } = await spool(store, blocksOf(bytes, sizes), { maxRows, maxBytes: 120 });
      const head = csvRow(header);
      assert.equal(texts.map((text) => text.toString().slice(head.length)).join(''), source);
      assert.ok(texts.every((text) => text.toString().startsWith(head)));
      assert.deepEqual([read, rejected.length], [cells.length, 0]);
      assert.equal(
        files.reduce((sum, { rows }) => sum + rows, 0),
        cells.length,
      );
      for (const [index, { rows, bytes: size }] of files.entries()) {
        assert.ok(rows <= maxRows);
        assert.ok(size <= 120 || rows === 1, `${size} bytes in ${rows} rows`);
        assert.equal(size, texts[index]?.length);
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('a row that would be misread is rejected here with its key and values, and the rows around it go on', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('1,good\n2,"#N/A"\n3,#N/A\n4,br'),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('ken\n5,"it says ""#N/A"""\n6,good'),
  ]);
  const { read, rejected, texts } = await spool(spoolFor(t), blocksOf(bytes, [7, 3]), noLimits);
  assert.equal(read, 6);
  assert.deepEqual(
    rejected.map(({ key, code, by, fields }) => [key, code, by, fields]),
    [
      ['2', 'NULL_MARK_AS_TEXT', 'sluice', ['Text']],
      ['4', 'INVALID_UTF8', 'sluice', ['Text']],
    ],
  );
  assert.equal(rejected[1]?.cells.Text, 'br\ufffd(ken');
  assert.equal(texts.join(''), 'Id,Text\n1,good\n3,#N/A\n5,"it says ""#N/A"""\n6,good\n');
});

test('a cell longer than Salesforce takes is rejected here, since it would fail its whole job', async (t) => {
  const bytes = Buffer.from(
    `1,good\n2,${'x'.repeat(maxCellCharacters + 1)}\n3,${'ü'.repeat(maxCellCharacters)}\n4,good\n`,
  );
  const { rejected, files } = await spool(spoolFor(t), blocksOf(bytes, [65_536]), noLimits);
  assert.deepEqual(
    rejected.map(({ key, code }) => [key, code]),
    [['2', 'CELL_TOO_LONG']],
  );
  assert.deepEqual(
    files.map(({ rows }) => rows),
    [3],
  );
});

test('a source that ends inside quotes is refused, not cut short', async (t) => {
  await assert.rejects(spool(spoolFor(t), blocksOf(Buffer.from('1,good\n2,"never closed\n'), [5]), noLimits), {
    code: 'CSV_INVALID',
  });
});

test('an empty source makes no chunk', async (t) => {
  const { read, files } = await spool(spoolFor(t), blocksOf(Buffer.alloc(0), [1]), noLimits);
  assert.deepEqual([read, files.length], [0, 0]);
});

test('the spool folder is for its owner alone', async (t) => {
  const store = spoolFor(t);
  const file = await store.createCsv('1.csv', header);
  await file.finish();
  assert.equal(statSync(store.path('.')).mode & 0o777, 0o700);
  assert.equal(statSync(store.path('1.csv')).mode & 0o777, 0o600);
});
