import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backOffMs } from './message-retry.ts';

test('the pause before a retry is by chance, at most twice as long each time, and never over an hour', () => {
  assert.deepEqual(
    [1, 2, 3, 8, 50].map((retry) => backOffMs(retry, 1) / 1_000),
    [30, 60, 120, 3_600, 3_600],
  );
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), chance, (retry, chance) => {
      const wait = backOffMs(retry, chance);
      assert.ok(Number.isInteger(wait) && wait >= 0 && wait <= backOffMs(retry, 1));
    }),
  );
});
