/** What a run came to, in numbers and one word. */
import { reasonOf, SluiceError } from '../base/index.ts';
import type { Chunk, Ledger, LoadedCounts, Run, RunEnding, RunError } from '../ledger/index.ts';
import type { InterfaceDefinition } from '../protocol/index.ts';
import { findPaceOfJob } from './passing-reasons.ts';

export type RunReport = {
  run: string;
  interface: string;
  direction: Run['direction'];
  status: RunEnding;
  /** read = sent + rejected by the check before sending; sent = succeeded + rejected by Salesforce + unknown. */
  rows: {
    read: number;
    sent: number;
    succeeded: number;
    created: number;
    updated: number;
    rejected: number;
    unknown: number;
  };
  /** Outbound runs only: what was read, and what the merge into the table did; `rows` then says no more than how many were read. */
  loaded?: LoadedCounts;
  seconds: number;
  mode: string | null;
  modeReason: string | null;
  error?: RunError;
};

/** Errors: RUN_MISSING. */
export function getRun(ledger: Ledger, id: number): Run {
  const run = ledger.findRun(id);
  if (!run) throw new SluiceError('RUN_MISSING', { run: id, file: ledger.file });
  return run;
}

export function reportOf(run: Run, now: number): RunReport {
  return {
    run: String(run.id),
    interface: run.interface,
    direction: run.direction,
    status: endingWord(run),
    rows: run.rows,
    ...(run.loaded ? { loaded: run.loaded } : {}),
    seconds: Math.round((run.endedAt ?? now) - run.startedAt) / 1000,
    mode: run.mode,
    modeReason: run.modeReason,
    ...(run.error ? { error: run.error } : {}),
  };
}

/** A run that stopped by itself and can be resumed has failed for now. */
function endingWord(run: Run): RunEnding {
  if (run.status === 'running' || run.status === 'interrupted')
    return run.error?.code === 'RUN_CANCELLED' ? 'cancelled' : 'failed';
  return run.status;
}

/** What a run that went through comes to. */
export function judgeRun(
  run: Run,
  chunks: readonly Chunk[],
  definition: InterfaceDefinition,
): { status: RunEnding; error?: RunError } {
  const { read, rejected, unknown } = run.rows;
  const look = lookAtRows(run);
  if (unknown > 0)
    return { status: 'unknown rows', error: errorOf(new SluiceError('ROWS_UNKNOWN', { look, read, unknown })) };
  const failed = chunks.filter(
    (chunk) => chunk.jobState === 'Failed' && findPaceOfJob({ state: chunk.jobState, error: chunk.jobError }) === null,
  );
  if (failed.length > 0) {
    const jobs = failed.length === 1 ? `the job ${failed[0]?.jobId}` : `${failed.length} jobs`;
    const reason = failed[0]?.jobError ?? 'no reason was given';
    return { status: 'failed', error: errorOf(new SluiceError('JOB_FAILED', { jobs, reason, look })) };
  }
  const allowed = allowedRejects(definition, read);
  if (rejected <= allowed) return { status: 'completed' };
  const exceeded = new SluiceError('ROWS_REJECTED', { look, read, rejected, allowed });
  return { status: 'completed with rejects', error: errorOf(exceeded) };
}

/** The command that shows the rows of a run: of one that a hub asked for, they are messages there. */
export function lookAtRows({ id, hubRun }: Pick<Run, 'id' | 'hubRun'>): string {
  return hubRun === null ? `sluice rejects ${id}` : `sluice messages --run ${hubRun}`;
}

export function allowedRejects({ allowRejects = 0 }: Pick<InterfaceDefinition, 'allowRejects'>, read: number): number {
  if (typeof allowRejects === 'number') return allowRejects;
  return Math.floor((read * Number.parseFloat(allowRejects)) / 100);
}

export function errorOf(error: unknown): RunError {
  if (error instanceof SluiceError) return { code: error.code, message: error.message, next: error.next };
  return errorOf(new SluiceError('INTERNAL', { reason: reasonOf(error) }, { cause: error }));
}
