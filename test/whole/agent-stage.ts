/** The stage of an agent's runs: an org in a box, agents in this process, and a hub played by the test, which asks and keeps every report. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWK } from 'jose';
import type { AgentSettings } from '../../src/agent/index.ts';
import { openAgent } from '../../src/agent/index.ts';
import { createLog } from '../../src/base/index.ts';
import {
  type AgentAnswer,
  type AgentInput,
  type AgentRequestName,
  type Deployment,
  type Report,
  type ReportBatch,
  type ReportBody,
  type ReportedRow,
  sealSecret,
  untoldRow,
} from '../../src/protocol/index.ts';
import { fastClock, type Reachable } from './stage.ts';

const version = '1.2.3';

export type Reached = { url: string; username: string; password: string };

type Refused = { status: number; message: string };

/** What a hub would ask an agent with an endpoint. */
export function playHub(reached: () => Reached) {
  const reports: Report[] = [];
  let last: { journal: string; number: number } | null = null;

  async function send(name: string, input: unknown): Promise<Response> {
    const { url, username, password } = reached();
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    return await fetch(`${url}/v1/requests/${name}`, { method: 'POST', headers, body: JSON.stringify(input) });
  }

  async function ask<Name extends AgentRequestName>(name: Name, input: AgentInput<Name>): Promise<AgentAnswer<Name>> {
    const answer = await send(name, input);
    const json = await answer.json();
    assert.equal(answer.status, 200, `${name}: ${JSON.stringify(json)}`);
    return json as AgentAnswer<Name>;
  }

  async function refusal<Name extends AgentRequestName>(name: Name, input: AgentInput<Name>): Promise<Refused> {
    const answer = await send(name, input);
    const { errors } = (await answer.json()) as { errors: { message: string }[] };
    return { status: answer.status, message: errors[0]?.message ?? '' };
  }

  /** Keeps each report once: those that come again have the number they had. */
  function keep({ journal, from, reports: brought }: ReportBatch): void {
    const had = last?.journal === journal ? last.number : 0;
    assert.ok(from <= had + 1, `reports ${had + 1} to ${from - 1} are missing`);
    reports.push(...brought.slice(had + 1 - from));
    last = { journal, number: Math.max(had, from + brought.length - 1) };
  }

  /** Takes reports until one fits; also those of before are looked at. */
  async function until<Kind extends Report['kind']>(
    kind: Kind,
    fits: (body: ReportBody<Kind>) => boolean = () => true,
    withinMs = 60_000,
  ): Promise<ReportBody<Kind>> {
    const giveUpAt = Date.now() + withinMs;
    for (;;) {
      const found = of(kind).find(fits);
      if (found) return found;
      assert.ok(Date.now() < giveUpAt, `no ${kind} came: ${JSON.stringify(reports.slice(-5))}`);
      const { batch } = await ask('takeReports', { acknowledged: last, waitMs: 2_000 });
      if (batch) keep(batch as ReportBatch);
    }
  }

  function of<Kind extends Report['kind']>(kind: Kind): ReportBody<Kind>[] {
    return reports.flatMap((report) => (report.kind === kind ? [report.body as ReportBody<Kind>] : []));
  }

  /** All rows that were reported of a run, by their key, after it is sure that none came twice. */
  function rowsOf(run: string): Map<string, ReportedRow> {
    const places = new Set<string>();
    const rows = new Map<string, ReportedRow>();
    for (const { chunk, first, rows: told } of of('rows').filter((body) => body.run === run)) {
      told.map(untoldRow).forEach((row, index) => {
        const place = `${chunk}/${first + index}`;
        assert.ok(!places.has(place), `the row at ${place} was reported twice`);
        places.add(place);
        rows.set(row.key, row);
      });
    }
    assert.equal(rows.size, places.size, 'every key was reported once');
    return rows;
  }

  async function start(run: string, more: Omit<AgentInput<'startRun'>, 'run' | 'lease'> & { lease?: number }) {
    const { lease = 1 } = more;
    await ask('startRun', { run, ...more, lease });
    await ask('confirmRun', { run, lease });
  }

  return { ask, refusal, until, of, rowsOf, start, reports };
}

export type PlayedHub = ReturnType<typeof playHub>;

export type Stage = { folder: string; org: Reachable };

