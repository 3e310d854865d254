import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { OrgRefused } from '../records/index.ts';
import { piecesOf } from './body-pieces.ts';
import { openOrgInTest } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;

before(async () => {
  opened = await openOrgInTest();
  await opened.org.listen();
});

after(() => opened.org.close());

async function createJob(): Promise<string> {
  const answer = await opened.call('POST', 'jobs/ingest', { json: { object: 'City__c', operation: 'insert' } });
  return (answer.json as { id: string }).id;
}

const fileOf = (id: string) => join(opened.org.folder, 'jobs', `${id}.csv`);

async function untilUploading(id: string): Promise<void> {
  while (!existsSync(fileOf(id))) await sleep(5);
}

/** An upload that is under way, or refused. */
async function begin(id: string, text: string | Buffer, headers: Record<string, string> = {}) {
  const url = `${opened.org.url}/services/data/v68.0/jobs/ingest/${id}/batches`;
  const put: ClientRequest = request(url, {
    method: 'PUT',
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${opened.token}`, ...headers },
  });
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  put.on('response', (response: IncomingMessage) => {
    response.resume();
    resolve(response.statusCode);
  });
  put.on('error', () => resolve(undefined));
  put.write(text);
  await Promise.race([untilUploading(id), promise]);
  return { put, status: promise };
}

const setState = (id: string, state: string) => opened.call('PATCH', `jobs/ingest/${id}`, { json: { state } });

async function processed(id: string): Promise<unknown> {
  for (;;) {
    const job = (await opened.call('GET', `jobs/ingest/${id}`)).json as {
      state: string;
      numberRecordsProcessed: number;
    };
    if (!['UploadComplete', 'InProgress'].includes(job.state)) return [job.state, job.numberRecordsProcessed];
    await sleep(20);
  }
}

const upload = { what: 'upload', code: 'INVALIDBATCH' };

test('an upload may take as long as it moves; one that stands still is refused', async () => {
  const moving = new PassThrough();
  let left = 25;
  const drip = setInterval(() => {
    left -= 1;
    if (left >= 0) moving.write('x');
    else moving.end();
  }, 100);
  const pieces = await Array.fromAsync(piecesOf(moving, { ...upload, idleMs: 2_000 }));
  clearInterval(drip);
  assert.equal(Buffer.concat(pieces).length, 25);
  const standing = new PassThrough();
  standing.write('x');
  const refused = await Array.fromAsync(piecesOf(standing, { ...upload, idleMs: 50 })).catch((error: unknown) => error);
  assert.ok(refused instanceof OrgRefused);
  assert.deepEqual([refused.refusal.status, refused.refusal.message], [408, 'The upload stood still for 0.05 seconds']);
});

test('while an upload is under way, a second one and the closing of the job are refused', async () => {
  const id = await createJob();
  const { put, status } = await begin(id, 'Name\nfirst\n');
  const second = await begin(id, 'Name\nsecond\n');
  second.put.end();
  assert.equal(await second.status, 400);
  assert.equal((await setState(id, 'UploadComplete')).status, 400);
  put.end('last\n');
  assert.equal(await status, 201);
  assert.equal((await setState(id, 'UploadComplete')).status, 200);
  assert.deepEqual(await processed(id), ['JobComplete', 2]);
});

test('a job that is aborted while its upload is under way stays aborted', async () => {
  const id = await createJob();
  const { put, status } = await begin(id, 'Name\nfirst\n');
  assert.equal((await setState(id, 'Aborted')).status, 200);
  put.end('last\n');
  assert.equal(await status, 400);
  assert.deepEqual(await processed(id), ['Aborted', 0]);
});

test('a compressed upload that breaks off can be repeated', async () => {
  const id = await createJob();
  const packed = gzipSync(`Name\n${'row\n'.repeat(1000)}`);
  const broken = await begin(id, packed.subarray(0, 20), { 'content-encoding': 'gzip' });
  broken.put.destroy();
  assert.equal(await broken.status, undefined);
  while (existsSync(fileOf(id))) await sleep(5);
  const whole = await begin(id, packed, { 'content-encoding': 'gzip' });
  whole.put.end();
  assert.equal(await whole.status, 201);
  await setState(id, 'UploadComplete');
  assert.deepEqual(await processed(id), ['JobComplete', 1000]);
});

test('a compressed upload that ends too early is refused', async () => {
  const id = await createJob();
  const { put, status } = await begin(id, gzipSync('Name\nrow\n').subarray(0, 20), { 'content-encoding': 'gzip' });
  put.end();
  assert.equal(await status, 400);
});

test('more than 150,000,000 bytes are refused, also when they were compressed to little', async () => {
  const id = await createJob();
  const packed = gzipSync(Buffer.alloc(151_000_000, 'x\n'));
  const { put, status } = await begin(id, packed, { 'content-encoding': 'gzip' });
  put.end();
  assert.equal(await status, 413);
  assert.equal(((await opened.call('GET', `jobs/ingest/${id}`)).json as { state: string }).state, 'Open');
});
