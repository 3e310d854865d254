import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Field } from '../schema/schema.ts';
import { compileFromText, isRefused } from './field-values.ts';
import { smallSchema } from './small-schema-in-test.ts';

const schema = smallSchema();

function fieldOf(name: string, changes: Partial<Field> = {}): Field {
  const city = schema.findObject('City__c')!;
  return { ...schema.findField(city, name)!, ...changes };
}

function outcomes(field: Field, texts: readonly string[]) {
  const check = compileFromText(field);
  return texts.map((text) => {
    const value = check(text);
    return isRefused(value) ? value.statusCode : value;
  });
}

const wrong = 'INVALID_TYPE_ON_FIELD_IN_RECORD';

test('a cell is read by the type of its field', () => {
  assert.deepEqual(outcomes(fieldOf('Capital__c'), ['true', 'FALSE', '1', '0', 'yes', ' ']), [1, 0, 1, 0, wrong, null]);
  assert.deepEqual(outcomes(fieldOf('Founded__c'), ['2024-02-29', '2023-02-29', '2024-2-9', '2024-02-29T00:00:00Z']), [
    '2024-02-29',
    wrong,
    wrong,
    wrong,
  ]);
  assert.deepEqual(
    outcomes(fieldOf('Seen__c'), [
      '1970-01-01T00:00:01Z',
      '1970-01-01T01:00:00.5+01:00',
      '1970-01-01T00:00:00.123456-0000',
      '1970-01-01T24:00:00Z',
      '1970-01-01T00:00:00',
      '1970-01-01',
    ]),
    [1000, 500, 123, wrong, wrong, wrong],
  );
  assert.deepEqual(
    outcomes(fieldOf('Area__c'), ['1', '-1.005', '1e3', '.5', '1,5', 'NaN', '0x10', '1000000', '999999.99']),
    [1, -1.01, 1000, 0.5, wrong, wrong, wrong, 'NUMBER_OUTSIDE_VALID_RANGE', 999999.99],
  );
  assert.deepEqual(outcomes(fieldOf('Population__c', { type: 'int', precision: 0 }), ['7', '7.5', '2147483648']), [
    7,
    wrong,
    'NUMBER_OUTSIDE_VALID_RANGE',
  ]);
  assert.deepEqual(outcomes(fieldOf('Seen__c', { type: 'time' }), ['10:15:30.5Z', '10:15', '25:00:00Z']), [
    '10:15:30.500Z',
    '10:15:00.000Z',
    wrong,
  ]);
  assert.deepEqual(outcomes(fieldOf('Size__c', { type: 'multipicklist' }), ['Small; Large', 'Small;Huge']), [
    'Small;Large',
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
  ]);
  assert.deepEqual(outcomes(fieldOf('Size__c', { restrictedPicklist: false }), ['Huge']), ['Huge']);
  assert.deepEqual(outcomes(fieldOf('Country__c'), ['a00sb0000000001iaa', 'a00Sb0000000001']), [
    'a00Sb0000000001IAA',
    'a00Sb0000000001IAA',
  ]);
});

test('a number with as many digits as its field has is kept as it was sent', () => {
  const check = compileFromText(fieldOf('Area__c'));
  fc.assert(
    fc.property(fc.integer({ min: -99_999_999, max: 99_999_999 }), (hundredths) => {
      const text = (hundredths / 100).toFixed(2);
      assert.equal(check(text), Number(text));
    }),
  );
});

test('no text of any kind makes a checker throw', () => {
  const checkers = schema.findObject('City__c')!.fields.map(compileFromText);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const check of checkers) check(text);
    }),
  );
});
