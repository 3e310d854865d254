import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYamlFile, type SluiceError } from '../base/index.ts';
import { columnMappingSchema } from './column-schema.ts';
import { compileColumns, computedColumns } from './compile-columns.ts';
import { fieldsOf, planColumns } from './plan-columns.ts';
import type { SourceColumns } from './row-mapping.ts';
import { tryColumns } from './try-columns.ts';

const parse = (text: string) =>
  parseYamlFile(text, { file: 'a.yaml', schema: columnMappingSchema, schemaName: 'outbound-interface.schema.json' })
    .value;

const types: SourceColumns = new Map([
  ['Name', 'Text'],
  ['Owner.Name', 'Text'],
  ['AnnualRevenue', 'Number'],
  ['IsActive', 'Boolean'],
  ['CreatedDate', 'DateTime'],
]);
const context = { now: Date.parse('2026-03-05T12:00:00Z'), timeZone: 'UTC' };

const holdsOf = (text: string) => {
  const { columns } = compileColumns(computedColumns(planColumns({ mapping: parse(text) })), types, context);
  return Object.fromEntries(columns.map(({ column, holds }) => [column, holds && { ...holds }]));
};

/** What is said of it, without what is left open. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test('fields go into columns of their names, and columns are copied or computed in the order they are written', () => {
  const planned = planColumns({
    fields: ['Name', 'Owner.Name'],
    mapping: parse(
      '{ city: BillingCity, big: { formula: "AnnualRevenue > 1 && Owner.IsActive" }, from: { constant: box } }',
    ),
  });
  assert.deepEqual(
    planned.map((one) => [one.column, fieldsOf(one)]),
    [
      ['Name', ['Name']],
      ['Owner_Name', ['Owner.Name']],
      ['city', ['BillingCity']],
      ['big', ['AnnualRevenue', 'Owner.IsActive']],
      ['from', []],
    ],
  );
});

test('what a column holds is told by the formula, the constant or the values of the map', () => {
  const holds = holdsOf(`
    text: { formula: 'UPPER(Name)', length: 80 }
    money: { formula: 'AnnualRevenue / 3', precision: 18, scale: 2 }
    ratio: { formula: 'AnnualRevenue / 3' }
    big: { formula: 'AnnualRevenue > 1000' }
    on: { formula: 'DATEVALUE(CreatedDate)' }
    rank: { field: Name, map: { a: 1, b: 20 }, otherwise: { default: 0 } }
    kind: { field: Name, map: { a: Gold, b: Wood } }
    kept: { field: Name, map: { a: Gold }, otherwise: keep }
    live: { field: Name, map: { a: true }, otherwise: { default: false } }
    since: { constant: '2026-01-31', type: Date }
    one: { constant: 1 }
    named: { field: Name, nulls: { default: nobody } }
  `);
  assert.deepEqual(plain(holds), {
    text: { type: 'Text', length: 80 },
    money: { type: 'Number', precision: 18, scale: 2 },
    ratio: { type: 'Number' },
    big: { type: 'Boolean' },
    on: { type: 'Date' },
    rank: { type: 'Number', length: 2, scale: 0 },
    kind: { type: 'Text', length: 4 },
    kept: { type: 'Text' },
    live: { type: 'Boolean', length: 5 },
    since: { type: 'Date', length: 10 },
    one: { type: 'Number', length: 1, scale: 0 },
    named: null,
  });
});

test('records are tried as they are computed in a run: values in one form, nulls by their stand-in, numbers rounded', () => {
  const mapping = parse(`
    name: { formula: 'UPPER(Owner.Name)', nulls: { default: NOBODY } }
    third: { formula: 'AnnualRevenue / 3', precision: 18, scale: 2 }
    grade: { field: Name, map: { a: 1, b: null }, otherwise: { default: 9 } }
    '#N/A': { constant: '#N/A' }
  `);
  const rows = [
    { Name: 'a', 'Owner.Name': 'Ada', AnnualRevenue: 10 },
    { Name: 'b', 'Owner.Name': null, AnnualRevenue: null },
    { Name: 'c', 'Owner.Name': '', AnnualRevenue: -0.005 },
  ];
  assert.deepEqual(
    tryColumns({ fields: ['Name'], mapping, context }, rows).map(({ cells }) => cells),
    [
      { Name: 'a', name: 'ADA', third: '3.33', grade: '1', '#N/A': '#N/A' },
      { Name: 'b', name: 'NOBODY', third: null, grade: null, '#N/A': '#N/A' },
      { Name: 'c', name: 'NOBODY', third: '0', grade: '9', '#N/A': '#N/A' },
    ],
  );
  const [refused] = tryColumns({ mapping: parse('g: { field: Name, map: { a: 1 } }'), context }, [{ Name: 'z' }]);
  assert.deepEqual([refused?.refused?.code, refused?.refused?.field], ['VALUE_NOT_MAPPED', 'g']);
});

test('each wrong turn is named with its column, and a mistake in a formula with its place', () => {
  const refuses = (text: string, where: string, reason: RegExp) =>
    assert.throws(
      () => holdsOf(text),
      (error: SluiceError) => {
        assert.deepEqual([error.code, error.values.where], ['MAPPING_INVALID', where]);
        assert.match(error.message, reason);
        return true;
      },
      text,
    );
  refuses('a: { formula: "UPER(Name)" }', 'a', /line 1, column 1 of its formula: there is no function UPER/);
  refuses('a: { formula: "Name + 1" }', 'a', /line 1, column \d+ of its formula/);
  refuses('a: { field: Name, formula: "Name" }', 'a', /a field and a formula/);
  refuses('a: { nulls: { default: x } }', 'a', /neither a field nor a constant nor a formula/);
  refuses('a: { constant: x, map: { a: b } }', 'a', /a map for a constant/);
  refuses('a: { field: Name, otherwise: keep }', 'a', /otherwise is there, but no map/);
  refuses('a: { field: Name, length: 5 }', 'a', /length is there, but the field says itself/);
  refuses('a: { formula: "Name", type: Text }', 'a', /type is there, but a formula says itself/);
  refuses('a: { constant: soon, type: Date }', 'a', /"soon" is no Date/);
  refuses('a: { field: Name, map: { x: many }, type: Number }', 'a', /"many" is no Number/);
  refuses('a: { constant: 1e30 }', 'a', /cannot be written plainly/);
  assert.throws(() => planColumns({ fields: ['Name'], mapping: { Name: 'Id' } }), /filled by fields already/);
  assert.throws(() => planColumns({ mapping: { '': 'Id' } }), /has no name/);
});
