/** Data, jobs, limits and faults over the Setup API, in the name of the administrator. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetupInTest } from './setup-in-test.ts';

const setupText = `
users: [ { username: admin@acme.example, lastName: Admin } ]
connectedApps: [ { name: Loader, scopes: [api], clientCredentials: { enabled: true, runAs: admin@acme.example } } ]
`;

async function openWithData() {
  const setup = await openSetupInTest(setupText);
  const { org } = setup;
  const { json } = await setup.token(org.consumerKey, org.consumerSecret);
  const data = (path: string, more?: { method: string; body: unknown }) => setup.data(json.access_token, path, more);
  return { ...setup, data };
}

test('a query is answered as a table, parents by their path and a page at a time', async () => {
  const setup = await openWithData();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { call, data } = setup;
  const records = Array.from({ length: 201 }, (__, index) => ({ attributes: { type: 'Account' }, Name: `A${index}` }));
  for (const part of [records.slice(0, 200), records.slice(200)])
    assert.equal((await data('composite/sobjects', { method: 'POST', body: { records: part } })).status, 200);
  const soql = 'SELECT Id, Name, Owner.Username FROM Account ORDER BY CreatedDate';
  const first = await call('POST', '/query', { soql });
  assert.deepEqual(first.json.columns, ['Id', 'Name', 'Owner.Username']);
  assert.deepEqual([first.json.totalSize, first.json.rows.length], [201, 200]);
  const [{ id, object, cells }] = first.json.rows;
  assert.deepEqual([object, cells[0], cells[2]], ['Account', id, 'admin@acme.example']);
  const second = await call('POST', '/query', { soql, next: first.json.next });
  assert.deepEqual([second.json.rows.length, second.json.next], [1, null]);
  const refused = await call('POST', '/query', { soql: 'SELECT Nope FROM Account' });
  assert.equal(refused.status, 400);
  assert.match(refused.errors[0]?.message ?? '', /Nope/);
});

test('a record is edited by texts, and what Salesforce refuses stands at its field', async () => {
  const setup = await openWithData();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { call, data } = setup;
  const { id } = (await data('sobjects/Account', { method: 'POST', body: { Name: 'Acme', Phone: '1' } })).json;
  const path = `/objects/Account/records/${id}`;
  const shown = await call('GET', path);
  assert.equal(shown.json.title, 'Acme');
  const field = (name: string) => shown.json.fields.find((each: { name: string }) => each.name === name);
  assert.deepEqual([field('Name').required, field('CreatedDate').editable], [true, false]);
  const edited = await call('PATCH', path, {
    version: shown.json.version,
    values: { NumberOfEmployees: '7', Phone: null },
  });
  assert.equal(edited.status, 200, JSON.stringify(edited.json));
  const { json } = await data(`sobjects/Account/${id}`);
  assert.deepEqual([json.NumberOfEmployees, json.Phone], [7, null]);
  const { version } = edited.json;
  const refused = await call('PATCH', path, { version, values: { Name: '' } });
  assert.deepEqual([refused.status, refused.errors[0]?.field], [400, 'Name']);
  assert.match(refused.errors[0]?.message ?? '', /REQUIRED_FIELD_MISSING/);
  assert.equal((await call('GET', '/objects/Account/records/001000000000000AAA')).status, 404);
  assert.equal((await call('GET', '/objects/Nothing/records/001000000000000AAA')).status, 404);
});

test('of two who edit a record the second is told, also when both save in the same moment', async () => {
  const setup = await openWithData();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { call, data } = setup;
  const { id } = (await data('sobjects/Account', { method: 'POST', body: { Name: 'Acme', Phone: '1' } })).json;
  const path = `/objects/Account/records/${id}`;
  const { version } = (await call('GET', path)).json;
  assert.equal((await data(`sobjects/Account/${id}`, { method: 'PATCH', body: { Phone: '2' } })).status, 204);
  const late = await call('PATCH', path, { version, values: { Phone: '3' } });
  assert.deepEqual([late.status, late.errors[0]?.field], [409, 'version']);
  assert.match(late.errors[0]?.message ?? '', /Somebody else changed this/);
  assert.equal((await data(`sobjects/Account/${id}`)).json.Phone, '2', 'nothing of the first is lost');

  const now = (await call('GET', path)).json.version;
  const both = await Promise.all(
    ['4', '5', '6'].map((Phone) => call('PATCH', path, { version: now, values: { Phone } })),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409, 409]);
  const kept = both.findIndex(({ status }) => status === 200);
  assert.equal((await data(`sobjects/Account/${id}`)).json.Phone, ['4', '5', '6'][kept]);
});

test('jobs, limits and faults are listed, and a fault is set and ended', async () => {
  const setup = await openWithData();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { call, data } = setup;
  const job = (await data('jobs/ingest', { method: 'POST', body: { object: 'Account', operation: 'insert' } })).json;
  const { rows } = (await call('GET', '/bulk-jobs')).json;
  assert.deepEqual([rows[0].id, rows[0].state, rows[0].createdBy], [job.id, 'Open', 'admin@acme.example']);
  const limits = (await call('GET', '/limits')).json.rows;
  assert.ok(limits.find(({ name }: { name: string }) => name === 'DailyApiRequests').used >= 1);
  const rule = { path: '/services/data/**', share: 1, kind: 'unavailable' };
  assert.equal((await call('PUT', '/faults', { rules: [rule] })).status, 200);
  assert.equal((await data('limits')).status, 503);
  assert.equal((await call('GET', '/faults')).json.rules[0].injected, 1);
  const halfSaid = await call('PUT', '/faults', { rules: [{ ...rule, kind: 'latency' }] });
  assert.equal(halfSaid.errors[0]?.field, 'rules.0.latencyMs');
  assert.equal((await call('PUT', '/faults', { rules: [] })).status, 200);
  assert.equal((await data('limits')).status, 200);
});

test('a Run As user without API Enabled is led to the System Permissions of the profile', async () => {
  await using setup = await openSetupInTest(`
users:
  - { username: admin@acme.example, lastName: Admin }
  - { username: api@acme.example, lastName: Api, profile: Minimum Access - API Only Integrations }
connectedApps: [ { name: Loader, scopes: [api], clientCredentials: { enabled: true, runAs: api@acme.example } } ]
`);
  const { call } = setup;
  const profile = (await call('GET', '/profiles?search=Minimum')).json.rows[0];
  const { version } = (await call('GET', `/profiles/${profile.id}`)).json;
  assert.equal(
    (await call('PATCH', `/profiles/${profile.id}`, { version, userPermissions: ['ApiUserOnly'] })).status,
    200,
  );
  const app = (await call('GET', '/apps')).json.rows[0];
  const [step] = (await call('GET', `/apps/${app.id}`)).json.readiness.missing;
  assert.deepEqual(
    [step.code, step.link, step.field],
    ['run-as-without-api', `/setup/api/profiles/${profile.id}`, 'userPermissions'],
  );
});
