/** Which runs go on now: in the order they were taken, one of an interface at a time, a few in all; what stopped by itself goes on later. */
import { type Clock, pauseMs } from '../../base/index.ts';
import type { RunError } from '../../ledger/index.ts';
import type { Progress } from '../progress.ts';
import { type Carrying, cancelReason, carryRun, isStopped } from './carry-run.ts';
import { paceOfInterruption } from './run-ending.ts';
import type { TakenRun } from './taken-runs.ts';

export type QueueMeans = Carrying & {
  /** Runs over sources at once. Runs by records, for which somebody may wait, have room of their own. */
  runsAtOnce: number;
};

export type RunQueue = {
  /** Begins what may begin. */
  look(): void;
  /** What waits for its next try need not wait longer. */
  lookAgain(): void;
  /** For one that is to be cancelled, which the account of runs knows already. */
  cancel(run: TakenRun): void;
  progressOf(run: string): Progress | undefined;
  /** Resolves when the run has ended, or the signal is aborted. */
  untilEnded(run: string, signal: AbortSignal): Promise<void>;
  /** Stops what goes on, at its next step; it is gone on with at the next start. */
  stop(reason: Error): Promise<void>;
};

const recordRunsAtOnce = 4;

type Running = { isByRecords: boolean; cancel: AbortController; done: Promise<void>; progress: Progress | undefined };

export function createRunQueue(means: QueueMeans): RunQueue {
  const { runs, log } = means;
  const running = new Map<string, Running>();
  const waits = createWaits(means.clock, look);
  const endings = createEndings();
  const stopping = new AbortController();

  function look(): void {
    const seen = new Set<string>();
    for (const taken of stopping.signal.aborted ? [] : runs.listConfirmed()) {
      const isFirst = !seen.has(taken.interface);
      seen.add(taken.interface);
      if (isFirst && !running.has(taken.run) && !waits.has(taken.run) && (hasRoom(taken) || isStopped(means, taken)))
        begin(taken);
    }
  }

  function hasRoom({ records }: TakenRun): boolean {
    const isByRecords = records !== null;
    const same = [...running.values()].filter((one) => one.isByRecords === isByRecords);
    return same.length < (isByRecords ? recordRunsAtOnce : means.runsAtOnce);
  }

  function begin(taken: TakenRun): void {
    const cancel = new AbortController();
    const one: Running = {
      isByRecords: taken.records !== null,
      cancel,
      progress: undefined,
      done: Promise.resolve(),
    };
    running.set(taken.run, one);
    const signal = AbortSignal.any([stopping.signal, cancel.signal]);
    const onProgress = (progress: Progress) => {
      one.progress = progress;
    };
    one.done = carryRun(means, taken, { signal, onProgress })
      .then((gone) => afterGoing(taken.run, gone))
      .catch((error: unknown) => {
        log.error({ run: taken.run, err: error }, 'what became of a run could not be written down; tried again later');
        waits.add(taken.run, means.random());
      })
      .finally(() => {
        running.delete(taken.run);
        look();
      });
  }

  async function afterGoing(run: string, error: RunError | null): Promise<void> {
    if (error === null) {
      waits.forget(run);
      endings.tell(run);
    } else if (!stopping.signal.aborted && !runs.find(run)?.cancelAsked) {
      const waitMs = waits.add(run, means.random(), error);
      await runs.interrupted({ run, error, resumesAt: means.clock.now() + waitMs });
    } else if (error.code !== 'RUN_CANCELLED') waits.add(run, means.random(), error);
  }

  return {
    look,
    lookAgain: () => waits.endAll(),
    cancel(taken) {
      const one = running.get(taken.run);
      if (one) one.cancel.abort(new Error(cancelReason));
      else if (waits.has(taken.run)) waits.end(taken.run);
      else if (!stopping.signal.aborted && taken.state === 'confirmed') begin(taken);
    },
    progressOf: (run) => running.get(run)?.progress,
    untilEnded: (run, signal) => endings.until(run, AbortSignal.any([signal, stopping.signal])),
    async stop(reason) {
      stopping.abort(reason);
      waits.endAll();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

/** Pauses of runs that stopped by themselves, longer each time. */
function createWaits(clock: Clock, onEnd: () => void) {
  const waiting = new Map<string, AbortController>();
  const failures = new Map<string, number>();
  const unforeseen = { code: 'INTERNAL', message: '', next: '' };

  return {
    has: (run: string) => waiting.has(run),
    /** Gives for how long. */
    add(run: string, chance: number, error: RunError = unforeseen): number {
      const count = (failures.get(run) ?? 0) + 1;
      failures.set(run, count);
      const waitMs = Math.round(pauseMs(paceOfInterruption(error), count, chance));
      const end = new AbortController();
      waiting.set(run, end);
      const over = () => {
        waiting.delete(run);
        onEnd();
      };
      clock.sleep(waitMs, { signal: end.signal }).then(over, over);
      return waitMs;
    },
    forget: (run: string) => failures.delete(run),
    end: (run: string) => waiting.get(run)?.abort(),
    endAll() {
      for (const end of waiting.values()) end.abort();
    },
  };
}

function createEndings() {
  const waiting = new Map<string, Set<() => void>>();
  return {
    tell(run: string): void {
      for (const resolve of waiting.get(run) ?? []) resolve();
      waiting.delete(run);
    },
    async until(run: string, signal: AbortSignal): Promise<void> {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiters = waiting.get(run) ?? new Set();
      waiting.set(run, waiters.add(resolve));
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      waiters.delete(resolve);
    },
  };
}
