import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listTokenErrors } from './refusal-advice.ts';

test('every answer of the token endpoint has a cause and a cure, in sentences', () => {
  const errors = listTokenErrors();
  assert.ok(errors.length > 20);
  for (const { error, description, advice } of errors) {
    assert.ok(advice.length > 0, error);
    for (const { cause, cure } of advice) assert.match(`${cause} ${cure}`, /^[A-Z].*\.$/, description);
  }
  const words = errors.map(({ error, description }) => `${error} ${description}`);
  assert.equal(new Set(words).size, words.length);
});
