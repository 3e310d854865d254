/**
 * Messages by key among 1,000,000: the hub's search against a bare indexed SQLite look-up of the same rows, in one process and over HTTP. And
 * how fast reported rows become messages. Rounds are interleaved; what counts is the ratio in a round. BENCH_ROWS (1000000),
 * BENCH_ROUNDS (5), BENCH_SECONDS (2).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'undici';
import { createLog, systemClock } from '../src/base/index.ts';
import { openHub } from '../src/hub/index.ts';
import { openHubStore } from '../src/hub/store/index.ts';
import { rowsReported } from '../src/hub/store/message-rows.ts';
import type { ReportedRow } from '../src/protocol/index.ts';
import { openSqliteFile } from '../src/store/index.ts';
import { type Started, start, stop } from './child.ts';
import { judge, median, medianRatio, say } from './figures.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const atMost = 3;
const keys = Math.ceil(rows / 3);
const connections = 16;
const sluice = join(import.meta.dirname, '..', 'bin', 'sluice.js');
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-messages-'));
const floorFile = join(folder, 'floor.sqlite');

/** Three messages have one key, far from each other. */
const keyOf = (row: number) => `K${(row * 7_919) % keys}`;
const anyKey = () => `K${Math.floor(Math.random() * keys)}`;

try {
  const password = await makeHub();
  say(`${Math.round(rows / (await fill()))} reported rows a second became messages`);
  makeFloor();
  inOneProcess();
  await overHttp(password);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function makeHub(): Promise<string> {
  await using hub = await openHub({ folder, log: createLog({ level: 'silent' }) });
  return hub.firstAdministrator?.password ?? '';
}

/** The same rows in a table of their own, with the index that a bare look-up by key wants. */
function makeFloor(): void {
  using floor = new DatabaseSync(floorFile);
  floor.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  floor.prepare('ATTACH ? AS hub').run(join(folder, 'hub.sqlite'));
  const table = floor.prepare(`SELECT sql FROM hub.sqlite_master WHERE type = 'table' AND name = 'message'`).get();
  floor.exec(
    `${table?.sql}; INSERT INTO main.message SELECT * FROM hub.message; CREATE INDEX message_key ON message (key, id)`,
  );
}

/** In reports of 1,000 rows, ten to a transaction, one row in a hundred refused. */
async function fill(): Promise<number> {
  const migrations = join(import.meta.dirname, '..', 'src', 'hub', 'store', 'sql');
  const errors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' } as const;
  await using store = openSqliteFile({ folder, name: 'hub.sqlite', migrations, errors });
  const run = { id: 1, interfaceId: 1, interfaceVersion: 1, form: null };
  const now = Date.now();
  let spent = 0;
  for (let first = 0; first < rows; first += 10_000) {
    const reports = Array.from({ length: 10 }, (_, part) => reportFrom(first + part * 1_000));
    const began = performance.now();
    await store.write(() => {
      for (const report of reports) rowsReported(store, run, { ...report, sentAt: now, settledAt: now, now });
    });
    spent += performance.now() - began;
  }
  return spent / 1_000;
}

function reportFrom(first: number) {
  return {
    chunk: Math.floor(first / 100_000),
    first: first % 100_000,
    rows: Array.from({ length: 1_000 }, (_, n) => rowOf(first + n)),
  };
}

function rowOf(place: number): ReportedRow {
  const key = keyOf(place);
  const common = { key, rejectedBy: null, code: null, reason: null, cells: null };
  const salesforceId = `001${String(place).padStart(12, '0')}AAA`;
  if (place % 100 > 0) return { ...common, outcome: 'succeeded', created: true, salesforceId };
  const refusal = {
    rejectedBy: 'salesforce',
    code: 'REQUIRED_FIELD_MISSING',
    reason: 'Required fields are missing: [Name]',
  } as const;
  return {
    ...common,
    ...refusal,
    outcome: 'rejected',
    created: null,
    salesforceId: null,
    cells: { Ext__c: key, Name: '' },
  };
}

function inOneProcess(): void {
  const store = openHubStore(folder, { clock: systemClock });
  const database = new DatabaseSync(floorFile, { readOnly: true });
  const find = database.prepare('SELECT * FROM message WHERE key = ? ORDER BY id DESC LIMIT 51');
  const ways = {
    bare: () => find.all(anyKey()).length,
    ours: () => store.messages.search({ filter: { key: anyKey() }, limit: 50 }).rows.length,
  };
  const spent = { bare: [] as number[], ours: [] as number[] };
  for (let round = 0; round < rounds; round += 1)
    for (const name of round % 2 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
      spent[name].push(microseconds(ways[name]));
  database.close();
  void store[Symbol.asyncDispose]();
  say(`bare ${median(spent.bare).toFixed(1)} µs, ours ${median(spent.ours).toFixed(1)} µs a search`);
  judge('search by key, bare look-up is 1', medianRatio(spent.ours, spent.bare), { atMost });
}

/** Of one search. */
function microseconds(search: () => number): number {
  const began = performance.now();
  let searches = 0;
  for (; performance.now() - began < seconds * 1_000; searches += 1)
    if (search() === 0) throw new Error('a key that is there was not found');
  return ((performance.now() - began) * 1_000) / searches;
}

async function overHttp(password: string): Promise<void> {
  const hub = await start([sluice, 'hub', 'start', '--json', '--port', '0', '--data', folder]);
  const cookie = await logIn(hub, password);
  const floor = await start([join(import.meta.dirname, 'message-floor.ts'), floorFile]);
  const rates = { floor: [] as number[], hub: [] as number[] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      rates.floor.push(await requests(floor, '/?key=', {}));
      rates.hub.push(await requests(hub, '/api/messages?key=', { cookie }));
    }
  } finally {
    await stop(floor);
    await stop(hub);
  }
  say(`over HTTP: floor ${Math.round(median(rates.floor))}, hub ${Math.round(median(rates.hub))} searches a second`);
  judge('the same over the API, bare server is 1', medianRatio(rates.floor, rates.hub), { atMost });
}

async function logIn({ ready }: Started, password: string): Promise<string> {
  const body = JSON.stringify({ username: 'admin', password });
  const answer = await fetch(`${ready.url}/api/session`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`the hub answered ${answer.status} to the login`);
  return (answer.headers.getSetCookie()[0] ?? '').split(';', 1)[0] ?? '';
}

/** A second. */
async function requests({ ready }: Started, path: string, headers: Record<string, string>): Promise<number> {
  const pool = new Pool(ready.url ?? '', { connections });
  const began = performance.now();
  let done = 0;
  const client = async () => {
    for (; performance.now() - began < seconds * 1_000; done += 1) {
      const { statusCode, body } = await pool.request({ path: path + anyKey(), method: 'GET', headers });
      if (statusCode !== 200 || (await body.text()).length < 20) throw new Error(`${path} answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  await pool.close();
  return (done * 1_000) / (performance.now() - began);
}
