import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { newFolder, openSmallRecords, testUserId } from './small-schema-in-test.ts';

const rows = 30_000;

const queryJob = { userId: testUserId, operation: 'query', lineEnding: 'LF', columnDelimiter: 'COMMA', apiVersion: 68 };

/** Loads accounts, reads them by a query job and writes how far that is, until it is killed. */
const readingProgram = (folder: string) => `
  import { openSmallRecords, testUserId } from ${JSON.stringify(new URL('./small-schema-in-test.ts', import.meta.url).href)};
  const { records, load } = await openSmallRecords({ folder: ${JSON.stringify(folder)} });
  const csv = 'Name\\n' + Array.from({ length: ${rows} }, (_, index) => 'Account ' + index + '\\n').join('');
  await load(csv, { operation: 'insert', object: 'Account' });
  const { id } = await records.queryJobs.create({ ...${JSON.stringify(queryJob)}, soql: 'SELECT Id, Name FROM Account' });
  for (;;) {
    const { numberRecordsProcessed } = await records.queryJobs.get({ userId: testUserId, id });
    console.log(id, numberRecordsProcessed);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
`;

/** Loads accounts and writes how far it is, a line each time, until it is killed. */
const program = (folder: string) => `
  import { openSmallRecords, testUserId } from ${JSON.stringify(new URL('./small-schema-in-test.ts', import.meta.url).href)};
  const small = await openSmallRecords({ folder: ${JSON.stringify(folder)} });
  const csv = 'Name\\n' + Array.from({ length: ${rows} }, (_, index) => 'Account ' + index + '\\n').join('');
  const { id } = await small.upload(csv, { operation: 'insert', object: 'Account' });
  await small.records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
  for (;;) {
    const job = await small.records.getJob({ userId: testUserId, id });
    console.log(job.id, job.numberRecordsProcessed);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
`;

async function killWhen(folder: string, processed: number, text = program(folder)): Promise<string> {
  const file = join(folder, 'load.mjs');
  await writeFile(file, text);
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const [id = '', count] = line.split(' ');
    if (Number(count) < processed) continue;
    child.kill('SIGKILL');
    await exited;
    return id;
  }
  throw new Error('the child ended by itself');
}

for (const processed of [0, 1, 12_000]) {
  test(`a job whose process is killed after ${processed} rows or more goes on at the next start, every row exactly once`, async () => {
    const folder = newFolder();
    try {
      const id = await killWhen(folder, processed);
      await using small = await openSmallRecords({ folder });
      const job = await small.ended(id);
      assert.deepEqual([job.state, job.numberRecordsProcessed, job.numberRecordsFailed], ['JobComplete', rows, 0]);
      const counts = await small.records.countRecords({ userId: testUserId, objects: ['Account'] });
      assert.equal(counts.get('Account'), rows);
      const lines = (await small.result(id, 'successfulResults')).trimEnd().split('\n').slice(1);
      const names = new Set(lines.map((line) => line.split(',')[2]));
      const ids = new Set(lines.map((line) => line.split(',')[0]));
      assert.deepEqual([lines.length, names.size, ids.size], [rows, rows, rows]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

for (const processed of [0, 1]) {
  test(`a query job whose process is killed after ${processed} rows or more is read anew at the next start, every row once`, async () => {
    const folder = newFolder();
    try {
      const id = await killWhen(folder, processed, readingProgram(folder));
      await using small = await openSmallRecords({ folder });
      const { queryJobs } = small.records;
      const of = { userId: testUserId, id };
      while ((await queryJobs.get(of)).state !== 'JobComplete') await setTimeout(5);
      assert.equal((await queryJobs.get(of)).numberRecordsProcessed, rows);
      const page = await queryJobs.results({ ...of, apiVersion: 68, maxRecords: rows });
      const pieces: Uint8Array[] = [];
      for await (const piece of page.bytes) pieces.push(piece);
      const lines = Buffer.concat(pieces).toString('utf8').trimEnd().split('\n').slice(1);
      assert.deepEqual([lines.length, new Set(lines).size, page.nextLocator], [rows, rows, undefined]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

test('ids are never given twice, and an upload that broke off with the process is forgotten', async () => {
  const folder = newFolder();
  try {
    const seen: string[] = [];
    for (let start = 0; start < 3; start += 1) {
      await using small = await openSmallRecords({ folder });
      const [result] = await small.save({ operation: 'insert', object: 'Account', rows: [{ Name: 'x' }] });
      assert.ok(result?.success);
      seen.push(result.id);
      await small.save({ operation: 'delete', object: 'Account', rows: [{ Id: result.id }] });
      const { jobs } = await small.records.listJobs({ userId: testUserId });
      for (const { id } of jobs) await small.records.beginUpload({ userId: testUserId, id });
      if (start > 0) continue;
      const job = await small.records.createJob({
        userId: testUserId,
        operation: 'insert',
        object: 'Account',
        lineEnding: 'LF',
        columnDelimiter: 'COMMA',
        apiVersion: 68,
      });
      await small.records.beginUpload({ userId: testUserId, id: job.id });
    }
    assert.equal(new Set(seen).size, 3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
