import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { UserRights } from '../rights/index.ts';
import { openDatabase } from './database.ts';
import { jobsKeptMs } from './jobs.ts';
import type { QueryJob, QueryJobRequest, Records } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { newFolder, openSmallRecords, type SmallRecords, testUserId } from './small-schema-in-test.ts';

const userId = testUserId;
const apiVersion = 68;
const refusedWith = (errorCode: string) => (error: unknown) =>
  error instanceof OrgRefused && error.refusal.errorCode === errorCode;

function create(records: Records, soql: string, more: Partial<QueryJobRequest> = {}): Promise<QueryJob> {
  const request = { userId, operation: 'query', lineEnding: 'LF', columnDelimiter: 'COMMA', apiVersion } as const;
  return records.queryJobs.create({ ...request, soql, ...more });
}

async function ended(records: Records, id: string): Promise<QueryJob> {
  for (;;) {
    const job = await records.queryJobs.get({ userId, id });
    if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return job;
    await setTimeout(5);
  }
}

async function ask(records: Records, soql: string, more: Partial<QueryJobRequest> = {}): Promise<QueryJob> {
  return ended(records, (await create(records, soql, more)).id);
}

async function page(records: Records, id: string, more: { locator?: string; maxRecords?: number } = {}) {
  const { bytes, ...rest } = await records.queryJobs.results({ userId, id, apiVersion, ...more });
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return { ...rest, text: Buffer.concat(pieces).toString('utf8') };
}

async function insertCountries(small: SmallRecords): Promise<void> {
  const rows = [
    { Name: 'France', Code__c: 'FR' },
    { Name: 'Germany, "all"\nof it', Code__c: 'DE' },
    { Name: 'Österreich', Code__c: 'AT' },
  ];
  await small.save({ operation: 'insert', object: 'Country__c', rows });
}

async function loadAccounts(small: SmallRecords, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, index) => `Account ${index},E-${index}\n`);
  await small.load(`Name,Ext__c\n${lines.join('')}`, { operation: 'insert', object: 'Account' });
}

test('a query job goes from upload complete to complete, and its results come in pages, each with the header', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await insertCountries(small);
  const made = await create(records, 'select NAME, code__C from country__c order by Code__c');
  assert.deepEqual([made.state, made.object, made.operation], ['UploadComplete', 'Country__c', 'query']);
  assert.match(made.id, /^750.{15}$/);
  const job = await ended(records, made.id.slice(0, 15));
  assert.deepEqual([job.state, job.numberRecordsProcessed, job.retries], ['JobComplete', 3, 0]);
  const header = '"Name","Code__c"\n';
  const rows = ['"Österreich","AT"\n', '"Germany, ""all""\nof it","DE"\n', '"France","FR"\n'];
  assert.deepEqual(await page(records, job.id), { records: 3, text: header + rows.join('') });
  const first = await page(records, job.id, { maxRecords: 2 });
  assert.equal(first.text, header + rows[0] + rows[1]);
  const { nextLocator: locator = '' } = first;
  assert.equal(locator, Buffer.from('2').toString('base64url'));
  assert.deepEqual(await page(records, job.id, { locator }), { records: 1, text: header + rows[2] });
  for (const wrong of ['null', 'MTAwMDA', '2', 'MjAw!', Buffer.from('3').toString('base64url')])
    await assert.rejects(page(records, job.id, { locator: wrong }), refusedWith('INVALID_QUERY_LOCATOR'));
});

test('delimiter and line ending are those asked for, and a result of no rows is a header', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await insertCountries(small);
  const form = { columnDelimiter: 'PIPE', lineEnding: 'CRLF' } as const;
  const one = await ask(records, "SELECT Name, Code__c FROM Country__c WHERE Code__c = 'FR'", form);
  assert.equal((await page(records, one.id)).text, '"Name"|"Code__c"\r\n"France"|"FR"\r\n');
  const none = await ask(records, "SELECT Id FROM Country__c WHERE Code__c = 'XX'");
  assert.equal(none.state, 'JobComplete');
  assert.deepEqual(await page(records, none.id), { records: 0, text: '"Id"\n' });
  assert.deepEqual(await records.queryJobs.pages({ userId, id: none.id, apiVersion }), { locators: ['MA'] });
});

