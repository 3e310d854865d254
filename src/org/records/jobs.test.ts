import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { openDatabase } from './database.ts';
import { jobsKeptMs } from './jobs.ts';
import type { Job } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { newFolder, openSmallRecords, type SmallRecords, testUserId } from './small-schema-in-test.ts';

const refusedWith = (errorCode: string) => (error: unknown) =>
  error instanceof OrgRefused && error.refusal.errorCode === errorCode;
const countries = 'Name,Code__c\nFrance,FR\n"Germany, all of it",DE\n';

async function loadCountries(small: SmallRecords) {
  return small.load(countries, { operation: 'insert', object: 'country__c' });
}

test('a job goes from open to complete, and its results show each row as it was sent', async () => {
  await using small = await openSmallRecords();
  const opened = await small.upload(`${countries}Nowhere,TOO LONG\n\n`, { operation: 'insert', object: 'country__c' });
  assert.equal(opened.state, 'Open');
  assert.equal(opened.object, 'Country__c');
  assert.match(opened.id, /^750.{15}$/);
  const closed = await small.records.setJobState({
    userId: testUserId,
    id: opened.id.slice(0, 15),
    state: 'UploadComplete',
  });
  assert.equal(closed.state, 'UploadComplete');
  const job = await small.ended(opened.id);
  assert.deepEqual([job.state, job.numberRecordsProcessed, job.numberRecordsFailed], ['JobComplete', 3, 1]);
  assert.match(
    await small.result(job.id, 'successfulResults'),
    /^"sf__Id","sf__Created",Name,Code__c\n"a00\w{15}","true","France","FR"\n"a00\w{15}","true","Germany, all of it","DE"\n$/,
  );
  assert.equal(
    await small.result(job.id, 'failedResults'),
    '"sf__Id","sf__Error",Name,Code__c\n"","STRING_TOO_LONG:Code: data value too large: TOO LONG (max length=2):Code__c --","Nowhere","TOO LONG"\n',
  );
  assert.equal(await small.result(job.id, 'unprocessedrecords'), 'Name,Code__c\n');
});

test('parents are named by their external ids, #N/A clears and an empty cell keeps', async () => {
  await using small = await openSmallRecords();
  await loadCountries(small);
  const first = await small.load('Geoname_Id__c,Country__r.Code__c,Region__r.Code__c,Area__c\n1,fr,DE,2\n2,XX,,\n', {
    operation: 'insert',
    object: 'City__c',
  });
  assert.deepEqual([first.numberRecordsProcessed, first.numberRecordsFailed], [2, 1]);
  assert.match(
    await small.result(first.id, 'failedResults'),
    /"","INVALID_FIELD:Foreign key external ID: xx not found for field Code__c in entity Country__c:--","2","XX","",""\n$/,
  );
  const second = await small.load('Geoname_Id__c,Region__r.Code__c,Area__c\n1,#N/A,\n', {
    operation: 'upsert',
    object: 'City__c',
    externalIdFieldName: 'geoname_id__C',
  });
  assert.equal(second.externalIdFieldName, 'Geoname_Id__c');
  assert.match(await small.result(second.id, 'successfulResults'), /"a01\w{15}","false","1","#N\/A",""\n$/);
  const [id = ''] = await small.records.findByExternalId({
    userId: testUserId,
    object: 'City__c',
    field: 'Geoname_Id__c',
    value: '1',
  });
  const read = await small.records.read({
    userId: testUserId,
    object: 'City__c',
    id,
    apiVersion: 68,
    fields: ['Region__c', 'Area__c'],
  });
  assert.deepEqual([read?.Region__c, read?.Area__c], [null, 2]);
});

test('a parent of one of several objects is named with its object', async () => {
  await using small = await openSmallRecords();
  await small.save({ operation: 'insert', object: 'Account', rows: [{ Name: 'A', Ext__c: 'A-1' }] });
  const job = await small.load('LastName,Account:Account.Ext__c\nKing,a-1\n', {
    operation: 'insert',
    object: 'Contact',
  });
  assert.deepEqual([job.errorMessage, job.numberRecordsFailed], [undefined, 0]);
});

test('update and delete go by Id, and a failed row tells the id it was about', async () => {
  await using small = await openSmallRecords();
  const loaded = await loadCountries(small);
  const ids = [...(await small.result(loaded.id, 'successfulResults')).matchAll(/a00\w{15}/g)].map(([id]) => id);
  const updated = await small.load(`Id,Name,Code__c\n${ids[0]},Francia,\n${ids[1]},x,FR\n`, {
    operation: 'update',
    object: 'Country__c',
  });
  assert.equal(updated.numberRecordsFailed, 1);
  const duplicate = `"${ids[1]}","DUPLICATE_VALUE:duplicate value found: Code__c duplicates value on record with id: ${ids[0]!.slice(0, 15)}:--","${ids[1]}","x","FR"`;
  assert.equal((await small.result(updated.id, 'failedResults')).split('\n')[1], duplicate);
  const deleted = await small.load(`Id\n${ids[0]}\n${ids[0]}\n`, { operation: 'delete', object: 'Country__c' });
  assert.match(
    await small.result(deleted.id, 'successfulResults'),
    new RegExp(`\\n"${ids[0]}","false","${ids[0]}"\\n$`),
  );
  assert.match(await small.result(deleted.id, 'failedResults'), /ENTITY_IS_DELETED:entity is deleted:--/);
});

