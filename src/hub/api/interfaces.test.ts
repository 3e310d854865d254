import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepConnectionInTest } from '../connection-in-test.ts';
import { openHubInTest } from '../hub-in-test.ts';

const shops = {
  name: 'shops',
  integration: 'Retail',
  connection: 'warehouse',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Shop__c',
  mapping: { Shop__c: 'number', Name: { formula: 'UPPER(name)' } },
};

async function hubWithIntegration() {
  const hub = await openHubInTest();
  const made = await hub.call('POST', '/integrations', { name: 'Retail', description: 'shops and their goods' });
  assert.equal(made.status, 201);
  keepConnectionInTest(hub.folder, 'warehouse');
  const add = (change: object = {}) => hub.call('POST', '/interfaces', { definition: { ...shops, ...change } });
  return { ...hub, integration: made.json, add };
}

test('an interface is made complete, found, changed as a new version, and deleted', async () => {
  await using hub = await hubWithIntegration();
  const made = await hub.add();
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const { id, definition, version } = made.json;
  assert.deepEqual([definition.type, definition.sequence, definition.status, version], ['inbound', 1, 'undeployed', 1]);
  const path = `/interfaces/${id}`;
  const changed = await hub.call('PUT', path, { definition: { ...definition, status: 'deployed' }, version });
  assert.deepEqual([changed.json.version, changed.json.definition.status], [2, 'deployed']);
  assert.equal((await hub.call('GET', '/interfaces?integration=retail&search=account')).json.total, 1);
  const ofStatus = async (status: string) => (await hub.call('GET', `/interfaces?status=${status}`)).json.total;
  assert.deepEqual([await ofStatus('deployed'), await ofStatus('undeployed')], [1, 0]);
  assert.equal((await hub.call('GET', '/interfaces?connection=WAREHOUSE&sort=-object')).json.total, 1);
  assert.equal((await hub.call('GET', '/interfaces?connection=other')).json.total, 0);
  assert.equal((await hub.call('DELETE', `/integrations/${hub.integration.id}`)).status, 409);
  assert.equal((await hub.call('DELETE', path)).status, 204);
  assert.equal((await hub.call('GET', path)).status, 404);
  assert.equal((await hub.call('DELETE', `/integrations/${hub.integration.id}`)).status, 204);
});

test('each wrong turn is answered at its field, with what to do', async () => {
  await using hub = await hubWithIntegration();
  await hub.add();
  const next = { name: 'goods' };
  const cases: [object, string, RegExp][] = [
    [{}, 'name', /already, in Retail/],
    [{ ...next, integration: 'Retial' }, 'integration', /There is no integration Retial.*Is Retail meant/],
    [{ ...next, integration: undefined }, 'integration', /required/],
    [{ ...next, sequence: 1 }, 'sequence', /Sequence 1 is taken by shops.*2 is free/],
    [{ ...next, sequence: 100 }, 'sequence', /Sequence is out of range/],
    [{ ...next, name: '' }, 'name', /Name is required\. Letters, digits/],
    [{ ...next, source: { table: '' } }, 'source.table', /Table is required/],
    [{ ...next, mapping: {} }, 'mapping', /Mapping is required/],
    [{ ...next, type: 'sideways' }, 'type', /Type is none of the values.*inbound, outbound/],
    [{ ...next, type: 'outbound' }, 'target', /Target is required/],
    [{ ...next, operation: 'query' }, 'operation', /Operation Type is none of the values/],
    [{ ...next, externalId: undefined }, 'operation', /Operation Type is upsert, which needs externalId/],
    [{ ...next, mapping: { Shop__c: { formula: 'UPER(name)' } } }, 'mapping.Shop__c', /line 1, column 1.*UPPER/],
    [
      { ...next, operation: 'insert', externalId: undefined, mode: 'synchronous' },
      'mode',
      /Processing Mode is synchronous.*looked up/,
    ],
    [{ ...next, schedule: { cron: '99 * * * *' } }, 'schedule.cron', /Invalid value for minute/],
    [{ ...next, schedule: { every: '5m', timeZone: 'Mars/Base' } }, 'schedule.timeZone', /no IANA time zone/],
    [{ ...next, object: '${env:SLUICE_X}' }, 'object', /right form/],
    [{ ...next, source: { query: 'SELECT ${env:SLUICE_X}' } }, 'source.query', /variable of the environment/],
    [{ ...next, tests: [{ row: {} }] }, 'tests.0', /either what is to be expected/],
  ];
  for (const [change, field, words] of cases) {
    const { status, errors } = await hub.add(change);
    assert.equal(status, 400, JSON.stringify(change));
    assert.equal(errors[0]?.field, `definition.${field}`);
    assert.match(`${errors[0]?.message} ${errors[0]?.next}`, words);
  }
});

