/** How long a ledger keeps runs that have ended, and how those that are older go. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EndedRun, Ledger } from '../ledger/index.ts';
import { openSpool } from './spool.ts';

/** Days after their end; 0: no limit. */
export type KeptRuns = {
  /** Of runs that completed, with no row left out. */
  completedDays: number;
  /** Of all others: they say what was refused or is unknown. */
  failedDays: number;
};

export type ForgettingRuns = {
  ledger: Ledger;
  kept: KeptRuns;
  now: number;
  /** Whether the run is nobody's any more. */
  mayGo(run: EndedRun): boolean;
  /** Ends it early, between slices. */
  signal?: AbortSignal | undefined;
};

const dayMs = 24 * 3_600_000;

/** Gives how many went. Errors: LEDGER_LOCKED, LEDGER_FULL; what was not forgotten is, with the next call. */
export async function forgetRuns({ ledger, kept, now, mayGo, signal }: ForgettingRuns): Promise<number> {
  const before = { completed: limitOf(kept.completedDays, now), other: limitOf(kept.failedDays, now) };
  let forgotten = 0;
  for (const run of ledger.listEnded(before).filter(mayGo)) {
    await openSpool(ledger.folder, run.id).drop();
    for (let isGone = false; !isGone; ) {
      if (signal?.aborted) return forgotten;
      isGone = await ledger.forgetSome(run.id);
      await nextTurn();
    }
    forgotten += 1;
  }
  return forgotten;
}

function limitOf(days: number, now: number): number {
  return days === 0 ? Number.NEGATIVE_INFINITY : now - days * dayMs;
}
