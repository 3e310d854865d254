/** Puts calls off while too much waits already, or the disk is nearly full. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ApiRefused } from '../../web/index.ts';
import type { HubStore } from '../store/index.ts';
import type { IntegrateSettings } from './integrate-settings.ts';

/** `refuse` throws ApiRefused 429. */
export type HighWater = { refuse(): void };

/** It is looked at no more often, and for no larger part of the time: a count of millions takes its own. */
const lookEveryMs = 500;
const restForEachMs = 50;
const retrySeconds = 30;

export function createHighWater(
  store: HubStore,
  { maxWaitingMessages, minFreeBytes }: Pick<IntegrateSettings, 'maxWaitingMessages' | 'minFreeBytes'>,
): HighWater {
  let lookAt = Number.NEGATIVE_INFINITY;
  let problem: string | undefined;
  const findProblem = (): string | undefined => {
    const waiting = store.waitingMessages.count() + store.calls.countUnready();
    if (waiting >= maxWaitingMessages) return `${waiting} messages wait to be sent, and no more are taken`;
    return freeBytes(store.file) < minFreeBytes ? 'The disk of the hub is nearly full' : undefined;
  };
  return {
    refuse() {
      const began = performance.now();
      if (began >= lookAt) {
        problem = findProblem();
        const ended = performance.now();
        lookAt = ended + Math.max(lookEveryMs, (ended - began) * restForEachMs);
      }
      if (problem !== undefined) throw putOff(problem);
    },
  };
}

function freeBytes(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}

function putOff(problem: string): ApiRefused {
  const errors = [{ field: null, message: `${problem}.`, next: 'Send it again later: nothing of it was kept.' }];
  return new ApiRefused({ status: 429, errors, headers: { 'Retry-After': String(retrySeconds) } });
}
