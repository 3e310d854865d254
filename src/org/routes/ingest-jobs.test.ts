import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type CallOptions, openOrgInTest, type Reply } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
const call = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
  opened.call(method, path, options);

type JobBody = Record<string, unknown> & { id: string; state: string };

before(async () => {
  opened = await openOrgInTest();
  await opened.org.listen();
});

after(() => opened.org.close());

const csv = { 'content-type': 'text/csv' };

async function createJob(more: object = {}): Promise<JobBody> {
  const answer = await call('POST', 'jobs/ingest', { json: { object: 'City__c', operation: 'insert', ...more } });
  assert.equal(answer.status, 200, answer.body);
  return answer.json as JobBody;
}

const state = async (id: string) => ((await call('GET', `jobs/ingest/${id}`)).json as JobBody).state;

async function close(id: string): Promise<JobBody> {
  const closed = await call('PATCH', `jobs/ingest/${id}`, { json: { id, state: 'UploadComplete' } });
  assert.equal(closed.status, 200, closed.body);
  return closed.json as JobBody;
}

async function finished(id: string): Promise<JobBody> {
  for (;;) {
    const job = (await call('GET', `jobs/ingest/${id}`)).json as JobBody;
    if (!['UploadComplete', 'InProgress'].includes(job.state)) return job;
    await sleep(20);
  }
}

test('a job is made as Salesforce answers it: 200, its version a number with a decimal, its address without a slash', async () => {
  const { body } = await call('POST', 'jobs/ingest', {
    json: { object: 'city__c', operation: 'insert', contentType: 'CSV' },
  });
  const { id, createdById, createdDate, systemModstamp, ...rest } = JSON.parse(body) as JobBody;
  assert.match(id, /^750\w{15}$/);
  assert.match(String(createdById), /^005\w{15}$/);
  assert.match(`${createdDate}${systemModstamp}`, /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000){2}$/);
  assert.deepEqual(rest, {
    operation: 'insert',
    object: 'City__c',
    state: 'Open',
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: 68,
    contentUrl: `services/data/v68.0/jobs/ingest/${id}/batches`,
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
  });
  assert.match(body, /"apiVersion":68\.0,/);
});

test('a job lives from its upload to its three results', async () => {
  const { id } = await createJob();
  const upload = await call('PUT', `jobs/ingest/${id}/batches`, {
    payload: `Name,Code__c\nGood,L1\nLong,${'L'.repeat(21)}\n`,
    headers: csv,
  });
  assert.deepEqual([upload.status, upload.body], [201, '']);
  assert.equal((await close(id)).numberRecordsProcessed, undefined);
  const job = await finished(id);
  assert.deepEqual(
    [job.state, job.jobType, job.numberRecordsProcessed, job.numberRecordsFailed],
    ['JobComplete', 'V2Ingest', 2, 1],
  );
  const results = async (kind: string) => (await call('GET', `jobs/ingest/${id}/${kind}`)).body;
  assert.match(await results('successfulResults'), /^"sf__Id","sf__Created",.*\n"a\w{17}","true","Good","L1"\n$/);
  assert.match(
    await results('failedResults/'),
    /^"sf__Id","sf__Error",.*\n"","STRING_TOO_LONG:[^"]+:Code__c --","Long","L{21}"\n$/,
  );
  assert.equal(await results('unprocessedRecords'), 'Name,Code__c\n');
  assert.equal((await call('DELETE', `jobs/ingest/${id}`)).status, 204);
  assert.equal((await call('GET', `jobs/ingest/${id}`)).status, 404);
});

test('the second upload of a job is refused, and so is one that is no CSV', async () => {
  const { id } = await createJob();
  const put = (headers: Record<string, string>) =>
    call('PUT', `jobs/ingest/${id}/batches`, { payload: 'Name\nx\n', headers });
  assert.equal((await put({ 'content-type': 'application/json' })).status, 415);
  assert.equal((await put({ 'content-type': 'text/csv; charset=UTF-8' })).status, 201);
  const second = await put(csv);
  assert.equal(second.status, 400);
  assert.match(second.body, /Found multiple contents for job: <750\w{15}>/);
});

test('an upload may be compressed', async () => {
  const { id } = await createJob();
  const payload = gzipSync('Name,Code__c\nPacked,Z1\n');
  await call('PUT', `jobs/ingest/${id}/batches`, { payload, headers: { ...csv, 'content-encoding': 'gzip' } });
  await close(id);
  assert.equal((await finished(id)).numberRecordsProcessed, 1);
});

