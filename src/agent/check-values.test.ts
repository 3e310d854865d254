import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FieldDescribe, SObjectDescribe } from '../salesforce/index.ts';
import { createValueChecks } from './check-values.ts';

function field(name: string, type: string, other: Partial<FieldDescribe> = {}): FieldDescribe {
  return {
    name,
    type,
    label: name,
    length: 0,
    precision: 0,
    scale: 0,
    nillable: true,
    createable: true,
    updateable: true,
    defaultedOnCreate: false,
    externalId: false,
    idLookup: false,
    unique: false,
    restrictedPicklist: false,
    picklistValues: [],
    referenceTo: [],
    relationshipName: null,
    ...other,
  };
}

const picklistValues = [
  { value: 'Gold', label: 'Gold', active: true },
  { value: 'Old', label: 'Old', active: false },
];

const fields = [
  field('Text', 'string', { length: 5 }),
  field('Needed', 'string', { length: 5, nillable: false }),
  field('Whole', 'int'),
  field('Money', 'currency', { precision: 6, scale: 2 }),
  field('Flag', 'boolean', { nillable: false, defaultedOnCreate: true }),
  field('Day', 'date'),
  field('Instant', 'datetime'),
  field('Time', 'time'),
  field('Mail', 'email', { length: 80 }),
  field('Open', 'picklist', { length: 255, picklistValues }),
  field('Tier', 'picklist', { length: 255, restrictedPicklist: true, picklistValues }),
  field('Tiers', 'multipicklist', { length: 255, restrictedPicklist: true, picklistValues }),
  field('ParentId', 'reference', { relationshipName: 'Parent', nillable: false }),
  field('Location', 'location'),
  field('Owner', 'reference', { nillable: false, defaultedOnCreate: true }),
];
const describe: SObjectDescribe = {
  name: 'Shop__c',
  label: 'Shop',
  createable: true,
  updateable: true,
  deletable: true,
  queryable: true,
  fields,
};

const header = fields.map(({ name }) => name);

function checksOf(operation: 'insert' | 'update' | 'upsert' | 'delete', columns: readonly string[] = header) {
  return createValueChecks({ describe, header: columns, operation, externalId: null });
}

/** Code of the refusal of a value of a field; null when it is good. */
function judge(name: string, value: string | null, operation: 'insert' | 'update' | 'upsert' = 'insert') {
  const verdict = checksOf(operation, [name]).columns[0]?.judge(value) ?? null;
  return verdict === null || verdict === 'missing' ? verdict : verdict.code;
}

test('each type refuses what it cannot hold, and takes every form that Salesforce reads', () => {
  const type = 'INVALID_TYPE_ON_FIELD_IN_RECORD';
  for (const [name, value, code] of [
    ['Text', '123456', 'STRING_TOO_LONG'],
    ['Text', '  12345  ', null],
    ['Whole', '1.5', type],
    ['Whole', '1.0', null],
    ['Whole', '2147483648', 'NUMBER_OUTSIDE_VALID_RANGE'],
    ['Whole', '-2147483647', null],
    ['Money', '9999.99', null],
    ['Money', '-10000', 'NUMBER_OUTSIDE_VALID_RANGE'],
    ['Money', '1,5', type],
    ['Money', '.5', null],
    ['Money', '1E2', null],
    ['Money', 'NaN', type],
    ['Flag', 'Yes', null],
    ['Flag', 'ja', type],
    ['Day', '2024-02-29', null],
    ['Day', '2026-02-29', type],
    ['Day', '2026-1-1', type],
    ['Instant', '2026-03-29T10:00:00.000+0200', null],
    ['Instant', '2026-03-29 10:00:00', null],
    ['Instant', '2026-03-29', null],
    ['Instant', '2026-03-29T25:00:00Z', type],
    ['Time', '10:15:30.500Z', null],
    ['Time', '24:00', type],
    ['Mail', 'ada@example', null],
    ['Mail', 'ada at example', 'INVALID_EMAIL_ADDRESS'],
    ['Open', 'Anything', null],
    ['Tier', 'gold', null],
    ['Tier', 'Old', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
    ['Tiers', 'Gold; Gold;', null],
    ['Tiers', 'Gold;Brass', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
    ['ParentId', '0019H00000H1RMD', null],
    ['ParentId', '0019H00000H1RM', 'MALFORMED_ID'],
    ['Location', 'anything', null],
  ] as const) {
    assert.equal(judge(name, value), code, `${name} ${value}`);
  }
});

test('a needed field may not be null; an empty cell leaves it as it is, which a new record cannot', () => {
  for (const operation of ['insert', 'update', 'upsert'] as const) {
    assert.equal(judge('Needed', null, operation), 'missing', operation);
    assert.equal(judge('Needed', '   ', operation), 'missing', operation);
    assert.equal(judge('Needed', '', operation), operation === 'insert' ? 'missing' : null, operation);
    assert.equal(judge('Parent.Ext__c', null, operation), 'missing', operation);
    assert.equal(judge('Text', null, operation), null);
    assert.equal(judge('Flag', null, operation), null);
    assert.equal(judge('Owner', null, operation), operation === 'update' ? 'missing' : null);
  }
});

test('only an insert misses fields that nobody fills', () => {
  assert.deepEqual(checksOf('insert', ['Text']).unfilled, ['Needed', 'ParentId']);
  assert.deepEqual(checksOf('insert', ['needed', 'Parent.Ext__c']).unfilled, []);
  for (const operation of ['update', 'upsert', 'delete'] as const)
    assert.deepEqual(checksOf(operation, ['Text']).unfilled, []);
});

test('what looks good at first sight is never refused at the second', () => {
  const { columns } = checksOf('insert');
  const cell = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.stringMatching(/^-?\d{0,6}(\.\d{0,3})?$/),
    fc.stringMatching(/^\d{4}-[01]\d-[0-3]\d(T[0-2]\d:[0-6]\d:[0-6]\d\.\d{3}Z)?$/),
    fc.stringMatching(/^[0-9A-Za-z]{14,19}$/),
    fc.constantFrom('true', 'false', 'Gold', 'Old', '', '#N/A', ' ', '0000-01-01', '2026-02-28'),
  );
  let fitted = 0;
  fc.assert(
    fc.property(cell, fc.integer({ min: 0, max: columns.length - 1 }), (text, place) => {
      const check = columns[place];
      const around = `"${text},`;
      if (!check?.fits(around, 1, 1 + text.length)) return;
      fitted++;
      assert.equal(check.judge(text), null, `${header[place]} ${text}`);
    }),
    { numRuns: 5000 },
  );
  assert.ok(fitted > 100, `${fitted} looked good`);
});

test('a long value is shortened in its message', () => {
  const verdict = checksOf('insert', ['Text']).columns[0]?.judge('x'.repeat(1000));
  assert.ok(verdict && verdict !== 'missing');
  assert.equal(verdict.message, `Text: data value too large: ${'x'.repeat(255)}... (max length=5)`);
});
