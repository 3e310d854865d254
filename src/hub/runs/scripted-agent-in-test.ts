/** For tests: an agent that dials in and answers as it is told, so that the hub's side of runs can be seen by itself. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentInput, type AgentRequestName, dialOutPaths } from '../../protocol/index.ts';
import { aboutInTest, type HubInTest, pollInTest, post, registerInTest } from '../agent-api/agent-in-test.ts';

type Asked = { name: string; input: Record<string, unknown> };
type Answers = { [Name in AgentRequestName]?: (input: AgentInput<Name>) => unknown };

/** What an answer is refused with. */
export class SaysNo extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export type ScriptedAgent = Awaited<ReturnType<typeof openScriptedAgent>>;

/** Answers well whatever is not in `answers`; forms `runs` as an agent does that keeps what it was given. */
export async function openScriptedAgent(hub: HubInTest, name: string, answers: Answers = {}) {
  const { x = '' } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
  const about = { ...aboutInTest(name), publicKey: { kty: 'OKP', crv: 'X25519', x } as const };
  const registered = await registerInTest(hub, about);
  const { token } = registered;
  const asked: Asked[] = [];
  const state = { deployment: 0, from: 1, journal: randomUUID() as string, polling: true };
  const leases = new Map<string, number>();
  const well: Record<string, (input: never) => unknown> = {
    about: () => ({ ...about, deployment: state.deployment }),
    deploy({ deployment: { number } }: AgentInput<'deploy'>) {
      state.deployment = Math.max(state.deployment, number);
      return { number: state.deployment };
    },
    putRecords: ({ part }: AgentInput<'putRecords'>) => ({ parts: part + 1 }),
    startRun({ run, lease }: AgentInput<'startRun'>) {
      leases.set(run, lease);
      return { state: 'taken' };
    },
    confirmRun: ({ run }: AgentInput<'confirmRun'>) => ({ state: leases.has(run) ? 'confirmed' : 'unknown' }),
    cancelRun: () => ({ state: 'confirmed' }),
    lookAtRuns: () => [],
  };

  async function answerOne(request: Asked & { id: string }): Promise<void> {
    asked.push({ name: request.name, input: request.input });
    const act = (answers[request.name as 'about'] ?? well[request.name]) as (input: unknown) => unknown;
    const answer = await Promise.resolve()
      .then(() => act(request.input))
      .then((json) => ({ status: 200, json }), refusalOf);
    await post(hub, `${dialOutPaths.answers}/${request.id}`, answer, token);
  }

  const having = new Set<string>();
  async function poll(): Promise<void> {
    while (state.polling) {
      const body = { ...pollInTest, waitMs: 300, room: 16, deployment: state.deployment, having: [...having] };
      const { status, json } = await post(hub, dialOutPaths.requests, body, token);
      if (status !== 200) return;
      for (const request of json.requests) {
        having.add(request.id);
        void answerOne(request).finally(() => having.delete(request.id));
      }
    }
  }
  let polled = poll();

  return {
    ...registered,
    about,
    asked,
    /** What it was asked under this name, in order. */
    inputsOf: <Name extends AgentRequestName>(wanted: Name) =>
      asked.filter((one) => one.name === wanted).map(({ input }) => input as AgentInput<Name>),
    has: (number: number) => {
      state.deployment = number;
    },
    /** In the order given; gives what the hub acknowledges. */
    async report(...reports: unknown[]): Promise<number> {
      const batch = { journal: state.journal, oldest: 1, from: state.from, reports };
      const { status, json } = await post(hub, dialOutPaths.reports, batch, token);
      assert.equal(status, 200, JSON.stringify(json));
      state.from += reports.length;
      return json.acknowledged;
    },
    async away(): Promise<void> {
      state.polling = false;
      await polled;
    },
    back(): void {
      state.polling = true;
      polled = poll();
    },
    async [Symbol.asyncDispose]() {
      state.polling = false;
      await polled;
    },
  };
}

function refusalOf(error: unknown) {
  if (!(error instanceof SaysNo)) throw error;
  const errors = [{ field: null, message: error.message, next: 'Do it otherwise.' }];
  return { status: 422, json: { errors }, errorCode: error.code };
}

/** Looks every few milliseconds; fails when it does not come. */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  withinMs = 8_000,
): Promise<NonNullable<Found>> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(performance.now() < endsAt, `it did not come: ${what}`);
    await sleep(15);
  }
}

/** A connection over this agent, in the hub. */
export async function connectInTest(hub: HubInTest, { about }: Pick<ScriptedAgent, 'about'>, name = 'warehouse') {
  const made = await hub.call('POST', '/connections', {
    name,
    type: 'agentDatabase',
    agent: { agentId: about.id },
    database: { database: 'sqlite', file: '/data/shops.sqlite' },
    salesforce: {
      environment: 'production',
      myDomainUrl: 'acme.my.salesforce.com',
      consumerKey: 'key',
      consumerSecret: 'secret-of-the-consumer',
    },
    withoutPing: true,
  });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  return made.json;
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
