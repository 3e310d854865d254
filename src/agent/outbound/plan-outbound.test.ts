import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SObjectDescribe } from '../../salesforce/index.ts';
import { field, objectOf } from './describe-in-test.ts';
import { planOutbound } from './plan-outbound.ts';

const audit = [field('IsDeleted', 'boolean'), field('SystemModstamp', 'datetime')];
const objects = new Map(
  [
    objectOf('Thing__c', [
      field('Id', 'id', { length: 18 }),
      field('Name', 'string', { length: 80 }),
      field('Amount__c', 'currency', { precision: 16, scale: 2 }),
      field('Ratio__c', 'double'),
      field('Count__c', 'int'),
      field('On__c', 'date'),
      field('At__c', 'time'),
      field('Where__c', 'location'),
      field('Long__c', 'textarea', { length: 32_768 }),
      field('OwnerId', 'reference', { referenceTo: ['Group', 'User'], relationshipName: 'Owner' }),
      ...audit,
    ]),
    objectOf('Group', [field('Id', 'id'), field('Name', 'string', { length: 40 })]),
    objectOf('User', [field('Id', 'id'), field('Email', 'email', { length: 128 })]),
  ].map((each) => [each.name.toLowerCase(), each]),
);

async function describe(name: string): Promise<SObjectDescribe> {
  const found = objects.get(name.toLowerCase());
  if (!found) throw new Error(`no ${name}`);
  return found;
}

const plan = (more: object, object = 'thing__c') =>
  planOutbound({ name: 'things', object, target: { table: 'things' }, ...more }, describe);

test('without fields all that has one value is taken, each into a column of its kind', async () => {
  const { object, fields, into, deleted } = await plan({});
  assert.deepEqual([object, deleted, into.key], ['Thing__c', 'mark', ['Id']]);
  assert.deepEqual(into.columns, [
    { name: 'Id', header: 'Id', kind: 'text', length: 18 },
    { name: 'Name', header: 'Name', kind: 'text', length: 80 },
    { name: 'Amount__c', header: 'Amount__c', kind: 'decimal', precision: 16, scale: 2 },
    { name: 'Ratio__c', header: 'Ratio__c', kind: 'float' },
    { name: 'Count__c', header: 'Count__c', kind: 'integer' },
    { name: 'On__c', header: 'On__c', kind: 'date' },
    { name: 'At__c', header: 'At__c', kind: 'time' },
    { name: 'Long__c', header: 'Long__c', kind: 'text', length: 32_768 },
    { name: 'OwnerId', header: 'OwnerId', kind: 'text', length: 18 },
    { name: 'SystemModstamp', header: 'SystemModstamp', kind: 'timestamptz' },
    { name: 'IsDeleted', header: 'IsDeleted', kind: 'boolean' },
  ]);
  assert.ok(!fields.includes('Where__c') && fields.includes('IsDeleted'));
});

test('fields in any case, of parents of several kinds, and under other names are found as the org writes them', async () => {
  const { fields, into } = await plan({
    fields: ['name', 'owner.EMAIL'],
    mapping: { label: 'OWNER.Name' },
    target: { table: 'things', deleted: 'remove' },
  });
  assert.deepEqual(fields, ['Id', 'Name', 'Owner.Email', 'Owner.Name', 'IsDeleted']);
  assert.deepEqual(
    into.columns.map(({ name, header }) => [name, header]),
    [
      ['Id', 'Id'],
      ['name', 'Name'],
      ['owner_EMAIL', 'Owner.Email'],
      ['label', 'Owner.Name'],
    ],
  );
});

test('what is gone can be marked in a column of another name, or be left alone', async () => {
  const marked = await plan({ target: { table: 't', deletedColumn: 'gone' } });
  assert.deepEqual(marked.into.columns.at(-1), { name: 'gone', header: 'IsDeleted', kind: 'boolean' });
  const left = await plan({ fields: ['Name'], target: { table: 't', key: 'Name', deleted: 'ignore' } });
  assert.deepEqual([left.fields, left.into.key], [['Name'], ['Name']]);
});

test('an object that does not say what is gone or what changed is refused with what to write', async () => {
  await assert.rejects(plan({}, 'Group'), { code: 'OUTBOUND_UNSUITABLE', next: 'Write deleted: ignore under target.' });
  const target = { table: 't', deleted: 'ignore' };
  await assert.rejects(plan({ target, changes: 'incremental' }, 'Group'), {
    code: 'OUTBOUND_UNSUITABLE',
    next: 'Write changes: full.',
  });
  assert.deepEqual((await plan({ target }, 'Group')).fields, ['Id', 'Name']);
});

test('a field that is not there is named with its object', async () => {
  const named = (object: string, field: string) => ({
    code: 'SOURCE_FIELD_UNREADABLE',
    message: `${object} has no field ${field} that the run-as user can read.`,
  });
  await assert.rejects(plan({ fields: ['Nothing__c'] }), named('Thing__c', 'Nothing__c'));
  await assert.rejects(plan({ fields: ['Nobody__r.Name'] }), named('Thing__c', 'Nobody__r'));
  await assert.rejects(plan({ fields: ['Owner.Nothing__c'] }), named('User', 'Nothing__c'));
});

test('what formulas look at is read too, and what they give goes into a column of its kind', async () => {
  const { fields, into, computed } = await plan({
    mapping: {
      label: { formula: 'UPPER(name) & owner.email', length: 200 },
      big: { formula: 'Amount__c > 1000' },
      grade: { field: 'count__c', map: { 1: 'one' }, otherwise: { default: 'many' } },
      amount: { field: 'Amount__c', nulls: { default: 0 } },
      origin: { constant: 'box' },
    },
    target: { table: 't', deleted: 'ignore' },
  });
  assert.deepEqual(fields, ['Id', 'Name', 'Owner.Email', 'Amount__c', 'Count__c']);
  assert.deepEqual(into.columns, [
    { name: 'Id', header: 'Id', kind: 'text', length: 18 },
    { name: 'label', header: 'computed:label', kind: 'text', length: 200 },
    { name: 'big', header: 'computed:big', kind: 'boolean' },
    { name: 'grade', header: 'computed:grade', kind: 'text', length: 4 },
    { name: 'amount', header: 'computed:amount', kind: 'decimal', precision: 16, scale: 2 },
    { name: 'origin', header: 'computed:origin', kind: 'text', length: 3 },
  ]);
  assert.equal(computed?.columns.length, 5);
  assert.equal((await plan({ fields: ['Name'] })).computed, undefined);
});

test('a formula over fields of another type, or over fields that are not there, is refused before anything is read', async () => {
  await assert.rejects(plan({ mapping: { a: { formula: 'Name + Amount__c' } } }), {
    code: 'MAPPING_INVALID',
    message: /line 1, column \d+ of its formula/,
  });
  await assert.rejects(plan({ mapping: { a: { formula: 'UPPER(Nothing__c)' } } }), {
    code: 'SOURCE_FIELD_UNREADABLE',
    message: /no field Nothing__c/,
  });
  await assert.rejects(plan({ mapping: { a: { formula: 'TEXT(Where__c)' } } }), { code: 'OUTBOUND_UNSUITABLE' });
});

test('the operation says whether deletions are followed, and what becomes of their rows follows from it', async () => {
  assert.equal((await plan({ operation: 'query' })).deleted, 'ignore');
  assert.equal((await plan({ operation: 'queryAll' })).deleted, 'mark');
  assert.equal((await plan({ operation: 'queryAll', target: { table: 't', deleted: 'remove' } })).deleted, 'remove');
});