test('pages may be asked for at once, and together they are the whole result, once', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await loadAccounts(small, 65_000);
  const job = await ask(records, 'SELECT Ext__c FROM Account ORDER BY Id');
  const { locators, next } = await records.queryJobs.pages({ userId, id: job.id, apiVersion });
  assert.equal(locators.length, 5);
  assert.equal(next, Buffer.from('50000').toString('base64url'));
  const rest = await records.queryJobs.pages({ userId, id: job.id, apiVersion, locator: next });
  assert.deepEqual([rest.locators.length, rest.next], [2, undefined]);
  const pages = await Promise.all([...locators, ...rest.locators].map((locator) => page(records, job.id, { locator })));
  assert.deepEqual(
    pages.map(({ records: count }) => count),
    [10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 5000],
  );
  const seen = pages.flatMap(({ text }) => text.trimEnd().split('\n').slice(1));
  assert.deepEqual(
    seen,
    Array.from({ length: 65_000 }, (_, index) => `"E-${index}"`),
  );
});

test('deleted records are there with queryAll alone', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await insertCountries(small);
  const [id = ''] = await records.findByExternalId({ userId, object: 'Country__c', field: 'Code__c', value: 'DE' });
  await small.save({ operation: 'delete', object: 'Country__c', rows: [{ Id: id }] });
  const soql = 'SELECT Code__c, IsDeleted FROM Country__c ORDER BY Code__c';
  const all = await ask(records, soql, { operation: 'queryAll' });
  assert.equal(all.operation, 'queryAll');
  assert.equal((await page(records, all.id)).text, '"Code__c","IsDeleted"\n"AT","false"\n"DE","true"\n"FR","false"\n');
  const live = await ask(records, soql);
  assert.equal(live.numberRecordsProcessed, 2);
});

test('what is wrong with a job is said when it is created, and nothing is made', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await assert.rejects(create(records, 'SELECT Nope FROM Account'), refusedWith('INVALID_FIELD'));
  await assert.rejects(create(records, 'SELECT COUNT() FROM Account'), refusedWith('FEATURENOTENABLED'));
  const insert = { operation: 'insert' as 'query' };
  await assert.rejects(create(records, 'SELECT Id FROM Account', insert), refusedWith('INVALIDJOB'));
  assert.deepEqual(await records.queryJobs.list({ userId }), { jobs: [] });
});

test('results wait for the end of the job, in the version it was made with, and a job at work cannot be deleted', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await loadAccounts(small, 30_000);
  const job = await create(records, 'SELECT Id, Name, Ext__c, CreatedDate FROM Account');
  await assert.rejects(page(records, job.id), refusedWith('INVALIDJOBSTATE'));
  await assert.rejects(records.queryJobs.delete({ userId, id: job.id }), refusedWith('API_ERROR'));
  await ended(records, job.id);
  const older = records.queryJobs.results({ userId, id: job.id, apiVersion: 67 });
  await assert.rejects(older, (error) => error instanceof OrgRefused && error.refusal.status === 409);
  await assert.rejects(records.queryJobs.abort({ userId, id: job.id }), refusedWith('INVALIDJOBSTATE'));
  await records.queryJobs.delete({ userId, id: job.id });
  await assert.rejects(records.queryJobs.get({ userId, id: job.id }), refusedWith('NOT_FOUND'));
  await assert.rejects(page(records, job.id), refusedWith('NOT_FOUND'));
  assert.deepEqual(
    readdirSync(join(small.folder, 'jobs')).filter((name) => name.startsWith(job.id)),
    [],
  );
});

test('a job that is aborted ends, leaves no results behind and lets others go on', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await loadAccounts(small, 60_000);
  const job = await create(records, 'SELECT Id, Name, Ext__c, CreatedDate FROM Account');
  const other = await create(records, 'SELECT Id FROM Account');
  const aborted = await records.queryJobs.abort({ userId, id: job.id });
  assert.equal(aborted.state, 'Aborted');
  assert.deepEqual((await ended(records, other.id)).numberRecordsProcessed, 60_000);
  await assert.rejects(page(records, job.id), refusedWith('INVALIDJOBSTATE'));
  assert.equal((await records.queryJobs.get({ userId, id: job.id })).state, 'Aborted');
  while (existsSync(join(small.folder, 'jobs', `${job.id}.results.csv`))) await setTimeout(5);
});

