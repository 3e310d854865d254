import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLongId } from './salesforce-id.ts';

test('an id of 15 characters and that of 18 are the same record', () => {
  assert.equal(toLongId('0015g00000Dx4Ab'), '0015g00000Dx4AbAAJ');
  assert.equal(toLongId('0015g00000Dx4AbAAJ'), '0015g00000Dx4AbAAJ');
});

test('an id of 18 characters gets its case back, and what is no id stays as it is', () => {
  assert.equal(toLongId('0015G00000DX4ABAAJ'), '0015g00000Dx4AbAAJ');
  assert.equal(toLongId('0015g00000dx4abaaj'), '0015g00000Dx4AbAAJ');
  for (const text of ['', 'abc', '0015g00000Dx4A-', '0015g00000Dx4AbAAJ9']) assert.equal(toLongId(text), text);
});
