import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { crossOf, openConnectionStage, type Step, secondPair } from './connections-stage.ts';
import { startSluice } from './sluice-program.ts';

const stage = await openConnectionStage();
after(stage.close);
const { folder, hub, org, postgres, agent, administratorPassword, call, agentFields, databaseFields, connection } =
  stage;

test('both pings of a draft are lists of ticks, and the connection they are good for is saved as verified', async () => {
  const draft = connection('acme');
  const first = await call('POST', '/connections/ping-agent', {
    type: draft.type,
    agent: draft.agent,
    database: draft.database,
  });
  assert.equal(first.json.ok, true, JSON.stringify(first.json, null, 1));
  assert.deepEqual(
    first.json.steps.map(({ label }: Step) => label),
    [
      'Remote site allowed',
      'Name resolved',
      'Port open',
      'TLS',
      'Signed in to the agent',
      'Agent version',
      'Database: Name resolved',
      'Database: Port open',
      'Signed in to the database',
      'Tables visible',
    ],
  );
  const { fingerprint } = first.json.about;
  assert.match(first.json.steps[3].detail, new RegExp(`^First contact: .*${fingerprint}`));
  const orgPing = await call('POST', '/connections/ping-salesforce', {
    agent: draft.agent,
    salesforce: draft.salesforce,
  });
  assert.equal(orgPing.json.ok, true, JSON.stringify(orgPing.json, null, 1));
  assert.match(orgPing.json.steps.find(({ label }: Step) => label === 'Run-as user').detail, /loader@acme\.example/);
  const made = await call('POST', '/connections', { ...draft, agent: agentFields({ fingerprint }) });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  assert.deepEqual(
    [made.json.verified, made.json.agent.fingerprint, made.json.database.passwordKept],
    [true, fingerprint, true],
  );
  const list = await call('GET', '/connections');
  assert.equal(list.json.rows[0].verified, true);
  const everything = JSON.stringify([
    first.json,
    orgPing.json,
    made.json,
    list.json,
    (await call('GET', '/audit-trail')).json,
  ]);
  const stored =
    readFileSync(join(folder, 'hub', 'hub.sqlite'), 'latin1') +
    readFileSync(join(folder, 'hub', 'hub.sqlite-wal'), 'latin1');
  for (const secret of [agent.password, postgres.password, org.consumerSecret])
    assert.ok(!everything.includes(secret) && !stored.includes(secret));
});

test('a saved connection is pinged with what is kept, and offers tables, columns, rows and objects', async () => {
  const { json } = await call('POST', '/connections', connection('offers'));
  const path = `/connections/${json.id}`;
  for (const ping of ['ping-agent', 'ping-salesforce']) {
    const { json: report } = await call('POST', `${path}/${ping}`);
    assert.equal(report.ok, true, JSON.stringify(report));
  }
  assert.deepEqual((await call('GET', `${path}/tables`)).json, ['city']);
  const source = { table: 'city' };
  const columns = await call('POST', `${path}/columns`, { source });
  assert.deepEqual(
    columns.json.map(({ name }: { name: string }) => name),
    ['id', 'name'],
  );
  const sample = await call('POST', `${path}/sample-rows`, {
    source: { query: 'select id, name from city order by id' },
    rows: 2,
  });
  assert.deepEqual(sample.json, {
    columns: ['id', 'name'],
    rows: [
      ['1', 'City 1'],
      ['2', 'City 2'],
    ],
  });
  const objects = await call('GET', `${path}/objects`);
  assert.ok(objects.json.some(({ name }: { name: string }) => name === 'Account'));
  const described = await call('GET', `${path}/objects/Account`);
  assert.ok(described.json.fields.some(({ name }: { name: string }) => name === 'Name'));
  const wrong = await call('GET', `${path}/objects/Nothing__c`);
  assert.match(wrong.errors[0]?.message ?? '', /Nothing__c/);
  const missing = await call('POST', `${path}/columns`, { source: { table: 'citi' } });
  assert.match(missing.errors[0]?.next ?? '', /Did you mean "city"/);
  assert.equal((await call('DELETE', path)).status, 204);
});

test('sample rows are mapped and held against the fields they go to, before anything is saved or sent', async () => {
  const made = await call('POST', '/connections', connection('samples'));
  const definition = {
    ...{ name: 'cities', connection: 'samples', source: { table: 'city' }, object: 'Account', operation: 'insert' },
    mapping: { Name: { formula: 'UPPER(name)' }, NumberOfEmployees: { formula: 'id + 1' }, Phone: 'name' },
  };
  const long = 'x'.repeat(41);
  const rows = [
    { id: '1', name: 'Lima' },
    { id: '2', name: null },
    { id: '3', name: long },
  ];
  const path = '/interfaces/test-mapping-on-rows';
  const tried = await call('POST', path, { definition, rows });
  assert.equal(tried.status, 200, JSON.stringify(tried.errors));
  assert.equal(tried.json.target, null);
  const [good, empty, tooLong] = tried.json.rows;
  assert.deepEqual(good, { cells: { Name: 'LIMA', NumberOfEmployees: '2', Phone: 'Lima' }, refused: null });
  assert.equal(empty.refused.code, 'REQUIRED_FIELD_MISSING');
  assert.deepEqual([tooLong.refused.code, tooLong.refused.fields], ['STRING_TOO_LONG', ['Phone']]);
  const unfit = await call('POST', path, {
    definition: { ...definition, operation: 'upsert', externalId: 'Phone' },
    rows: [],
  });
  assert.match(unfit.json.target.message, /Phone.*neither Id nor an external id/);
  const typed = await call('POST', path, {
    definition: { ...definition, mapping: { Name: { formula: 'UPPER(id)' } } },
    rows,
  });
  assert.match(JSON.stringify([typed.status, typed.errors]), /line 1, column 7.*Number/);
  assert.equal((await call('DELETE', `/connections/${made.json.id}`)).status, 204);
});

