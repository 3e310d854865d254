import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSchema } from './create-schema.ts';
import { addCustomFields, customKeyPrefix, defineCustomObject } from './custom-object.ts';
import { describeGlobal, describeObject, objectBasic } from './describe.ts';
import { standardObjects } from './standard-objects.ts';

const city = defineCustomObject(
  {
    name: 'City__c',
    label: 'City',
    pluralLabel: 'Cities',
    fields: [
      { name: 'Code__c', type: 'text', length: 20, required: true, unique: true, externalId: true },
      { name: 'People__c', type: 'number', precision: 10, scale: 0 },
      { name: 'Kind__c', type: 'picklist', values: ['Town', { value: 'Village', default: true }] },
      { name: 'Owner_Account__c', type: 'masterdetail', to: 'Account', relationshipName: 'Cities' },
    ],
  },
  customKeyPrefix(0),
);
const [account, ...others] = standardObjects;
const schema = createSchema([
  addCustomFields(account!, [{ name: 'Ext__c', type: 'text', length: 40, unique: true, externalId: true }]),
  ...others,
  city,
]);
const view = { userId: '005Sb0000000001AAA', apiVersion: 68, instanceUrl: 'http://127.0.0.1:1234' };
type Described = { fields: Record<string, unknown>[]; childRelationships: Record<string, unknown>[] } & Record<
  string,
  unknown
>;
const describe = (name: string) => describeObject(schema, schema.findObject(name)!, view) as Described;
const fieldOf = (object: string, name: string) => describe(object).fields.find((field) => field.name === name)!;

test('describe has all 45 keys, each field all 57, in the order Salesforce sends them', () => {
  const described = describe('Account');
  const keys = Object.keys(described);
  assert.equal(keys.length, 45);
  assert.deepEqual(keys, keys.toSorted());
  for (const field of described.fields) {
    const names = Object.keys(field);
    assert.equal(names.length, 57);
    assert.deepEqual(names, names.toSorted());
  }
});

test('the global describe lists every object with 28 keys by name', () => {
  const { sobjects, ...head } = describeGlobal(schema, view) as { sobjects: Record<string, unknown>[] };
  assert.deepEqual(head, { encoding: 'UTF-8', maxBatchSize: 200 });
  assert.deepEqual(
    sobjects.map((entry) => entry.name),
    schema.objects.map(({ name }) => name).toSorted(),
  );
  for (const entry of sobjects) assert.equal(Object.keys(entry).length, 28);
  const listed = sobjects.find(({ name }) => name === 'City__c');
  assert.deepEqual(objectBasic(city, view), { objectDescribe: listed, recentItems: [] });
  assert.equal((listed!.urls as Record<string, string>).rowTemplate, '/services/data/v68.0/sobjects/City__c/{ID}');
});

test('a field is described by the rules of its type', () => {
  const pick = (field: Record<string, unknown>, ...keys: string[]) => keys.map((key) => field[key]);
  assert.deepEqual(pick(fieldOf('Account', 'Name'), 'byteLength', 'length', 'soapType', 'digits'), [
    765,
    255,
    'xsd:string',
    0,
  ]);
  assert.deepEqual(pick(fieldOf('Account', 'NumberOfEmployees'), 'digits', 'precision', 'soapType'), [8, 0, 'xsd:int']);
  assert.deepEqual(pick(fieldOf('Contact', 'AccountId'), 'byteLength', 'referenceTo', 'relationshipName'), [
    18,
    ['Account'],
    'Account',
  ]);
  assert.deepEqual(pick(fieldOf('Account', 'BillingAddress'), 'soapType', 'createable', 'filterable'), [
    'urn:address',
    false,
    false,
  ]);
  assert.deepEqual(pick(fieldOf('Account', 'Description'), 'filterable', 'sortable', 'extraTypeInfo'), [
    false,
    false,
    'plaintextarea',
  ]);
  assert.deepEqual(pick(fieldOf('Account', 'Ext__c'), 'custom', 'externalId', 'idLookup', 'unique'), [
    true,
    true,
    true,
    true,
  ]);
});

test('a custom object has its own key prefix, system fields, and the ways to and from its parents', () => {
  assert.equal(describe('City__c').keyPrefix, 'a00');
  assert.equal(fieldOf('City__c', 'OwnerId'), undefined, 'the owner of a master-detail child is its parent');
  assert.equal(fieldOf('City__c', 'Owner_Account__c').cascadeDelete, true);
  assert.equal(fieldOf('City__c', 'Owner_Account__c').relationshipOrder, 0);
  assert.deepEqual(
    (fieldOf('City__c', 'Kind__c').picklistValues as { value: string; defaultValue: boolean }[]).map((v) => [
      v.value,
      v.defaultValue,
    ]),
    [
      ['Town', false],
      ['Village', true],
    ],
  );
  const child = describe('Account').childRelationships.find((each) => each.childSObject === 'City__c')!;
  assert.equal(child.relationshipName, 'Cities__r');
});

test('key prefixes of custom objects go on through digits, capitals and small letters', () => {
  assert.deepEqual([0, 9, 10, 35, 36, 61, 62].map(customKeyPrefix), ['a00', 'a09', 'a0A', 'a0Z', 'a0a', 'a0z', 'a10']);
});
