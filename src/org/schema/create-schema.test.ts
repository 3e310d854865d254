import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSchema } from './create-schema.ts';
import { standardObjects } from './standard-objects.ts';

const schema = createSchema(standardObjects);
const get = (name: string) => schema.findObject(name)!;

test('objects, fields and relationships are found in any case and come back in theirs', () => {
  assert.equal(schema.findObject('aCCOUNT')?.name, 'Account');
  assert.equal(schema.findObject('Acount'), undefined);
  assert.equal(schema.findField(get('Contact'), 'LASTNAME')?.name, 'LastName');
  assert.equal(schema.findField(get('Contact'), 'Company'), undefined);
  assert.equal(schema.findParent(get('contact'), 'account')?.name, 'AccountId');
  assert.equal(schema.findByKeyPrefix('003')?.name, 'Contact');
  assert.equal(schema.findByKeyPrefix('00q'), undefined, 'key prefixes mind their case');
});

test('the ways down from a parent are those its children name', () => {
  const names = schema
    .childRelationships(get('Account'))
    .map(({ name, childObject, field }) => [name, childObject.name, field.name]);
  assert.deepEqual(
    names.filter(([name]) => name),
    [
      ['ChildAccounts', 'Account', 'ParentId'],
      ['Contacts', 'Contact', 'AccountId'],
    ],
  );
  assert.ok(names.some(([name, child, field]) => name === null && child === 'Lead' && field === 'ConvertedAccountId'));
});

test('a schema can be rebuilt in a worker from the plain data it was made of', () => {
  const rebuilt = createSchema(structuredClone(schema.objects));
  assert.deepEqual(rebuilt.objects, schema.objects);
  assert.equal(rebuilt.findParent(rebuilt.findObject('Contact')!, 'ReportsTo')?.name, 'ReportsToId');
});

test('no standard object has a field twice or points to an object that is not there', () => {
  for (const object of standardObjects) {
    const names = object.fields.map((field) => field.name.toLowerCase());
    assert.equal(new Set(names).size, names.length, object.name);
    const nameFields = object.fields.filter((field) => field.nameField).length;
    // What only ties two things together has no name.
    assert.ok(nameFields === 1 || (object.store === 'setup' && nameFields === 0), object.name);
    for (const field of object.fields)
      for (const to of field.referenceTo) assert.ok(schema.findObject(to), `${object.name}.${field.name}`);
  }
});
