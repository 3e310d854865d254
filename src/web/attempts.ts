/** Counts wrong passwords in a row; from the seventh on, one has to wait. In a fixed amount of memory. */
import { type Clock, callerNetwork } from '../base/index.ts';

export type Attempts = {
  /** Reserves a try; the milliseconds to wait first when there may be none now. To be called before the password is looked at. */
  begin(username: string, address: string): number;
  /** The password was right: what was counted is forgotten. */
  succeed(username: string, address: string): void;
};

/** After so many wrong ones in a row the next one waits. */
const freeTries = 6;
const firstWaitMs = 30_000;
const maxWaitMs = 15 * 60_000;
/** A row of wrong passwords is forgotten when nothing came for this long. */
const forgetAfterMs = 60 * 60_000;
/** Pairs of name and address that are remembered; beyond it, the oldest is forgotten. */
const maxEntries = 10_000;

type Entry = { tries: number; lastAt: number };

/** By name and address together, so that a stranger elsewhere cannot keep the administrator out. */
export function createAttempts({ clock }: { clock: Clock }): Attempts {
  const entries = new Map<string, Entry>();
  return {
    begin(username, address) {
      const key = keyOf(username, address);
      const now = clock.now();
      const known = entries.get(key);
      const entry = known && now - known.lastAt < forgetAfterMs ? known : { tries: 0, lastAt: now };
      const waitMs = entry.lastAt + waitAfter(entry.tries) - now;
      if (waitMs > 0) return waitMs;
      entries.delete(key);
      entries.set(key, { tries: entry.tries + 1, lastAt: now });
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries) break;
        entries.delete(oldest);
      }
      return 0;
    },
    succeed: (username, address) => void entries.delete(keyOf(username, address)),
  };
}

function waitAfter(tries: number): number {
  return tries < freeTries ? 0 : Math.min(maxWaitMs, firstWaitMs * 2 ** (tries - freeTries));
}

/** Names are cut, so that a long one takes no more room than another. */
function keyOf(username: string, address: string): string {
  return `${callerNetwork(address)} ${username.toLowerCase().slice(0, 80)}`;
}
