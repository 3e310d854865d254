/** Does what there is to do, as soon as there is something in the store, until it is told to stop; after a failure it rests. */
import { type Log, pauseMs, reasonOf, SluiceError } from '../../base/index.ts';
import type { Waiting } from '../agents/dialled-waiting.ts';

export type WorkLoop = {
  /** For the log: `giving runs to the agent Berlin`. */
  what: string;
  /** Who wakes it. */
  key: string;
  /** Whether there is something to do. */
  look(): boolean;
  act(): Promise<void>;
  /** Of a failure, before the rest. */
  failed?(error: unknown): Promise<void>;
  /** Whether there is no use in resting on, since what failed may go well now. */
  mayGoOn?(): boolean;
  waiting: Waiting;
  log: Log;
  signal: AbortSignal;
};

const pace = { firstMs: 500, longestMs: 30_000 };
const longestLookMs = 60_000;

/** Resolves when the signal is aborted; never throws. */
export async function loopOverWork(loop: WorkLoop): Promise<void> {
  const { what, key, look, act, waiting, log, signal } = loop;
  for (let failures = 0; !signal.aborted; ) {
    try {
      const found = await waiting.until({ key, look: () => look() || undefined, atMostMs: longestLookMs, signal });
      if (found) await act();
      if (failures > 0 && found) log.info({ what }, 'goes on');
      if (found) failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      tell(log, { what, error, failures });
      await loop
        .failed?.(error)
        .catch((second: unknown) => log.error({ what, reason: reasonOf(second) }, 'failed twice'));
      const atMostMs = pauseMs(pace, failures, Math.random());
      await waiting.until({ key, look: () => loop.mayGoOn?.() || undefined, atMostMs, signal }).catch(() => undefined);
    }
  }
}

/** What passes by itself is said once as a warning; what somebody has to mend is an error each time. */
function tell(log: Log, { what, error, failures }: { what: string; error: unknown; failures: number }): void {
  const known = error instanceof SluiceError ? { code: error.code, next: error.next } : {};
  const told = { what, reason: reasonOf(error), failures, ...known };
  const passes = error instanceof SluiceError && error.retry === 'later';
  if (!passes) log.error(told, 'failed; tried again later');
  else if (failures === 1) log.warn(told, 'failed; tried again later');
  else log.info(told, 'failed; tried again later');
}