test('a small query is answered while a large job is at work', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await loadAccounts(small, 60_000);
  const job = await create(records, 'SELECT Id, Name, Ext__c, CreatedDate, SystemModstamp FROM Account');
  while ((await records.queryJobs.get({ userId, id: job.id })).numberRecordsProcessed === 0) await setTimeout(1);
  const [found] = (
    await records.query({ userId, soql: 'SELECT Name FROM Account LIMIT 1', all: false, batchSize: 200, apiVersion })
  ).records;
  assert.match(String(found?.Name), /^Account/);
  assert.equal((await ended(records, job.id)).numberRecordsProcessed, 60_000);
});

test('more jobs than are worked at together all come to their end, each with its own rows', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await loadAccounts(small, 3000);
  const numbers = Array.from({ length: 12 }, (_, index) => index * 100);
  const jobs = await Promise.all(
    numbers.map((number) => create(records, `SELECT Ext__c FROM Account WHERE Ext__c = 'E-${number}'`)),
  );
  const texts = await Promise.all(
    jobs.map(async ({ id }) => {
      await ended(records, id);
      return (await page(records, id)).text;
    }),
  );
  assert.deepEqual(
    texts,
    numbers.map((number) => `"Ext__c"\n"E-${number}"\n`),
  );
  const { jobs: listed } = await records.queryJobs.list({ userId });
  assert.deepEqual(new Set(listed.map(({ id }) => id)), new Set(jobs.map(({ id }) => id)));
});

test('a user finds what his rights let him see, and jobs of others are not there for him', async () => {
  await using small = await openSmallRecords();
  const { records } = small;
  await insertCountries(small);
  const otherUser = '005Sb0000000002IAA';
  const row = { Country__r: { Code__c: 'FR' } };
  const rows = [
    { ...row, Geoname_Id__c: 'mine' },
    { ...row, Geoname_Id__c: 'theirs' },
  ];
  await small.save({ operation: 'insert', object: 'City__c', rows });
  const database = openDatabase(join(small.folder, 'records.sqlite'), { durable: false });
  database.prepare("UPDATE City__c SET OwnerId = ? WHERE Geoname_Id__c = 'theirs'").run(otherUser);
  database.close();
  const asAll = await ask(records, 'SELECT Code__c FROM Country__c');
  const base = { all: false, apiEnabled: true, viewAllData: false, modifyAllData: false, apexClasses: [], fields: {} };
  const read = { read: true, create: false, edit: false, delete: false, viewAll: false, modifyAll: false };
  const full: UserRights = { ...base, userId, all: true, bulkApiHardDelete: false, objects: {} };
  const other: UserRights = { ...base, userId: otherUser, bulkApiHardDelete: false, objects: { City__c: read } };
  await records.setRights(
    new Map([
      [userId, full],
      [otherUser, other],
    ]),
    { City__c: 'Private' },
  );
  const asOther = { userId: otherUser };
  await assert.rejects(records.queryJobs.get({ ...asOther, id: asAll.id }), refusedWith('NOT_FOUND'));
  await assert.rejects(records.queryJobs.abort({ ...asOther, id: asAll.id }), refusedWith('NOT_FOUND'));
  await assert.rejects(records.queryJobs.results({ ...asOther, id: asAll.id, apiVersion }), refusedWith('NOT_FOUND'));
  assert.deepEqual(await records.queryJobs.list(asOther), { jobs: [] });
  await assert.rejects(create(records, 'SELECT Population__c FROM City__c', asOther), refusedWith('INVALID_FIELD'));
  await assert.rejects(create(records, 'SELECT Id FROM Account', asOther), refusedWith('INVALID_TYPE'));
  const all = 'SELECT Geoname_Id__c FROM City__c';
  assert.equal((await ask(records, all)).numberRecordsProcessed, 2);
  const own = await ask(records, all, asOther);
  assert.equal((await page(records, own.id)).text, '"Geoname_Id__c"\n"theirs"\n');
});

test('jobs and results are taken away after seven days', async () => {
  const folder = newFolder();
  try {
    await using first = await openSmallRecords({ folder });
    await insertCountries(first);
    const { id } = await ask(first.records, 'SELECT Id FROM Country__c');
    await first.records[Symbol.asyncDispose]();
    const database = openDatabase(join(folder, 'records.sqlite'), { durable: false });
    database.prepare('UPDATE sluice_query_job SET createdDate = ?').run(Date.now() - jobsKeptMs - 1000);
    database.close();
    await using second = await openSmallRecords({ folder });
    await assert.rejects(second.records.queryJobs.get({ userId, id }), refusedWith('NOT_FOUND'));
    assert.deepEqual(
      readdirSync(join(folder, 'jobs')).filter((name) => name.includes('results') || name.includes('places')),
      [],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