test('the same external id twice within 200 rows fails both, further apart it updates', async () => {
  await using small = await openSmallRecords();
  const codes = Array.from(
    { length: 201 },
    (_, index) => String.fromCharCode(65 + Math.floor(index / 26)) + String.fromCharCode(97 + (index % 26)),
  );
  const csv = (rows: string[]) => `Code__c\n${rows.join('\n')}\n`;
  const request = { operation: 'upsert', object: 'Country__c', externalIdFieldName: 'Code__c' };
  const near = await small.load(csv(['AA', 'BB', 'aa']), request);
  assert.equal(near.numberRecordsFailed, 2);
  assert.match(
    await small.result(near.id, 'failedResults'),
    /DUPLICATE_VALUE:Duplicate external id specified: aa:Code__c --/,
  );
  codes[200] = codes[0] ?? '';
  const far = await small.load(csv(codes), request);
  assert.deepEqual([far.numberRecordsProcessed, far.numberRecordsFailed], [201, 0]);
});

test('what is wrong with the whole file fails the job, and no row is processed', async () => {
  await using small = await openSmallRecords();
  const cases: [string, object, string][] = [
    ['Name,Foo__c\nx,y\n', {}, 'InvalidBatch : Field name not found : Foo__c'],
    ['Name,name\nx,y\n', {}, 'InvalidBatch : Field name not found : name'],
    ['Name\r\nx\r\n', {}, 'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF'],
    [
      'Name\nx\n',
      { lineEnding: 'CRLF' },
      'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is CRLF',
    ],
    ['Name\nx\n', { operation: 'update' }, 'InvalidBatch : Field name not found : Id'],
    [
      'Name\nx\n',
      { operation: 'upsert', externalIdFieldName: 'Ext__c' },
      'InvalidBatch : Field name not found : Ext__c',
    ],
    ['Name\n"never closed\n', {}, 'InvalidBatch : A quote is not closed at the end of the file'],
  ];
  for (const [csv, request, errorMessage] of cases) {
    const job = await small.load(csv, { operation: 'insert', object: 'Account', ...request });
    assert.deepEqual([job.state, job.errorMessage, job.numberRecordsProcessed], ['Failed', errorMessage, 0]);
    assert.equal((await small.result(job.id, 'unprocessedrecords')).replaceAll('\r', ''), csv.replaceAll('\r', ''));
  }
});

test('an empty upload, and none at all, complete with no records', async () => {
  await using small = await openSmallRecords();
  for (const csv of ['', 'Name\n', 'Name']) {
    const job = await small.load(csv, { operation: 'insert', object: 'Account' });
    assert.deepEqual([job.state, job.numberRecordsProcessed], ['JobComplete', 0]);
    assert.equal((await small.result(job.id, 'successfulResults')).split('\n').length, 2);
  }
  const { id } = await small.records.createJob({
    userId: testUserId,
    operation: 'insert',
    object: 'Account',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    apiVersion: 68,
  });
  await small.records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
  assert.equal((await small.ended(id)).state, 'JobComplete');
  assert.equal(await small.result(id, 'unprocessedrecords'), '');
});

test('a cell of 200 KB, a row that is too long and a row of another width are refused as rows', async () => {
  await using small = await openSmallRecords();
  await loadCountries(small);
  const rows = [`1,FR,${'x'.repeat(200_000)}`, `2,FR,${'x'.repeat(400_001)}`, '3,FR', '4,FR,fine'];
  const job = await small.load(`Geoname_Id__c,Country__r.Code__c,Notes__c\n${rows.join('\n')}\n`, {
    operation: 'insert',
    object: 'City__c',
  });
  assert.deepEqual([job.state, job.numberRecordsProcessed, job.numberRecordsFailed], ['JobComplete', 4, 3]);
  const failed = await small.result(job.id, 'failedResults');
  assert.match(failed, /STRING_TOO_LONG:Notes: data value too large: x+\.\.\. \(max length=131072\):Notes__c --/);
  assert.match(failed, /LIMIT_EXCEEDED:/);
  assert.match(failed, /The row has 2 cells, the header has 3/);
});

