/** Time as a thing that is handed in, so that tests can hold it still. */
import { setTimeout as sleepFor } from 'node:timers/promises';

export type Clock = {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, options?: { signal?: AbortSignal | undefined }): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, { signal } = {}) {
    try {
      await sleepFor(milliseconds, undefined, signal ? { signal } : {});
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
