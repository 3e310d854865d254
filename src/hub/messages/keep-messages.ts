/** What the hub does about messages by itself, from its opening to its closing. */
import type { HubParts } from '../hub-parts.ts';
import { workOnRetention } from './retention-work.ts';
import { workOnTasks } from './task-work.ts';

/** Resolves its closing when all of it has stopped. */
export function keepMessages({ store, waiting, log }: HubParts): AsyncDisposable {
  const stop = new AbortController();
  const means = { store, waiting, log, signal: stop.signal };
  const work = [workOnTasks(means), workOnRetention(means)];
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(work);
    },
  };
}
