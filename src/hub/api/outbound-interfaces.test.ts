import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepConnectionInTest } from '../connection-in-test.ts';
import { openHubInTest } from '../hub-in-test.ts';

const accounts = {
  name: 'accounts',
  type: 'outbound',
  integration: 'Retail',
  connection: 'warehouse',
  object: 'Account',
  fields: ['Id', 'Name'],
  mapping: { label: { formula: 'UPPER(Name) & Owner.Name' } },
  target: { table: 'accounts', create: true },
  changes: 'incremental',
};

const shops = {
  name: 'shops',
  integration: 'Retail',
  connection: 'warehouse',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'insert',
  mapping: { Name: 'name' },
};

async function hubWithIntegration() {
  const hub = await openHubInTest();
  const made = await hub.call('POST', '/integrations', { name: 'Retail' });
  keepConnectionInTest(hub.folder, 'warehouse');
  const add = (change: object = {}) => hub.call('POST', '/interfaces', { definition: { ...accounts, ...change } });
  return { ...hub, integration: made.json, add };
}

test('an interface out of Salesforce is made complete, found, changed, compared, restored and deleted as one into it is', async () => {
  await using hub = await hubWithIntegration();
  await hub.call('POST', '/interfaces', { definition: shops });
  const made = await hub.add({ schedule: { every: '1h' } });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const { id, definition, nextRuns } = made.json;
  const { type, operation, sequence, status } = definition;
  assert.deepEqual([type, operation, sequence, status, nextRuns.length], ['outbound', 'queryAll', 2, 'undeployed', 5]);
  assert.deepEqual(Object.keys(definition).slice(0, 4), ['name', 'integration', 'type', 'sequence']);
  const target = { ...definition.target, deleted: 'ignore' };
  const changed = await hub.call('PUT', `/interfaces/${id}`, {
    definition: { ...definition, operation: 'query', target, maxRetries: 3 },
    version: 1,
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.errors));
  const { differences } = (await hub.call('GET', `/interfaces/${id}/difference?from=1&to=2`)).json;
  assert.deepEqual(differences.map(({ field }: { field: string }) => field).sort(), [
    'maxRetries',
    'operation',
    'target.deleted',
  ]);
  const restored = await hub.call('POST', `/interfaces/${id}/restore`, { restore: 1, version: 2 });
  assert.deepEqual(restored.json.definition, definition);
  const listed = (await hub.call('GET', '/interfaces?connection=warehouse&sort=-type')).json.rows;
  assert.deepEqual(
    listed.map((row: typeof made.json) => row.definition.name),
    ['accounts', 'shops'],
  );
  assert.equal((await hub.call('GET', '/interfaces?search=queryAll')).json.total, 1);
  const client = { name: 'Till', scopes: ['integrate'], interfaces: ['Retail/accounts'] };
  assert.equal((await hub.call('POST', '/api-clients', client)).status, 201);
  assert.equal((await hub.call('GET', `/interfaces/${id}/where-used`)).json.apiClients[0]?.name, 'Till');
  assert.equal((await hub.call('DELETE', `/interfaces/${id}`)).status, 409);
});

test('an interface may change its direction in a new version, and places are kept in both directions', async () => {
  await using hub = await hubWithIntegration();
  const inbound = (await hub.call('POST', '/interfaces', { definition: shops })).json;
  const outbound = (await hub.add()).json;
  const turned = { ...shops, name: 'accounts', sequence: 2 };
  const changed = await hub.call('PUT', `/interfaces/${outbound.id}`, { definition: turned, version: 1 });
  assert.deepEqual([changed.json.definition.type, changed.json.definition.operation], ['inbound', 'insert']);
  const order = [
    { id: inbound.id, sequence: 2, version: 1 },
    { id: outbound.id, sequence: 1, version: 2 },
  ];
  const path = `/integrations/${hub.integration.id}/order`;
  assert.equal((await hub.call('PUT', path, { interfaces: order })).status, 204);
  const back = await hub.call('POST', `/interfaces/${outbound.id}/restore`, { restore: 1, version: 3 });
  assert.deepEqual([back.json.definition.type, back.json.definition.sequence], ['outbound', 1]);
});

