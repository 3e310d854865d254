/** The org in a box as a program of its own, that can be killed and started again at the same address. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Reachable } from './stage.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

export type FaultRule = {
  path: string;
  method?: string;
  share?: number;
  kind: string;
  latencyMs?: number;
  times?: number;
};

export type OrgProgram = Reachable & {
  /** kill -9, then the same folder and port again. */
  killAndRestart(options?: { pauseMs?: number }): Promise<void>;
  /** Holds over restarts. */
  setFaults(rules: readonly FaultRule[], seed: number): Promise<void>;
  /** How many calls were struck since the faults were set, or since the last restart. */
  countFaults(): Promise<number>;
  stop(): Promise<void>;
};

export async function startOrgProgram({
  folder,
  setupFile,
}: {
  folder: string;
  setupFile: string;
}): Promise<OrgProgram> {
  let faults: { rules: readonly FaultRule[]; seed: number } = { rules: [], seed: 1 };
  let running = await launch({ folder, setupFile, port: '0' });
  const { port } = new URL(running.ready.url);

  const putFaults = () =>
    fetch(`${running.ready.url}/box/faults`, {
      method: 'PUT',
      body: JSON.stringify(faults),
      headers: { 'content-type': 'application/json' },
    });

  return {
    ...running.ready,
    async killAndRestart({ pauseMs = 100 } = {}) {
      await kill(running.child);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      running = await launch({ folder, setupFile, port });
      if (faults.rules.length > 0) await putFaults();
    },
    async setFaults(rules, seed) {
      faults = { rules, seed };
      const answer = await putFaults();
      if (!answer.ok) throw new Error(`the org refused the faults: ${await answer.text()}`);
    },
    async countFaults() {
      const report = (await (await fetch(`${running.ready.url}/box/faults`)).json()) as { injected: number };
      return report.injected;
    },
    stop: () => kill(running.child),
  };
}

type Launch = { folder: string; setupFile: string; port: string };

async function launch({ folder, setupFile, port }: Launch): Promise<{ child: ChildProcess; ready: Reachable }> {
  const flags = ['org', 'start', '--json', '--data', folder, '--setup', setupFile, '--port', port];
  const child = spawn(process.execPath, [launcher, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  process.once('exit', () => child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout }))
    return { child, ready: JSON.parse(line) as Reachable };
  throw new Error(`the org did not start: ${complaints}`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
