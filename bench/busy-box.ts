/**
 * How long a token request takes while a Bulk job of 1,000,000 rows is being processed, beside an idle box: requests at a steady pace,
 * whether or not the one before was answered, so that a pause counts for all who would have come in it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { start, stop } from './child.ts';
import { judge, medianRatio, say } from './figures.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const everyMs = 5;
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-busy-box-'));
const setup = join(folder, 'org.yaml');
writeFileSync(setup, 'limits: { loginsPerUserAndHour: 1000000000 }\n');
const agent = new Agent({ connections: 64 });

try {
  for (const store of ['memory', 'data'] as const) await measure(store);
} finally {
  await agent.close();
  rmSync(folder, { recursive: true, force: true });
}

type Box = { url: string; form: string; token: string };

/** Idle and busy in turn: each busy time has a new job of all the rows, aborted at its end. */
async function measure(store: 'memory' | 'data'): Promise<void> {
  const where = store === 'memory' ? ['--memory'] : ['--data', join(folder, 'data')];
  const org = await start([sluice, 'org', 'start', '--json', '--port', '0', '--setup', setup, ...where]);
  const box = await openBox(org.ready);
  const times: { idle: number[]; busy: number[] } = { idle: [], busy: [] };
  await pace(box, 2);
  for (let round = 0; round < rounds; round += 1) {
    times.idle.push(p99(await pace(box, seconds)));
    const job = await startJob(box);
    times.busy.push(p99(await pace(box, seconds)));
    await endJob(box, job);
  }
  await stop(org);
  const shown = (values: readonly number[]) => values.map((ms) => ms.toFixed(1)).join(', ');
  say(`${store}: p99 of an idle box ${shown(times.idle)} ms, of a busy one ${shown(times.busy)} ms`);
  judge(`p99 while a job is processed (${store}), of idle`, medianRatio(times.busy, times.idle), { atMost: 3 });
}

async function openBox({ url = '', consumerKey = '', consumerSecret = '' }: Record<string, string>): Promise<Box> {
  const app = { client_id: consumerKey, client_secret: consumerSecret };
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...app }).toString();
  const { access_token: token } = (await askForToken({ url, form })) as { access_token: string };
  return { url, form, token };
}

/** A job that is being processed when this resolves. */
async function startJob(box: Box): Promise<string> {
  const asked = JSON.stringify({ operation: 'insert', object: 'Account', lineEnding: 'LF' });
  const { id } = await call(box, 'POST', '', { type: 'application/json', body: asked });
  await call(box, 'PUT', `/${id}/batches`, { type: 'text/csv', body: Readable.from(accounts()) });
  await call(box, 'PATCH', `/${id}`, { type: 'application/json', body: '{"state":"UploadComplete"}' });
  for (;;) {
    const { state } = await call(box, 'GET', `/${id}`);
    if (state === 'InProgress') return String(id);
    await sleep(50);
  }
}

function* accounts(): Generator<string> {
  yield 'Name,Phone,Industry,NumberOfEmployees,Description\n';
  for (let from = 0; from < rows; from += 1_000) {
    const lines = Array.from({ length: Math.min(1_000, rows - from) }, (_, index) => {
      const number = from + index;
      return `Account number ${number},+49 30 ${number},Energy,${number % 5000},plain words of a note ${number}\n`;
    });
    yield lines.join('');
  }
}

/** It must still have been at work: else the requests before met an idle box. */
async function endJob(box: Box, id: string): Promise<void> {
  const { state, numberRecordsProcessed } = await call(box, 'GET', `/${id}`);
  if (state !== 'InProgress')
    throw new Error(`the job was ${state} after ${numberRecordsProcessed} rows: take more rows`);
  await call(box, 'PATCH', `/${id}`, { type: 'application/json', body: '{"state":"Aborted"}' });
}

type Sent = { type: string; body: string | Readable };

async function call(
  { url, token }: Box,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  sent?: Sent,
): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${token}`, ...(sent === undefined ? {} : { 'content-type': sent.type }) };
  const body = sent === undefined ? {} : { body: sent.body };
  const answer = await request(`${url}/services/data/v68.0/jobs/ingest${path}`, {
    dispatcher: agent,
    method,
    headers,
    ...body,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 400) throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function askForToken({ url, form }: Pick<Box, 'url' | 'form'>): Promise<unknown> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { statusCode, body } = await request(`${url}/services/oauth2/token`, {
    dispatcher: agent,
    method: 'POST',
    headers,
    body: form,
  });
  const answer = await body.json();
  if (statusCode !== 200) throw new Error(`the token endpoint answered ${statusCode}`);
  return answer;
}

/** Milliseconds of each request. */
async function pace(box: Box, forSeconds: number): Promise<number[]> {
  const began = performance.now();
  const waits: Promise<number>[] = [];
  for (let count = 0; count < (forSeconds * 1000) / everyMs; count += 1) {
    await sleep(Math.max(0, began + count * everyMs - performance.now()));
    const sentAt = performance.now();
    waits.push(askForToken(box).then(() => performance.now() - sentAt));
  }
  return Promise.all(waits);
}

function p99(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
