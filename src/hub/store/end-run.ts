/** Ends a run, with all that hangs on it: its messages, and the runs that were to follow it. Inside a transaction only. */
import { SluiceError } from '../../base/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import { forgetUnusedEndpoints } from './agents.ts';
import { runEnded } from './message-runs.ts';
import { type HubRun, type RunEnded, type RunEnding, readRun, runTable, selectedRun, writeEnding } from './run-rows.ts';

const goodEndings: readonly RunEnding[] = ['completed', 'completed with rejects'];

/** The rows of all runs that ended by it. */
export function endRun(store: SqliteFile, run: HubRun, ended: RunEnded, now = ended.endedAt): number[] {
  writeEnding(store, run, ended);
  runEnded(store, run, { ...ended, now });
  forgetUnusedEndpoints(store);
  if (goodEndings.includes(ended.status)) return [run.id];
  const followers = store
    .prepare(`SELECT ${selectedRun} FROM ${runTable} WHERE run.after_id = :id AND run.state = 'waiting'`)
    .all({ id: run.id })
    .map(readRun);
  const reason = new SluiceError('RUN_NOT_REACHED', { interface: run.interface, status: ended.status });
  return [run.id, ...followers.flatMap((one) => endRun(store, one, endingOf(one, 'cancelled', reason, now)))];
}

const noRows = { read: 0, sent: 0, succeeded: 0, created: 0, updated: 0, rejected: 0, unknown: 0 };

/** The end of a run that the hub itself brings about; nothing of it was processed, as far as it is known. */
export function endingOf(
  { run, rows }: Pick<HubRun, 'run' | 'rows'>,
  status: RunEnding,
  { code, message, next }: Pick<SluiceError, 'message' | 'next'> & { code: string },
  endedAt: number,
): RunEnded {
  const unknown = status === 'unknown rows';
  return {
    run,
    status,
    endedAt,
    rows: unknown ? rows : noRows,
    loaded: null,
    mode: null,
    modeReason: null,
    error: { code, message, next },
    nothingProcessed: !unknown,
  };
}
