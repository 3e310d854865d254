/** The stage of the connections: a hub, agents as programs of their own with an endpoint over TLS, an org in a box, and PostgreSQL. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createLog } from '../../src/base/index.ts';
import { hubApiBase, hubOperations } from '../../src/hub/api/operations.ts';
import { openHub } from '../../src/hub/index.ts';
import { openOrg, parseSetupFile } from '../../src/org/index.ts';
import { createDescribedCalls } from '../../src/web/described-calls-in-test.ts';
import { createTestDatabase, runSql } from '../postgres.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

/** The consumer key and secret of a second app, which acts as second@acme.example. */
export const secondPair = {
  consumerKey: `3MVG9${'second'.repeat(10)}`,
  consumerSecret: 'second-secret-0123456789-0123456789-abc',
};

/** Those of a third app, whose user reads accounts and does nothing else. */
export const limitedPair = {
  consumerKey: `3MVG9${'limited'.repeat(9)}`,
  consumerSecret: 'limited-secret-0123456789-0123456789-abc',
};

const setup = parseSetupFile(`
organization: { name: Acme, type: production }
profiles:
  - { name: Limited, license: Salesforce, userPermissions: [ApiEnabled], objects: { Account: [read, viewAll] } }
users:
  - { username: limited@acme.example, lastName: Limited, profile: Limited }
  - { username: loader@acme.example, lastName: Loader, profile: System Administrator }
  - { username: second@acme.example, lastName: Second, profile: System Administrator }
connectedApps:
  - { name: Mover, scopes: [api, id], clientCredentials: { enabled: true, runAs: loader@acme.example } }
  - name: Second
    scopes: [api, id]
    consumerKey: ${secondPair.consumerKey}
    consumerSecret: env:SLUICE_SECRET_SECOND
    clientCredentials: { enabled: true, runAs: second@acme.example }
  - name: Limited
    scopes: [api, id]
    consumerKey: ${limitedPair.consumerKey}
    consumerSecret: env:SLUICE_SECRET_LIMITED
    clientCredentials: { enabled: true, runAs: limited@acme.example }
objects:
  - name: Account
    fields: [{ name: Ext__c, type: text, length: 40, unique: true, externalId: true }]
`);

export type Step = { label: string; status: string; detail: string; next: string | null };

export const crossOf = (report: { steps: Step[] }) => report.steps.find(({ status }) => status === 'failed');

type AgentProgram = { port: number; username: string; password: string };

/** `pingStepMs`: how long the hub waits in each step of a ping, so that what hangs is told in time. */
export async function openConnectionStage({ pingStepMs = 60_000 } = {}) {
  const closing = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-connections-'));
  closing.defer(() => rmSync(folder, { recursive: true, force: true }));
  const files = join(folder, 'files');
  mkdirSync(files);
  writeFileSync(join(files, 'cities.csv'), 'name\nLima\nOslo\n');
  const log = createLog({ level: 'silent' });
  const environment = {
    SLUICE_SECRET_SECOND: secondPair.consumerSecret,
    SLUICE_SECRET_LIMITED: limitedPair.consumerSecret,
  };
  const org = closing.use(await openOrg({ setup, log, environment }));
  await org.listen();
  const postgres = await createTestDatabase();
  await runSql(
    postgres,
    `create table city (id int primary key, name text); insert into city select n, 'City ' || n from generate_series(1, 500) n`,
  );
  const hub = closing.use(await openHub({ folder: join(folder, 'hub'), log, pingStepMs }));
  await hub.listen();
  const { logIn } = createDescribedCalls({ app: hub.app, base: hubApiBase, operations: hubOperations });
  const { username = '', password: administratorPassword = '' } = hub.firstAdministrator ?? {};
  const { call } = await logIn(username, administratorPassword);

  /** The program itself, listed as a remote site. */
  async function startAgent(name: string, ...flags: string[]): Promise<AgentProgram> {
    const data = join(folder, name);
    const args = [launcher, 'agent', 'start', '--json', '--port', '0', '--data', data, ...flags];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const gone = once(child, 'exit');
    closing.defer(async () => {
      child.kill('SIGTERM');
      await gone;
    });
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      gone.then(() => assert.fail('the agent ended before it was ready')),
    ]);
    const ready = JSON.parse(String(line)) as { url: string; username: string };
    const [, password = ''] = readFileSync(join(data, 'first-password'), 'utf8').split('\n');
    const agent = { port: Number(new URL(ready.url).port), username: ready.username, password };
    await listSite(name, agent.port);
    return agent;
  }

  async function listSite(name: string, port: number): Promise<void> {
    const { status } = await call('POST', '/remote-sites', { name, url: `https://127.0.0.1:${port}` });
    assert.equal(status, 201);
  }

  const agent = await startAgent('agent', '--files', files, '--allow-host', new URL(org.url).host);
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
  const fields = { agentFields, databaseFields, salesforceFields, connection };
  const close = () => closing.disposeAsync();
  return { folder, hub, org, postgres, agent, administratorPassword, call, listSite, startAgent, ...fields, close };
}
