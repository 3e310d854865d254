/** What is reported of a run that has ended, from the ledger or, when it never began there, from what kept it. */
import { type ErrorCode, errorTable } from '../../base/index.ts';
import type { Run, RunError } from '../../ledger/index.ts';
import { type ReportBody, runEndings } from '../../protocol/index.ts';

type Ended = ReportBody<'runEnded'>;

/** Of a run whose end is in the ledger. */
export function endingOfRun(run: string, kept: Run): Ended {
  const { status, endedAt, rows, loaded, mode, modeReason, error, committedAt, direction } = kept;
  const ending = runEndings.find((word) => word === status) ?? 'failed';
  const inDoubt = ending === 'completed' || error?.code === 'LOAD_IN_DOUBT';
  const nothing = direction === 'inbound' ? committedAt === null : !inDoubt;
  return {
    run,
    status: ending,
    endedAt: endedAt ?? 0,
    rows: nothing ? { ...noRows, read: rows.read } : rows,
    loaded,
    mode,
    modeReason,
    error,
    nothingProcessed: nothing,
  };
}

export const noRows = { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 };

/** Of a run that did not come as far as the ledger. */
export function endingBefore(run: string, status: 'failed' | 'cancelled', error: RunError, endedAt: number): Ended {
  const nothing = { rows: noRows, loaded: null, mode: null, modeReason: null, nothingProcessed: true };
  return { run, status, endedAt, error, ...nothing };
}

/** How long a run that stopped by itself waits before it goes on: not long for what passes by itself. */
export function paceOfInterruption({ code }: RunError): { firstMs: number; longestMs: number } {
  const passes = errorTable[code as ErrorCode]?.retry === 'later';
  return passes ? { firstMs: 5_000, longestMs: 300_000 } : { firstMs: 60_000, longestMs: 1_800_000 };
}
