import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluralOf } from './plural-label.ts';

test('an object without a plural label has the usual English one', () => {
  const labels = ['City', 'Survey', 'Box', 'Branch', 'Address', 'Invoice Line', 'Y'];
  const plurals = ['Cities', 'Surveys', 'Boxes', 'Branches', 'Addresses', 'Invoice Lines', 'Ys'];
  assert.deepEqual(labels.map(pluralOf), plurals);
});
