/** The stage of hub and agents: all of them programs of their own, with an org in a box and databases, to be killed, frozen and started again. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSalesforce } from '../../src/salesforce/index.ts';
import { createHubCalls } from './hub-calls.ts';
import { startOrgProgram } from './org-program.ts';
import { end, type ReadyProgram, startServer } from './ready-program.ts';
import { startSluice } from './sluice-program.ts';
import { orgSetup } from './stage.ts';

/** One of the programs; it comes back in its folder and at its port. */
export type StageProgram = {
  readonly url: string;
  readonly pid: number;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** What it has said on standard error in all its lives, but the one that lasts. */
  said(): string;
};

/** A test may keep them for so long. */
const longestMs = 4 * 60 * 60_000;

type Programs = Set<ReadyProgram>;
type Start = { folder: string; args: readonly string[]; environment?: Record<string, string> };

async function openProgram(programs: Programs, { folder, args, environment = {} }: Start): Promise<StageProgram> {
  let said = '';
  let running = await startServer({ folder, args: [...args, '--port', '0'], environment, longestMs });
  programs.add(running);
  const { url } = running.ready;
  const port = url === undefined || url === null ? '0' : new URL(url).port;
  async function leave(signal: NodeJS.Signals): Promise<void> {
    programs.delete(running);
    await end(running, signal);
    said += (await running.ended).err;
  }
  return {
    url,
    get pid() {
      return running.child.pid ?? 0;
    },
    async start() {
      running = await startServer({ folder, args: [...args, '--port', port], longestMs });
      programs.add(running);
    },
    kill: () => leave('SIGKILL'),
    stop: () => leave('SIGTERM'),
    signal: (signal) => void running.child.kill(signal),
    said: () => said,
  };
}

/** The setup of the org, where a stage has no other. */
export const countedSetup = orgSetup.replace(
  '      - { name: Batch__c',
  '      - { name: Counter__c, type: number, precision: 18, scale: 0 }\n      - { name: Batch__c',
);

/** Each value that the field of a record was given, in the order in which the org saved them: kept by the store itself. */
const keepsHistory = `
CREATE TABLE IF NOT EXISTS history (place INTEGER PRIMARY KEY, id TEXT, ext TEXT, tag TEXT, batch TEXT, counter INTEGER);
CREATE TRIGGER IF NOT EXISTS history_of_new AFTER INSERT ON "Account" BEGIN
  INSERT INTO history (id, ext, tag, batch, counter) VALUES (new."Id", new."Ext__c", new."Tag__c", new."Batch__c", new."Counter__c");
END;
CREATE TRIGGER IF NOT EXISTS history_of_changed AFTER UPDATE ON "Account" BEGIN
  INSERT INTO history (id, ext, tag, batch, counter) VALUES (new."Id", new."Ext__c", new."Tag__c", new."Batch__c", new."Counter__c");
END;`;

export type Saved = { id: string; ext: string | null; tag: string | null; counter: number };

async function openHistoryOrg(folder: string, setup: string) {
  const setupFile = join(folder, 'org.yaml');
  writeFileSync(setupFile, setup);
  const org = await startOrgProgram({ folder: join(folder, 'org'), setupFile });
  const open = (readOnly: boolean) =>
    new DatabaseSync(join(folder, 'org', 'records.sqlite'), { readOnly, timeout: 10_000 });
  {
    using store = open(false);
    store.exec(keepsHistory);
  }
  const history = (batch: string): Saved[] => {
    using store = open(true);
    const sql = 'SELECT id, ext, tag, counter FROM history WHERE batch = ? ORDER BY place';
    return store.prepare(sql).all(batch) as unknown as Saved[];
  };
  return { org, history };
}

/** With an endpoint of its own, or dialled in. */
export type AgentName = 'own' | 'dialled';

type Answer = { status: number; headers: Headers; text: string };