test('an interface names a connection that is there, in any case', async () => {
  await using hub = await hubWithIntegration();
  assert.equal((await hub.add({ connection: 'Warehouse' })).status, 201);
  const { errors } = await hub.add({ name: 'goods', connection: 'warehous' });
  assert.deepEqual(
    [errors[0]?.field, errors[0]?.message],
    ['definition.connection', 'There is no connection warehous.'],
  );
});

test('of two people who edit at once the second is told, and nothing of the first is lost', async () => {
  await using hub = await hubWithIntegration();
  const { id, definition, version } = (await hub.add()).json;
  const save = (object: string) =>
    hub.call('PUT', `/interfaces/${id}`, { definition: { ...definition, object }, version });
  const answers = await Promise.all([save('Account'), save('Lead')]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  const second = answers.find(({ status }) => status === 409);
  assert.match(second?.errors[0]?.message ?? '', /Somebody else changed this/);
  const first = answers.find(({ status }) => status === 200);
  assert.equal((await hub.call('GET', `/interfaces/${id}`)).json.definition.object, first?.json.definition.object);
});

test('every version is kept, compared field by field, and restored as the newest', async () => {
  await using hub = await hubWithIntegration();
  const { id, definition } = (await hub.add()).json;
  const mapping = { Shop__c: 'number', Name: { formula: 'LOWER(name)' }, Phone: 'phone' };
  await hub.call('PUT', `/interfaces/${id}`, { definition: { ...definition, mapping }, version: 1 });
  const { differences } = (await hub.call('GET', `/interfaces/${id}/difference?from=1&to=2`)).json;
  assert.deepEqual(differences, [
    { field: 'mapping.Name.formula', before: 'UPPER(name)', after: 'LOWER(name)' },
    { field: 'mapping.Phone', before: null, after: 'phone' },
  ]);
  await hub.call('PUT', `/integrations/${hub.integration.id}/order`, { interfaces: [{ id, sequence: 7, version: 2 }] });
  const restored = await hub.call('POST', `/interfaces/${id}/restore`, { restore: 1, version: 3 });
  assert.deepEqual(restored.json.definition, { ...definition, sequence: 7 });
  const { rows } = (await hub.call('GET', `/interfaces/${id}/versions`)).json;
  assert.deepEqual(
    rows.map((row: { version: number; restored: number | null }) => [row.version, row.restored]),
    [
      [4, 1],
      [3, null],
      [2, null],
      [1, null],
    ],
  );
  assert.deepEqual((await hub.call('GET', `/interfaces/${id}/versions/2`)).json.definition.mapping, mapping);
  assert.equal((await hub.call('POST', `/interfaces/${id}/restore`, { restore: 1, version: 3 })).status, 409);
  assert.equal((await hub.call('GET', `/interfaces/${id}/versions/9`)).status, 404);
});

test('interfaces change places all at once, and never stand two at one', async () => {
  await using hub = await hubWithIntegration();
  const one = (await hub.add()).json;
  const other = (await hub.add({ name: 'goods' })).json;
  const order = (interfaces: object[]) => hub.call('PUT', `/integrations/${hub.integration.id}/order`, { interfaces });
  const swapped = [
    { id: one.id, sequence: 2, version: 1 },
    { id: other.id, sequence: 1, version: 1 },
  ];
  assert.equal((await order(swapped)).status, 204);
  const { rows } = (await hub.call('GET', '/interfaces')).json;
  assert.deepEqual(
    rows.map((row: typeof one) => [row.definition.name, row.version]),
    [
      ['goods', 2],
      ['shops', 2],
    ],
  );
  assert.equal((await order(swapped)).status, 409, 'seen before somebody else sorted');
  const clash = await order([{ id: one.id, sequence: 1, version: 2 }]);
  assert.match(clash.errors[0]?.message ?? '', /goods and shops would both stand at 1/);
  assert.equal((await order([{ id: 99, sequence: 1, version: 1 }])).status, 409);
});

test('whoever is allowed an interface by name keeps it when it or its integration is renamed, and holds it against deletion', async () => {
  await using hub = await hubWithIntegration();
  const { id, definition } = (await hub.add()).json;
  const client = { name: 'Till', scopes: ['integrate'], interfaces: ['Retail/shops'] };
  const made = (await hub.call('POST', '/api-clients', client)).json;
  const renamed = { definition: { ...definition, name: 'stores' }, version: 1 };
  assert.equal((await hub.call('PUT', `/interfaces/${id}`, renamed)).json.definition.name, 'stores');
  const { description, sequence, state } = hub.integration;
  const whole = { name: 'Trade', description, sequence, state, version: hub.integration.version };
  assert.equal((await hub.call('PUT', `/integrations/${hub.integration.id}`, whole)).json.interfaces, 1);
  assert.deepEqual((await hub.call('GET', `/api-clients/${made.id}`)).json.interfaces, ['Trade/stores']);
  assert.equal((await hub.call('GET', `/interfaces/${id}`)).json.definition.integration, 'Trade');
  assert.deepEqual((await hub.call('GET', `/interfaces/${id}/where-used`)).json.apiClients, [
    { id: made.id, name: 'Till' },
  ]);
  const refused = await hub.call('DELETE', `/interfaces/${id}`);
  assert.deepEqual([refused.status, refused.errors[0]?.message], [409, 'stores is an allowed interface of Till.']);
});

test('sample rows are mapped without an org, and kept as test cases', async () => {
  await using hub = await hubWithIntegration();
  const mapping = { ...shops.mapping, Rating: { column: 'stars', map: { 5: 'Hot' }, nulls: 'keep' } };
  const { id, definition } = (await hub.add({ mapping })).json;
  const rows = [
    { number: 'S-1', name: 'kiosk', stars: 5 },
    { number: 'S-2', name: null },
    { number: 'S-3', name: 'inn', stars: 6 },
  ];
  const tried = await hub.call('POST', '/interfaces/test-mapping', { definition, rows });
  assert.deepEqual(tried.json.rows.slice(0, 2), [
    { cells: { Shop__c: 'S-1', Name: 'KIOSK', Rating: 'Hot' }, refused: null },
    { cells: { Shop__c: 'S-2', Name: null, Rating: '' }, refused: null },
  ]);
  assert.equal(tried.json.rows[2].refused.code, 'VALUE_NOT_MAPPED');
  const first = await hub.call('POST', `/interfaces/${id}/test-cases`, { name: 'a kiosk', row: rows[0], version: 1 });
  const kept = await hub.call('POST', `/interfaces/${id}/test-cases`, { row: rows[2], version: first.json.version });
  assert.deepEqual(kept.json.definition.tests, [
    { name: 'a kiosk', row: rows[0], expect: { Shop__c: 'S-1', Name: 'KIOSK', Rating: 'Hot' } },
    { row: rows[2], refused: 'VALUE_NOT_MAPPED' },
  ]);
  const wrong = { ...definition, mapping: { ...shops.mapping, Phone: { formula: 'phone + name' } } };
  const refused = await hub.call('POST', '/interfaces/test-mapping', { definition: wrong, rows });
  assert.deepEqual([refused.status, refused.errors[0]?.field], [400, 'definition.mapping.Phone']);
});

test('a schedule shows when it is due, before and after it is saved', async () => {
  await using hub = await hubWithIntegration();
  const schedule = { cron: '0 6 * * *', timeZone: 'Europe/Berlin' };
  const { nextRuns } = (await hub.call('POST', '/schedules/next-runs', { schedule })).json;
  assert.equal(nextRuns.length, 5);
  assert.deepEqual((await hub.add({ schedule })).json.nextRuns, nextRuns);
  const { errors } = await hub.call('POST', '/schedules/next-runs', { schedule: { cron: '0 0 30 2 *' } });
  assert.deepEqual(
    [errors[0]?.field, errors[0]?.message],
    ['schedule.cron', 'cron never comes: there is no such day.'],
  );
});
