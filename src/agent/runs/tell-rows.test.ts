import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { openLedger } from '../../ledger/index.ts';
import { type ReportBody, untoldRow } from '../../protocol/index.ts';
import { openReportJournal } from '../report-journal/report-journal.ts';
import { takenRuns } from './taken-runs.ts';
import { tellRows } from './tell-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tell-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function openStage(name: string) {
  const clock = createClockInTest();
  const ledger = openLedger(join(folder, name), { clock });
  const journal = openReportJournal(join(folder, name));
  const runs = takenRuns(journal, clock);
  const run = await ledger.startRun({
    interface: 'a',
    object: 'Account',
    operation: 'insert',
    definition: {},
    hubRun: 'h',
  });
  const bodies: ReportBody<'rows'>[] = [];
  /** All that were told so far, as a hub takes them. */
  async function told(): Promise<ReportBody<'rows'>[]> {
    for (let batch = journal.nextBatch(); batch; batch = journal.nextBatch()) {
      for (const { kind, body } of batch.reports) if (kind === 'rows') bodies.push(body);
      await journal.acknowledge(batch.from + batch.reports.length - 1);
    }
    return bodies;
  }
  return { clock, ledger, journal, runs, run, told };
}

type Stage = Awaited<ReturnType<typeof openStage>>;

async function plan({ ledger, run }: Stage): Promise<number> {
  const chunk = await ledger.chunkPlanned(run, { file: (number) => `${number}.csv` });
  await ledger.chunkSpooled(chunk, { bytes: 1, rows: 1 });
  return chunk.number;
}

async function reconcile({ ledger, run, clock }: Stage, number: number, rows: number): Promise<void> {
  await ledger.sendingIntended({ run, number }, { at: 1 });
  clock.forward(1_000);
  await ledger.chunkReconciled({ run, number }, async (add) => {
    for (let row = 0; row < rows; row += 1)
      add({ outcome: 'succeeded', key: `${number}-${row}`, salesforceId: `001-${row}`, created: true });
    return { counts: { succeeded: rows, created: rows, rejected: 0, retried: 0, unknown: 0 } };
  });
}

test('a chunk is told when it is reconciled, in reports of a thousand rows at most, and never again', async () => {
  const stage = await openStage('chunks');
  const { ledger, run, told } = stage;
  const [first, second] = [await plan(stage), await plan(stage)];
  await ledger.runCommitted(run, { read: 2 });
  await reconcile(stage, second, 12_345);
  await tellRows(stage, 'h');
  await tellRows(stage, 'h');
  assert.deepEqual(new Set((await told()).map(({ chunk }) => chunk)), new Set([second]));
  assert.deepEqual(
    (await told()).map(({ first: place }) => place),
    Array.from({ length: 13 }, (_, index) => index * 1_000 + 1),
  );
  assert.deepEqual((await told()).at(-1)?.rows.length, 345);
  const [{ sentAt, settledAt } = { sentAt: 0, settledAt: 0 }] = await told();
  assert.equal(settledAt - (sentAt ?? 0), 1_000);
  await reconcile(stage, first, 2);
  await tellRows(stage, 'h');
  assert.deepEqual(
    (await told()).at(-1)?.rows.map((row) => untoldRow(row).key),
    [`${first}-0`, `${first}-1`],
  );
});

test('before the commit point nothing is told, since the rows of an attempt may be taken back', async () => {
  const stage = await openStage('attempt');
  const { ledger, run, told } = stage;
  const number = await plan(stage);
  const rejected = {
    outcome: 'rejected',
    key: 'k',
    by: 'sluice',
    code: 'X',
    message: 'no',
    fields: [],
    cells: {},
  } as const;
  await ledger.rowsRejectedHere({ run, number }, [rejected]);
  await tellRows(stage, 'h');
  assert.deepEqual(await told(), []);
  await ledger.runCommitted(run, { read: 2 });
  await reconcile(stage, number, 1);
  await tellRows(stage, 'h');
  assert.deepEqual(
    (await told())[0]?.rows.map(untoldRow).map(({ key, rejectedBy }) => [key, rejectedBy]),
    [
      ['k', 'sluice'],
      [`${number}-0`, null],
    ],
  );
});

test('telling goes on behind the mark of what was told before a crash', async () => {
  const stage = await openStage('mark');
  const { ledger, run, runs, told } = stage;
  const number = await plan(stage);
  await ledger.runCommitted(run, { read: 1 });
  await reconcile(stage, number, 3);
  await runs.told({ run: 'h', chunk: number, place: 2 }, []);
  await tellRows(stage, 'h');
  assert.deepEqual(
    (await told()).map(({ first, rows }) => [first, rows.length]),
    [[3, 1]],
    'it goes on behind its mark',
  );
});
