import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, passedOf } from './decide-due.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const shown = (time: number | null) => (time === null ? null : new Date(time).toISOString().slice(0, 16));

function passed(schedule: Parameters<typeof passedOf>[0], after: string, now: string) {
  const { onTime, late } = passedOf(schedule, { after: at(after), now: at(now) });
  return [shown(onTime), shown(late)];
}

test('a due time is on time for a minute, and late from then on', () => {
  const daily = { cron: '0 6 * * *' };
  assert.deepEqual(passed(daily, '2026-01-01T06:00', '2026-01-02T05:59:59'), [null, null]);
  assert.deepEqual(passed(daily, '2026-01-01T06:00', '2026-01-02T06:00'), ['2026-01-02T06:00', null]);
  assert.deepEqual(passed(daily, '2026-01-01T06:00', '2026-01-02T06:01'), ['2026-01-02T06:00', null]);
  assert.deepEqual(passed(daily, '2026-01-01T06:00', '2026-01-02T06:02'), [null, '2026-01-02T06:00']);
});

test('however long the agent was away, the last time that passed is found, of minutes and of years', () => {
  assert.deepEqual(passed({ every: '1m' }, '2020-01-01T00:00', '2026-03-04T05:06:30'), [
    '2026-03-04T05:06',
    '2026-03-04T05:05',
  ]);
  assert.deepEqual(passed({ every: '2h' }, '2026-01-01T00:00', '2026-01-09T11:30'), [null, '2026-01-09T10:00']);
  assert.deepEqual(passed({ cron: '0 0 29 2 *' }, '2020-03-01T00:00', '2027-01-01T00:00'), [null, '2024-02-29T00:00']);
  assert.deepEqual(passed({ cron: '0 0 29 2 *' }, '2024-03-01T00:00', '2027-01-01T00:00'), [null, null]);
});

test('times are those of the zone, on the days when clocks change too', () => {
  const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
  assert.deepEqual(passed(berlin, '2026-03-28T12:00', '2026-03-29T01:00:10'), ['2026-03-29T01:00', null]);
  assert.deepEqual(
    passed(berlin, '2026-10-24T12:00', '2026-10-25T01:40'),
    [null, '2026-10-25T00:30'],
    'once, not twice',
  );
});

const question = { onTime: null, late: null, schedule: {}, state: 'active', waiting: null, isOpen: false } as const;

test('what was missed runs once afterwards, or is left out and told, as the schedule says', () => {
  assert.deepEqual(decide({ ...question, late: 5 }), { run: 5, missed: [], waiting: null });
  const skip = { ...question, schedule: { missed: 'skip' } } as const;
  assert.deepEqual(decide({ ...skip, late: 5 }), { run: null, missed: [{ dueAt: 5, reason: 'away' }], waiting: null });
  assert.deepEqual(decide({ ...skip, late: 5, onTime: 9 }), {
    run: 9,
    missed: [{ dueAt: 5, reason: 'away' }],
    waiting: null,
  });
  assert.deepEqual(decide({ ...question, late: 5, onTime: 9 }), { run: 9, missed: [], waiting: null });
});

test('a run that goes on, and an integration that is stopped, leave out what is due', () => {
  const overlap = { run: null, missed: [{ dueAt: 9, reason: 'overlap' }], waiting: null };
  assert.deepEqual(decide({ ...question, onTime: 9, late: 5, isOpen: true }), overlap);
  const stopped = { run: null, missed: [{ dueAt: 9, reason: 'stopped' }], waiting: null };
  assert.deepEqual(decide({ ...question, onTime: 9, state: 'stopped' }), stopped);
  assert.deepEqual(decide({ ...question, waiting: 9, state: 'stopped' }), stopped);
});

test('of an inactive integration the last due time waits, and runs when it is active again', () => {
  assert.deepEqual(decide({ ...question, onTime: 9, waiting: 5, state: 'inactive' }), {
    run: null,
    missed: [],
    waiting: 9,
  });
  assert.deepEqual(decide({ ...question, waiting: 9 }), { run: 9, missed: [], waiting: null });
  const skip = { missed: 'skip' } as const;
  assert.deepEqual(decide({ ...question, waiting: 9, schedule: skip }), { run: 9, missed: [], waiting: null });
});
