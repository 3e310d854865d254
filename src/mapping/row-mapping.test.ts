import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SluiceError } from '../base/index.ts';
import type { Mapping } from './mapping-schema.ts';
import { planMapping } from './plan-mapping.ts';
import { compileRowMapping, RowRefusal, type SourceColumns } from './row-mapping.ts';

const columns: SourceColumns = new Map([
  ['name', 'Text'],
  ['Code', 'Text'],
  ['code', 'Text'],
  ['amount', 'Number'],
  ['FIRST', 'Text'],
]);

const compile = (mapping: Mapping) =>
  compileRowMapping(planMapping(mapping, { defaultNulls: 'clear' }), columns, { now: 0, timeZone: 'UTC' });

/** What the only computed field gives for these cells. */
function compute(mapping: Mapping, ...cells: (string | null)[]): string | null {
  const field = compile(mapping).fields.find(({ copies }) => copies === null);
  assert.ok(field && field.copies === null);
  return field.compute(cells);
}

test('plain fields are read as they want it, and what formulas look at once more only where it must be', () => {
  const { reads, fields } = compile({
    Name: 'name',
    Kept__c: { column: 'amount', nulls: 'keep' },
    Both__c: { formula: 'name & TEXT(amount) & name' },
    Fixed__c: { constant: 'x' },
  });
  assert.deepEqual(reads, [
    { column: 'name', nulls: 'clear' },
    { column: 'amount', nulls: 'keep' },
    { constant: 'x', nulls: 'clear' },
    { column: 'amount', nulls: 'clear' },
  ]);
  assert.deepEqual(
    fields.map((field) => (field.copies === null ? field.inputs : field.copies)),
    [0, 1, [0, 3], 2],
  );
});

test('a column may be named in any case, unless two differ in nothing else', () => {
  assert.equal(compute({ A: { formula: 'UPPER(first)' } }, 'ada'), 'ADA');
  assert.equal(compute({ A: { formula: 'UPPER(code)' } }, 'x'), 'X');
  assert.throws(
    () => compile({ A: { formula: 'UPPER(CODE)' } }),
    ({ code, values }: SluiceError) => code === 'MAPPING_INVALID' && values.where === 'A',
  );
});

test('a mapping that looks at no column still asks for the rows', () => {
  const { reads, fields } = compile({ A: { formula: 'YEAR(TODAY())' } });
  assert.equal(reads.length, 1);
  assert.ok(fields[0]?.copies === null);
  assert.equal(fields[0].compute([]), '1970');
});

test('a value map sees texts; a null goes past it, and what it lacks goes by otherwise', () => {
  const map = { 1: 'One', 'no value': null };
  assert.equal(compute({ A: { column: 'amount', map } }, '1'), 'One');
  assert.equal(compute({ A: { column: 'amount', map } }, 'no value'), null);
  assert.equal(compute({ A: { column: 'amount', map, otherwise: { default: 'Other' } } }, null), null);
  assert.equal(compute({ A: { column: 'amount', map, otherwise: { default: 'Other' } } }, '2'), 'Other');
  assert.equal(compute({ A: { column: 'amount', map, otherwise: { default: null } } }, '2'), null);
  assert.equal(compute({ A: { column: 'amount', map, otherwise: 'keep' } }, '2'), '2');
  assert.equal(compute({ A: { formula: 'amount - 1', map } }, '2'), 'One');
});

test('a refusal says which value it was, and of a long one the beginning and the end', () => {
  const refused = (mapping: Mapping, cell: string) => {
    try {
      compute(mapping, cell);
    } catch (error) {
      assert.ok(error instanceof RowRefusal);
      return `${error.code}: ${error.message}`;
    }
    return assert.fail('it was not refused');
  };
  assert.equal(
    refused({ A: { column: 'name', map: { a: 'b' } } }, 'x'),
    'VALUE_NOT_MAPPED: The map of A has no entry for the value x.',
  );
  assert.equal(
    refused({ A: { formula: '1 +\n VALUE(name)' } }, 'x'),
    'FORMULA_FAILED: The formula cannot be computed: "x" is no number (line 2, column 2 of the formula).',
  );
  const long = refused({ A: { formula: 'VALUE(name)' } }, 'x'.repeat(100_000));
  assert.ok(long.length < 500);
  assert.match(long, /x…x+" is no number \(line 1, column 1 of the formula\)\.$/);
});
