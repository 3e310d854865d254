import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { createLog } from '../../base/index.ts';
import { openLedger, type RunEnding } from '../../ledger/index.ts';
import { openReportJournal } from '../report-journal/report-journal.ts';
import { keepTidy, tidy } from './keep-tidy.ts';
import { recordsFiles } from './records-files.ts';
import { noRows } from './run-ending.ts';
import { takenRuns } from './taken-runs.ts';

const all = mkdtempSync(join(tmpdir(), 'sluice-tidy-test-'));
after(() => rmSync(all, { recursive: true, force: true }));

const dayMs = 24 * 3_600_000;
const kept = { completedDays: 5, failedDays: 8 };
const endings = ['completed', 'completed with rejects', 'failed', 'unknown rows', 'cancelled'] as const;
let folders = 0;

function openStage() {
  folders += 1;
  const folder = join(all, String(folders));
  const clock = createClockInTest();
  const journal = openReportJournal(folder);
  const ledger = openLedger(folder, { clock });
  const runs = takenRuns(journal, clock);
  const log = createLog({ level: 'silent' });
  const tidying = { ledger, journal, runs, records: recordsFiles(folder), kept, clock, log };
  return {
    ...{ ...tidying, folder, tidying },
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]();
      await journal[Symbol.asyncDispose]();
    },
  };
}

type Stage = ReturnType<typeof openStage>;

type Planted = {
  ending: RunEnding | 'running' | 'interrupted';
  days: number;
  /** Whose it is: of the command line; confirmed, not ended in the agent's own account; ended there; or forgotten there since. */
  account: 'none' | 'confirmed' | 'ended' | 'forgotten';
  left: 'nothing' | 'job' | 'intent';
};

const anyRun = fc.record({
  ending: fc.constantFrom('running' as const, 'interrupted' as const, ...endings),
  days: fc.integer({ min: 0, max: 12 }),
  account: fc.constantFrom('none', 'confirmed', 'ended', 'forgotten'),
  left: fc.constantFrom('nothing', 'nothing', 'job', 'intent'),
});

const error = { code: 'INTERNAL', message: 'x', next: 'y' };

async function plant(
  { ledger, runs, folder }: Stage,
  number: number,
  { ending, account, left }: Planted,
): Promise<number> {
  const hubRun = `run ${number}`;
  const fixed = { interface: `i${number}`, object: 'Account', operation: 'insert', definition: {} };
  const run = await ledger.startRun({ ...fixed, hubRun: account === 'none' ? undefined : hubRun });
  const chunk = await ledger.chunkPlanned(run, { file: (one) => `${one}.csv` });
  await ledger.rowsRejectedHere(chunk, [
    { outcome: 'rejected', by: 'sluice', key: hubRun, code: 'X', message: 'no', fields: [], cells: {} },
  ]);
  if (left === 'job') await ledger.queryJobMade(run, '750x');
  if (left === 'intent') await ledger.queryJobIntended(run, 1);
  mkdirSync(join(folder, 'spool', String(run)), { recursive: true });
  writeFileSync(join(folder, 'spool', String(run), '1.csv'), 'a');
  if (ending === 'interrupted') await ledger.runInterrupted(run, error);
  else if (ending !== 'running') await ledger.runEnded(run, { status: ending });
  if (account === 'none' || account === 'forgotten') return run;
  await runs.takeConfirmed({ run: hubRun, interface: `i${number}`, records: { form: 'source', parts: 1 } });
  if (account === 'ended') await endInAccount({ runs }, hubRun);
  return run;
}

async function endInAccount({ runs }: Pick<Stage, 'runs'>, run: string, endedAt = 0): Promise<void> {
  const rest = { loaded: null, mode: null, modeReason: null, error: null, nothingProcessed: true };
  await runs.ended({ run, status: 'completed', endedAt, rows: noRows, ...rest });
}

const acknowledgeAll = ({ journal }: Stage) => journal.acknowledge(Number.MAX_SAFE_INTEGER);
const isHere = ({ ledger }: Stage, run: number) => ledger.findRun(run) !== undefined;

