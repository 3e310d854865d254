import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCron, nextRuns } from './schedule.ts';

const due = (schedule: Parameters<typeof nextRuns>[0], from: string, count = 3) =>
  nextRuns(schedule, { from: Date.parse(from), count }).map((at) => new Date(at).toISOString().slice(0, 16));

test('cron is read in its time zone, in summer and in winter', () => {
  const schedule = { cron: '0 6 * * 1-5', timeZone: 'America/New_York' };
  assert.deepEqual(due(schedule, '2026-03-05T12:00Z'), ['2026-03-06T11:00', '2026-03-09T10:00', '2026-03-10T10:00']);
  assert.deepEqual(due({ cron: '0 6 * * *' }, '2026-01-01T06:00Z', 1), ['2026-01-02T06:00']);
});

test('a time that the clocks skip is taken when they go forward, and one that comes twice is taken once', () => {
  const schedule = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
  assert.deepEqual(due(schedule, '2026-03-28T12:00Z', 2), ['2026-03-29T01:00', '2026-03-30T00:30']);
  assert.deepEqual(due(schedule, '2026-10-24T12:00Z', 2), ['2026-10-25T00:30', '2026-10-26T01:30']);
});

test('an interval is counted from 1970, whenever one asks', () => {
  assert.deepEqual(due({ every: '15m' }, '2026-01-01T06:07Z'), [
    '2026-01-01T06:15',
    '2026-01-01T06:30',
    '2026-01-01T06:45',
  ]);
  assert.deepEqual(due({ every: '2h' }, '2026-01-01T06:00Z', 2), ['2026-01-01T08:00', '2026-01-01T10:00']);
});

test('a cron that cannot be read, or never comes, is refused with its reason', () => {
  const refusalOf = (cron: string) => {
    try {
      checkCron({ cron }, (path, reason) => new Error(`${path.join('.')} ${reason}`));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(refusalOf('*/5 8-18 * * mon-fri'), undefined);
  assert.match(refusalOf('61 * * * *') ?? '', /^cron cannot be read: Invalid value for minute: 61/);
  assert.match(refusalOf('0 0 6 * * *') ?? '', /5 parts/);
  assert.match(refusalOf('0 0 30 2 *') ?? '', /never comes/);
});
