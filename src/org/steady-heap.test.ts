import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapSpaceStatistics } from 'node:v8';
import { keepHeapSteady } from './steady-heap.ts';

const youngBytes = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

/** Objects of which many outlive a collection, which is what makes V8 enlarge the space. */
function makeSurvivors(rounds: number): void {
  const kept: object[] = [];
  for (let index = 0; index < rounds * 100_000; index += 1) kept[index % 100_000] = { index, text: `${index}` };
}

test('the space for young objects stays at its size once it is large enough, and grows again afterwards', () => {
  for (let round = 0; youngBytes() < 8 * 1024 * 1024; round += 1) {
    assert.ok(round < 1_000, 'the space did not grow to what is enough');
    makeSurvivors(5);
  }
  const enough = youngBytes();
  {
    using _ = keepHeapSteady();
    makeSurvivors(60);
    assert.equal(youngBytes(), enough);
  }
  for (let round = 0; youngBytes() <= enough; round += 1) {
    assert.ok(round < 1_000, 'the space did not grow any more');
    makeSurvivors(5);
  }
});
