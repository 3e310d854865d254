import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findNearestName } from './nearest-name.ts';

test('a slip of the finger finds the name that was meant', () => {
  const names = ['run', 'runs', 'resume', 'rejects', 'token', 'org'];
  assert.equal(findNearestName('resum', names), 'resume');
  assert.equal(findNearestName('rejetcs', names), 'rejects');
  assert.equal(findNearestName('RUN', names), 'run');
});

test('a name like no other finds nothing', () => {
  assert.equal(findNearestName('elephant', ['run', 'token']), undefined);
  assert.equal(findNearestName('x', []), undefined);
});
