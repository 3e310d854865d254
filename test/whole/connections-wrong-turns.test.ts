import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sealSecret } from '../../src/protocol/index.ts';
import { crossOf, openConnectionStage, type Step } from './connections-stage.ts';

const stage = await openConnectionStage({ pingStepMs: 8_000 });
after(stage.close);
const { folder, org, agent, call, listSite, startAgent, agentFields, databaseFields, salesforceFields, connection } =
  stage;

test('each wrong turn on the way to the agent and its database is the first cross, and says what mends it', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  after(() => silent.close());
  await once(silent, 'listening');
  const { port: silentPort } = silent.address() as { port: number };
  await listSite('Silent', silentPort);
  await listSite('Nobody', 9);
  const turns: [string, object, object, string, RegExp][] = [
    [
      'a host that is no remote site',
      { hostUrl: 'https://agent.example' },
      {},
      'Remote site allowed',
      /Add it under Remote Sites/,
    ],
    ['a port where nobody listens', { portForward: 9 }, {}, 'Port open', /Check the port/],
    ['an agent that hangs', { portForward: silentPort }, {}, 'TLS', /not overloaded or stuck/],
    ['a wrong user', { username: 'root' }, {}, 'Signed in to the agent', /showed at its first start/],
    ['a wrong password', { password: 'wrong' }, {}, 'Signed in to the agent', /showed at its first start/],
    ['another certificate', { fingerprint: 'AB:CD' }, {}, 'TLS', /Make sure that it is the agent/],
    ['a wrong database host', {}, { host: 'no.such.invalid', tls: 'verify' }, 'Database: Name resolved', /spelling/],
    ['a wrong database port', {}, { port: 9 }, 'Database: Port open', /Check the port/],
    ['a wrong database user', {}, { user: 'nobody' }, 'Signed in to the database', /user, password/],
    ['a wrong database password', {}, { password: 'wrong' }, 'Signed in to the database', /user, password/],
    [
      'a wrong database',
      {},
      { databaseName: 'nothing' },
      'Signed in to the database',
      /database name|path of the file/,
    ],
    ['TLS off towards another machine', {}, { host: 'db.example' }, 'Database reached', /Choose verify/],
  ];
  for (const [name, agentChange, databaseChange, label, next] of turns) {
    const body = { type: 'agentDatabase', agent: agentFields(agentChange), database: databaseFields(databaseChange) };
    const { json } = await call('POST', '/connections/ping-agent', body);
    const cross = crossOf(json);
    assert.equal(cross?.label, label, `${name}: ${JSON.stringify(json, null, 1)}`);
    assert.match(cross?.next ?? '', next, name);
  }
});

test('each wrong turn on the way to Salesforce is the first cross, and nothing is saved with it', async () => {
  const turns: [string, object, string, RegExp][] = [
    ['a wrong key', { consumerKey: '3MVG9x' }, 'Token', /consumer key/],
    ['a wrong secret', { consumerSecret: 'wrong' }, 'Token', /consumer secret/],
    ['the other environment', { environment: 'sandbox' }, 'Environment', /Server Environment/],
    [
      'a host the agent may not sign in at',
      { myDomainUrl: 'https://acme.example' },
      'Agent asked',
      /--allow-host acme\.example/,
    ],
    [
      'a My Domain that is not there',
      { myDomainUrl: 'https://no-such-domain.my.salesforce.com' },
      'Name resolved',
      /spelling/,
    ],
  ];
  for (const [name, change, label, next] of turns) {
    const body = { agent: agentFields(), salesforce: salesforceFields(change) };
    const { json } = await call('POST', '/connections/ping-salesforce', body);
    const cross = crossOf(json);
    assert.equal(cross?.label, label, `${name}: ${JSON.stringify(json, null, 1)}`);
    assert.match(cross?.next ?? '', next, name);
  }
  const wrong = await call(
    'POST',
    '/connections',
    connection('wrong', { salesforce: salesforceFields({ environment: 'sandbox' }) }),
  );
  assert.deepEqual([wrong.status, wrong.errors[0]?.field], [422, 'salesforce']);
  assert.match(wrong.errors[0]?.message ?? '', /^Environment: The connection says sandbox/);
  assert.equal((await call('GET', '/connections?search=wrong')).json.total, 0);
});

test('files lie inside the folder of the agent, and an agent without one reads none', async () => {
  const body = (folderName: string, change: object = {}) => ({
    type: 'agentFile',
    agent: agentFields(change),
    database: { folder: folderName },
  });
  const good = await call('POST', '/connections/ping-agent', body('.'));
  assert.equal(good.json.ok, true, JSON.stringify(good.json));
  mkdirSync(join(folder, 'files', 'empty'));
  const { json: empty } = await call('POST', '/connections/ping-agent', body('empty'));
  const files = empty.steps.find(({ label }: Step) => label === 'Files visible');
  assert.deepEqual([empty.ok, files?.status], [true, 'noted'], 'a backup begins in an empty folder');
  assert.match(files?.next ?? '', /makes its own/);
  const outside = crossOf((await call('POST', '/connections/ping-agent', body('..'))).json);
  assert.match(outside?.detail ?? '', /is not inside/);
  const bare = await startAgent('bare');
  const none = crossOf(
    (await call('POST', '/connections/ping-agent', body('.', { portForward: bare.port, password: bare.password })))
      .json,
  );
  assert.match(none?.next ?? '', /--files DIR/);
});

