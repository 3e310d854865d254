/** Which signed assertions were used already (`jti`, RFC 7519 section 4.1.7): each is taken once. */
import { hash } from 'node:crypto';
import type { Clock } from '../base/index.ts';

export type ReplayStore = {
  /**
   * Notes an assertion as used until `expiresAt` (milliseconds since 1970); false when it was noted before. One step: of
   * many calls with the same `id` at once exactly one gets true. A store of several processes inserts, it does not look first.
   */
  insert(clientId: string, id: string, expiresAt: number): boolean | Promise<boolean>;
};

/** How many one app may have in memory; a further one is refused, so that a flood ends with the app that sends it. */
const maxPerClient = 20_000;

export function createMemoryReplayStore({ clock }: { clock: Pick<Clock, 'now'> }): ReplayStore {
  const usedBy = new Map<string, Map<string, number>>();
  return {
    insert(clientId, id, expiresAt) {
      const used = usedBy.get(clientId) ?? new Map<string, number>();
      usedBy.set(clientId, used);
      const digest = hash('sha256', id, 'base64');
      const now = clock.now();
      if ((used.get(digest) ?? 0) > now) return false;
      if (used.size >= maxPerClient) dropEnded(used, now);
      if (used.size >= maxPerClient) return false;
      used.set(digest, expiresAt);
      return true;
    },
  };
}

function dropEnded(used: Map<string, number>, now: number): void {
  for (const [id, expiresAt] of used) if (expiresAt <= now) used.delete(id);
}
