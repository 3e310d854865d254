/** Ends a run, with all that hangs on it: its messages, and the runs that were to follow it. Inside a transaction only. */
import { SluiceError } from '../../base/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import { forgetUnusedEndpoints } from './agents.ts';
import { anyEnding, findEnding, forgetEnding, type KeptEnding, keepEnding } from './kept-endings.ts';
import { decideLeft, endOfLeft, runEnded, settleLeft } from './message-runs.ts';
import { type HubRun, type RunEnded, type RunEnding, readRun, runTable, selectedRun, writeEnding } from './run-rows.ts';

const goodEndings: readonly RunEnding[] = ['completed', 'completed with rejects'];

/** Messages of one transaction. */
const leftAtOnce = 1_000;

/**
 * The rows of all runs that ended by it. A run of which more messages are left than one transaction takes ends by `carryEndings`: what becomes
 * of it is written down here, and whatever happens meanwhile it comes to that.
 */
export function endRun(store: SqliteFile, run: HubRun, ended: RunEnded, now = ended.endedAt): number[] {
  finishNow(store, run.id);
  if (!isLarge(store, run.id)) return writeEnd(store, run, ended, now);
  keepEnding(store, { run: run.id, ended, decided: decideLeft(store, run, { ...ended, now }), after: 0 });
  return [];
}

function isLarge(store: SqliteFile, run: number): boolean {
  const upTo = endOfLeft(store, run, slice(0));
  return upTo !== undefined && endOfLeft(store, run, { after: upTo, atMost: 1 }) !== undefined;
}

const slice = (after: number) => ({ after, atMost: leftAtOnce });

function writeEnd(store: SqliteFile, run: HubRun, ended: RunEnded, now: number): number[] {
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

/**
 * Brings to its end what `endRun` has begun, this time or before the program was started, in transactions of a thousand messages; others write
 * between them. The rows of the runs that ended here. On disk when it resolves.
 */
export async function carryEndings(store: SqliteFile): Promise<number[]> {
  const ended: number[] = [];
  while (anyEnding(store)) ended.push(...(await store.gather(() => carryOne(store))));
  return ended;
}

function carryOne(store: SqliteFile): number[] {
  const ending = findEnding(store);
  return ending === undefined ? [] : carrySlice(store, ending);
}

function carrySlice(store: SqliteFile, ending: KeptEnding): number[] {
  const { run: id, ended, decided, after } = ending;
  const upTo = endOfLeft(store, id, slice(after));
  if (upTo !== undefined) {
    settleLeft({ store, run: id, decided, range: { after, upTo } });
    keepEnding(store, { ...ending, after: upTo });
    return [];
  }
  forgetEnding(store, id);
  const row = store.prepare(`SELECT ${selectedRun} FROM ${runTable} WHERE run.id = :id`).get({ id });
  return row === undefined ? [] : writeEnd(store, readRun(row), ended, decided.now);
}

/** Whether this report of its end counts: not when it has ended, or is ending, by anything but that it was given up as lost. */
export function mayStillEnd(store: SqliteFile, run: HubRun): boolean {
  const ending = findEnding(store, run.id)?.ended;
  if (ending === undefined && run.state !== 'ended') return true;
  return (ending ?? run).error?.code === 'RUN_LOST';
}

/** Before a run that was about to end gets another ending, which an agent that was given up may still tell. */
function finishNow(store: SqliteFile, run: number): void {
  for (let ending = findEnding(store, run); ending !== undefined; ending = findEnding(store, run))
    carrySlice(store, ending);
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
