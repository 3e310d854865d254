/** Wakes who waits in this process as soon as there is something in the store; another process is noticed at the next look. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Waiting = Disposable & {
  /** Looks until there is something, time is over (undefined), or the signal is aborted (undefined). */
  until<Found>(wish: Wish<Found>): Promise<Found | undefined>;
  /** Whoever waits for this key looks at once. */
  wake(key: string): void;
};

export type Wish<Found> = {
  key: string;
  look(): Found | undefined;
  atMostMs: number;
  signal?: AbortSignal | undefined;
};

/** How often the store is looked at when nobody wakes. */
const lookEveryMs = 1_000;

export function createWaiting(): Waiting {
  const waiters = new Map<string, Set<() => void>>();
  const closing = new AbortController();

  /** Ends early when woken; never throws. */
  async function rest(key: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wakeUp = () => woken.abort();
    const same = waiters.get(key) ?? new Set();
    waiters.set(key, same.add(wakeUp));
    await sleep(milliseconds, undefined, { signal: AbortSignal.any([woken.signal, signal]) }).catch(() => undefined);
    same.delete(wakeUp);
    if (same.size === 0) waiters.delete(key);
  }

  return {
    async until({ key, look, atMostMs, signal }) {
      const until = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
      const endsAt = performance.now() + atMostMs;
      for (;;) {
        if (until.aborted) return undefined;
        const found = look();
        const leftMs = endsAt - performance.now();
        if (found !== undefined || leftMs <= 0) return found;
        await rest(key, Math.min(lookEveryMs, leftMs), until);
      }
    },
    wake(key) {
      for (const wakeUp of waiters.get(key) ?? []) wakeUp();
    },
    [Symbol.dispose]: () => closing.abort(),
  };
}

/** The keys under which one waits. */
export const requestsFor = (agent: number): string => `requests for ${agent}`;
export const answerTo = (request: string): string => `answer to ${request}`;
/** Runs to be given to an agent, by the row of the agent. */
export const runsFor = (agentRow: number): string => `runs for agent ${agentRow}`;
/** A run or its messages changed; by the row of the run. */
export const changesOf = (run: number): string => `run ${run}`;
/** Agents came into use, or went out of it. */
export const agentsInUse = 'agents in use';
/** Messages became New or Pending. */
export const waitingMessages = 'messages';
