/**
 * A sink that plays the token and Bulk 2.0 ingest endpoints and keeps what it was sent, so that bytes sent can be timed without an
 * org's own work in the figure. It runs as a process of its own and prints one line when it listens:
 * `{"url":…}`. `GET /sink/report` tells uploads, bytes and when the first began and the last ended.
 *
 * SINK_FIELDS names the object's fields; SINK_DETAILS, as JSON, says more of some of them: field to what its describe says. With SINK_RESULTS=prepared a closed job is InProgress until its results lie on disk, so that
 * making them is the org's time and fetching them is not; else they are made while they are fetched.
 */
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

type SinkJob = {
  id: string;
  object: string;
  operation: string;
  externalIdFieldName?: string;
  state: string;
  records: number;
  prepared?: boolean;
};

const prepares = process.env.SINK_RESULTS === 'prepared';
const folder = mkdtempSync(join(tmpdir(), 'sluice-sink-'));
const jobs = new Map<string, SinkJob>();
const report = { uploads: 0, bytes: 0, firstByteMs: 0, lastByteMs: 0, closedMs: 0 };
const columns = (process.env.SINK_FIELDS ?? '').split(',').filter(Boolean);
const details = JSON.parse(process.env.SINK_DETAILS ?? '{}') as Record<string, object>;
const quote = 0x22;
const newline = 0x0a;

const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, (request, response) => {
  answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: address() })}\n`);
});
process.stdin.resume().on('end', stop);
process.on('SIGTERM', stop);

function stop(): never {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').replace(/^\/services\/data\/v[\d.]+/, '').split('?')[0] ?? '';
  if (path === '/services/oauth2/token') return sendJson(response, token());
  if (path === '/sink/report') return sendJson(response, report);
  if (path === '/sink/forget') return forget(response);
  if (path.endsWith('/describe')) return sendJson(response, describe());
  const [, , , id, part] = path.split('/');
  if (request.method === 'PUT') return upload(request, response, id ?? 'floor');
  if (request.method === 'POST') return create(request, response);
  if (request.method === 'PATCH') return change(request, response, job(id));
  if (part) return sendResults(response, job(id), part);
  return sendJson(response, id ? ended(job(id)) : { done: true, records: [...jobs.values()], nextRecordsUrl: null });
}

function token(): object {
  const id = `${address()}/id/00DSb0000000001AAA/005Sb0000000001AAA`;
  return {
    access_token: `00DSb0000000001!${'A'.repeat(96)}`,
    instance_url: address(),
    id,
    token_type: 'Bearer',
    issued_at: String(Date.now()),
    scope: 'api',
    signature: '',
  };
}

function describe(): object {
  const fields = columns.map((name) => ({
    name,
    type: 'string',
    createable: true,
    updateable: true,
    externalId: name === 'Ext__c',
    idLookup: name === 'Ext__c',
    unique: name === 'Ext__c',
    length: 32000,
    nillable: true,
    defaultedOnCreate: false,
    calculated: false,
    referenceTo: [],
    relationshipName: null,
    picklistValues: [],
    restrictedPicklist: false,
    label: name,
    precision: 0,
    scale: 0,
    ...details[name],
  }));
  return { name: 'Account', createable: true, updateable: true, deletable: true, queryable: true, fields };
}

async function create(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = JSON.parse(await text(request)) as SinkJob;
  const id = `750Sb0${String(jobs.size + 1).padStart(9, '0')}AAA`;
  jobs.set(id, { ...asked, id, state: 'Open', records: 0 });
  return sendJson(response, shown(jobs.get(id) as SinkJob));
}

async function upload(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
  report.firstByteMs ||= Date.now();
  const target = createWriteStream(join(folder, id), { highWaterMark: 1 << 20 });
  request.on('data', (block: Buffer) => {
    report.bytes += block.length;
  });
  await pipeline(request, target);
  report.uploads += 1;
  report.lastByteMs = Date.now();
  response.writeHead(201).end();
}

async function change(request: IncomingMessage, response: ServerResponse, changed: SinkJob): Promise<void> {
  changed.state = (JSON.parse(await text(request)) as { state: string }).state;
  report.closedMs = Date.now();
  if (prepares) prepare(changed).catch((error: unknown) => process.stderr.write(`${error}\n`));
  return sendJson(response, shown(changed));
}

async function prepare(closed: SinkJob): Promise<void> {
  await pipeline(succeeded(closed), createWriteStream(join(folder, `${closed.id}.results`)));
  closed.prepared = true;
}

function ended(seen: SinkJob): object {
  if (seen.state === 'UploadComplete') seen.state = prepares ? 'InProgress' : 'JobComplete';
  if (seen.prepared) seen.state = 'JobComplete';
  return shown(seen);
}

function shown(seen: SinkJob): object {
  const date = '2026-11-21T00:00:00.000+0000';
  return {
    ...seen,
    createdById: '005Sb0000000001AAA',
    createdDate: date,
    systemModstamp: date,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: 68,
    contentUrl: `services/data/v68.0/jobs/ingest/${seen.id}/batches`,
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    jobType: 'V2Ingest',
    numberRecordsProcessed: seen.records,
    numberRecordsFailed: 0,
    retries: 0,
    totalProcessingTime: 0,
  };
}

function job(id: string | undefined): SinkJob {
  const found = jobs.get(id ?? '');
  if (!found) throw new Error(`no job ${id}`);
  return found;
}

async function sendResults(response: ServerResponse, of: SinkJob, kind: string): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/csv' });
  if (kind !== 'successfulResults') {
    const extra = kind === 'failedResults' ? '"sf__Id","sf__Error",' : '';
    response.end(`${extra}${columns.join(',')}\n`);
    return;
  }
  const results = of.prepared
    ? createReadStream(join(folder, `${of.id}.results`), { highWaterMark: 1 << 20 })
    : succeeded(of);
  await pipeline(results, response);
}

/** Every record as it was sent, behind an id of its own and `true`. */
async function* succeeded(of: SinkJob): AsyncGenerator<Buffer> {
  let number = -1;
  let rest: Buffer = Buffer.alloc(0);
  let quoted = false;
  for await (const block of createReadStream(join(folder, of.id), { highWaterMark: 1 << 20 })) {
    const bytes: Buffer = rest.length ? Buffer.concat([rest, block as Buffer]) : (block as Buffer);
    const pieces: Buffer[] = [];
    let start = 0;
    for (let at = rest.length; at < bytes.length; at += 1) {
      if (bytes[at] === quote) quoted = !quoted;
      else if (bytes[at] === newline && !quoted) {
        pieces.push(
          Buffer.from(number < 0 ? '"sf__Id","sf__Created",' : `"001Sb0${String(number).padStart(9, '0')}AAA","true",`),
          bytes.subarray(start, at + 1),
        );
        number += 1;
        start = at + 1;
      }
    }
    rest = bytes.subarray(start);
    yield Buffer.concat(pieces);
  }
  of.records = number;
}

function forget(response: ServerResponse): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  jobs.clear();
  Object.assign(report, { uploads: 0, bytes: 0, firstByteMs: 0, lastByteMs: 0, closedMs: 0 });
  sendJson(response, {});
}

function sendJson(response: ServerResponse, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(200, { 'content-type': 'application/json;charset=UTF-8', 'content-length': bytes.length })
    .end(bytes);
}
