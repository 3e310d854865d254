import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYamlFile, SluiceError } from '../base/index.ts';
import { mappingSchema } from './mapping-schema.ts';
import { type MappingRules, planMapping } from './plan-mapping.ts';

const parse = (text: string) =>
  parseYamlFile(text, { file: 'cities.yaml', schema: mappingSchema, schemaName: 'interface.schema.json' }).value;

const plan = (text: string, rules: Partial<MappingRules> = {}) =>
  planMapping(parse(text), { defaultNulls: 'clear', ...rules });

function refuses(text: string, rules: Partial<MappingRules>, [where, reason]: [string, RegExp]): void {
  assert.throws(
    () => plan(text, rules),
    (error: SluiceError) => {
      assert.equal(error.code, 'MAPPING_INVALID');
      assert.equal(error.values.where, where);
      assert.match(error.message, reason);
      assert.match(error.next, /\.$|\?$/);
      return true;
    },
  );
}

test('a mapping becomes the header of the CSV and its cells in the same order', () => {
  const { header, cells, targets } = plan(`
    Name: city
    Population__c: { column: pop, nulls: keep }
    Status__c: { column: status, nulls: { default: New } }
    Source__c: { constant: GeoNames }
    Country__c: { parent: Country__r, externalId: Code__c, column: country_code }
    WhoId: { parent: Who, type: Lead, externalId: Ext__c, column: lead }
  `);
  assert.deepEqual(header, [
    'Name',
    'Population__c',
    'Status__c',
    'Source__c',
    'Country__r.Code__c',
    'Lead:Who.Ext__c',
  ]);
  assert.deepEqual(cells, [
    { column: 'city', nulls: 'clear' },
    { column: 'pop', nulls: 'keep' },
    { column: 'status', nulls: { default: 'New' } },
    { constant: 'GeoNames', nulls: 'clear' },
    { column: 'country_code', nulls: 'clear' },
    { column: 'lead', nulls: 'clear' },
  ]);
  assert.deepEqual(targets[4], {
    field: 'Country__c',
    parent: { relationship: 'Country__r', externalId: 'Code__c', type: null },
  });
});

test('fields that say nothing about nulls follow the interface', () => {
  assert.deepEqual(plan('Name: city', { defaultNulls: 'keep' }).cells, [{ column: 'city', nulls: 'keep' }]);
});

test('constants are texts, numbers, booleans or null', () => {
  const { cells } = plan(
    '{ A: { constant: 1.5 }, B: { constant: true }, C: { constant: null }, D: { constant: "007" } }',
  );
  assert.deepEqual(
    cells.map((cell) => 'constant' in cell && cell.constant),
    ['1.5', 'true', null, '007'],
  );
});

test('a constant that Salesforce would misread is refused', () => {
  refuses('Name: { constant: "#N/A" }', {}, ['Name', /taken for a null/]);
  refuses('Name: { column: a, nulls: { default: "#N/A" } }', {}, ['Name', /taken for a null/]);
  refuses('Size__c: { constant: 1e30 }', {}, ['Size__c', /1e\+30/]);
});

test('a field may be mapped once, whatever its case', () => {
  refuses('{ Name: a, name: b }', {}, ['name', /twice/]);
  refuses('{ A__c: { parent: A__r, externalId: E__c, column: a }, a__c: b }', {}, ['a__c', /twice/]);
});

test('a parent needs the external id by which it is found, and its own relationship', () => {
  refuses('Country__c: { parent: Country__r, column: c }', {}, ['Country__c', /no externalId/]);
  refuses('Country__c: { externalId: Code__c, column: c }', {}, ['Country__c', /no parent/]);
  refuses('Country__c: { parent: Land__r, externalId: Code__c, column: c }', {}, [
    'Country__c',
    /is Country__r, not Land__r/,
  ]);
});

test('a formula and a value map are planned as they will be computed', () => {
  const { cells, header } = plan(`
    Name: { formula: 'UPPER(name)' }
    Tier__c: { column: tier, map: { G: Gold, 1: One, none: null }, otherwise: { default: Other } }
    Country__c: { parent: Country__r, externalId: Code__c, formula: 'LEFT(code, 2)', map: { UK: GB }, otherwise: keep, nulls: keep }
  `);
  assert.deepEqual(header, ['Name', 'Tier__c', 'Country__r.Code__c']);
  assert.deepEqual(cells, [
    { from: { formula: 'UPPER(name)' }, map: null, nulls: 'clear' },
    {
      from: { column: 'tier' },
      map: {
        values: new Map([
          ['1', 'One'],
          ['G', 'Gold'],
          ['none', null],
        ]),
        otherwise: { default: 'Other' },
      },
      nulls: 'clear',
    },
    { from: { formula: 'LEFT(code, 2)' }, map: { values: new Map([['UK', 'GB']]), otherwise: 'keep' }, nulls: 'keep' },
  ]);
});

test('a mistake in a formula is named with its field, its place and what is meant', () => {
  refuses("Name: { formula: 'UPER(name)' }", {}, [
    'Name',
    /line 1, column 1 of its formula: there is no function UPER/,
  ]);
  refuses("Name: { formula: 'LEFT(name' }", {}, [
    'Name',
    /column 1 of its formula: the bracket of LEFT is never closed/,
  ]);
  refuses('Name: { formula: \'LEFT(name, "2")\' }', {}, [
    'Name',
    /column 12 of its formula: LEFT takes Number as num_chars/,
  ]);
});

test('a value map stands with a column or a formula, and its values are plain', () => {
  refuses('A: { constant: x, map: { a: b } }', {}, ['A', /a map for a constant/]);
  refuses('A: { column: x, otherwise: keep }', {}, ['A', /otherwise is there, but no map/]);
  refuses('A: { column: x, map: { a: "#N/A" } }', {}, ['A', /taken for a null/]);
  refuses('A: { column: x, formula: "UPPER(x)" }', {}, ['A', /a column and a formula/]);
});

test('a field needs a column, a constant or a formula, and one of them only', () => {
  refuses('Name: { nulls: keep }', {}, ['Name', /neither/]);
  refuses('Name: { column: a, constant: b }', {}, ['Name', /a column and a constant/]);
});

test('each operation needs the field that finds its records', () => {
  refuses('Name: a', { operation: 'upsert', externalId: 'Ext__c' }, ['Ext__c', /not mapped/]);
  refuses('Name: a', { operation: 'update' }, ['Id', /not mapped/]);
  refuses('Name: a', { operation: 'delete' }, ['Id', /not mapped/]);
  refuses('{ Id: id, Name: a }', { operation: 'delete' }, ['Name', /nothing else/]);
  refuses('{ Id: id, Name: a }', { operation: 'insert' }, ['Id', /makes the Id/]);
  assert.deepEqual(plan('id: id', { operation: 'delete' }).header, ['id']);
  assert.deepEqual(plan('ext__c: a', { operation: 'upsert', externalId: 'Ext__c' }).header, ['ext__c']);
});

test('a wrong word in a mapping is named with its place in the file', () => {
  for (const [text, position] of [
    ['Name: { colum: a }', /cities\.yaml:1:\d+: there is no "colum" in Name; did you mean "column"\?/],
    ['Name: { column: a, nulls: cleer }', /cities\.yaml:1:\d+: /],
    ['Bad-Name: a', /cities\.yaml:1:\d+: /],
    ['Name: 5', /cities\.yaml:1:\d+: Name /],
    ['{}', /cities\.yaml/],
  ] as const) {
    assert.throws(
      () => parse(text),
      (error: SluiceError) => error instanceof SluiceError && position.test(error.message),
      text,
    );
  }
});
