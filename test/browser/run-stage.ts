/** The stage of the Console's walkthroughs: hub and agent as programs of their own that can be killed and started again where they were, an org in a box, PostgreSQL, and an administrator in front of a browser. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createLog } from '../../src/base/index.ts';
import { type Org, openOrg, parseSetupFile } from '../../src/org/index.ts';
import { openSalesforce } from '../../src/salesforce/index.ts';
import { createTestDatabase, runSql } from '../postgres.ts';
import { openCuttableProxy } from '../whole/cuttable-proxy.ts';
import { createHubCalls } from '../whole/hub-calls.ts';
import { orgSetup } from '../whole/stage.ts';
import { launchChromium } from './chromium.ts';
import { openPerson } from './person.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

export type RunStage = Awaited<ReturnType<typeof openRunStage>>;

type Program = { url: string; username: string; kill(signal: NodeJS.Signals): Promise<void> };

/** Ready when it says so. */
async function startProgram(args: readonly string[]): Promise<Program> {
  const child = spawn(process.execPath, [launcher, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const gone = once(child, 'exit').finally(() => process.off('exit', endWithUs));
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    gone.then(() => assert.fail(`${args[0]} ended before it was ready`)),
  ]);
  const { url, username } = JSON.parse(String(line)) as { url: string; username: string };
  return {
    url,
    username,
    async kill(signal) {
      child.kill(signal);
      await gone;
    },
  };
}

/** A program that comes back in its folder, at its port. */
async function openRestartable(args: readonly string[]) {
  let program = await startProgram([...args, '--port', '0']);
  const { url, username } = program;
  const { port } = new URL(url);
  return {
    url,
    username,
    kill: () => program.kill('SIGKILL'),
    async start() {
      program = await startProgram([...args, '--port', port]);
    },
    [Symbol.asyncDispose]: () => program.kill('SIGTERM'),
  };
}

const secondLine = (file: string) => readFileSync(file, 'utf8').split('\n')[1] ?? '';

/** `setup`: of the org, when it is another than that of the whole tests; its secrets are those of `environment`. */
export type RunStageSettings = { setup?: string; environment?: Readonly<Record<string, string>> };

export async function openRunStage({ setup = orgSetup, environment = {} }: RunStageSettings = {}) {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-console-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const org = opened.use(
    await openOrg({ setup: parseSetupFile(setup), environment, log: createLog({ level: 'silent' }) }),
  );
  await org.listen();
  const postgres = await createTestDatabase();
  // A connection is saved as verified only where there is something to see.
  await runSql(postgres, 'create table nothing (id int)');
  const proxy = opened.use(await openCuttableProxy(postgres));
  const hub = opened.use(await openRestartable(['hub', 'start', '--data', join(folder, 'hub')]));
  const files = join(folder, 'files');
  mkdirSync(join(files, 'backup'), { recursive: true });
  const allowed = ['--allow-host', new URL(org.url).host, '--files', files];
  const agent = opened.use(await openRestartable(['agent', 'start', '--data', join(folder, 'agent'), ...allowed]));
  const password = secondLine(join(folder, 'hub', 'administrator'));
  const call = createHubCalls(hub.url);
  assert.equal((await call('POST', '/session', { username: 'admin', password })).status, 201);
  const box = connectionOf({
    org,
    agent,
    agentPassword: secondLine(join(folder, 'agent', 'first-password')),
    database: { ...postgres, port: proxy.port },
  });
  const keepConnection = async (name: string, { salesforce = {}, ...change }: Change = {}) => {
    const wish = { ...box, ...change, name, salesforce: { ...box.salesforce, ...salesforce } };
    const made = await call('POST', '/connections', wish);
    assert.equal(made.status, 201, JSON.stringify(made.json));
  };
  assert.equal((await call('POST', '/remote-sites', { name: 'agent', url: agent.url })).status, 201);
  await keepConnection('box');
  assert.equal((await call('POST', '/integrations', { name: 'Shops' })).status, 201);
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const person = opened.use(await openPerson({ browser, url: hub.url }));
  person.context.setDefaultTimeout(60_000);
  const moved = opened.move();
  return {
    org,
    /** Inside which the agent may open files. */
    files,
    hub,
    agent,
    proxy,
    call,
    person,
    sql: (text: string) => runSql(postgres, text),
    async logIn(path: string) {
      await person.page.goto(path);
      await person.fill('Username', 'admin');
      await person.fill('Password', password);
      await person.press('Log In');
    },
    /** Another beside `box`, which is as that is but for what is given. */
    keepConnection,
    async keepInterface(definition: object) {
      const made = await call('POST', '/interfaces', {
        definition: { integration: 'Shops', connection: 'box', status: 'deployed', ...definition },
      });
      assert.equal(made.status, 201, JSON.stringify(made.json));
    },
    setFaults: (rules: readonly object[]) => setFaults(org, rules),
    query: (soql: string) => queryOrg(org, soql),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

type Connecting = {
  org: Org;
  agent: { url: string; username: string };
  agentPassword: string;
  database: { host: string; port: number; database: string; user: string; password: string };
};

/** `salesforce`: of its fields those that differ. */
type Change = { type?: string; database?: object; salesforce?: object };

function connectionOf({ org, agent, agentPassword, database }: Connecting) {
  const { username } = agent;
  const { host, port, database: databaseName, user, password } = database;
  const { url: myDomainUrl, consumerKey, consumerSecret } = org;
  return {
    type: 'agentDatabase',
    agent: {
      hostUrl: 'https://127.0.0.1',
      portForward: Number(new URL(agent.url).port),
      username,
      password: agentPassword,
    },
    database: { database: 'postgres', host, port, databaseName, user, password, tls: 'off' },
    salesforce: { environment: 'production', myDomainUrl, consumerKey, consumerSecret },
  };
}

async function setFaults({ url }: Org, rules: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/box/faults`, { method: 'PUT', body: JSON.stringify({ rules, seed: 1 }), headers });
  assert.equal(answer.status, 200);
}

async function queryOrg({ url, consumerKey, consumerSecret }: Org, soql: string) {
  await using salesforce = openSalesforce({ myDomainUrl: url, consumerKey, consumerSecret });
  const found: Record<string, unknown>[] = [];
  for await (const record of salesforce.query(soql)) found.push(record);
  return found;
}
