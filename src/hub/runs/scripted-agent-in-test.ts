/** For tests: an agent that dials in and answers as it is told, so that the hub's side of runs can be seen by itself. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { setImmediate as letOthersIn, setTimeout as sleep } from 'node:timers/promises';
import { type AgentInput, type AgentRequestName, dialOutPaths } from '../../protocol/index.ts';
import { aboutInTest, type HubInTest, pollInTest, post, registerInTest } from '../agent-api/agent-in-test.ts';

type Asked = { name: string; input: Record<string, unknown> };
type Answers = { [Name in AgentRequestName]?: (input: AgentInput<Name>) => unknown };

/** What an answer is refused with. */
export class SaysNo extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 422) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type ScriptedAgent = Awaited<ReturnType<typeof openScriptedAgent>>;

/** Answers well whatever is not in `answers`, as an agent does that keeps what it was given. */
export function createScript(name: string, answers: Answers = {}) {
  const { x = '' } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
  const about = { ...aboutInTest(name), publicKey: { kty: 'OKP', crv: 'X25519', x } as const };
  const asked: Asked[] = [];
  const state = { deployment: 0 };
  const taken = new Set<string>();
  const well: Record<string, (input: never) => unknown> = {
    about: () => ({ ...about, deployment: state.deployment }),
    deploy({ deployment: { number } }: AgentInput<'deploy'>) {
      state.deployment = Math.max(state.deployment, number);
      return { number: state.deployment };
    },
    pingDatabase: () => ({ ok: true, steps: [], about: {} }),
    putRecords: ({ part }: AgentInput<'putRecords'>) => ({ parts: part + 1 }),
    startRun({ run }: AgentInput<'startRun'>) {
      taken.add(run);
      return { state: 'taken' };
    },
    confirmRun: ({ run }: AgentInput<'confirmRun'>) => ({ state: taken.has(run) ? 'confirmed' : 'unknown' }),
    cancelRun: () => ({ state: 'confirmed' }),
    lookAtRuns: () => [],
    takeReports: () => ({ deployment: state.deployment, batch: null }),
  };
  async function answer(asking: Asked): Promise<{ status: number; json: unknown; errorCode?: string }> {
    asked.push({ name: asking.name, input: asking.input });
    const act = (answers[asking.name as 'about'] ?? well[asking.name]) as (input: unknown) => unknown;
    try {
      return { status: 200, json: await act(asking.input) };
    } catch (error) {
      return refusalOf(error);
    }
  }
  return {
    about,
    asked,
    state,
    answer,
    /** It is another agent now, or its folder was lost. */
    forget: () => taken.clear(),
    /** What it was asked under this name, in order. */
    inputsOf: <Name extends AgentRequestName>(wanted: Name) =>
      asked.filter((one) => one.name === wanted).map(({ input }) => input as AgentInput<Name>),
    has(number: number) {
      state.deployment = number;
    },
  };
}

export async function openScriptedAgent(hub: HubInTest, name: string, answers: Answers = {}) {
  const script = createScript(name, answers);
  const registered = await registerInTest(hub, script.about);
  const { token } = registered;
  const journal = { id: randomUUID() as string, from: 1 };
  let polling = true;

  const saying = new Set<Promise<unknown>>();
  async function answerOne(request: Asked & { id: string }): Promise<void> {
    const answer = await script.answer(request);
    const said = post(hub, `${dialOutPaths.answers}/${request.id}`, answer, token);
    saying.add(said);
    await said.finally(() => saying.delete(said));
  }

  const having = new Set<string>();
  async function poll(): Promise<void> {
    while (polling) {
      const body = { ...pollInTest, waitMs: 300, room: 16, deployment: script.state.deployment, having: [...having] };
      const { status, json } = await post(hub, dialOutPaths.requests, body, token);
      if (status !== 200) return;
      for (const request of json.requests) {
        having.add(request.id);
        void answerOne(request).finally(() => having.delete(request.id));
      }
    }
  }
  let polled = poll();

  /** The hub has heard all that it said, and hears nothing more, but for what its script answers later. */
  async function leave(): Promise<void> {
    polling = false;
    await polled;
    await letOthersIn();
    while (saying.size > 0) await Promise.allSettled(saying);
  }

  return {
    ...registered,
    ...script,
    /** In the order given; gives what the hub acknowledges. */
    async report(...reports: unknown[]): Promise<number> {
      const batch = { journal: journal.id, oldest: 1, from: journal.from, reports };
      const { status, json } = await post(hub, dialOutPaths.reports, batch, token);
      assert.equal(status, 200, JSON.stringify(json));
      journal.from += reports.length;
      return json.acknowledged;
    },
    away: leave,
    back(): void {
      polling = true;
      polled = poll();
    },
    [Symbol.asyncDispose]: leave,
  };
}