test('a compressed upload that is no gzip leaves the job as it was', async () => {
  const { id } = await createJob();
  const headers = { ...csv, 'content-encoding': 'gzip' };
  assert.equal((await call('PUT', `jobs/ingest/${id}/batches`, { payload: 'plain', headers })).status, 400);
  assert.equal((await call('PUT', `jobs/ingest/${id}/batches`, { payload: 'Name\nx\n', headers: csv })).status, 201);
});

test('an upload that breaks off leaves the job open, and it can be uploaded again', async () => {
  const { id } = await createJob();
  const broken = request(`${opened.org.url}/services/data/v68.0/jobs/ingest/${id}/batches`, {
    method: 'PUT',
    headers: { ...csv, authorization: `Bearer ${opened.token}`, 'content-length': 1000 },
  });
  broken.on('error', () => {});
  broken.write('Name,Code__c\nHalf,H');
  const file = join(opened.org.folder, 'jobs', `${id}.csv`);
  while (!existsSync(file)) await sleep(5);
  broken.destroy();
  while (existsSync(file)) await sleep(5);
  assert.equal(await state(id), 'Open');
  assert.equal(
    (await call('PUT', `jobs/ingest/${id}/batches`, { payload: 'Name,Code__c\nWhole,H1\n', headers: csv })).status,
    201,
  );
  await close(id);
  assert.deepEqual([(await finished(id)).numberRecordsProcessed], [1]);
});

test('job and content come in one multipart request', async () => {
  const payload = [
    '--fence\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="job"\r\n\r\n{"object":"City__c","operation":"insert"}\r\n',
    '--fence\r\nContent-Type: text/csv\r\nContent-Disposition: form-data; name="content"; filename="content"\r\n\r\nName,Code__c\nParts,M1\n\r\n--fence--\r\n',
  ].join('');
  const headers = { 'content-type': 'multipart/form-data; boundary=fence' };
  const { status, json } = await call('POST', 'jobs/ingest', { payload, headers });
  assert.deepEqual([status, (json as JobBody).state], [200, 'UploadComplete']);
  assert.equal((await finished((json as JobBody).id)).numberRecordsProcessed, 1);
});

test('a job is aborted, not reopened, and what a job cannot be is refused', async () => {
  const { id } = await createJob();
  const set = (to: string) => call('PATCH', `jobs/ingest/${id}`, { json: { state: to } });
  assert.equal((await set('InProgress')).status, 400);
  assert.equal(((await set('Aborted')).json as JobBody).state, 'Aborted');
  assert.equal((await set('UploadComplete')).status, 400);
  const refused = async (json: object) => (await call('POST', 'jobs/ingest', { json })).status;
  assert.equal(await refused({ object: 'Nope', operation: 'insert' }), 400);
  assert.equal(await refused({ object: 'City__c' }), 400);
  assert.equal(await refused({ object: 'City__c', operation: 'upsert' }), 400);
  assert.equal(await refused({ object: 'City__c', operation: 'insert', lineEnding: 'CR' }), 400);
});

test('the list of jobs has each of them', async () => {
  const { id } = await createJob();
  const { json } = await call('GET', 'jobs/ingest?jobType=V2Ingest');
  const { done, records, nextRecordsUrl } = json as { done: boolean; records: JobBody[]; nextRecordsUrl: null };
  assert.deepEqual([done, nextRecordsUrl], [true, null]);
  assert.ok(records.some((job) => job.id === id && job.jobType === 'V2Ingest'));
  assert.deepEqual(((await call('GET', 'jobs/ingest?jobType=Classic')).json as { records: [] }).records, []);
});

test('results come compressed when asked, and HEAD says that they are there', async () => {
  const { id } = await createJob();
  await call('PUT', `jobs/ingest/${id}/batches`, { payload: 'Name,Code__c\nOne,Q1\n', headers: csv });
  await close(id);
  await finished(id);
  const url = `${opened.org.url}/services/data/v68.0/jobs/ingest/${id}/successfulResults`;
  const authorization = `Bearer ${opened.token}`;
  const plain = await fetch(url, { headers: { authorization, 'accept-encoding': 'identity' } });
  const packed = await fetch(url, { headers: { authorization, 'accept-encoding': 'gzip' } });
  assert.deepEqual([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')], [null, 'gzip']);
  assert.equal(await packed.text(), await plain.text());
  assert.equal(plain.headers.get('content-type'), 'text/csv');
  for (const encoding of ['identity', 'gzip']) {
    const head = await fetch(url, { method: 'HEAD', headers: { authorization, 'accept-encoding': encoding } });
    assert.deepEqual([head.status, await head.text()], [200, '']);
  }
});
