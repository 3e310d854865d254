import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { SluiceError } from '../base/index.ts';
import { lockInterface } from './interface-lock.ts';
import { openLedger } from './ledger.ts';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-ledger-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const newRun = {
  interface: 'cities',
  object: 'City__c',
  operation: 'upsert',
  externalId: 'Code__c',
  definition: { a: 1 },
};
const plan = { file: (number: number) => `${number}.csv` };
const rejected = {
  outcome: 'rejected',
  by: 'salesforce',
  code: 'X',
  message: 'no',
  fields: ['Name'],
  cells: { Name: 'a' },
} as const;

test('a chunk goes along its arrows, and the counts of its run follow from what was reconciled', async (t) => {
  await using ledger = openLedger(folderFor(t));
  const run = await ledger.startRun(newRun);
  const chunk = await ledger.chunkPlanned(run, plan);
  await ledger.rowsRejectedHere(chunk, [{ ...rejected, key: 'k0', by: 'sluice' }]);
  await ledger.chunkSpooled(chunk, { bytes: 100, rows: 4 });
  await ledger.runCommitted(run, { read: 5 });
  await ledger.sendingIntended(chunk, { at: 1_000 });
  await ledger.sendingIntended(chunk, { at: 2_000 });
  assert.equal(ledger.getChunk(chunk).intentAt, 1_000, 'the earliest unanswered intent counts');
  await ledger.jobCreated(chunk, { jobId: '750x' });
  await ledger.jobUploaded(chunk);
  await ledger.jobClosed(chunk);
  await ledger.jobPolled(chunk, { state: 'JobComplete', processed: 4, failed: 1 });
  await ledger.resultsFetched(chunk);
  await ledger.chunkReconciled(chunk, async (add) => {
    add({ outcome: 'succeeded', key: 'k1', salesforceId: 'a01', created: true });
    add({ outcome: 'succeeded', key: 'k2', salesforceId: 'a02', created: false });
    add({ ...rejected, key: 'k3' });
    const retry = { file: '2.csv', bytes: 10, rows: 1, try: 2, notBefore: 5 };
    return { counts: { succeeded: 2, created: 1, rejected: 1, retried: 1, unknown: 0 }, retry };
  });
  const retry = ledger.listChunks(run)[1];
  assert.ok(retry);
  assert.deepEqual([retry.parent, retry.try, retry.state, retry.rows], [1, 2, 'spooled', 1]);
  await ledger.chunkReconciled(retry, async (add) => {
    add({ outcome: 'unknown', key: 'k4', code: 'NO_ANSWER', message: 'lost', cells: { Name: 'b' } });
    return { counts: { succeeded: 0, created: 0, rejected: 0, retried: 0, unknown: 1 } };
  });
  await ledger.runEnded(run, { status: 'unknown rows' });

  const rows = { read: 5, sent: 4, succeeded: 2, created: 1, updated: 1, rejected: 2, unknown: 1 };
  assert.deepEqual(ledger.findRun(run)?.rows, rows);
  assert.deepEqual(
    [...ledger.readRejects(run)].map((row) => [row.key, row.rejectedBy, row.outcome]),
    [
      ['k0', 'sluice', 'rejected'],
      ['k3', 'salesforce', 'rejected'],
      ['k4', null, 'unknown'],
    ],
  );
  assert.equal(ledger.findRow('k1')[0]?.salesforceId, 'a01');
  assert.ok(ledger.isJobKnown('750x'));
  const happened = [
    'started',
    'planned',
    'spooled',
    'source read to its end',
    'intended',
    'intended',
    'created',
    'uploaded',
    'closed',
    'polled',
    'fetched',
    'reconciled',
    'reconciled',
    'ended',
  ];
  assert.deepEqual(
    ledger.listEvents(run).map((event) => event.what),
    happened,
  );
});

test('an arrow that does not start where the chunk stands fails and writes nothing', async (t) => {
  await using ledger = openLedger(folderFor(t));
  const run = await ledger.startRun(newRun);
  const chunk = await ledger.chunkPlanned(run, plan);
  await assert.rejects(ledger.jobClosed(chunk), /cannot become closed/);
  assert.equal(ledger.getChunk(chunk).state, 'planned');
  assert.deepEqual(
    ledger.listEvents(run).map((event) => event.what),
    ['started', 'planned'],
  );
});

test('reconciling that fails halfway leaves no row behind', async (t) => {
  await using ledger = openLedger(folderFor(t));
  const run = await ledger.startRun(newRun);
  const chunk = await ledger.chunkPlanned(run, plan);
  await ledger.chunkSpooled(chunk, { bytes: 1, rows: 1 });
  const failing = ledger.chunkReconciled(chunk, async (add) => {
    add({ ...rejected, key: 'k' });
    throw new Error('broken result file');
  });
  await assert.rejects(failing, /broken result file/);
  assert.deepEqual([...ledger.readRows(run)], []);
  assert.equal(ledger.getChunk(chunk).state, 'spooled');
});

