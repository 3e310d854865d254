/** How much of the org's allocation was used in the last 24 hours. */
import type { Clock } from '../base/index.ts';

/** The allocation of a large production org, and of every sandbox (Salesforce's limits cheat sheet). */
export const defaultDailyApiRequests = 5_000_000;
export const dailyBulkBatches = 15_000;
export const dailyQueryJobs = 10_000;

const hourMs = 3_600_000;
const hoursKept = 24;

export type ApiUsage = {
  readonly max: number;
  /** Counts one call; false when the allocation is used up and the call must be refused. */
  countCall(): boolean;
  countBulkBatch(): void;
  /** Counts one query job; false when no more may be created. */
  countQueryJob(): boolean;
  /** Calls of the last 24 hours. */
  calls(): number;
  bulkBatches(): number;
  queryJobs(): number;
  /** The value of the header `Sforce-Limit-Info`, without the part per app: some clients match the whole value. */
  header(): string;
};

export function createApiUsage({
  clock,
  max = defaultDailyApiRequests,
}: {
  clock: Clock;
  max?: number | undefined;
}): ApiUsage {
  const calls = createDayCounter(clock);
  const batches = createDayCounter(clock);
  const queryJobs = createDayCounter(clock);
  return {
    max,
    countCall() {
      calls.add();
      return calls.sum() <= max;
    },
    countBulkBatch: () => batches.add(),
    countQueryJob() {
      if (queryJobs.sum() >= dailyQueryJobs) return false;
      queryJobs.add();
      return true;
    },
    calls: () => Math.min(calls.sum(), max),
    bulkBatches: () => batches.sum(),
    queryJobs: () => queryJobs.sum(),
    header: () => `api-usage=${Math.min(calls.sum(), max)}/${max}`,
  };
}

/** Counts by the hour and forgets an hour after a day: exact enough for a limit, and of a fixed size. */
function createDayCounter(clock: Clock): { add(): void; sum(): number } {
  const counts = new Array<number>(hoursKept).fill(0);
  let hour = Math.floor(clock.now() / hourMs);
  let total = 0;
  const forget = () => {
    const now = Math.floor(clock.now() / hourMs);
    if (now - hour >= hoursKept) {
      counts.fill(0);
      total = 0;
      hour = now;
    }
    while (hour < now) {
      hour += 1;
      total -= counts[hour % hoursKept] ?? 0;
      counts[hour % hoursKept] = 0;
    }
  };
  return {
    add() {
      forget();
      const slot = hour % hoursKept;
      counts[slot] = (counts[slot] ?? 0) + 1;
      total += 1;
    },
    sum() {
      forget();
      return total;
    },
  };
}