test('an agent forgets runs by age, and none that has not ended, is not told, or may have left a job in the org', async () => {
  const property = fc.asyncProperty(fc.array(anyRun, { minLength: 1, maxLength: 6 }), async (drawn) => {
    await using stage = openStage();
    const planted = drawn.toSorted((a, b) => b.days - a.days);
    const ids: number[] = [];
    let days = 12;
    for (const [number, one] of planted.entries()) {
      stage.clock.forward((days - one.days) * dayMs);
      days = one.days;
      ids.push(await plant(stage, number, one));
    }
    stage.clock.forward(days * dayMs + 1);
    await acknowledgeAll(stage);
    // What the account itself forgot by its own age is not asked here.
    const stays = ({ ending, days: age, account, left }: Planted) =>
      ending === 'running' ||
      ending === 'interrupted' ||
      account === 'confirmed' ||
      left !== 'nothing' ||
      age < (ending === 'completed' ? kept.completedDays : kept.failedDays);
    await tidy(stage.tidying, new AbortController().signal);
    for (const [place, one] of planted.entries()) {
      const id = ids[place] as number;
      const parts = [
        isHere(stage, id),
        stage.ledger.listChunks(id).length === 1,
        [...stage.ledger.readRows(id)].length === 1,
        stage.ledger.listEvents(id).length > 0,
        existsSync(join(stage.folder, 'spool', String(id))),
      ];
      assert.deepEqual(parts, Array(5).fill(stays(one)), JSON.stringify(one));
    }
  });
  await fc.assert(property, { numRuns: 40 });
});

test('a run stays until the hub has acknowledged what was reported of it', async () => {
  await using stage = openStage();
  const run = await plant(stage, 1, { ending: 'completed', days: 0, account: 'confirmed', left: 'nothing' });
  await endInAccount(stage, 'run 1', stage.clock.now());
  stage.clock.forward(20 * dayMs);
  await tidy(stage.tidying, new AbortController().signal);
  assert.ok(isHere(stage, run));
  await acknowledgeAll(stage);
  await tidy(stage.tidying, new AbortController().signal);
  assert.ok(!isHere(stage, run));
});

test('0 days keep runs without limit', async () => {
  await using stage = openStage();
  const run = await plant(stage, 1, { ending: 'completed', days: 0, account: 'none', left: 'nothing' });
  stage.clock.forward(5_000 * dayMs);
  const forever = { ...stage.tidying, kept: { completedDays: 0, failedDays: 1 } };
  await tidy(forever, new AbortController().signal);
  assert.ok(isHere(stage, run));
});

test('a run of many rows goes in slices; told to stop, it goes on the next time', async () => {
  await using stage = openStage();
  const { ledger, clock } = stage;
  const run = await plant(stage, 1, { ending: 'running', days: 0, account: 'none', left: 'nothing' });
  const chunk = await ledger.chunkPlanned(run, { file: (one) => `${one}.csv` });
  await ledger.rowsRejectedHere(
    chunk,
    Array.from({ length: 4_500 }, (_, n) => {
      return {
        outcome: 'rejected',
        by: 'sluice',
        key: `${n}`,
        code: 'X',
        message: 'no',
        fields: [],
        cells: {},
      } as const;
    }),
  );
  await assert.rejects(ledger.forgetSome(run), /has not ended/);
  await ledger.runEnded(run, { status: 'failed' });
  clock.forward(9 * dayMs);
  const slices: boolean[] = [];
  do slices.push(await ledger.forgetSome(run));
  while (!slices.at(-1));
  assert.deepEqual(slices, [false, false, true]);
  const other = await plant(stage, 2, { ending: 'failed', days: 0, account: 'none', left: 'nothing' });
  clock.forward(9 * dayMs);
  await tidy(stage.tidying, AbortSignal.abort());
  assert.ok(isHere(stage, other));
});

test('an agent is tidy from its start, without being asked', async () => {
  await using stage = openStage();
  const run = await plant(stage, 1, { ending: 'completed', days: 0, account: 'none', left: 'nothing' });
  stage.clock.forward(6 * dayMs);
  await using _ = keepTidy(stage.tidying);
  for (let looks = 0; looks < 1_000 && isHere(stage, run); looks += 1) await new Promise((done) => setTimeout(done, 5));
  assert.ok(!isHere(stage, run));
});
