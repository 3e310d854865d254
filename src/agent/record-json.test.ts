import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldDescribe, SObjectDescribe } from '../salesforce/index.ts';
import { createRecordMaker } from './record-json.ts';

const field = (name: string, type: string, relationshipName: string | null = null) =>
  ({ name, type, relationshipName }) as FieldDescribe;
const describe = {
  name: 'Contact',
  fields: [
    field('Name', 'string'),
    field('Active__c', 'boolean'),
    field('Rank__c', 'double'),
    field('AccountId', 'reference', 'Account'),
    field('WhoId', 'reference', 'Who'),
  ],
} as unknown as SObjectDescribe;
const header = ['Name', 'Active__c', 'Rank__c', 'Account.Ext__c', 'Lead:Who.Ext__c'];
const make = createRecordMaker(header, describe);

test('cells take the JSON type of their field', () => {
  const record = {
    Name: '12',
    Active__c: true,
    Rank__c: 12.5,
    Account: { Ext__c: '7' },
    Who: { attributes: { type: 'Lead' }, Ext__c: 'L' },
  };
  assert.deepEqual(make(['12', 'true', '12.5', '7', 'L']), record);
});

test('an empty cell is left out, and a null clears the field or the parent', () => {
  assert.deepEqual(make(['', '', '', '', '']), {});
  assert.deepEqual(make(['#N/A', '#N/A', '#N/A', '#N/A', '#N/A']), {
    Name: null,
    Active__c: null,
    Rank__c: null,
    AccountId: null,
    WhoId: null,
  });
});

test('a number that JSON would round, and a text that is no value of its field, go as they are', () => {
  assert.deepEqual(make(['', 'maybe', '12345678901234567.89', '', '']), {
    Active__c: 'maybe',
    Rank__c: '12345678901234567.89',
  });
  assert.deepEqual(make(['', '', 'abc', '', '']), { Rank__c: 'abc' });
});
