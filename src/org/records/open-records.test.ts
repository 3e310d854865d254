import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { createSchema } from '../schema/create-schema.ts';
import { addCustomFields } from '../schema/custom-object.ts';
import type { Schema } from '../schema/schema.ts';
import { OrgRefused } from './refusal.ts';
import { newFolder, openSmallRecords, smallSchema, testUserId } from './small-schema-in-test.ts';

function grown(schema: Schema): Schema {
  const fields = [
    { name: 'Visited__c', type: 'checkbox' },
    { name: 'Mayor__c', type: 'text', length: 40, externalId: true },
  ] as const;
  return createSchema(
    schema.objects.map((object) => (object.name === 'Country__c' ? addCustomFields(object, fields) : object)),
  );
}

test('records outlive the process, and fields added to the setup are added to their table', async () => {
  const folder = newFolder();
  try {
    let id = '';
    {
      await using small = await openSmallRecords({ folder });
      const [result] = await small.save({
        operation: 'insert',
        object: 'Country__c',
        rows: [{ Name: 'France', Code__c: 'FR' }],
      });
      assert.ok(result?.success);
      id = result.id;
    }
    await using small = await openSmallRecords({ folder, schema: grown(smallSchema()) });
    const read = await small.records.read({ userId: testUserId, object: 'Country__c', id, apiVersion: 68 });
    assert.deepEqual([read?.Name, read?.Visited__c, read?.Mayor__c], ['France', false, null]);
    await small.save({ operation: 'update', object: 'Country__c', rows: [{ Id: id, Mayor__c: 'M' }] });
    assert.deepEqual(
      await small.records.findByExternalId({ userId: testUserId, object: 'Country__c', field: 'Mayor__c', value: 'm' }),
      [id],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('owners are held against the users of setup.sqlite, which can be asked in a query', async () => {
  await using small = await openSmallRecords();
  const owners = [
    { OwnerId: testUserId },
    { OwnerId: '005Sb0000000009' },
    { Owner: { attributes: { type: 'User' }, Username: 'ADA@example.com' } },
  ];
  const rows = owners.map((owner) => ({ Name: 'a', ...owner }));
  const results = await small.save({ operation: 'insert', object: 'Account', rows });
  assert.deepEqual(
    results.map((result) => (result.success ? 'saved' : result.errors[0]?.statusCode)),
    ['saved', 'INVALID_CROSS_REFERENCE_KEY', 'saved'],
  );
  const soql = 'SELECT Owner.Name FROM Account';
  const page = await small.records.query({ userId: testUserId, soql, all: false, batchSize: 200, apiVersion: 68 });
  assert.deepEqual(
    page.records.map(({ Owner }) => (Owner as { Name?: string } | undefined)?.Name),
    ['Ada', 'Ada'],
  );
});

test('a query that takes too long is answered QUERY_TIMEOUT, reads go on meanwhile, and the next query is answered', async () => {
  await using small = await openSmallRecords({ maxQueryMs: 400 });
  const rows = 30_000;
  const csv = `Name\n${Array.from({ length: rows }, (_, index) => `${index} ${'x'.repeat(240)}`).join('\n')}\n`;
  await small.load(csv, { operation: 'insert', object: 'Account' });
  const ask = (soql: string) =>
    small.records.query({ userId: testUserId, soql, all: false, batchSize: 200, apiVersion: 68 });
  const slow = Array.from({ length: 200 }, (_, index) => `Name LIKE '%y${index}%z%'`).join(' OR ');
  const timedOut = assert.rejects(
    ask(`SELECT Id FROM Account WHERE ${slow}`),
    (error) => error instanceof OrgRefused && error.refusal.errorCode === 'QUERY_TIMEOUT',
  );
  const request = { userId: testUserId, object: 'Account', field: 'Ext__c', value: 'none' };
  let answered = false;
  const found = small.records.findByExternalId(request).then((ids) => {
    answered = true;
    return ids;
  });
  const after = ask('SELECT Id FROM Account LIMIT 3');
  await timedOut;
  assert.equal(answered, true);
  assert.deepEqual(await found, []);
  assert.equal((await after).totalSize, 3);
});

test('records close at once, whatever query is under way', async () => {
  const small = await openSmallRecords();
  const rows = Array.from({ length: 20_000 }, (_, index) => `${index} ${'x'.repeat(240)}`);
  await small.load(`Name\n${rows.join('\n')}\n`, { operation: 'insert', object: 'Account' });
  const slow = Array.from({ length: 400 }, (_, index) => `Name LIKE '%y${index}%z%'`).join(' OR ');
  const soql = `SELECT Id FROM Account WHERE ${slow}`;
  const request = { userId: testUserId, soql, all: false, batchSize: 200, apiVersion: 68 };
  const asked = Promise.allSettled([small.records.query(request), small.records.query(request)]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await small[Symbol.asyncDispose]();
  assert.deepEqual(
    (await asked).map((settled) => (settled.status === 'rejected' ? String(settled.reason) : 'answered')),
    ['Error: the records are closed', 'Error: the records are closed'],
  );
});
