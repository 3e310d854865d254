import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayText, rangeOfDays, startOfDay } from './date-ranges.ts';

/** 2026-11-21 is a Saturday; weeks begin on Sunday. The last day of each range is given, not the day behind it. */
const ranges: Record<string, readonly [first: string, last: string]> = {
  YESTERDAY: ['2026-11-20', '2026-11-20'],
  TODAY: ['2026-11-21', '2026-11-21'],
  TOMORROW: ['2026-11-22', '2026-11-22'],
  LAST_WEEK: ['2026-11-08', '2026-11-14'],
  THIS_WEEK: ['2026-11-15', '2026-11-21'],
  NEXT_WEEK: ['2026-11-22', '2026-11-28'],
  LAST_MONTH: ['2026-10-01', '2026-10-31'],
  THIS_MONTH: ['2026-11-01', '2026-11-30'],
  NEXT_MONTH: ['2026-12-01', '2026-12-31'],
  LAST_90_DAYS: ['2026-08-23', '2026-11-21'],
  NEXT_90_DAYS: ['2026-11-22', '2027-02-19'],
  THIS_QUARTER: ['2026-10-01', '2026-12-31'],
  LAST_QUARTER: ['2026-07-01', '2026-09-30'],
  NEXT_QUARTER: ['2027-01-01', '2027-03-31'],
  THIS_YEAR: ['2026-01-01', '2026-12-31'],
  LAST_YEAR: ['2025-01-01', '2025-12-31'],
  NEXT_YEAR: ['2027-01-01', '2027-12-31'],
  THIS_FISCAL_QUARTER: ['2026-10-01', '2026-12-31'],
  LAST_FISCAL_YEAR: ['2025-01-01', '2025-12-31'],
  'LAST_N_DAYS:7': ['2026-11-14', '2026-11-21'],
  'NEXT_N_DAYS:7': ['2026-11-22', '2026-11-28'],
  'N_DAYS_AGO:7': ['2026-11-14', '2026-11-14'],
  'LAST_N_WEEKS:2': ['2026-11-01', '2026-11-14'],
  'N_WEEKS_AGO:2': ['2026-11-01', '2026-11-07'],
  'NEXT_N_MONTHS:2': ['2026-12-01', '2027-01-31'],
  'LAST_N_MONTHS:2': ['2026-09-01', '2026-10-31'],
  'N_QUARTERS_AGO:1': ['2026-07-01', '2026-09-30'],
  'LAST_N_FISCAL_QUARTERS:2': ['2026-04-01', '2026-09-30'],
  'LAST_N_YEARS:3': ['2023-01-01', '2025-12-31'],
  'N_FISCAL_YEARS_AGO:3': ['2023-01-01', '2023-12-31'],
};

const dayMs = 86_400_000;

for (const [literal, [first, last]] of Object.entries(ranges)) {
  test(`on Saturday 2026-11-21 ${literal} is ${first} to ${last}`, () => {
    const [word = '', count = '0'] = literal.split(':');
    const { start, end } = rangeOfDays(word, Number(count), { now: Date.UTC(2026, 10, 21, 12), timeZone: 'UTC' });
    assert.deepEqual([dayText(start), dayText(end - dayMs)], [first, last]);
  });
}

test('a range beyond the calendar ends with the calendar', () => {
  const { start } = rangeOfDays('LAST_N_YEARS', 999_999, { now: Date.UTC(2026, 10, 21), timeZone: 'UTC' });
  assert.equal(dayText(start), '0001-01-01');
});

test('a day begins at local midnight, also on the days when the clocks are changed', () => {
  const begin = (day: string, zone: string) => new Date(startOfDay(Date.parse(day), zone)).toISOString();
  assert.equal(begin('2026-07-01', 'Europe/Berlin'), '2026-06-30T22:00:00.000Z');
  assert.equal(begin('2026-03-29', 'Europe/Berlin'), '2026-03-28T23:00:00.000Z');
  assert.equal(begin('2026-03-30', 'Europe/Berlin'), '2026-03-29T22:00:00.000Z');
  assert.equal(begin('2026-11-01', 'America/Los_Angeles'), '2026-11-01T07:00:00.000Z');
  assert.equal(begin('2026-11-02', 'America/Los_Angeles'), '2026-11-02T08:00:00.000Z');
  assert.equal(begin('2026-11-21', 'Asia/Kolkata'), '2026-11-20T18:30:00.000Z');
});
