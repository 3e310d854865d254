/** A hub and agents that dial out to it, as programs of their own that can be killed and started again in their folders. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Running, startSluice } from './sluice-program.ts';

type Ready = { url: string };

/** Started, and ready by its own words. */
async function start(folder: string, args: readonly string[], environment: Record<string, string> = {}) {
  const running = startSluice({ args: [...args, '--json'], folder, secret: '', environment });
  const lines = createInterface({ input: running.child.stdout! });
  const [line] = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    running.ended.then(({ err }) => assert.fail(`it did not start: ${err}`)),
  ]);
  return { ...running, ready: JSON.parse(line) as Ready };
}

async function end({ child, ended }: Running, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  return (await ended).code;
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
type Called = { status: number; json: any };

export async function openDialOutStage() {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-dial-out-'));
  const programs = new Set<Running>();
  let hub = await start(folder, ['hub', 'start', '--port', '0', '--data', 'hub']);
  programs.add(hub);
  const { url } = hub.ready;
  const [username, password] = readFileSync(join(folder, 'hub', 'administrator'), 'utf8').split('\n');
  let headers: Record<string, string> = {};

  async function call(method: string, path: string, body?: object): Promise<Called> {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (cookie) headers = { cookie, 'x-csrf-token': JSON.parse(text).csrfToken };
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  }

  await call('POST', '/session', { username, password });
  const newCode = async (): Promise<string> => (await call('POST', '/agents/registration-codes')).json.code;

  async function startAgent(name: string, code?: string) {
    const args = ['agent', 'start', '--hub', url, '--data', name];
    const agent = await start(folder, args, code === undefined ? {} : { SLUICE_AGENT_CODE: code });
    programs.add(agent);
    return agent;
  }

  return {
    folder,
    url,
    call,
    newCode,
    startAgent,
    /** One that is expected to end by itself. */
    tryAgent: (name: string, args: readonly string[]) =>
      startSluice({ args: ['agent', 'start', '--data', name, ...args], folder, secret: '' }).ended,
    end,
    killHub: () => end(hub, 'SIGKILL'),
    async startHub() {
      hub = await start(folder, ['hub', 'start', '--port', new URL(url).port, '--data', 'hub']);
      programs.add(hub);
    },
    /** What is in a table of the hub's store. */
    read(sql: string) {
      using store = new DatabaseSync(join(folder, 'hub', 'hub.sqlite'), { readOnly: true });
      return store.prepare(sql).all();
    },
    async [Symbol.asyncDispose]() {
      for (const { child } of programs) child.kill('SIGKILL');
      await Promise.all([...programs].map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Looks again and again; fails with what was seen last. */
export async function until<Seen>(look: () => Promise<Seen> | Seen, isRight: (seen: Seen) => boolean): Promise<Seen> {
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (Date.now() > giveUpAt) assert.fail(`not seen within 30 seconds; last: ${JSON.stringify(seen)}`);
    await sleep(50);
  }
}