test('a secret belongs to its address: another one asks for it again, and the same needs no ping for a new name', async () => {
  const { json: made } = await call('POST', '/connections', connection('kept'));
  const path = `/connections/${made.id}`;
  const edit = (change: object) => {
    const { password: _, ...agentRest } = agentFields();
    const { password: __, ...databaseRest } = databaseFields();
    const { consumerSecret: ___, ...salesforceRest } = salesforceFields();
    return {
      ...connection('kept'),
      agent: agentRest,
      database: databaseRest,
      salesforce: salesforceRest,
      ...change,
      version: made.version,
    };
  };
  const { password: _, ...database } = databaseFields({ host: 'localhost' });
  const { consumerSecret: __, ...salesforce } = salesforceFields();
  const asked: [object, string][] = [
    [{ database }, 'database.password'],
    [{ salesforce: { ...salesforce, myDomainUrl: 'https://acme.my.salesforce.com' } }, 'salesforce.consumerSecret'],
    [{ salesforce: { ...salesforce, tokenUrl: `${org.url}/services/oauth2/other` } }, 'salesforce.consumerSecret'],
    [{ agent: { hostUrl: 'https://localhost', portForward: agent.port, username: agent.username } }, 'agent.password'],
  ];
  for (const [change, field] of asked) {
    const { status, errors } = await call('PUT', path, edit(change));
    assert.deepEqual([status, errors[0]?.field], [400, field], JSON.stringify(errors));
    assert.match(errors[0]?.message ?? '', /was entered for/);
  }
  const renamed = await call('PUT', path, edit({ name: 'kept2', description: 'x' }));
  assert.deepEqual([renamed.status, renamed.json.verified, renamed.json.verifiedAt], [200, true, made.verifiedAt]);
  assert.equal((await call('PUT', path, edit({ name: 'kept3' }))).status, 409);
});

test('secrets for an agent that nobody reached yet are not kept at all, and said so', async () => {
  const away = agentFields({ portForward: 9 });
  const refused = await call('POST', '/connections', connection('away', { agent: away, withoutPing: true }));
  assert.equal(refused.status, 400);
  assert.match(refused.errors[0]?.message ?? '', /cannot be sealed/);
  const bare = {
    agent: away,
    database: databaseFields({ password: null }),
    salesforce: salesforceFields({ consumerSecret: null }),
  };
  const saved = await call('POST', '/connections', connection('away', { ...bare, withoutPing: true }));
  assert.deepEqual([saved.status, saved.json.salesforce.consumerSecretKept], [201, false]);
});

test('the agent looks at the rights of the interfaces it is asked about, and a right that is missing is named', async () => {
  const about = await askAgent('about', {});
  const secret = { secret: org.consumerSecret, boundTo: org.url, publicKey: about.publicKey };
  const salesforce = {
    ...salesforceFields(),
    tokenUrl: `${org.url}/services/oauth2/token`,
    consumerSecret: await sealSecret(secret),
  };
  const accounts = (name: string, mapping: object) => ({
    name,
    connection: 'acme',
    source: { table: 'city' },
    object: 'Account',
    operation: 'insert',
    mapping,
  });
  const good = await askAgent('pingSalesforce', { salesforce, interfaces: [accounts('good', { Name: 'name' })] });
  assert.equal(good.ok, true, JSON.stringify(good));
  const interfaces = [accounts('good', { Name: 'name' }), accounts('bad', { Name: 'name', CreatedDate: 'id' })];
  const cross = crossOf(await askAgent('pingSalesforce', { salesforce, interfaces }));
  assert.equal(cross?.label, 'Object and field rights');
  assert.match(
    cross?.detail ?? '',
    /bad: .*CreatedDate.*edit access to it by a permission set, or take it out of the mapping/,
  );
});

/** As the hub does. */
async function askAgent(name: string, input: object) {
  const authorization = `Basic ${Buffer.from(`${agent.username}:${agent.password}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const url = `https://127.0.0.1:${agent.port}/v1/requests/${name}`;
  const sent = request(url, { method: 'POST', headers, rejectUnauthorized: false }).end(JSON.stringify(input));
  const [answer] = await once(sent, 'response');
  const text = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>)).toString();
  assert.equal(answer.statusCode, 200, text);
  return JSON.parse(text);
}
