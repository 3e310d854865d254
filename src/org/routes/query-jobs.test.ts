import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type CallOptions, openOrgInTest, type Reply } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
const call = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
  opened.call(method, path, options);

type JobBody = Record<string, unknown> & { id: string; state: string };
type PagesBody = { resultPages: { resultUrl: string }[]; nextRecordsUrl?: string; done: boolean };

const soql = 'SELECT Name, Account__r.Name FROM City__c ORDER BY Name';
const codeOf = ({ json }: Reply) => (json as { errorCode: string }[])[0]?.errorCode;

before(async () => {
  opened = await openOrgInTest();
  const account = await call('POST', 'sobjects/Account', { json: { Name: 'Acme' } });
  const Account__c = (account.json as { id: string }).id;
  const records = Array.from({ length: 30 }, (_, index) => ({
    attributes: { type: 'City__c' },
    Name: `City ${String(index).padStart(2, '0')}`,
    ...(index % 2 === 0 ? { Account__c } : {}),
  }));
  assert.equal((await call('POST', 'composite/sobjects', { json: { records } })).status, 200);
});

after(() => opened.org.close());

async function create(json: object): Promise<JobBody> {
  const answer = await call('POST', 'jobs/query', { json });
  assert.equal(answer.status, 200, answer.body);
  return answer.json as JobBody;
}

async function finished(id: string): Promise<JobBody> {
  for (;;) {
    const job = (await call('GET', `jobs/query/${id}`)).json as JobBody;
    if (!['UploadComplete', 'InProgress'].includes(job.state)) return job;
    await sleep(5);
  }
}

test('a query job is made and described as Salesforce does, never Open and without an upload', async () => {
  const { body } = await call('POST', 'jobs/query', { json: { operation: 'query', query: soql } });
  const { id, createdById, createdDate, systemModstamp, ...rest } = JSON.parse(body) as JobBody;
  assert.match(id, /^750\w{15}$/);
  assert.match(String(createdById), /^005\w{15}$/);
  assert.match(`${createdDate}${systemModstamp}`, /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000){2}$/);
  const head = {
    operation: 'query',
    object: 'City__c',
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: 68,
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
  };
  assert.deepEqual(rest, { ...head, state: 'UploadComplete' });
  assert.match(body, /"apiVersion":68\.0,/);
  const { totalProcessingTime, ...job } = await finished(id);
  assert.equal(typeof totalProcessingTime, 'number');
  const counters = { jobType: 'V2Query', numberRecordsProcessed: 30, retries: 0, isPkChunkingSupported: false };
  const stamps = { createdDate, createdById, systemModstamp: job.systemModstamp };
  assert.deepEqual(job, { id, ...head, ...stamps, state: 'JobComplete', ...counters });
});

test('results are CSV with the number of records and the next locator in their headers, the last one null', async () => {
  const { id } = await create({ operation: 'query', query: soql });
  await finished(id);
  let locator = '';
  const counts: unknown[] = [];
  const lines: string[] = [];
  do {
    const page = await call('GET', `jobs/query/${id}/results?maxRecords=12${locator && `&locator=${locator}`}`);
    assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/csv']);
    assert.match(String(page.headers['sforce-limit-info']), /^api-usage=\d+\/\d+$/);
    const [header, ...rows] = page.body.trimEnd().split('\n');
    assert.equal(header, '"Name","Account__r.Name"');
    lines.push(...rows);
    counts.push(page.headers['sforce-numberofrecords']);
    locator = String(page.headers['sforce-locator']);
  } while (locator !== 'null');
  assert.deepEqual(counts, ['12', '12', '6']);
  assert.deepEqual(
    [lines.length, new Set(lines).size, lines[0], lines[1]],
    [30, 30, '"City 00","Acme"', '"City 01",""'],
  );
  const whole = await call('GET', `jobs/query/${id}/results`, { headers: { 'accept-encoding': 'gzip' } });
  assert.deepEqual([whole.headers['sforce-numberofrecords'], whole.headers['sforce-locator']], ['30', 'null']);
});

test('result pages name up to five addresses at once', async () => {
  const { id } = await create({ operation: 'query', query: soql });
  await finished(id);
  const { json } = await call('GET', `jobs/query/${id}/resultPages`);
  const path = `/services/data/v68.0/jobs/query/${id}`;
  assert.deepEqual(json, { resultPages: [{ resultUrl: `${path}/results?locator=MA` }], done: true });
  const [first] = (json as PagesBody).resultPages;
  assert.equal((await call('GET', first?.resultUrl ?? '')).headers['sforce-numberofrecords'], '30');
});

