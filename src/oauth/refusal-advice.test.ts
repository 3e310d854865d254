import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evidenceOf } from './dialect/salesforce.ts';
import { adviseOnTokenError, listTokenErrors } from './refusal-advice.ts';

test('every answer of the token endpoint has a cause and a cure, in sentences', () => {
  const errors = listTokenErrors();
  assert.ok(errors.length > 30);
  for (const { error, description, advice } of errors) {
    assert.ok(advice.length > 0, error);
    for (const { cause, cure } of advice) assert.match(`${cause} ${cure}`, /^[A-Z].*\.$/, description);
  }
  const words = errors.map(({ error, description }) => `${error} ${description}`);
  assert.equal(new Set(words).size, words.length);
});

test('texts that only documentation has, and those of the box itself, are known as such', () => {
  assert.equal(evidenceOf('wrong secret'), 'captured');
  assert.equal(evidenceOf('inactive user'), 'documented');
  assert.equal(evidenceOf('refresh token invalid'), 'documented');
  assert.equal(evidenceOf('app blocked'), 'captured elsewhere');
  assert.equal(evidenceOf('body too large'), 'ours');
});

test('advice is found by the words that were sent, by part of them, and by an error that has one meaning', () => {
  const cures = (error: string, error_description?: string) =>
    adviseOnTokenError({ error, ...(error_description === undefined ? {} : { error_description }) }).map(
      ({ cure }) => cure,
    );
  assert.match(cures('invalid_grant', 'No Client Credentials User Enabled').join(' '), /run-as user/);
  assert.equal(cures('invalid_grant', 'no client credentials user enabled').length, 2);
  assert.match(cures('invalid_grant', 'x: client credentials flow not enabled').join(' '), /Tick Enable/);
  assert.match(cures('invalid_grant', 'ip restricted or invalid login hours').join(' '), /IP Ranges.*Login Hours/);
  assert.match(cures('invalid_grant', 'ip restricted').join(' '), /trusted IP ranges/);
  assert.match(cures('app_not_found', 'other words').join(' '), /Install the app/);
  assert.match(cures('unknown', 'this app is blocked by admin').join(' '), /Unblock/);
  assert.deepEqual(cures('invalid_grant', 'something new'), []);
  assert.deepEqual(cures('unknown'), []);
});
