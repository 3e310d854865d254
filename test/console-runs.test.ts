/** What the Console says of runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { throughOf } from '../console/hub/runs/run-values.ts';

const rows = { read: 9, sent: 0, succeeded: 0, rejected: 0, unknown: 0, created: 0, updated: 0 };

test('records out of Salesforce count as succeeded when their run has ended well, and not before', () => {
  const ended = { progress: null, rows, direction: 'outbound', status: 'completed' } as const;
  assert.equal(throughOf(ended), 9);
  assert.equal(throughOf({ ...ended, status: 'failed' }), 0);
  assert.equal(throughOf({ ...ended, status: null }), 0);
  assert.equal(throughOf({ ...ended, direction: 'inbound', rows: { ...rows, succeeded: 7 } }), 7);
});