test('all jobs are listed, and filters that ask for others find none', async () => {
  const { id } = await create({ operation: 'queryAll', query: soql, columnDelimiter: 'tab', lineEnding: 'CRLF' });
  const list = async (query: string) =>
    (await call('GET', `jobs/query?${query}`)).json as { done: boolean; records: JobBody[]; nextRecordsUrl: null };
  const { done, records, nextRecordsUrl } = await list('');
  const { operation, columnDelimiter, lineEnding, jobType } = records.find((job) => job.id === id) ?? ({} as JobBody);
  assert.deepEqual([done, nextRecordsUrl], [true, null]);
  assert.deepEqual([operation, columnDelimiter, lineEnding, jobType], ['queryAll', 'TAB', 'CRLF', 'V2Query']);
  assert.equal((await list('jobType=V2Query&concurrencyMode=parallel')).records.length, records.length);
  for (const other of ['jobType=Classic', 'isPkChunkingEnabled=true', 'concurrencyMode=serial'])
    assert.deepEqual(await list(other), { done: true, records: [], nextRecordsUrl: null });
});

test('a job that has ended is deleted with 204, and is not found any more', async () => {
  const { id } = await create({ operation: 'query', query: soql });
  await finished(id);
  assert.equal(codeOf(await call('PATCH', `jobs/query/${id}`, { json: { state: 'Aborted' } })), 'INVALIDJOBSTATE');
  assert.equal((await call('DELETE', `jobs/query/${id}`)).status, 204);
  for (const path of ['', '/results', '/resultPages'])
    assert.equal((await call('GET', `jobs/query/${id}${path}`)).status, 404);
  assert.equal((await call('GET', `jobs/ingest/${id}`)).status, 404);
});

test('what is wrong is refused with its code', async () => {
  const refused = async (json: object) => {
    const answer = await call('POST', 'jobs/query', { json });
    assert.equal(answer.status, 400);
    return codeOf(answer);
  };
  assert.equal(await refused({ operation: 'query' }), 'INVALIDJOB');
  assert.equal(await refused({ operation: 'insert', query: soql }), 'INVALIDJOB');
  assert.equal(await refused({ operation: 'query', query: soql, contentType: 'JSON' }), 'INVALIDJOB');
  assert.equal(await refused({ operation: 'query', query: 'SELECT Nope FROM City__c' }), 'INVALID_FIELD');
  assert.equal(await refused({ operation: 'query', query: 'SELECT COUNT() FROM City__c' }), 'FEATURENOTENABLED');
  assert.equal(await refused({ operation: 'query', query: 'SELECT BillingAddress FROM Account' }), 'API_ERROR');
  const { id } = await create({ operation: 'query', query: soql });
  await finished(id);
  const of = `jobs/query/${id}`;
  assert.equal(codeOf(await call('GET', `${of}/results?maxRecords=0`)), 'CLIENTINPUTERROR');
  assert.equal(codeOf(await call('GET', `${of}/results?locator=nope`)), 'INVALID_QUERY_LOCATOR');
  assert.equal(codeOf(await call('PATCH', of, { json: { state: 'UploadComplete' } })), 'INVALIDJOBSTATE');
  assert.equal((await call('GET', `/services/data/v67.0/${of}/results`)).status, 409);
  assert.equal((await call('GET', `/services/data/v57.0/${of}/resultPages`)).status, 404);
  assert.equal((await call('GET', '/services/data/v46.0/jobs/query')).status, 404);
  assert.equal((await call('GET', of, { app: 'none' })).status, 401);
});

test('each job counts against the allocation of a day', async () => {
  const left = async () =>
    ((await call('GET', 'limits')).json as Record<string, { Remaining: number }>).DailyBulkV2QueryJobs?.Remaining ?? 0;
  const before = await left();
  await create({ operation: 'query', query: soql });
  assert.equal(before - (await left()), 1);
});

test('results go out compressed to those who ask for it', async () => {
  const url = await opened.org.listen();
  const { id } = await create({ operation: 'query', query: soql });
  await finished(id);
  const headers = { authorization: `Bearer ${opened.token}`, 'accept-encoding': 'gzip' };
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    request(`${url}/services/data/v68.0/jobs/query/${id}/results`, { headers }, (answer) => {
      const pieces: Buffer[] = [];
      assert.equal(answer.headers['content-encoding'], 'gzip');
      answer.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => resolve(Buffer.concat(pieces)));
    })
      .on('error', reject)
      .end();
  });
  assert.equal(gunzipSync(bytes).toString('utf8').trimEnd().split('\n').length, 31);
});
