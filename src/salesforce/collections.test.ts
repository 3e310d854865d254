import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SluiceError } from '../base/index.ts';
import { judgeResults } from './collections.ts';
import { type Asked, quick, startScriptedServer } from './scripted-server.test.ts';

const made = { id: '001000000000001AAA', success: true, errors: [] };

test('each operation of a collection is sent as the REST guide has it', async () => {
  await using server = await startScriptedServer({ rest: () => ({ json: [{ ...made, created: true }] }) });
  await using org = server.open();
  const save = async (
    operation: 'insert' | 'update' | 'upsert' | 'delete',
    record: object,
  ): Promise<[string, string, unknown]> => {
    await org.saveCollection({ operation, object: 'City__c', externalIdField: 'Ext__c', records: [{ ...record }] });
    const { method, path, body } = server.asked.at(-1) as Asked;
    return [method, path, body === '' ? null : JSON.parse(body)];
  };
  const body = (record: object) => ({ allOrNone: false, records: [{ attributes: { type: 'City__c' }, ...record }] });
  assert.deepEqual(await save('insert', { Name: 'א' }), ['POST', '/composite/sobjects', body({ Name: 'א' })]);
  assert.deepEqual(await save('update', { Id: '1' }), ['PATCH', '/composite/sobjects', body({ Id: '1' })]);
  assert.deepEqual(await save('upsert', { Ext__c: '1' }), [
    'PATCH',
    '/composite/sobjects/City__c/Ext__c',
    body({ Ext__c: '1' }),
  ]);
  assert.deepEqual(await save('delete', { Id: '001A' }), [
    'DELETE',
    '/composite/sobjects?ids=001A&allOrNone=false',
    null,
  ]);
});

test('results come in the order of the records, refused ones as data', async () => {
  const errors = [
    { statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
  ];
  await using server = await startScriptedServer({
    rest: () => ({
      json: [
        { ...made, created: true },
        { success: false, errors },
        { ...made, created: false },
      ],
    }),
  });
  await using org = server.open();
  const results = await org.saveCollection({
    operation: 'upsert',
    object: 'A',
    externalIdField: 'E',
    records: [{}, {}, {}],
  });
  assert.deepEqual(results, [
    { success: true, id: made.id, created: true },
    { success: false, id: null, errors },
    { success: true, id: made.id, created: false },
  ]);
});

test('no records make no call, and too many are refused before one', async () => {
  await using server = await startScriptedServer();
  await using org = server.open();
  assert.deepEqual(await org.saveCollection({ operation: 'insert', object: 'A', records: [] }), []);
  const records = Array.from({ length: 201 }, () => ({}));
  await assert.rejects(org.saveCollection({ operation: 'insert', object: 'A', records }), {
    code: 'COLLECTION_TOO_LARGE',
    inDoubt: false,
  });
  assert.equal(server.asked.length, 0);
});

test('an answer that does not fit the records leaves them in doubt', async () => {
  await using server = await startScriptedServer({ rest: () => ({ json: [made] }) });
  await using org = server.open();
  await assert.rejects(org.saveCollection({ operation: 'insert', object: 'A', records: [{}, {}] }), {
    code: 'ANSWER_INVALID',
    inDoubt: true,
  });
});

test('a lost answer leaves an insert in doubt; where the caller says so the call is repeated', async () => {
  await using server = await startScriptedServer({
    rest: ({ before }) => (before % 2 === 0 ? 'drop' : { json: [made] }),
  });
  await using org = server.open(quick);
  await assert.rejects(org.saveCollection({ operation: 'insert', object: 'A', records: [{}] }), {
    code: 'ANSWER_LOST',
    inDoubt: true,
  });
  assert.equal(server.asked.length, 1);
  server.asked.length = 0;
  const [result] = await org.saveCollection({
    operation: 'update',
    object: 'A',
    records: [{ Id: made.id }],
    repeatable: true,
  });
  assert.deepEqual(result, { success: true, id: made.id, created: false });
  assert.equal(server.asked.length, 2);
});

test('a success with no id is in doubt, never a refusal', () => {
  const judged = () => judgeResults([{ success: true, errors: [] }], { operation: 'insert', records: [{}] });
  assert.throws(judged, { code: 'ANSWER_INVALID', inDoubt: true });
});

test('whatever JSON comes back, each record has an outcome or all are in doubt', () => {
  const row = fc.oneof(
    fc.record({ success: fc.boolean(), id: fc.option(fc.string()), errors: fc.jsonValue() }, { requiredKeys: [] }),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.array(row, { maxLength: 4 }), fc.jsonValue()),
      fc.integer({ min: 1, max: 4 }),
      (json, count) => {
        const records = Array.from({ length: count }, () => ({}));
        try {
          assert.equal(judgeResults(json, { operation: 'upsert', records }).length, count);
        } catch (error) {
          assert.ok(error instanceof SluiceError && error.inDoubt, String(error));
        }
      },
    ),
  );
});
