import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportedRow } from './reported-row.ts';

const row = {
  key: 'k',
  outcome: 'rejected',
  salesforceId: null,
  created: null,
  rejectedBy: 'salesforce',
  code: 'X',
  message: 'no',
  fields: [],
  cells: { Name: 'a', Phone: '#N/A', Fax: '' },
} as const;

test('cells are told as they were sent, with what would have cleared a field', () => {
  assert.deepEqual(reportedRow(row).cells, { Name: 'a', Phone: '#N/A', Fax: '' });
});

test('of a row refused for a text that reads like the mark of a null no cells are told, since sent again they would clear the field', () => {
  const refused = { ...row, rejectedBy: 'sluice', code: 'NULL_MARK_AS_TEXT', fields: ['Phone'] } as const;
  assert.equal(reportedRow(refused).cells, null);
});

test('long keys and reasons are cut to what a report holds, never inside a character', () => {
  const long = reportedRow({ ...row, key: `${'k'.repeat(999)}😀`, message: 'm'.repeat(5_000) });
  assert.deepEqual([long.key, long.reason?.length], ['k'.repeat(999), 2_000]);
});
