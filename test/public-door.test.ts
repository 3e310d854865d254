import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** What a program that installed Sluice may rely on; a name goes from here only with a line in CHANGELOG.md. */
const publicValues = [
  'OAuthError',
  'SalesforceError',
  'SluiceError',
  'createLog',
  'findRow',
  'openLedger',
  'openOrg',
  'openSalesforce',
  'parseSetupFile',
  'readProxy',
  'readRejects',
  'readRuns',
  'readSetupFile',
  'resumeRuns',
  'runInterface',
  'systemClock',
];

test('the package offers exactly the names that were promised', async () => {
  assert.deepEqual(Object.keys(await import('../src/index.ts')).sort(), publicValues);
});

test('the door names what it offers one by one', () => {
  const door = readFileSync(join(import.meta.dirname, '..', 'src', 'index.ts'), 'utf8');
  assert.doesNotMatch(door, /export \*|export default/);
});
