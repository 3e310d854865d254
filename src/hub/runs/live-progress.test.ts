import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIsGoodForMs } from './live-progress.ts';

test('an agent is asked once a second how far a run is while that is young, and every three seconds at the least', () => {
  const goodFor = [0, 5_000, 10_000, 20_000, 30_000, 3_600_000].map(answerIsGoodForMs);
  assert.deepEqual(goodFor, [1_000, 1_000, 1_000, 2_000, 3_000, 3_000]);
  assert.equal(answerIsGoodForMs(-50_000), 1_000, 'also when the clock of its agent runs ahead');
});
