import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/schema';
import { type ReportedRow, reportSchema, toldRow, untoldRow } from './reports.ts';

const through: ReportedRow = {
  key: 'k',
  outcome: 'succeeded',
  created: true,
  salesforceId: '001000000000001AAA',
  rejectedBy: null,
  code: null,
  reason: null,
  cells: null,
};
const refused: ReportedRow = {
  ...through,
  outcome: 'rejected',
  created: null,
  salesforceId: null,
  rejectedBy: 'salesforce',
  code: 'X',
  reason: 'no',
  cells: { Name: '' },
};

test('a row that went through travels short, any other whole, and each arrives as it was', () => {
  assert.deepEqual(toldRow(through), ['k', '001000000000001AAA', true]);
  const whole = [refused, { ...through, created: null }, { ...through, salesforceId: null }];
  for (const row of whole) assert.equal(toldRow(row), row);
  for (const row of [through, ...whole]) assert.deepEqual(untoldRow(toldRow(row)), row);
});

test('a report holds rows of both forms, and neither with anything more or less', () => {
  const check = Compile(reportSchema as never);
  const fits = (...rows: unknown[]) =>
    check.Check({ kind: 'rows', at: 1, body: { run: 'r', chunk: 0, first: 1, sentAt: 1, settledAt: 1, rows } });
  assert.ok(fits(toldRow(through), through, refused));
  const wrong = [[], ['k', '001'], ['k', '001', true, null], ['k', '001', 1], ['k', '', true], [null, '001', true]];
  for (const row of [...wrong, ['k'.repeat(1_001), '001', true], { ...through, more: 1 }]) assert.ok(!fits(row));
});
