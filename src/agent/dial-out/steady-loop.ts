/** Does one thing over and over until it is told to stop; after a failure it waits, longer each time, with jitter. */
import { type Clock, type Log, pauseMs, reasonOf, SluiceError } from '../../base/index.ts';

export type Loop = {
  /** For the log: `asking the hub for requests`. */
  what: string;
  act(): Promise<void>;
  clock: Clock;
  random: () => number;
  log: Log;
  signal: AbortSignal;
};

const pace = { firstMs: 500, longestMs: 30_000 };

/** Resolves when the signal is aborted; never throws. */
export async function loopSteadily({ what, act, clock, random, log, signal }: Loop): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      await act();
      if (failures > 0) log.info({ what }, 'goes on');
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const waitMs = pauseMs(pace, failures, random());
      tell(log, { what, error, failures, waitMs });
      await clock.sleep(waitMs, { signal }).catch(() => undefined);
    }
  }
}

/** A hub that is away is said once as a warning; what somebody has to mend is an error each time. */
function tell(log: Log, failed: { what: string; error: unknown; failures: number; waitMs: number }): void {
  const { what, error, failures, waitMs } = failed;
  const isKnown = error instanceof SluiceError;
  const told = {
    what,
    reason: reasonOf(error),
    failures,
    waitMs: Math.round(waitMs),
    ...(isKnown ? { code: error.code, next: error.next } : {}),
  };
  const passes = isKnown && error.retry === 'later';
  if (!passes) log.error(told, 'failed; tried again later');
  else if (failures === 1) log.warn(told, 'failed; tried again later');
  else log.info(told, 'failed; tried again later');
}