/** A hub, an agent with an endpoint, and one that has dialled in; each connection to it is made by `connect`. */
export async function openHubStage(name: string, { leaseSeconds = 30, setup = countedSetup } = {}) {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${name}-`));
  const programs: Programs = new Set();
  process.once('exit', () => {
    for (const { child } of programs) child.kill('SIGKILL');
  });
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'none.csv'), 'key,counter,batch\n');
  const { org, history } = await openHistoryOrg(folder, setup);
  const salesforce = openSalesforce({ ...org, myDomainUrl: org.url });
  const hub = await openProgram(programs, {
    folder,
    args: ['hub', 'start', '--data', 'hub', '--lease-seconds', String(leaseSeconds)],
  });
  const [username = '', password = ''] = readFileSync(join(folder, 'hub', 'administrator'), 'utf8').split('\n');
  const call = createHubCalls(hub.url);
  await call('POST', '/session', { username, password });

  const reach = ['--files', 'files', '--allow-host', new URL(org.url).host];
  const own = await openProgram(programs, { folder, args: ['agent', 'start', '--data', 'own', ...reach] });
  const [ownUser = '', ownPassword = ''] = readFileSync(join(folder, 'own', 'first-password'), 'utf8').split('\n');
  const code: string = (await call('POST', '/agents/registration-codes')).json.code;
  const dialled = await openProgram(programs, {
    folder,
    args: ['agent', 'start', '--data', 'dialled', '--hub', hub.url, ...reach],
    environment: { SLUICE_AGENT_CODE: code },
  });
  await made(call('POST', '/remote-sites', { name: 'own', url: own.url }));

  const agents = {
    own: () => ({
      hostUrl: 'https://127.0.0.1',
      portForward: Number(new URL(own.url).port),
      username: ownUser,
      password: ownPassword,
    }),
    dialled: async () => ({ agentId: (await dialledAgent(call)).agentId }),
  };

  const salesforceFields = {
    environment: 'production',
    myDomainUrl: org.url,
    consumerKey: org.consumerKey,
    consumerSecret: org.consumerSecret,
  };

  async function connectionBy(name: string, by: AgentName, database?: object, pair: object = {}) {
    const beside =
      database === undefined
        ? { type: 'agentFile', database: { folder: '.' } }
        : { type: 'agentDatabase', database: { tls: 'off', ...database } };
    return { name, ...beside, agent: await agents[by](), salesforce: { ...salesforceFields, ...pair } };
  }

  return {
    folder,
    org,
    salesforce,
    history,
    hub,
    own,
    dialled,
    call,
    password,
    /** A connection by one of the agents; of files, unless a database is given; by another consumer key and secret, if there is one. */
    connect: async (name: string, by: AgentName, database?: object, pair?: object) =>
      (await made(call('POST', '/connections', await connectionBy(name, by, database, pair)))).json,
    /** The same connection, of files, by another agent. */
    async move({ id, name, version }: { id: number; name: string; version: number }, by: AgentName) {
      const { status, json } = await call('PUT', `/connections/${id}`, { ...(await connectionBy(name, by)), version });
      assert.equal(status, 200, JSON.stringify(json));
    },
    addIntegration: (name: string) => made(call('POST', '/integrations', { name })),
    addInterface: async (definition: object) =>
      (await made(call('POST', '/interfaces', { definition: { status: 'deployed', ...definition } }))).json,
    /** The program `sluice` as the administrator of the hub. */
    sluice: (...args: string[]) =>
      startSluice({
        args,
        folder,
        secret: '',
        environment: { SLUICE_HUB: hub.url, SLUICE_SECRET_HUB: password },
      }),
    /** What is in a table of the hub's store. */
    read(sql: string) {
      using store = new DatabaseSync(join(folder, 'hub', 'hub.sqlite'), { readOnly: true, timeout: 10_000 });
      return store.prepare(sql).all() as Record<string, string | number | null>[];
    },
    async addClient(more: object = {}) {
      const client = (await made(call('POST', '/api-clients', { name: 'Till', scopes: ['integrate'], ...more }))).json;
      return { ...client, ...createClientCalls(hub.url, client) } as ClientCalls & typeof client;
    },
    async [Symbol.asyncDispose]() {
      for (const running of programs) running.child.kill('SIGKILL');
      await Promise.all([...programs].map(({ ended }) => ended));
      await salesforce[Symbol.asyncDispose]();
      await org.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type HubStage = Awaited<ReturnType<typeof openHubStage>>;

type Call = HubStage['call'];

async function made(calling: ReturnType<ReturnType<typeof createHubCalls>>) {
  const answer = await calling;
  assert.equal(answer.status, 201, JSON.stringify(answer.json));
  return answer;
}

async function dialledAgent(call: ReturnType<typeof createHubCalls>) {
  return await until('the agent dials in', async () => {
    const { rows } = (await call('GET', '/agents')).json;
    return rows.find((row: { kind: string; connected: boolean }) => row.kind === 'dialled' && row.connected);
  });
}

/** Looks again and again; fails with what was not seen. */
export async function until<Seen>(what: string, look: () => Promise<Seen> | Seen, withinMs = 60_000) {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen as NonNullable<Exclude<Seen, false | undefined | null>>;
    if (Date.now() > giveUpAt) assert.fail(`not seen within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
}

/** Until the call is answered at all: while the hub is away it is made again. */
export async function insist<Given>(act: () => Promise<Given>, withinMs = 60_000): Promise<Given> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof assert.AssertionError || Date.now() > giveUpAt) throw error;
      await sleep(50);
    }
  }
}

export const endOfRun = (call: Call, id: number, withinMs = 60_000) =>
  until(
    `the end of run ${id}`,
    async () => {
      const { json } = await call('GET', `/runs/${id}?wait=1`);
      return json.state === 'ended' && json;
    },
    withinMs,
  );

type Integrate = {
  body: string;
  query: string;
  headers?: Record<string, string>;
};

// biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
export type Integrated = Answer & { json: any };

export type ClientCalls = {
  /** What the token endpoint says to these. */
  askToken(fields?: Record<string, string>): Promise<Integrated>;
  token(): Promise<string>;
  /** With the token it has; a new one when that has ended. */
  send(call: Integrate): Promise<Integrated>;
  /** With this token, or with none. */
  sendWith(token: string | undefined, call: Integrate): Promise<Integrated>;
  ask(url: string): Promise<Integrated>;
};

/** A client of the integrate API, as any program would be one: by nothing but fetch. */
function createClientCalls(
  hubUrl: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): ClientCalls {
  let kept: string | undefined;
  async function askToken(fields: Record<string, string> = {}) {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, ...fields };
    return await read(fetch(`${hubUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) }));
  }
  async function token() {
    const { status, json, text } = await askToken();
    assert.equal(status, 200, text);
    kept = json.access_token as string;
    return kept;
  }
  const sendWith = (bearer: string | undefined, { body, query, headers }: Integrate) =>
    read(
      fetch(`${hubUrl}/V4/integrate?${query}`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
      }),
    );
  return {
    askToken,
    token,
    sendWith,
    send: async (call) => await sendWith(kept ?? (await token()), call),
    ask: async (url) => read(fetch(url, { headers: { authorization: `Bearer ${kept ?? (await token())}` } })),
  };
}

async function read(calling: Promise<Response>): Promise<Integrated> {
  const answer = await calling;
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined };
}
