/** Looks once a second whether something is due, so that a clock that jumps or a machine that slept is noticed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Log, reasonOf } from '../../base/index.ts';
import { considerSchedules, type DueMeans, nextDue } from './due-runs.ts';

const everyMs = 1_000;

export type ScheduleLoop = AsyncDisposable & {
  /** What is to be done changed. */
  look(): void;
};

export function startScheduleLoop(means: DueMeans & { log: Log; onDue(): void }): ScheduleLoop {
  const stopping = new AbortController();
  let due: { at: number | undefined } | undefined;
  let lastNow = 0;

  async function look(): Promise<void> {
    const now = means.clock.now();
    if (now < lastNow) due = undefined;
    lastNow = now;
    due ??= { at: nextDue(means, now) };
    if (due.at === undefined || due.at > now) return;
    due = undefined;
    if (await considerSchedules(means)) means.onDue();
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) =>
        means.log.error({ reason: reasonOf(error) }, 'schedules could not be looked at; tried again in a second'),
      );
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = loop();
  return {
    look() {
      due = undefined;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}
