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

test('what would have cleared a field is told as an empty cell, so that sending it again clears it again', () => {
  assert.deepEqual(reportedRow(row).cells, { Name: 'a', Phone: '', Fax: '' });
});

test('a text that was refused because it looks like the mark of a null stays, so that sending it again does not clear the field', () => {
  const refused = { ...row, rejectedBy: 'sluice', code: 'NULL_MARK_AS_TEXT', fields: ['Phone'] } as const;
  const cells = { ...row.cells, Fax: '#N/A' };
  assert.deepEqual(reportedRow({ ...refused, cells }).cells, { Name: 'a', Phone: '#N/A', Fax: '' });
});

test('long keys and reasons are cut to what a report holds, never inside a character', () => {
  const long = reportedRow({ ...row, key: `${'k'.repeat(999)}😀`, message: 'm'.repeat(5_000) });
  assert.deepEqual([long.key, long.reason?.length], ['k'.repeat(999), 2_000]);
});
