/** Counts logins by user over a rolling hour, in a fixed amount of memory each. */
import type { Clock } from '../base/index.ts';

export type LoginRate = {
  /** Counts a login; false, and not counted, when the user has used up the hour. */
  allow(userId: string): boolean;
  /** Counts a login of an earlier process, oldest first. */
  restore(userId: string, at: number): void;
};

const secondsKept = 3600;

type Window = { counts: Uint32Array; second: number; total: number };

/** `perHour` logins a user in any 60 minutes, to the second. */
export function createLoginRate({ perHour, clock }: { perHour: number; clock: Clock }): LoginRate {
  const windows = new Map<string, Window>();
  function windowAt(userId: string, at: number): Window {
    const second = Math.floor(at / 1000);
    const known = windows.get(userId);
    if (known) return forget(known, second);
    const window = { counts: new Uint32Array(secondsKept), second, total: 0 };
    windows.set(userId, window);
    return window;
  }
  return {
    allow(userId) {
      const window = windowAt(userId, clock.now());
      if (window.total >= perHour) return false;
      count(window);
      return true;
    },
    restore: (userId, at) => count(windowAt(userId, at)),
  };
}

function count(window: Window): void {
  const slot = window.second % secondsKept;
  window.counts[slot] = (window.counts[slot] ?? 0) + 1;
  window.total += 1;
}

/** Moves the window on to `second` and drops what is an hour old; a clock that goes back moves nothing. */
function forget(window: Window, second: number): Window {
  const end = Math.min(second, window.second + secondsKept);
  for (let at = window.second + 1; at <= end; at += 1) {
    const slot = at % secondsKept;
    window.total -= window.counts[slot] ?? 0;
    window.counts[slot] = 0;
  }
  window.second = Math.max(window.second, second);
  return window;
}