export async function startAgent({ folder, org }: Stage, name: string, settings: Partial<AgentSettings> = {}) {
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true });
  const options = { filesFolder: files, allowedHosts: [new URL(org.url).host], clock: fastClock(20) };
  const log = createLog({ level: process.env.SLUICE_LOG_LEVEL === 'debug' ? 'debug' : 'silent' });
  return await openAgent({ folder: join(folder, name), version, plain: true, log, ...options, ...settings });
}

const minute = 60_000;

/** It goes as the true one does, from a minute behind a full hour on, so that nothing is due but what a test goes forward to. */
export function createSetClock() {
  const hour = 60 * minute;
  let ahead = Math.ceil(Date.now() / hour) * hour - Date.now() + minute;
  const now = () => Date.now() + ahead;
  return {
    now,
    sleep: fastClock(20).sleep,
    forward(milliseconds: number): void {
      ahead += milliseconds;
    },
    /** To just behind the next full quarter, hour or whatever it is of so many milliseconds; gives that. */
    toNext(step: number): number {
      const due = Math.ceil(now() / step) * step;
      ahead += due - now() + 100;
      return due;
    },
  };
}

/** Every call of the org that a rule fits is refused from now on, and goes well as soon as that is taken back: what needs it waits meanwhile. */
export async function holdCalls(org: Reachable, rule: { path: string; method?: string }): Promise<() => Promise<void>> {
  await setFaults(org, [{ ...rule, kind: 'unavailable', share: 1 }]);
  return () => setFaults(org, []);
}

export async function setFaults({ url }: Reachable, rules: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/box/faults`, { method: 'PUT', headers, body: JSON.stringify({ rules }) });
  assert.equal(answer.status, 200, await answer.text());
}

type Interface = Deployment['interfaces'][number];

/** Everything in one connection: the folder of files, and the org. */
export async function deploymentFor(
  hub: PlayedHub,
  { org, database }: { org: Reachable; database?: Deployment['connections'][number]['database'] },
  number: number,
  interfaces: (Omit<Partial<Interface>, 'definition'> & { definition: object })[],
): Promise<Deployment> {
  const { publicKey } = await hub.ask('about', {});
  const consumerSecret = await sealSecret({
    secret: org.consumerSecret,
    boundTo: new URL(org.url).origin,
    publicKey: publicKey as JWK,
  });
  const salesforce = {
    myDomainUrl: org.url,
    tokenUrl: `${org.url}/services/oauth2/token`,
    consumerKey: org.consumerKey,
    consumerSecret,
    environment: 'production' as const,
  };
  const connection = { name: 'box', database: database ?? { type: 'csv' as const, folder: '.' }, salesforce };
  const whole = interfaces.map((one) => ({ version: 1, state: 'active', ...one })) as Interface[];
  return { number, connections: [connection], interfaces: whole };
}

/** Accounts out of a file, by their external id. */
export const accounts = (name: string, more: object = {}) => ({
  name,
  connection: 'box',
  source: { file: `${name}.csv` },
  object: 'Account',
  operation: 'upsert',
  externalId: 'Ext__c',
  mapping: { Ext__c: 'id', Name: 'name', Description: 'note' },
  ...more,
});

/** The agent called `agent` has what was deployed, and counts from then on. */
export async function untilScheduled(folder: string): Promise<void> {
  using account = new DatabaseSync(join(folder, 'agent', 'reports.sqlite'), { readOnly: true, timeout: 10_000 });
  const giveUpAt = Date.now() + 60_000;
  while (account.prepare('SELECT 1 FROM schedule').get() === undefined) {
    assert.ok(Date.now() < giveUpAt, 'the agent was given no schedule');
    await sleep(20);
  }
}

/** So many runs have ended in the account of the agent. */
export async function untilAgentEnded(folder: string, count: number): Promise<void> {
  using account = new DatabaseSync(join(folder, 'agent', 'reports.sqlite'), { readOnly: true, timeout: 10_000 });
  const ended = account.prepare(`SELECT count(*) AS n FROM run WHERE state = 'ended'`);
  const giveUpAt = Date.now() + 60_000;
  while (Number(ended.get()?.n) < count) {
    assert.ok(Date.now() < giveUpAt, `the agent did not bring ${count} runs to their end`);
    await sleep(20);
  }
}
