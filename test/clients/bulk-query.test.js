/** Bulk query as curl does it, line by line as Salesforce's guide has it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startOrg } from './start-org.js';

const run = promisify(execFile);
const rows = 25_000;
let org;
let folder;
let jobs;
let authorization;

before(async () => {
  org = await startOrg();
  folder = await mkdtemp(join(tmpdir(), 'sluice-curl-'));
  jobs = `${org.url}/services/data/v68.0/jobs`;
  const child = run('curl', [
    ...['--silent', '--show-error', `${org.url}/services/oauth2/token`, '-d', 'grant_type=client_credentials'],
    ...['-d', `client_id=${org.consumerKey}`, '--data-urlencode', 'client_secret@-'],
  ]);
  child.child.stdin.end(org.consumerSecret);
  authorization = `Authorization: Bearer ${JSON.parse((await child).stdout).access_token}`;
  await loadCities();
});

after(async () => {
  await org?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function curl(...args) {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '60', '-H', authorization, ...args], {
    maxBuffer: 64_000_000,
  });
  return stdout;
}

const json = (...args) => curl('-H', 'Content-Type: application/json', ...args).then(JSON.parse);

async function ended(kind, id) {
  for (;;) {
    const job = await json(`${jobs}/${kind}/${id}`);
    if (!['UploadComplete', 'InProgress'].includes(job.state)) return job;
    await sleep(50);
  }
}

async function loadCities() {
  const { id } = await json(`${jobs}/ingest`, '-d', '{"object":"City__c","operation":"insert","contentType":"CSV"}');
  const lines = Array.from({ length: rows }, (_, n) => `City ${n},C-${n},${n}\n`);
  const put = run('curl', [
    ...['--silent', '--show-error', '-H', authorization, '-H', 'Content-Type: text/csv', '-X', 'PUT'],
    ...['--data-binary', '@-', `${jobs}/ingest/${id}/batches`],
  ]);
  put.child.stdin.end(`Name,Code__c,Population__c\n${lines.join('')}`);
  await put;
  await json('-X', 'PATCH', `${jobs}/ingest/${id}`, '-d', '{"state":"UploadComplete"}');
  assert.equal((await ended('ingest', id)).numberRecordsFailed, 0);
}

test('curl goes through a whole query job: create, poll, page by page to files, delete', async () => {
  const query = 'SELECT Name, Code__c, Population__c FROM City__c ORDER BY Population__c';
  const made = await json(`${jobs}/query`, '-d', JSON.stringify({ operation: 'query', query }));
  assert.deepEqual([made.state, made.object, made.apiVersion], ['UploadComplete', 'City__c', 68]);
  const job = await ended('query', made.id);
  assert.deepEqual([job.state, job.numberRecordsProcessed, job.jobType], ['JobComplete', rows, 'V2Query']);
  const lines = [];
  const counts = [];
  for (let locator = ''; locator !== 'null'; ) {
    const [headers, page] = [join(folder, 'headers'), join(folder, 'page.csv')];
    const address = `${jobs}/query/${job.id}/results?maxRecords=9000${locator && `&locator=${locator}`}`;
    await curl('--compressed', '-D', headers, '-o', page, address);
    const [header, ...more] = (await readFile(page, 'utf8')).trimEnd().split('\n');
    assert.equal(header, '"Name","Code__c","Population__c"');
    lines.push(...more);
    const head = await readFile(headers, 'utf8');
    locator = /^sforce-locator: (\S+)/im.exec(head)[1];
    counts.push(Number(/^sforce-numberofrecords: (\d+)/im.exec(head)[1]));
  }
  assert.deepEqual(counts, [9000, 9000, 7000]);
  assert.deepEqual(
    lines,
    Array.from({ length: rows }, (_, n) => `"City ${n}","C-${n}","${n}"`),
  );
  const { resultPages, done } = await json(`${jobs}/query/${job.id}/resultPages`);
  assert.deepEqual([resultPages.length, done], [3, true]);
  const texts = await Promise.all(resultPages.map(({ resultUrl }) => curl(`${org.url}${resultUrl}`)));
  assert.deepEqual(
    texts.flatMap((text) => text.trimEnd().split('\n').slice(1)),
    lines,
  );
  assert.equal(await curl('-w', '%{http_code}', '-X', 'DELETE', `${jobs}/query/${job.id}`), '204');
  assert.equal(await curl('-o', join(folder, 'gone'), '-w', '%{http_code}', `${jobs}/query/${job.id}`), '404');
});

test('curl aborts a job, and is told in Salesforce words what Bulk query does not know', async () => {
  const query = 'SELECT Id, Name FROM City__c';
  const { id } = await json(`${jobs}/query`, '-d', JSON.stringify({ operation: 'queryAll', query }));
  const aborted = await json('-X', 'PATCH', `${jobs}/query/${id}`, '-d', '{"state":"Aborted"}');
  assert.ok(aborted.state === 'Aborted' || aborted[0].errorCode === 'INVALIDJOBSTATE', JSON.stringify(aborted));
  const count = { operation: 'query', query: 'SELECT COUNT() FROM City__c' };
  const [refused] = await json(`${jobs}/query`, '-d', JSON.stringify(count));
  assert.equal(refused.message, 'Aggregate Relationships not supported in Bulk V2 Query with CSV content type');
});