test('each wrong turn of an interface out of Salesforce is answered at its field, with what to do', async () => {
  await using hub = await hubWithIntegration();
  keepConnectionInTest(hub.folder, 'files', { type: 'csv', folder: 'out' });
  keepConnectionInTest(hub.folder, 'shop', { type: 'sqlite', file: 'shop.sqlite' });
  const cases: [object, string, RegExp][] = [
    [{ object: 'no name' }, 'object', /Source Name does not have the right form.*API name/],
    [{ object: undefined }, 'object', /Source Name is required/],
    [{ operation: 'upsert' }, 'operation', /Operation Type is none of the values.*query, queryAll/],
    [
      { operation: 'query', target: { table: 'a', deleted: 'mark' } },
      'operation',
      /Operation Type is query, which does not/,
    ],
    [{ fields: ['Id', 'No Name'] }, 'fields.1', /right form/],
    [{ fields: [] }, 'fields', /Fields is required/],
    [{ fields: ['Name', 'Name'] }, 'fields.1', /named twice/],
    [{ mapping: { Name: 'Industry' } }, 'mapping.Name', /filled by fields already/],
    [{ mapping: { a: { formula: 'UPER(Name)' } } }, 'mapping.a', /line 1, column 1 of its formula.*UPPER/],
    [{ mapping: { a: { fild: 'Name' } } }, 'mapping.a.fild', /no field fild.*Did you mean field/],
    [{ target: { create: true } }, 'target.table', /required/],
    [{ target: { table: 'a', file: 'b' } }, 'target.file', /There is no field file/],
    [{ target: { table: 'a', key: 'Namee' } }, 'target.key', /by which what changed finds its row.*did you mean Name/],
    [{ connection: 'files' }, 'target.table', /connection is a folder of CSV files; write file/],
    [{ connection: 'shop', target: { file: 'a.csv' } }, 'target.file', /a sqlite database; write table/],
    [{ source: { table: 'x' } }, 'source', /There is no field source here/],
    [{ where: 'Name = ${env:SLUICE_X}' }, 'where', /variable of the environment/],
    [{ mode: 'collections' }, 'mode', /Processing Mode is none of the values/],
    [{ schedule: { cron: '99 * * * *' } }, 'schedule.cron', /Invalid value for minute/],
    [{ tests: [{ row: {}, expect: { labl: 1 } }] }, 'tests.0.expect.labl', /did you mean label/],
  ];
  for (const [change, field, words] of cases) {
    const { status, errors } = await hub.add(change);
    assert.equal(status, 400, JSON.stringify(change));
    assert.equal(errors[0]?.field, `definition.${field}`, JSON.stringify(errors));
    assert.match(`${errors[0]?.message} ${errors[0]?.next}`, words);
  }
});

test('sample records are mapped without an org, and kept as test cases', async () => {
  await using hub = await hubWithIntegration();
  const mapping = {
    label: { formula: 'UPPER(Name) & ", " & Owner.Name' },
    grade: { field: 'Rating', map: { Hot: 1, Cold: 2 } },
  };
  const { id, definition } = (await hub.add({ mapping })).json;
  const rows = [
    { Id: '001', Name: 'Acme', 'Owner.Name': 'Ada', Rating: 'Hot' },
    { Id: '002', Name: 'Bee', 'Owner.Name': null, Rating: 'Warm' },
  ];
  const tried = (await hub.call('POST', '/interfaces/test-mapping', { definition, rows })).json.rows;
  assert.deepEqual(tried[0], { cells: { Id: '001', Name: 'Acme', label: 'ACME, Ada', grade: '1' }, refused: null });
  assert.deepEqual([tried[1].refused.code, tried[1].refused.field], ['VALUE_NOT_MAPPED', 'grade']);
  const first = await hub.call('POST', `/interfaces/${id}/test-cases`, { name: 'hot', row: rows[0], version: 1 });
  const kept = await hub.call('POST', `/interfaces/${id}/test-cases`, { row: rows[1], version: first.json.version });
  assert.deepEqual(kept.json.definition.tests, [
    { name: 'hot', row: rows[0], expect: { Id: '001', Name: 'Acme', label: 'ACME, Ada', grade: '1' } },
    { row: rows[1], refused: 'VALUE_NOT_MAPPED' },
  ]);
  const wrong = { ...definition, mapping: { a: { formula: 'Name + 1' } } };
  const refused = await hub.call('POST', '/interfaces/test-mapping', { definition: wrong, rows });
  assert.deepEqual([refused.status, refused.errors[0]?.field], [400, 'definition.mapping.a']);
  const inbound = await hub.call('POST', '/interfaces/test-mapping-on-records', { definition: shops });
  assert.deepEqual([inbound.status, inbound.errors[0]?.field], [400, 'definition.type']);
});
