import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CallOptions, openOrgInTest, type Reply } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
const call = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
  opened.call(method, path, options);

before(async () => {
  opened = await openOrgInTest();
});

after(() => opened.org.close());

async function create(object: string, json: object): Promise<string> {
  const answer = await call('POST', `sobjects/${object}`, { json });
  assert.equal(answer.status, 201, answer.body);
  return (answer.json as { id: string }).id;
}

test('a new record is answered with 201, its address and its id', async () => {
  const { status, json, headers } = await call('POST', 'sobjects/account/', {
    json: { name: 'Acme', attributes: { type: 'Account' } },
  });
  const { id } = json as { id: string };
  assert.equal(status, 201);
  assert.deepEqual(json, { id, success: true, errors: [] });
  assert.equal(headers.location, `/services/data/v68.0/sobjects/Account/${id}`);
});

test('a record is read whole or by named fields, under 15 characters of its id or 18', async () => {
  const id = await create('Account', { Name: 'Read me', NumberOfEmployees: 5 });
  const url = `/services/data/v68.0/sobjects/Account/${id}`;
  const { json } = await call('GET', `sobjects/Account/${id.slice(0, 15)}?fields=name,NUMBEROFEMPLOYEES`);
  assert.deepEqual(json, { attributes: { type: 'Account', url }, Name: 'Read me', NumberOfEmployees: 5 });
  const whole = (await call('GET', `sobjects/Account/${id}`)).json as Record<string, unknown>;
  assert.equal(whole.Id, id);
  assert.equal(whole.Website, null);
});

test('a field that is not there is refused, an unknown record is not found', async () => {
  const id = await create('Account', { Name: 'x' });
  assert.deepEqual((await call('GET', `sobjects/Account/${id}?fields=Nope`)).json, [
    { message: "No such column 'Nope' on sobject of type Account", errorCode: 'INVALID_FIELD' },
  ]);
  assert.equal((await call('GET', 'sobjects/Account/001Sb00zzzzzzzz')).status, 404);
  assert.deepEqual((await call('GET', 'sobjects/Account/Namez')).json, [
    { errorCode: 'NOT_FOUND', message: 'Provided external ID field does not exist or is not accessible: Namez' },
  ]);
  assert.equal((await call('GET', `sobjects/City__c/${id}`)).status, 404);
});

test('a change is answered with 204, and so is a deletion; afterwards the record is gone', async () => {
  const id = await create('Account', { Name: 'x' });
  const changed = await call('PATCH', `sobjects/Account/${id}`, { json: { Name: 'y' } });
  assert.deepEqual([changed.status, changed.body], [204, '']);
  assert.equal((await call('DELETE', `sobjects/Account/${id}`)).status, 204);
  assert.equal((await call('GET', `sobjects/Account/${id}`)).status, 404);
  const again = await call('DELETE', `sobjects/Account/${id}`);
  assert.equal(again.status, 404);
  assert.equal((again.json as { errorCode: string }[])[0]?.errorCode, 'ENTITY_IS_DELETED');
  const unknown = await call('PATCH', 'sobjects/Account/001Sb00zzzzzzzz', { json: { Name: 'y' } });
  assert.equal(unknown.status, 404, unknown.body);
});

test('errors of a row carry their fields, and the id has no place in the body', async () => {
  assert.equal(
    (await call('POST', 'sobjects/Account', { json: { Website: 'x' } })).body,
    '[{"message":"Required fields are missing: [Name]","errorCode":"REQUIRED_FIELD_MISSING","fields":["Name"]}]',
  );
  const withId = await call('POST', 'sobjects/Account', { json: { Name: 'x', id: '001000000000001' } });
  assert.deepEqual(withId.json, [
    {
      message: 'The Id field should not be specified in the sobject data.',
      errorCode: 'INVALID_FIELD',
      fields: ['Id'],
    },
  ]);
  const unknown = await call('POST', 'sobjects/Account', { json: { Name: 'x', Nope: 1 } });
  assert.equal((unknown.json as { errorCode: string }[])[0]?.errorCode, 'INVALID_FIELD');
});

test('an upsert that inserts answers 201; one that updates 200 with a body from 46.0 on, 204 before', async () => {
  const upsert = (version: string, code: string) =>
    call('PATCH', `/services/data/${version}/sobjects/City__c/code__C/${code}`, { json: { Name: 'x' } });
  const first = await upsert('v68.0', 'A');
  const { id } = first.json as { id: string };
  assert.deepEqual([first.status, first.json], [201, { id, success: true, errors: [], created: true }]);
  const second = await upsert('v46.0', 'A');
  assert.deepEqual([second.status, second.json], [200, { id, success: true, errors: [], created: false }]);
  const old = await upsert('v45.0', 'A');
  assert.deepEqual([old.status, old.body], [204, '']);
  const oldInsert = await upsert('v45.0', 'B');
  assert.deepEqual(Object.keys(oldInsert.json as object), ['id', 'success', 'errors']);
});

test('a value in the path may hold any character', async () => {
  const code = 'a/b c+%?#é';
  const path = `sobjects/City__c/Code__c/${encodeURIComponent(code)}`;
  assert.equal((await call('PATCH', path, { json: { Name: 'odd' } })).status, 201);
  assert.equal(((await call('GET', path)).json as { Code__c: string }).Code__c, code);
});

test('updateOnly updates what is there and inserts nothing', async () => {
  const path = 'sobjects/City__c/Code__c/only?updateOnly=true';
  assert.equal((await call('PATCH', path, { json: { Name: 'x' } })).status, 404);
  assert.equal((await call('GET', 'sobjects/City__c/Code__c/only')).status, 404);
  await create('City__c', { Name: 'x', Code__c: 'only' });
  assert.equal((await call('PATCH', path, { json: { Name: 'y' } })).status, 200);
});

test('an external id that several records carry is answered with 300 and their addresses', async () => {
  const ids = [
    await create('City__c', { Name: '1', Group__c: 'G' }),
    await create('City__c', { Name: '2', Group__c: 'G' }),
  ];
  const addresses = ids.map((id) => `/services/data/v68.0/sobjects/City__c/${id}`);
  for (const method of ['GET', 'DELETE', 'PATCH']) {
    const { status, json } = await call(
      method,
      'sobjects/City__c/Group__c/G',
      method === 'PATCH' ? { json: { Name: '3' } } : {},
    );
    assert.equal(status, 300, method);
    assert.deepEqual((json as string[]).toSorted(), addresses.toSorted(), method);
  }
});

test('the external id has no place in the body of an upsert, and only such a field names a record', async () => {
  const twice = await call('PATCH', 'sobjects/City__c/Code__c/T', { json: { Name: 'x', CODE__C: 'U' } });
  assert.equal(twice.status, 400);
  assert.match(twice.body, /The Code__c field should not be specified in the sobject data\./);
  assert.equal((await call('PATCH', 'sobjects/City__c/Account__c/T', { json: {} })).status, 404);
});

test('POST with Id as external id inserts', async () => {
  assert.equal((await call('POST', 'sobjects/Account/Id', { json: { Name: 'by null id' } })).status, 201);
});

test('a parent is reached through its child', async () => {
  const account = await create('Account', { Name: 'Parent' });
  const city = await create('City__c', { Name: 'Child', Account__c: account });
  assert.equal(((await call('GET', `sobjects/City__c/${city}/Account__r`)).json as { Name: string }).Name, 'Parent');
  const orphan = await create('City__c', { Name: 'Orphan' });
  assert.equal((await call('GET', `sobjects/City__c/${orphan}/Account__r`)).status, 404);
});
