/**
 * Plays the token endpoint, one describe and one query job of Bulk API 2.0 whose result pages lie on disk, so that reading them can be timed without
 * an org's own work in the figure. It runs as a process of its own and prints one line when it listens: `{"url":…}`.
 *
 * PAGES_ROWS rows in all, PAGES_SIZE a page.
 */
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const rows = Number(process.env.PAGES_ROWS);
const size = Number(process.env.PAGES_SIZE);
const pages = Math.ceil(rows / size);
const folder = mkdtempSync(join(tmpdir(), 'sluice-pages-'));
const names = [
  'Id',
  'Ext__c',
  'Name',
  'Phone',
  'Website',
  'Industry',
  'NumberOfEmployees',
  'SystemModstamp',
  'Description',
];

for (let page = 0; page < pages; page += 1) writeFileSync(fileOf(page), pageText(page));
const server = createServer((request, response) => {
  answer(request.url ?? '', response).catch((error: unknown) => response.destroy(error as Error));
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ url: address(), pages: String(pages) })}\n`),
);
process.stdin.resume().on('end', stop);
process.on('SIGTERM', stop);

function stop(): never {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function fileOf(page: number): string {
  return join(folder, `${page}.csv`);
}

function rowsOf(page: number): number {
  return Math.min(size, rows - page * size);
}

function pageText(page: number): string {
  const lines = Array.from({ length: rowsOf(page) }, (_, index) => line(page * size + index));
  return `${names.map((name) => `"${name}"`).join(',')}\n${lines.join('')}`;
}

/** About 200 bytes; quotes and newlines in 5% of the notes. */
function line(n: number): string {
  const note = n % 20 === 0 ? `said ""yes"",\nthen left ${n}` : `plain words of a note ${n}`;
  const id = `001Sb0${String(n).padStart(9, '0')}AAA`;
  return `"${id}","A-${n}","Account number ${n}","+49 30 ${n}","https://a${n}.example","Retail","${n % 5000}","2026-11-21T10:15:30.000Z","${note}"\n`;
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(path, address());
  if (pathname === '/services/oauth2/token') return sendJson(response, token());
  if (pathname.endsWith('/describe')) return sendJson(response, describe());
  if (!pathname.endsWith('/results'))
    return sendJson(response, { id: '750', state: 'JobComplete', numberRecordsProcessed: rows });
  const page = Number(searchParams.get('locator') ?? 0);
  const head = {
    'content-type': 'text/csv',
    'content-length': statSync(fileOf(page)).size,
    'sforce-locator': page + 1 < pages ? String(page + 1) : 'null',
    'sforce-numberofrecords': rowsOf(page),
  };
  response.writeHead(200, head);
  await pipeline(createReadStream(fileOf(page), { highWaterMark: 1 << 20 }), response);
}

/** As `names` has them, with what columns are planned from. */
function describe(): object {
  const lengths: Record<string, number> = { Id: 18, Ext__c: 40, Phone: 40 };
  const typeOf: Record<string, string> = { Id: 'id', NumberOfEmployees: 'int', SystemModstamp: 'datetime' };
  const numbers = { precision: 0, scale: 0 };
  const fields = names.map((name) => {
    const type = typeOf[name] ?? (name === 'Description' ? 'textarea' : 'string');
    const length = name === 'Description' ? 32_000 : (lengths[name] ?? 255);
    return { name, type, length, ...numbers, referenceTo: [], relationshipName: null };
  });
  return { name: 'Account', queryable: true, fields };
}

function token(): object {
  const id = `${address()}/id/00DSb0000000001AAA/005Sb0000000001AAA`;
  const access = { access_token: `00DSb0000000001!${'A'.repeat(96)}`, instance_url: address(), id };
  return { ...access, token_type: 'Bearer', issued_at: String(Date.now()), scope: 'api', signature: '' };
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(body));
}
