/** A hub and agents that dial out to it, as programs of their own that can be killed and started again in their folders. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubCalls } from './hub-calls.ts';
import { end, startReady } from './ready-program.ts';
import { type Running, startSluice } from './sluice-program.ts';

export async function openDialOutStage() {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-dial-out-'));
  const programs = new Set<Running>();
  let hub = await startReady(folder, ['hub', 'start', '--port', '0', '--data', 'hub']);
  programs.add(hub);
  const { url } = hub.ready;
  const [username, password] = readFileSync(join(folder, 'hub', 'administrator'), 'utf8').split('\n');
  const call = createHubCalls(url);
  await call('POST', '/session', { username, password });
  const newCode = async (): Promise<string> => (await call('POST', '/agents/registration-codes')).json.code;

  async function startAgent(name: string, code?: string) {
    const args = ['agent', 'start', '--hub', url, '--data', name, '--files', '.'];
    const agent = await startReady(folder, args, code === undefined ? {} : { SLUICE_AGENT_CODE: code });
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
      hub = await startReady(folder, ['hub', 'start', '--port', new URL(url).port, '--data', 'hub']);
      programs.add(hub);
    },
    /** What is in a table of the hub's store. */
    read(sql: string) {
      using store = new DatabaseSync(join(folder, 'hub', 'hub.sqlite'), { readOnly: true, timeout: 10_000 });
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
