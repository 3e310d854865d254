import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from './turns.ts';

test('a flood of one caller leaves room in the line for others, and each comes to its turn', async () => {
  const inTurn = createTurns({ atOnce: 1, waiting: 4, ofOne: 2, refuse: () => new Error('full') });
  const done: string[] = [];
  const go = Promise.withResolvers<void>();
  const ask = (name: string, from: string) =>
    inTurn(async () => {
      await go.promise;
      done.push(name);
    }, from);
  const first = ask('first', 'flood');
  const flood = Array.from({ length: 10 }, (_, index) => ask(`flood ${index}`, 'flood'));
  const other = ask('other', 'elsewhere');
  go.resolve();
  const outcomes = await Promise.allSettled([first, ...flood, other]);
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 8);
  assert.deepEqual(done, ['first', 'flood 0', 'flood 1', 'other']);
});
