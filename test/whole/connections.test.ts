import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { hubApiBase, hubOperations } from '../../src/hub/api/operations.ts';
import { type Hub, openHub } from '../../src/hub/index.ts';
import { type Org, openOrg, parseSetupFile } from '../../src/org/index.ts';
import { createDescribedCalls, type DescribedCall } from '../../src/web/described-calls-in-test.ts';
import { createTestDatabase, type PostgresAddress, runSql } from '../postgres.ts';
import { startSluice } from './sluice-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-connections-'));
const files = join(folder, 'files');
const log = createLog({ level: 'silent' });
const closing = new AsyncDisposableStack();
after(async () => {
  await closing.disposeAsync();
  rmSync(folder, { recursive: true, force: true });
});

type AgentProgram = { port: number; username: string; password: string };

let hub: Hub;
let org: Org;
let agent: AgentProgram;
let postgres: PostgresAddress;
let call: DescribedCall;

/** The program itself, with its endpoint over TLS. */
async function startAgent(name: string, ...flags: string[]): Promise<AgentProgram> {
  const data = join(folder, name);
  const { child } = startSluice({
    args: ['agent', 'start', '--json', '--port', '0', '--data', data, ...flags],
    folder,
    secret: '',
  });
  closing.defer(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  if (child.stdout === null) throw new Error('the agent has no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { url, username } = JSON.parse(String(line)) as { url: string; username: string };
  const [, password = ''] = readFileSync(join(data, 'first-password'), 'utf8').split('\n');
  return { port: Number(new URL(url).port), username, password };
}

const secondKey = `3MVG9${'second'.repeat(10)}`;
const secondSecret = 'second-secret-0123456789-0123456789-abc';

const setup = parseSetupFile(`
organization: { name: Acme, type: production }
users:
  - { username: loader@acme.example, lastName: Loader, profile: System Administrator }
  - { username: second@acme.example, lastName: Second, profile: System Administrator }
connectedApps:
  - { name: Mover, scopes: [api, id], clientCredentials: { enabled: true, runAs: loader@acme.example } }
  - { name: Second, scopes: [api, id], consumerKey: ${secondKey}, consumerSecret: env:SLUICE_SECRET_SECOND, clientCredentials: { enabled: true, runAs: second@acme.example } }
`);

before(async () => {
  mkdirSync(files);
  writeFileSync(join(files, 'cities.csv'), 'name\nLima\nOslo\n');
  const environment = { SLUICE_SECRET_SECOND: secondSecret };
  org = closing.use(await openOrg({ setup, log, environment }));
  await org.listen();
  postgres = await createTestDatabase();
  await runSql(
    postgres,
    `create table city (id int primary key, name text); insert into city select n, 'City ' || n from generate_series(1, 500) n`,
  );
  hub = closing.use(await openHub({ folder: join(folder, 'hub'), log, pingStepMs: 8_000 }));
  await hub.listen();
  const { logIn } = createDescribedCalls({ app: hub.app, base: hubApiBase, operations: hubOperations });
  const { username = '', password = '' } = hub.firstAdministrator ?? {};
  ({ call } = await logIn(username, password));
  agent = await startAgent('agent', '--files', files, '--allow-host', new URL(org.url).host);
  await listSite('Agent', agent.port);
});

async function listSite(name: string, port: number): Promise<void> {
  const { status } = await call('POST', '/remote-sites', { name, url: `https://127.0.0.1:${port}` });
  assert.equal(status, 201);
}

const agentFields = (change: object = {}) => ({
  hostUrl: 'https://127.0.0.1',
  portForward: agent.port,
  username: agent.username,
  password: agent.password,
  ...change,
});
const databaseFields = (change: object = {}) => ({
  database: 'postgres',
  host: postgres.host,
  port: postgres.port,
  databaseName: postgres.database,
  user: postgres.user,
  password: postgres.password,
  tls: 'off',
  ...change,
});
const salesforceFields = (change: object = {}) => ({
  environment: 'production',
  myDomainUrl: org.url,
  consumerKey: org.consumerKey,
  consumerSecret: org.consumerSecret,
  ...change,
});
const connection = (name: string, change: object = {}) => ({
  name,
  type: 'agentDatabase',
  agent: agentFields(),
  database: databaseFields(),
  salesforce: salesforceFields(),
  ...change,
});

type Step = { label: string; status: string; detail: string; next: string | null };
const crossOf = (report: { steps: Step[] }) => report.steps.find(({ status }) => status === 'failed');

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

test('an agent that was reached is chosen for another connection by its id, without its password', async () => {
  const { json: made } = await call('POST', '/connections', connection('first'));
  const other = await call('POST', '/connections', connection('other', { agent: { agentId: made.agent.agentId } }));
  assert.deepEqual([other.status, other.json.verified], [201, true], JSON.stringify(other.json));
  assert.deepEqual(other.json.agent, { ...made.agent, lastSeenAt: other.json.agent.lastSeenAt });
});

test('each wrong turn on the way to the agent and its database is the first cross, and says what mends it', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  closing.defer(() => void silent.close());
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
  const outside = crossOf((await call('POST', '/connections/ping-agent', body('..'))).json);
  assert.match(outside?.detail ?? '', /is not inside/);
  const bare = await startAgent('bare');
  await listSite('Bare', bare.port);
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

test('a second key pair is entered, pinged and switched to, and the first is forgotten', async () => {
  const { json: made } = await call('POST', '/connections', connection('rotated'));
  const path = `/connections/${made.id}`;
  const pair = (change: object = {}) => ({
    consumerKey: secondKey,
    consumerSecret: secondSecret,
    version: made.version,
    ...change,
  });
  assert.equal((await call('POST', `${path}/second-key-pair/switch`)).status, 409);
  const wrong = await call('PUT', `${path}/second-key-pair`, pair({ consumerSecret: 'wrong' }));
  assert.equal(wrong.json.salesforce.consumerKey, org.consumerKey);
  assert.equal(crossOf((await call('POST', `${path}/second-key-pair/ping`)).json)?.label, 'Token');
  assert.equal((await call('POST', `${path}/second-key-pair/switch`)).status, 422);
  const entered = await call('PUT', `${path}/second-key-pair`, pair({ version: wrong.json.version }));
  assert.equal(entered.json.salesforce.secondConsumerKey, secondKey);
  assert.equal((await call('POST', `${path}/second-key-pair/ping`)).json.ok, true);
  const switched = await call('POST', `${path}/second-key-pair/switch`);
  assert.deepEqual(
    [switched.json.salesforce.consumerKey, switched.json.salesforce.secondConsumerKey, switched.json.verified],
    [secondKey, null, true],
  );
  const pinged = await call('POST', `${path}/ping-salesforce`);
  assert.match(pinged.json.steps.find(({ label }: Step) => label === 'Run-as user').detail, /second@acme\.example/);
});