/** The same behind an endpoint of its own, listed as a remote site. */
export async function openScriptedEndpoint(hub: HubInTest, name: string, answers: Answers = {}) {
  const script = createScript(name, answers);
  const server = createServer(async (request, reply) => {
    const input = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const { status, json, errorCode } = await script.answer({ name: basename(request.url ?? ''), input });
    reply.writeHead(status, errorCode === undefined ? {} : { 'Sluice-Error': errorCode }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const listed = await hub.call('POST', '/remote-sites', { name, url: `http://127.0.0.1:${port}` });
  assert.equal(listed.status, 201);
  return {
    ...script,
    way: { hostUrl: 'http://127.0.0.1', portForward: port, username: 'agent', password: 'agent-password' },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refusalOf(error: unknown) {
  if (!(error instanceof SaysNo)) throw error;
  const errors = [{ field: null, message: error.message, next: 'Do it otherwise.' }];
  return { status: error.status, json: { errors }, ...(error.code === '' ? {} : { errorCode: error.code }) };
}

/** Looks every few milliseconds; fails when it does not come. */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  withinMs = 30_000,
): Promise<Exclude<NonNullable<Found>, false>> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found as Exclude<NonNullable<Found>, false>;
    assert.ok(performance.now() < endsAt, `it did not come: ${what}`);
    await sleep(15);
  }
}

const org = { environment: 'production', myDomainUrl: 'acme.my.salesforce.com', consumerKey: 'key' };
const salesforce = { ...org, consumerSecret: 'secret-of-the-consumer' };

const connectionOver = (agent: object) => ({
  name: 'warehouse',
  type: 'agentDatabase',
  agent,
  database: { database: 'sqlite', file: '/data/shops.sqlite' },
  salesforce,
  withoutPing: true,
});

/** A connection over this agent, in the hub. */
export async function connectInTest(hub: HubInTest, { about }: Pick<ScriptedAgent, 'about'>) {
  const made = await hub.call('POST', '/connections', connectionOver({ agentId: about.id }));
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  return made.json;
}

/** Over another agent from now on. */
export async function moveInTest(hub: HubInTest, { about }: Pick<ScriptedAgent, 'about'>) {
  const [{ id, version }] = (await hub.call('GET', '/connections')).json.rows;
  const moved = await hub.call('PUT', `/connections/${id}`, { ...connectionOver({ agentId: about.id }), version });
  assert.equal(moved.status, 200, JSON.stringify(moved.errors));
}

/** The agent is reached once, so that its key is known, before a secret is entered. */
export async function connectEndpointInTest(hub: HubInTest, { way }: { way: object }) {
  const made = await hub.call('POST', '/connections', { ...connectionOver(way), salesforce: org });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const path = `/connections/${made.json.id}`;
  assert.equal((await hub.call('POST', `${path}/ping-agent`)).json.ok, true);
  const { version } = (await hub.call('GET', path)).json;
  const changed = await hub.call('PUT', path, { ...connectionOver(way), version });
  assert.equal(changed.status, 200, JSON.stringify(changed.errors));
}

export const shopsInTest = {
  name: 'shops',
  integration: 'Retail',
  connection: 'warehouse',
  status: 'deployed',
  source: { table: 'shop' },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Shop__c',
  mapping: { Shop__c: 'number', Name: 'name' },
};

export async function addInterface(hub: HubInTest, change: object = {}) {
  const made = await hub.call('POST', '/interfaces', { definition: { ...shopsInTest, ...change } });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  return made.json;
}

const none = { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 };

export const reportOf = {
  started: (run: string, change: object = {}) => ({
    kind: 'runStarted',
    at: 1,
    body: {
      run,
      interface: 'shops',
      direction: 'inbound',
      version: 1,
      trigger: 'hub',
      dueAt: null,
      startedAt: 1,
      ...change,
    },
  }),
  ended: (run: string, change: object = {}) => ({
    kind: 'runEnded',
    at: 2,
    body: {
      run,
      status: 'completed',
      endedAt: 2,
      rows: none,
      loaded: null,
      mode: null,
      modeReason: null,
      error: null,
      nothingProcessed: false,
      ...change,
    },
  }),
  rows: (run: string, keys: readonly string[], change: object = {}) => ({
    kind: 'rows',
    at: 2,
    body: {
      run,
      chunk: 0,
      first: 0,
      sentAt: 1,
      settledAt: 2,
      rows: keys.map((key) => ({
        key,
        outcome: 'succeeded',
        created: true,
        salesforceId: '001000000000001AAA',
        rejectedBy: null,
        code: null,
        reason: null,
        cells: null,
      })),
      ...change,
    },
  }),
};
