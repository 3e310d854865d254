/** Runs of a hub on the command line: followed to their end, and told of in the words of `sluice run`. */
import type { RunReport } from '../agent/index.ts';
import { SluiceError } from '../base/index.ts';
import type { HubClient } from './hub-client.ts';
import type { ProgressBar } from './progress-bar.ts';
import type { Terminal } from './terminal.ts';

/** The part of a run that is shown. */
export type HubRun = {
  id: number;
  run: string;
  interface: string;
  integration: string;
  direction: RunReport['direction'];
  agent: { name: string | null };
  trigger: string;
  full: boolean;
  state: string;
  status: RunReport['status'] | null;
  waitsFor: string | null;
  askedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  rows: RunReport['rows'];
  loaded: NonNullable<RunReport['loaded']> | null;
  mode: string | null;
  modeReason: string | null;
  error: { code: string; message: string; next: string } | null;
  progress: {
    phase: 'checking' | 'reading' | 'sending' | 'finished' | null;
    rows: RunReport['rows'];
    processed: number;
  } | null;
};

type Following = { hub: HubClient; terminal: Terminal; bar: ProgressBar; signal: AbortSignal };

const waitSeconds = 1;
/** A hub that is started anew is waited for this long. */
const tries = 60;
const pauseMs = 2_000;

/** Until each has ended; runs go on whatever becomes of who follows them. */
export async function followRuns(runs: readonly HubRun[], following: Following): Promise<HubRun[]> {
  const ended: HubRun[] = [];
  for (const { id } of runs) ended.push(await followRun(id, following));
  return ended;
}

async function followRun(id: number, following: Following): Promise<HubRun> {
  const { bar, terminal } = following;
  for (let said: string | null = null; ; ) {
    const run = await look(id, following);
    if (run.state === 'ended') return run;
    if (run.progress?.phase) bar.show(run.interface, progressOf(run.progress, run.progress.phase));
    if (run.waitsFor !== null && run.waitsFor !== said && terminal.watched)
      terminal.err(`${run.interface}: ${run.waitsFor}\n`);
    said = run.waitsFor;
  }
}

function progressOf(
  { rows, processed }: NonNullable<HubRun['progress']>,
  phase: NonNullable<NonNullable<HubRun['progress']>['phase']>,
) {
  return { phase, rows: { ...rows, processed } };
}

async function look(id: number, { hub, signal }: Following): Promise<HubRun> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  for (let failures = 0; ; failures += 1) {
    try {
      return await hub.call<HubRun>('GET', `/runs/${id}?wait=${waitSeconds}`);
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'HUB_UNREACHABLE' || failures >= tries) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

/** Not reached, since one before it did not go through. */
export const isNotReached = ({ error }: HubRun): boolean => error?.code === 'RUN_NOT_REACHED';

export function reportOf(run: HubRun): RunReport {
  const { id, interface: name, direction, status, rows, loaded, mode, modeReason, startedAt, endedAt, error } = run;
  const seconds = startedAt === null || endedAt === null ? 0 : (endedAt - startedAt) / 1_000;
  return {
    run: String(id),
    interface: name,
    direction,
    status: status ?? 'failed',
    rows,
    ...(loaded === null ? {} : { loaded }),
    seconds,
    mode,
    modeReason,
    ...(error === null ? {} : { error: error as NonNullable<RunReport['error']> }),
  };
}
