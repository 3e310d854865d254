/** Carries what was asked of many messages, one slice after the other, so that all else has its turn between them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Log, reasonOf } from '../../base/index.ts';
import { type Waiting, waitingMessages } from '../agents/dialled-waiting.ts';
import type { HubStore } from '../store/index.ts';

/** The keys under which one waits for it. */
export const messageTasks = 'message tasks';
export const taskEnded = (id: number): string => `message task ${id}`;

type Means = { store: Pick<HubStore, 'messages'>; waiting: Waiting; log: Log; signal: AbortSignal };

const restMs = 30_000;
/** After a failure, such as a full disk. */
const restAfterFailureMs = 5_000;

/** Resolves when the signal is aborted; never throws. */
export async function workOnTasks(means: Means): Promise<void> {
  const { store, waiting, log, signal } = means;
  while (!signal.aborted) {
    const look = () => store.messages.hasOpenTask() || undefined;
    try {
      if (await waiting.until({ key: messageTasks, look, atMostMs: restMs, signal })) await carryAll(means);
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'what was asked of many messages cannot be done now; tried again soon');
      const rest = { key: 'after a failure', look: () => undefined, atMostMs: restAfterFailureMs, signal };
      await waiting.until(rest).catch(() => undefined);
    }
  }
}

async function carryAll({ store, waiting, signal }: Means): Promise<void> {
  while (!signal.aborted) {
    const carried = await store.messages.carryTask();
    if (carried === undefined) return;
    waiting.wake(waitingMessages);
    waiting.wake(taskEnded(carried));
    await nextTurn();
  }
}
