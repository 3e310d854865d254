import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiUsage } from './limits.ts';

function usageAt(start: number, max: number) {
  let now = start;
  const usage = createApiUsage({ clock: { now: () => now, sleep: async () => {} }, max });
  return { usage, wait: (milliseconds: number) => (now += milliseconds) };
}

const hour = 3_600_000;

test('calls are counted against the allocation, and the last one within it is the last to pass', () => {
  const { usage } = usageAt(1e12, 3);
  assert.deepEqual(
    [usage.countCall(), usage.countCall(), usage.countCall(), usage.countCall()],
    [true, true, true, false],
  );
  assert.equal(usage.header(), 'api-usage=3/3');
});

test('a call is forgotten after 24 hours, not before', () => {
  const { usage, wait } = usageAt(1e12 - (1e12 % hour), 10);
  usage.countCall();
  wait(23 * hour);
  usage.countCall();
  assert.equal(usage.calls(), 2);
  wait(hour);
  assert.equal(usage.calls(), 1);
  wait(400 * hour);
  assert.equal(usage.calls(), 0);
});

test('batches of Bulk jobs are counted apart', () => {
  const { usage } = usageAt(1e12, 10);
  usage.countBulkBatch();
  assert.deepEqual([usage.calls(), usage.bulkBatches()], [0, 1]);
});