test('delimiters, CRLF, quotes, newlines in quotes and a byte order mark are read, and come back in the same form', async () => {
  await using small = await openSmallRecords();
  const csv = '\ufeffName;Description\r\n"a ""b"" ; c";"two\r\nlines"\r\nplain;é\r\n';
  const job = await small.load(csv, {
    operation: 'insert',
    object: 'Account',
    columnDelimiter: 'SEMICOLON',
    lineEnding: 'CRLF',
  });
  assert.deepEqual([job.state, job.numberRecordsFailed], ['JobComplete', 0]);
  const text = await small.result(job.id, 'successfulResults');
  assert.match(
    text,
    /^"sf__Id";"sf__Created";Name;Description\r\n"001\w{15}";"true";"a ""b"" ; c";"two\r\nlines"\r\n"001\w{15}";"true";"plain";"é"\r\n$/,
  );
  const page = await small.records.query({
    userId: testUserId,
    soql: 'SELECT Description FROM Account ORDER BY Name',
    all: false,
    batchSize: 200,
    apiVersion: 68,
  });
  assert.deepEqual(
    page.records.map(({ Description }) => Description),
    ['two\r\nlines', 'é'],
  );
});

test('one upload a job: a second is refused, one that broke off may be sent again', async () => {
  await using small = await openSmallRecords();
  const { id } = await small.records.createJob({
    userId: testUserId,
    operation: 'insert',
    object: 'Account',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    apiVersion: 68,
  });
  const job = { userId: testUserId, id };
  await small.records.beginUpload(job);
  await assert.rejects(small.records.setJobState({ ...job, state: 'UploadComplete' }), refusedWith('INVALIDJOBSTATE'));
  await small.records.dropUpload(job);
  await small.records.beginUpload(job);
  await assert.rejects(small.records.finishUpload({ ...job, bytes: 150_000_001 }), refusedWith('CLIENTINPUTERROR'));
  await small.records.beginUpload(job);
  await small.records.finishUpload({ ...job, bytes: 0 });
  await assert.rejects(
    small.records.beginUpload(job),
    (error) =>
      error instanceof OrgRefused && error.refusal.message.startsWith(`Found multiple contents for job: <${id}>`),
  );
});

test('a job moves only as Salesforce lets it: no way back, no end twice, no results before the end', async () => {
  await using small = await openSmallRecords();
  const { id } = await small.upload('Name\nx\n', { operation: 'insert', object: 'Account' });
  const job = { userId: testUserId, id };
  await assert.rejects(small.records.deleteJob(job), refusedWith('INVALIDJOBSTATE'));
  await assert.rejects(small.result(id, 'failedResults'), refusedWith('INVALIDJOBSTATE'));
  assert.equal((await small.records.setJobState({ ...job, state: 'Aborted' })).state, 'Aborted');
  assert.equal(await small.result(id, 'unprocessedrecords'), 'Name\nx\n');
  for (const state of ['Aborted', 'UploadComplete'] as const)
    await assert.rejects(small.records.setJobState({ ...job, state }), refusedWith('INVALIDJOBSTATE'));
  await small.records.deleteJob(job);
  await assert.rejects(small.records.getJob(job), refusedWith('NOT_FOUND'));
  assert.equal(existsSync(`${small.folder}/jobs/${id}.csv`), false);
});

test('a job that cannot be is refused when it is made', async () => {
  await using small = await openSmallRecords();
  const make = (request: object) =>
    small.records.createJob({
      userId: testUserId,
      operation: 'insert',
      object: 'Account',
      lineEnding: 'LF',
      columnDelimiter: 'COMMA',
      apiVersion: 68,
      ...request,
    });
  await assert.rejects(make({ object: 'Nope' }), refusedWith('INVALIDENTITY'));
  await assert.rejects(make({ object: 'User' }), refusedWith('INVALIDENTITY'));
  await assert.rejects(make({ operation: 'hardDelete' }), refusedWith('FEATURENOTENABLED'));
  await assert.rejects(make({ operation: 'upsert' }), refusedWith('INVALIDJOB'));
  await assert.rejects(make({ operation: 'upsert', externalIdFieldName: 'Industry' }), refusedWith('INVALIDJOB'));
});

test('jobs are listed, newest first', async () => {
  await using small = await openSmallRecords();
  const first = await small.upload('', { operation: 'insert', object: 'Account' });
  const second = await small.upload('', { operation: 'insert', object: 'Account' });
  const { jobs, next } = await small.records.listJobs({ userId: testUserId });
  assert.deepEqual(
    jobs.map(({ id }) => id),
    [second.id, first.id],
  );
  assert.equal(next, undefined);
});