test('a run that starts over drops its chunks and keeps what happened; one past its commit point cannot', async (t) => {
  await using ledger = openLedger(folderFor(t));
  const run = await ledger.startRun(newRun);
  const chunk = await ledger.chunkPlanned(run, plan);
  await ledger.rowsRejectedHere(chunk, [{ ...rejected, key: 'k', by: 'sluice' }]);
  assert.equal(ledger.findUnfinishedRun('cities')?.id, run);
  await ledger.attemptGivenUp(run, { again: true });
  assert.deepEqual(ledger.listChunks(run), []);
  assert.equal(ledger.listChunks(run, { dropped: true }).length, 1);
  const second = await ledger.chunkPlanned(run, plan);
  assert.deepEqual([second.number, second.attempt], [2, 2]);
  assert.equal(ledger.findRun(run)?.rows.rejected, 0);
  await ledger.runCommitted(run, { read: 0 });
  await assert.rejects(ledger.attemptGivenUp(run, { again: true }), /passed its commit point/);
  await ledger.runEnded(run, { status: 'completed' });
  assert.equal(ledger.findUnfinishedRun('cities'), undefined);
});

test('two writers of one process wait for each other, and readers see only what is committed', async (t) => {
  await using ledger = openLedger(folderFor(t));
  const run = await ledger.startRun(newRun);
  const chunk = await ledger.chunkPlanned(run, plan);
  await ledger.chunkSpooled(chunk, { bytes: 1, rows: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = ledger.chunkReconciled(chunk, async (add) => {
    add({ outcome: 'succeeded', key: 'k', salesforceId: 'a', created: true });
    await promise;
    return { counts: { succeeded: 1, created: 1, rejected: 0, retried: 0, unknown: 0 } };
  });
  const quick = ledger.eventNoted({ run, what: 'noted' });
  await new Promise((later) => setTimeout(later, 20));
  assert.deepEqual([...ledger.readRows(run)], []);
  resolve();
  await Promise.all([slow, quick]);
  assert.deepEqual(
    ledger
      .listEvents(run)
      .slice(-2)
      .map((event) => event.what),
    ['reconciled', 'noted'],
  );
});

test('a ledger of a newer Sluice is refused with its version', async (t) => {
  const folder = folderFor(t);
  await openLedger(folder)[Symbol.asyncDispose]();
  const database = new DatabaseSync(join(folder, 'ledger.sqlite'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(
    () => openLedger(folder),
    (error) => error instanceof SluiceError && error.code === 'LEDGER_TOO_NEW' && /schema 99/.test(error.message),
  );
});

test('an interface is locked while its run lives, and free again after kill -9', async (t) => {
  const folder = folderFor(t);
  const door = new URL('./interface-lock.ts', import.meta.url).href;
  const script = `const { lockInterface } = await import('${door}'); globalThis.lock = lockInterface(process.argv[1], 'cities'); console.log('locked'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  assert.throws(() => lockInterface(folder, 'cities'), { code: 'INTERFACE_RUNNING' });
  lockInterface(folder, 'countries')[Symbol.dispose]();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockInterface(folder, 'cities')[Symbol.dispose]();
});

test('a data folder that is a file, and a ledger that is no database, are said as such', (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'file'), '');
  writeFileSync(join(folder, 'ledger.sqlite'), 'this is no database, and was none before either');
  const refuses = (place: string, reason: RegExp) =>
    assert.throws(
      () => openLedger(place),
      (error) => error instanceof SluiceError && error.code === 'FILE_UNREADABLE' && reason.test(error.message),
    );
  refuses(join(folder, 'file'), /it is a file, and must be a folder/);
  refuses(folder, /file is not a database/);
});

test('a run is found by its id at a hub, and no two runs have the same', async (t) => {
  await using ledger = openLedger(folderFor(t));
  const run = await ledger.startRun({ ...newRun, hubRun: 'h-1' });
  await ledger.startRun(newRun);
  assert.equal(ledger.findHubRun('h-1')?.id, run);
  assert.equal(ledger.findHubRun('h-2'), undefined);
  await assert.rejects(ledger.startRun({ ...newRun, hubRun: 'h-1' }), /UNIQUE/);
  assert.equal(ledger.listRuns().length, 2);
});

test('rows of a chunk that was not sent count as read and not as sent', async (t) => {
  await using ledger = openLedger(folderFor(t));
  const run = await ledger.startRun(newRun);
  const chunk = await ledger.chunkPlanned(run, plan);
  await ledger.rowsRejectedHere(chunk, [{ ...rejected, key: 'k0', by: 'sluice' }]);
  await ledger.chunkSpooled(chunk, { bytes: 100, rows: 4 });
  await ledger.runCommitted(run, { read: 5 });
  await ledger.chunkNotSent(chunk);
  const { rows } = ledger.findRun(run) ?? {};
  assert.deepEqual([rows?.read, rows?.sent, rows?.rejected], [5, 0, 1]);
  await assert.rejects(ledger.chunkNotSent(chunk), /cannot become reconciled/);
});
