/** Forgets from time to time what retention says, by one hub process at a time. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Log, reasonOf } from '../../base/index.ts';
import type { Waiting } from '../agents/dialled-waiting.ts';
import type { HubStore } from '../store/index.ts';

type Means = { store: Pick<HubStore, 'retention'>; waiting: Waiting; log: Log; signal: AbortSignal };

const everyMs = 10 * 60_000;
const longestLookMs = 60_000;

/** Whoever changes the rules wakes it. */
export const retention = 'retention';

/** Resolves when the signal is aborted; never throws. A failure, such as a full disk, is tried again the next time. */
export async function workOnRetention(means: Means): Promise<void> {
  const { store, waiting, log, signal } = means;
  while (!signal.aborted) {
    try {
      const look = () => store.retention.isDue(everyMs) || undefined;
      if (await waiting.until({ key: retention, look, atMostMs: longestLookMs, signal })) await forgetOnce(means);
    } catch (error) {
      if (signal.aborted) return;
      log.error({ reason: reasonOf(error) }, 'what is older than retention says cannot be forgotten now');
      await waiting
        .until({ key: retention, look: () => undefined, atMostMs: longestLookMs, signal })
        .catch(() => undefined);
    }
  }
}

async function forgetOnce({ store, log, signal }: Means): Promise<void> {
  if (!(await store.retention.begin(everyMs))) return;
  const between = async () => {
    await nextTurn();
    return !signal.aborted;
  };
  const { messages, calls, runs, reports } = await store.retention.forget(between);
  if (messages + calls + runs + reports > 0)
    log.info({ messages, calls, runs, reports }, 'forgot what is older than retention says');
}
