import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClockInTest } from '../base/clock-in-test.ts';
import { createLog } from '../base/index.ts';
import { type Chunk, openLedger } from '../ledger/index.ts';
import { createRowKey } from '../mapping/index.ts';
import type { Salesforce } from '../salesforce/index.ts';
import { createBacklog } from './backlog.ts';
import { createProgress } from './progress.ts';
import { maxTries, reconcileChunk } from './reconcile.ts';
import { createGates, type RunContext } from './run-context.ts';
import { openSpool } from './spool.ts';
import { createSpoolSums } from './spool-sums.ts';

type Results = { success?: string; failed?: string; unprocessed?: string };
type Job = { state?: string; errorMessage?: string; processed?: number; tries?: number };

/** A chunk whose results lie in the spool folder: nothing of Salesforce is needed to reconcile it. */
async function openChunk(
  t: TestContext,
  {
    sent,
    results,
    job = {},
    keyField = 'Ext',
  }: { sent: string; results: Results; job?: Job; keyField?: string | null },
) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-reconcile-'));
  const ledger = openLedger(folder);
  t.after(async () => {
    await ledger[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const header = ['Ext', 'Name'];
  const run = await ledger.startRun({ interface: 'test', object: 'Account', operation: 'upsert', definition: {} });
  let chunk: Chunk = await ledger.chunkPlanned(run, { file: (number) => `${number}.csv` });
  const spool = openSpool(folder, run);
  for (let tries = 1; tries < (job.tries ?? 1); tries++) {
    await ledger.chunkSpooled(chunk, { bytes: 0, rows: 1 }).catch(() => undefined);
    const retry = { file: `${tries}-again.csv`, bytes: 1, rows: 1, try: tries + 1, notBefore: 0 };
    await ledger.chunkReconciled(chunk, async () => ({
      counts: { succeeded: 0, created: 0, rejected: 0, retried: 1, unknown: 0 },
      retry,
    }));
    chunk = ledger.listChunks(run).at(-1) as Chunk;
  }
  const write = async (file: string, text: string) => {
    await (await spool.create(file)).finish();
    writeFileSync(spool.path(file), text);
  };
  const base = chunk.file.replace('.csv', '');
  await write(chunk.file, `Ext,Name\n${sent}`);
  await write(`${base}.successfulResults.csv`, `"sf__Id","sf__Created","Ext","Name"\n${results.success ?? ''}`);
  await write(`${base}.failedResults.csv`, `"sf__Id","sf__Error","Name","Ext"\n${results.failed ?? ''}`);
  await write(
    `${base}.unprocessedrecords.csv`,
    results.unprocessed === undefined ? '' : `Ext,Name\n${results.unprocessed}`,
  );
  if (chunk.state === 'planned') await ledger.chunkSpooled(chunk, { bytes: 1, rows: sent.split('\n').length - 1 });
  await ledger.jobCreated(chunk, { jobId: '750A' });
  await ledger.jobUploaded(chunk);
  await ledger.jobClosed(chunk);
  await ledger.jobPolled(chunk, {
    state: job.state ?? 'JobComplete',
    processed: job.processed ?? 1,
    failed: 0,
    errorMessage: job.errorMessage,
  });
  await ledger.resultsFetched(chunk);
  const uploads = createBacklog();
  const clock = createClockInTest();
  const now = clock.now();
  const signal = new AbortController().signal;
  const context: RunContext = {
    run,
    ledger,
    salesforce: undefined as unknown as Salesforce,
    spool,
    target: { object: 'Account', operation: 'upsert', externalId: 'Ext', describe: undefined as never },
    header,
    key: createRowKey(header, keyField),
    clock,
    random: () => 0.5,
    log: createLog({ level: 'silent' }),
    signal,
    observe: () => undefined,
    progress: createProgress(),
    gates: createGates({ serial: false }),
    committed: Promise.resolve(),
    uploads,
    sums: createSpoolSums({ spool, header, uploads, signal }),
    freshJobs: new Set(),
    lockedChunks: { count: 0 },
    cancelling: false,
    abortOrphans: true,
  };
  await reconcileChunk(context, ledger.getChunk(chunk));
  const rows = [...ledger.readRows(run)].map(({ key, outcome, code }) => [key, outcome, code]);
  const retry = ledger.listChunks(run).find(({ parent, state }) => parent === chunk.number && state === 'spooled');
  const retryText = retry ? await readFile(spool.path(retry.file), 'utf8') : undefined;
  const reconciled = ledger.listEvents(run).findLast(({ what }) => what === 'reconciled')?.detail;
  const pauseMs = retry && Number(retry.notBefore) - now;
  return { rows, retry, pauseMs, retryText, reconciled };
}

test('results are tied to rows by their key and in any order, and those of two rows with one key by all their cells', async (t) => {
  const { rows } = await openChunk(t, {
    sent: 'A,One\nB,Two\nB,Three\n',
    results: {
      success: '"001C","false","B","Three"\n"001A","true","A","One"\n',
      failed: '"","DUPLICATE_EXTERNAL_ID:twice:Ext --","Two","B"\n',
    },
  });
  assert.deepEqual(rows, [
    ['B', 'succeeded', null],
    ['A', 'succeeded', null],
    ['B', 'rejected', 'DUPLICATE_EXTERNAL_ID'],
  ]);
});

test('a row that no result names is unknown, and only that one', async (t) => {
  const { rows, reconciled } = await openChunk(t, {
    sent: 'A,One\nB,Two\nC,"x\ny"\n',
    results: { success: '"001C","true","C","x\ny"\n"001A","true","A","One"\n' },
  });
  assert.deepEqual(rows.at(-1), ['B', 'unknown', 'NO_RESULT']);
  assert.equal(rows.length, 3);
  assert.deepEqual([reconciled?.sent, reconciled?.answered], [3, 2]);
});

test('a row whose cells come back changed is still tied by its key', async (t) => {
  const { rows } = await openChunk(t, {
    sent: 'A,  One\nB,Two\n',
    results: { success: '"001A","true","A","One"\n"001B","true","B","Two"\n' },
  });
  assert.deepEqual(
    rows.map(([key, outcome]) => [key, outcome]),
    [
      ['A', 'succeeded'],
      ['B', 'succeeded'],
    ],
  );
});

test('without a key, rows are known by the digest of their cells, and two equal rows are counted', async (t) => {
  const { rows } = await openChunk(t, {
    keyField: null,
    sent: 'A,One\nA,One\nB,Two\n',
    results: { success: '"001A","true","A","One"\n"001B","true","B","Two"\n' },
  });
  assert.deepEqual(
    rows.map(([, outcome]) => outcome),
    ['succeeded', 'succeeded', 'unknown'],
  );
  assert.match(String(rows[0]?.[0]), /^[0-9a-f]{16}$/);
  assert.equal(rows[0]?.[0], rows[2]?.[0]);
});

test('rows refused for a reason that can pass go again as they were sent, nulls and quotes included', async (t) => {
  const { rows, retry, pauseMs, retryText } = await openChunk(t, {
    sent: 'A,#N/A\nB,"x ""y"""\nC,Three\n',
    results: {
      success: '"001C","true","C","Three"\n',
      failed: '"","UNABLE_TO_LOCK_ROW:busy:--","","A"\n"","UNABLE_TO_LOCK_ROW:busy:--","x ""y""","B"\n',
    },
  });
  assert.deepEqual(rows, [['C', 'succeeded', null]]);
  assert.equal(retryText, 'Ext,Name\nA,#N/A\nB,"x ""y"""\n');
  assert.deepEqual([retry?.rows, retry?.try], [2, 2]);
  assert.equal(pauseMs, 1_500);
});

test('after the last try such rows are rejected with what Salesforce said', async (t) => {
  const { rows, retry } = await openChunk(t, {
    job: { tries: maxTries },
    sent: 'A,One\n',
    results: { failed: '"","UNABLE_TO_LOCK_ROW:busy:--","One","A"\n' },
  });
  assert.deepEqual(rows, [['A', 'rejected', 'UNABLE_TO_LOCK_ROW']]);
  assert.equal(retry, undefined);
});

test('rows an aborted job did not process go again; those of a job that failed for good are rejected in its words', async (t) => {
  const aborted = await openChunk(t, {
    job: { state: 'Aborted' },
    sent: 'A,One\nB,Two\n',
    results: { success: '"001A","true","A","One"\n', unprocessed: 'B,Two\n' },
  });
  assert.equal(aborted.retryText, 'Ext,Name\nB,Two\n');
  const failed = await openChunk(t, {
    job: { state: 'Failed', errorMessage: 'InvalidBatch : Field name not found : Nme' },
    sent: 'A,One\n',
    results: { unprocessed: 'A,One\n' },
  });
  assert.deepEqual(failed.rows, [['A', 'rejected', 'InvalidBatch']]);
});

test('a failed job that processed nothing and gave no results leaves no row unknown', async (t) => {
  const failed = await openChunk(t, {
    job: { state: 'Failed', processed: 0, errorMessage: 'InvalidBatch : Field name not found : Nme' },
    sent: 'A,One\nB,Two\n',
    results: {},
  });
  assert.deepEqual(failed.rows, [
    ['A', 'rejected', 'InvalidBatch'],
    ['B', 'rejected', 'InvalidBatch'],
  ]);
});

test('results of rows that were not sent are noted and make nothing good', async (t) => {
  const { rows, reconciled } = await openChunk(t, {
    sent: 'A,One\n',
    results: { success: '"001Z","true","Z","Other"\n' },
  });
  assert.equal(reconciled?.notSent, 1);
  assert.deepEqual(rows.at(-1), ['A', 'unknown', 'NO_RESULT']);
});
