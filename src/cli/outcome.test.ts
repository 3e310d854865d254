import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunReport } from '../agent/index.ts';
import { errorsText, exitCodeOf, finishedLine, finishedText, mayGoOn } from './outcome.ts';

function report(given: Partial<Omit<RunReport, 'rows'>> & { rows?: Partial<RunReport['rows']> } = {}): RunReport {
  const rows = { read: 10, sent: 10, succeeded: 10, created: 4, updated: 6, rejected: 0, unknown: 0, ...given.rows };
  return {
    run: '1',
    interface: 'cities',
    direction: 'inbound',
    status: 'completed',
    seconds: 2,
    mode: 'bulk',
    modeReason: 'size',
    ...given,
    rows,
  };
}

test('the exit code is 0 for good, 3 for rejected, 4 for unknown rows and 1 for a failed run', () => {
  assert.equal(exitCodeOf([report()]), 0);
  assert.equal(exitCodeOf([report({ status: 'completed with rejects' })]), 3);
  assert.equal(exitCodeOf([report({ status: 'unknown rows' })]), 4);
  assert.equal(exitCodeOf([report({ status: 'failed' })]), 1);
  assert.equal(exitCodeOf([report({ status: 'cancelled' })]), 1);
  assert.equal(exitCodeOf([]), 0);
});

test('of several runs the worst decides, wherever it stands', () => {
  const runs = [report({ status: 'unknown rows' }), report({ status: 'completed with rejects' }), report()];
  assert.equal(exitCodeOf(runs), 4);
  assert.equal(exitCodeOf([...runs, report({ status: 'failed' })]), 1);
});

test('rejected rows do not keep the next interface from running, all else does', () => {
  assert.deepEqual(
    (['completed', 'completed with rejects', 'unknown rows', 'failed', 'cancelled'] as const).map((status) =>
      mayGoOn(report({ status })),
    ),
    [true, true, false, false, false],
  );
});

test('the finished line has the rows of all runs together, and each run by itself', () => {
  const second = report({ run: '2', status: 'completed with rejects', rows: { succeeded: 8, rejected: 2 } });
  const line = finishedLine({ reports: [report(), second], notRun: [] });
  assert.ok(line.endsWith('}\n') && line.indexOf('\n') === line.length - 1);
  const { event, run, status, rows, seconds, runs } = JSON.parse(line);
  assert.deepEqual(
    { event, run, status, rows, seconds },
    {
      event: 'finished',
      run: '2',
      status: 'completed with rejects',
      rows: { read: 20, sent: 20, succeeded: 18, created: 8, updated: 12, rejected: 2, unknown: 0 },
      seconds: 4,
    },
  );
  assert.equal(runs.length, 2);
});

test('for a person there is a table, and a next step for what is not good', () => {
  const reports = [
    report({
      run: '7',
      rows: { succeeded: 8, rejected: 1, unknown: 1 },
      error: { code: 'ROWS_UNKNOWN', message: 'One of 10 rows is not known.', next: 'Look for it.' },
    }),
  ];
  const text = finishedText({ reports, notRun: ['contacts', 'leads'] });
  assert.match(text, /^run +interface +status /);
  assert.match(text, /Not run, since what comes before did not go through: contacts, leads\.\n$/);
  assert.equal(errorsText(reports), 'cities: One of 10 rows is not known.\nLook for it.\n(ROWS_UNKNOWN)\n');
  assert.match(text, /cities: 1 rejected\. "sluice rejects 7" shows/);
});

test('runs out of Salesforce have counts of their own, in a table and in JSON', () => {
  const loaded = { read: 12, inserted: 1, updated: 2, unchanged: 6, deleted: 3 };
  const out = report({ interface: 'accounts', direction: 'outbound', loaded });
  const text = finishedText({ reports: [report(), out], notRun: [] });
  assert.match(text, /succeeded[\s\S]*cities[\s\S]*unchanged[\s\S]*accounts +completed +12 +1 +2 +6 +3 /);
  assert.doesNotMatch(finishedText({ reports: [out], notRun: [] }), /succeeded/);
  assert.deepEqual(JSON.parse(finishedLine({ reports: [out, out], notRun: [] })).loaded, {
    ...{ read: 24, inserted: 2, updated: 4, unchanged: 12, deleted: 6 },
  });
});
