/** Schedules: when an interface runs by itself, by cron in a time zone or at an interval. */
import { createRequire } from 'node:module';
import type { Cron } from 'croner';
import { reasonOf, type ValuePath } from '../base/index.ts';
import type { ScheduleDefinition } from './interface-definition-in-hub.ts';

const minuteMs = 60_000;

/**
 * The times after `from` at which it is due, at most so many, in milliseconds since 1970.
 *
 * A time of the day that the clocks skip is taken at the moment they go forward; one that comes twice is taken once.
 *
 * @example nextRuns({ cron: '0 6 * * 1-5', timeZone: 'Europe/Berlin' }, { from: Date.now(), count: 5 })
 */
export function nextRuns(schedule: ScheduleDefinition, { from, count }: { from: number; count: number }): number[] {
  if (schedule.cron === undefined) return everyFrom(schedule.every ?? '', { from, count });
  return openCron(schedule.cron, schedule.timeZone)
    .nextRuns(count, new Date(from))
    .map((date) => date.getTime());
}

/** Throws what `refuse` makes of a cron that cannot be read, or never comes. */
export function checkCron(
  { cron, timeZone }: ScheduleDefinition,
  refuse: (path: ValuePath, reason: string) => Error,
): void {
  if (cron === undefined) return;
  const due = readCron(() => openCron(cron, timeZone).nextRun());
  if (typeof due === 'string') throw refuse(['cron'], `cannot be read: ${due}`);
  if (due === null) throw refuse(['cron'], 'never comes: there is no such day');
}

function readCron(read: () => Date | null): Date | null | string {
  try {
    return read();
  } catch (error) {
    return reasonOf(error).replace(/^CronPattern: /, '');
  }
}

const require = createRequire(import.meta.url);

/** The library is loaded by the first cron that is read: most programs that know this floor read none. */
function openCron(cron: string, timeZone = 'UTC'): Cron {
  const croner = require('croner') as typeof import('croner');
  return new croner.Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
}

/** Counted from 1970, so that nobody need remember when it ran last. */
function everyFrom(every: string, { from, count }: { from: number; count: number }): number[] {
  const step = Number.parseInt(every, 10) * (every.endsWith('h') ? 60 : 1) * minuteMs;
  const first = (Math.floor(from / step) + 1) * step;
  return Array.from({ length: count }, (_, place) => first + place * step);
}