test('an agent that was reached is chosen for another connection by its id, without its password', async () => {
  const { json: made } = await call('POST', '/connections', connection('first'));
  const other = await call('POST', '/connections', connection('other', { agent: { agentId: made.agent.agentId } }));
  assert.deepEqual([other.status, other.json.verified], [201, true], JSON.stringify(other.json));
  assert.deepEqual(other.json.agent, { ...made.agent, lastSeenAt: other.json.agent.lastSeenAt });
});

test('saved without ping it is unverified, until both pings were good', async () => {
  const saved = await call('POST', '/connections', connection('later', { withoutPing: true }));
  assert.deepEqual([saved.status, saved.json.verified], [201, false]);
  const path = `/connections/${saved.json.id}`;
  await call('POST', `${path}/ping-agent`);
  assert.equal((await call('GET', path)).json.verified, false);
  await call('POST', `${path}/ping-salesforce`);
  assert.equal((await call('GET', path)).json.verified, true);
  await call('DELETE', `${path}/certificate`);
  const { json: forgotten } = await call('GET', path);
  assert.deepEqual([forgotten.verified, forgotten.agent.fingerprint], [false, null]);
  assert.match((await call('GET', `${path}/tables`)).errors[0]?.next ?? '', /first ping pins/);
  const again = await call('POST', `${path}/ping-agent`);
  assert.match(again.json.steps[3].detail, /^First contact/);
  assert.equal((await call('GET', path)).json.verified, true);
});

test('a second key pair is entered, pinged and switched to, and the first is forgotten', async () => {
  const { json: made } = await call('POST', '/connections', connection('rotated'));
  const path = `/connections/${made.id}`;
  const pair = (change: object = {}) => ({
    ...secondPair,
    version: made.version,
    ...change,
  });
  assert.equal((await call('POST', `${path}/second-key-pair/switch`)).status, 409);
  const wrong = await call('PUT', `${path}/second-key-pair`, pair({ consumerSecret: 'wrong' }));
  assert.equal(wrong.json.salesforce.consumerKey, org.consumerKey);
  assert.equal(crossOf((await call('POST', `${path}/second-key-pair/ping`)).json)?.label, 'Token');
  assert.equal((await call('POST', `${path}/second-key-pair/switch`)).status, 422);
  const entered = await call('PUT', `${path}/second-key-pair`, pair({ version: wrong.json.version }));
  assert.equal(entered.json.salesforce.secondConsumerKey, secondPair.consumerKey);
  assert.equal((await call('POST', `${path}/second-key-pair/ping`)).json.ok, true);
  const switched = await call('POST', `${path}/second-key-pair/switch`);
  assert.deepEqual(
    [switched.json.salesforce.consumerKey, switched.json.salesforce.secondConsumerKey, switched.json.verified],
    [secondPair.consumerKey, null, true],
  );
  const pinged = await call('POST', `${path}/ping-salesforce`);
  assert.match(pinged.json.steps.find(({ label }: Step) => label === 'Run-as user').detail, /second@acme\.example/);
});

test('the command line lists the connections of the hub and pings one, step by step', async () => {
  await call('POST', '/connections', connection('by-hand'));
  const environment = { SLUICE_SECRET_HUB: administratorPassword };
  const sluice = (...args: string[]) =>
    startSluice({ args: [...args, '--hub', hub.url], folder, secret: '', environment }).ended;
  const list = await sluice('connections');
  assert.match(
    list.out,
    new RegExp(`by-hand +https://127\\.0\\.0\\.1:${agent.port} +postgres +${org.url} +\\d{4}-`),
    list.err,
  );
  const good = await sluice('ping', 'by-hand');
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /✓ TLS +The certificate is the pinned one/);
  assert.match(good.out, /✓ Tables visible[\s\S]*✓ Run-as user +Loader[\s\S]*All is well\.\n$/);
  await call(
    'POST',
    '/connections',
    connection('in-vain', { database: databaseFields({ port: 9 }), withoutPing: true }),
  );
  const wrong = await sluice('ping', 'in-vain');
  assert.equal(wrong.code, 1, wrong.out + wrong.err);
  assert.match(wrong.out, /✗ Database: Port open[\s\S]*Check the port/);
  const missing = await sluice('ping', 'nothing');
  assert.match(missing.err, /The hub has no connection "nothing"/);
  for (const { out, err } of [list, good, wrong, missing]) assert.ok(!(out + err).includes(administratorPassword));
});
