/** For tests: a clock that moves only when it is told to. */
import type { Clock } from './clock.ts';

export type ClockInTest = Clock & { forward(milliseconds: number): void };

export function createClockInTest(start = Date.UTC(2026, 10, 22)): ClockInTest {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    forward(milliseconds) {
      now += milliseconds;
    },
  };
}
