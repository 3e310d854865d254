import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvCell, parseCsv } from '../../base/index.ts';
import { type ColumnMapping, tryColumns } from '../../mapping/index.ts';
import { addComputed } from './computed-columns.ts';
import { field, objectOf } from './describe-in-test.ts';
import { planOutbound } from './plan-outbound.ts';

const thing = objectOf('Thing__c', [
  field('Id', 'id', { length: 18 }),
  field('Name', 'string', { length: 80 }),
  field('Size__c', 'double', { precision: 18, scale: 0 }),
  field('Open__c', 'boolean'),
  field('On__c', 'date'),
  field('IsDeleted', 'boolean'),
]);
const names = ['Id', 'Name', 'Size__c', 'Open__c', 'On__c'];
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', ' ', '"', 'a,b', 'a\nb', '\r\n', '#N/A', 'null'),
);
const record = fc.record({
  Id: fc.stringMatching(/^[a-zA-Z0-9]{18}$/),
  Name: fc.option(text),
  Size__c: fc.option(fc.integer({ min: -1e9, max: 1e9 })),
  Open__c: fc.boolean(),
  On__c: fc.option(fc.constantFrom('2026-01-31', '2024-02-29')),
});
type Thing = Readonly<Record<string, string | number | boolean | null>>;

const csvOf = (records: readonly Thing[]) =>
  [names.join(','), ...records.map((one) => names.map((name) => csvCell(String(one[name] ?? ''))).join(','))]
    .map((line) => `${line}\n`)
    .join('');

/** Cells by column, as they are staged: those of the record, or those that were computed behind them. */
async function staged(mapping: ColumnMapping, records: readonly Thing[], cutAt: number) {
  const definition = { name: 'things', object: 'Thing__c', mapping, target: { table: 't' } };
  const { into, computed } = await planOutbound(definition, async () => thing);
  const bytes = Buffer.from(csvOf(records));
  const cut = cutAt % bytes.length;
  const blocks = [bytes.subarray(0, cut), bytes.subarray(cut)];
  const rows: string[][] = [];
  const csv = computed === undefined ? blocks : addComputed(blocks, computed, 'Thing__c');
  for await (const batch of parseCsv(csv)) rows.push(...batch);
  const [header = [], ...lines] = rows;
  const places = Object.keys(mapping).map((name) => {
    const column = into.columns.find((one) => one.name === name);
    return header.indexOf(column?.header ?? name);
  });
  const kinds = Object.keys(mapping).map((name) => into.columns.find((one) => one.name === name)?.kind);
  return { isComputed: computed !== undefined, kinds, cells: lines.map((line) => places.map((place) => line[place])) };
}

test('a field that is copied and one that is computed stage the same cells, whatever they hold and wherever blocks are cut', async () => {
  const plain: ColumnMapping = { name: 'Name', size: 'Size__c', open: 'Open__c', on: 'On__c' };
  const rowWise: ColumnMapping = {
    name: { formula: 'Name' },
    size: { formula: 'Size__c', precision: 18, scale: 0 },
    open: { formula: 'Open__c' },
    on: { formula: '[On__c]' },
  };
  const property = fc.asyncProperty(
    fc.array(record, { minLength: 1, maxLength: 6 }),
    fc.nat(),
    async (records, cut) => {
      const [copied, computed] = [await staged(plain, records, cut), await staged(rowWise, records, cut)];
      assert.deepEqual([copied.isComputed, computed.isComputed], [false, true]);
      assert.deepEqual(computed.cells, copied.cells);
      assert.deepEqual(computed.kinds, copied.kinds);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

test('a mapping that is tried gives the same cells as the path that records take in a run', async () => {
  const mapping: ColumnMapping = {
    label: { formula: 'UPPER(Name) & TEXT(Size__c)', nulls: { default: 'none' } },
    half: { formula: 'Size__c / 2', precision: 18, scale: 1 },
    kind: { field: 'Name', map: { '"': 'quote', 'a,b': null }, otherwise: 'keep' },
    name: { field: 'Name', nulls: { default: 'nobody' } },
    source: { constant: 'box' },
    size: 'Size__c',
  };
  const property = fc.asyncProperty(record, fc.nat(), async (one, cut) => {
    const types = { Name: 'Text', Size__c: 'Number' } as const;
    const [tried] = tryColumns({ mapping, types, context: { now: 0, timeZone: 'UTC' } }, [one]);
    const { cells } = await staged(mapping, [one], cut);
    assert.deepEqual(
      cells[0],
      Object.keys(mapping).map((name) => tried?.cells?.[name] ?? ''),
    );
  });
  await fc.assert(property, { numRuns: 300 });
});