test('while a job runs single saves and questions are answered at once, and an abort leaves the rest unprocessed', async () => {
  await using small = await openSmallRecords();
  const rows = Array.from({ length: 300_000 }, (_, index) => `Account ${index}`);
  const { id } = await small.upload(`Name\n${rows.join('\n')}\n`, { operation: 'insert', object: 'Account' });
  await small.records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
  let saved = 0;
  let job = await small.records.getJob({ userId: testUserId, id });
  while (job.numberRecordsProcessed < 10_000 || saved <= 5) {
    const [result] = await small.save({ operation: 'insert', object: 'Contact', rows: [{ LastName: 'x' }] });
    saved += Number(result?.success);
    job = await small.records.getJob({ userId: testUserId, id });
  }
  assert.equal(job.state, 'InProgress', `after ${saved} saves`);
  const aborted = await small.records.setJobState({ userId: testUserId, id, state: 'Aborted' });
  const done = await small.result(id, 'successfulResults');
  const rest = await small.result(id, 'unprocessedrecords');
  assert.equal(done.split('\n').length - 2, aborted.numberRecordsProcessed);
  assert.equal(rest, `Name\n${rows.slice(aborted.numberRecordsProcessed).join('\n')}\n`);
  const count = await small.records.countRecords({ userId: testUserId, objects: ['Account'] });
  assert.equal(count.get('Account'), aborted.numberRecordsProcessed);
});

test('a job over which the org stumbles is tried again, and loses no row by it', async () => {
  await using small = await openSmallRecords();
  const rows = Array.from({ length: 450 }, (_, index) => `Account ${index}\n`);
  const { id } = await small.upload('', { operation: 'insert', object: 'Account' });
  const file = join(small.folder, 'jobs', `${id}.csv`);
  await rm(file);
  await mkdir(file);
  await small.records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
  while ((await small.records.getJob({ userId: testUserId, id })).retries === 0) await setTimeout(5);
  await rm(file, { recursive: true });
  await writeFile(file, `Name\n${rows.join('')}`);
  const job = await small.ended(id);
  assert.deepEqual([job.state, job.numberRecordsProcessed, job.numberRecordsFailed], ['JobComplete', 450, 0]);
});

test('a job whose upload is gone fails instead of completing with no rows', async () => {
  await using small = await openSmallRecords();
  const { id } = await small.upload('Name\nx\n', { operation: 'insert', object: 'Account' });
  await rm(join(small.folder, 'jobs', `${id}.csv`));
  await small.records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
  const job = await small.ended(id);
  assert.deepEqual([job.state, job.errorMessage], ['Failed', 'InvalidBatch : The upload of the job is not there']);
});

test('jobs and their files are kept for seven days', async () => {
  const folder = newFolder();
  try {
    const ids: string[] = [];
    {
      await using small = await openSmallRecords({ folder });
      for (const name of ['old', 'new'])
        ids.push((await small.load(`Name\n${name}\n`, { operation: 'insert', object: 'Account' })).id);
    }
    const [old = '', recent = ''] = ids;
    const database = openDatabase(join(folder, 'records.sqlite'), { durable: false });
    database.prepare('UPDATE sluice_job SET createdDate = ? WHERE id = ?').run(Date.now() - jobsKeptMs - 1000, old);
    database.close();
    await using small = await openSmallRecords({ folder });
    const { jobs } = await small.records.listJobs({ userId: testUserId });
    assert.deepEqual(
      jobs.map(({ id }) => id),
      [recent],
    );
    assert.deepEqual(
      [existsSync(join(folder, 'jobs', `${old}.csv`)), existsSync(join(folder, 'jobs', `${recent}.csv`))],
      [false, true],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('locked rows asked for come in jobs too, and a small job does not wait for the end of a large one', async () => {
  await using small = await openSmallRecords();
  await small.records.setRowFaults({ share: 1, objects: ['contact'], operations: ['insert'] });
  const names = Array.from({ length: 20_000 }, (_, index) => `Account ${index}\n`);
  const uploads = [
    await small.upload(`Name\n${names.join('')}`, { operation: 'insert', object: 'Account' }),
    await small.upload('LastName\nKing\nByron\n', { operation: 'insert', object: 'Contact' }),
  ];
  const begin = ({ id }: { id: string }) =>
    small.records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
  await Promise.all(uploads.map(begin));
  const [large, contacts] = (await Promise.all(uploads.map(({ id }) => small.ended(id)))) as [Job, Job];
  assert.ok(contacts.systemModstamp < large.systemModstamp, 'the small one ended first');
  assert.deepEqual(
    [contacts.state, contacts.numberRecordsProcessed, contacts.numberRecordsFailed],
    ['JobComplete', 2, 2],
  );
  const locked =
    /"","UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: 003\w{15}:--","King"\n/;
  assert.match(await small.result(contacts.id, 'failedResults'), locked);
  assert.deepEqual([large.state, large.numberRecordsFailed], ['JobComplete', 0]);
});
