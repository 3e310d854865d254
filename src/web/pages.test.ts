import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { mountPagesOf, remarkOnPages } from './pages.ts';
import { createWebServer } from './server.ts';

const built = mkdtempSync(join(tmpdir(), 'sluice-pages-'));
after(() => rmSync(built, { recursive: true, force: true }));

const page = '<!doctype html><title>Setup</title>';
const script = 'export const answer = 42;\n'.repeat(200);

function build(): void {
  mkdirSync(join(built, 'setup', 'assets'), { recursive: true });
  writeFileSync(join(built, 'setup', 'assets', 'index-abc.js'), script);
  writeFileSync(join(built, 'setup', 'assets', 'index-abc.js.br'), brotliCompressSync(script));
  writeFileSync(join(built, 'setup', 'assets', 'index-abc.js.gz'), gzipSync(script));
  writeFileSync(join(built, 'setup', 'index.html'), page);
}

const app = createWebServer({ names: [] });
mountPagesOf(app, { app: 'setup', base: '/setup', name: 'Setup' }, built);
app.get('/setup/api/apps', (_request, reply) => reply.send('the API'));
after(() => app.close());

type Method = 'GET' | 'HEAD' | 'POST';
const ask = (url: string, headers: Record<string, string> = {}, method: Method = 'GET') =>
  app.inject({ method, url, headers });
const asBrowser = { accept: 'text/html,application/xhtml+xml' };

test('pages that are not built yet are answered with how to build them, and are there as soon as they are', async () => {
  const before = await ask('/setup/', asBrowser);
  assert.equal(before.statusCode, 503);
  assert.match(before.body, /npm run build:pages/);
  assert.match(remarkOnPages('setup', built), /^ +\(its pages are not built yet: npm run build:pages\)$/);
  build();
  assert.equal(remarkOnPages('setup', built), '');
  assert.equal((await ask('/setup/', asBrowser)).body, page);
});

test('the page itself is asked for each time, for every address inside the app', async () => {
  for (const url of ['/setup', '/setup/', '/setup/apps', '/setup/apps/0H4000000000001?field=runAs']) {
    const answer = await ask(url, asBrowser);
    assert.equal(answer.statusCode, 200, url);
    assert.equal(answer.body, page);
    assert.equal(answer.headers['cache-control'], 'no-cache');
    assert.match(String(answer.headers['content-type']), /^text\/html/);
  }
});

test('a page may load and call nothing but its own server, run no script that stands in it, and stand in no other page', async () => {
  const { headers } = await ask('/setup/', asBrowser);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /style-src 'self'(;|$)/);
  assert.match(policy, /connect-src 'self'(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:|data:/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
});

test('a hashed file is kept for ever, and sent in the smallest form the browser takes', async () => {
  const url = '/setup/assets/index-abc.js';
  const plain = await ask(url);
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(plain.headers.vary, 'Accept-Encoding');
  assert.equal(plain.body, script);
  const small = await ask(url, { 'accept-encoding': 'gzip, deflate, br' });
  assert.equal(small.headers['content-encoding'], 'br');
  assert.equal(brotliDecompressSync(small.rawPayload).toString(), script);
  assert.equal((await ask(url, { 'accept-encoding': 'gzip' })).headers['content-encoding'], 'gzip');
  assert.equal((await ask(url, { 'accept-encoding': 'br;q=0, gzip;q=0' })).headers['content-encoding'], undefined);
  assert.notEqual(small.headers.etag, plain.headers.etag);
});

test('what the browser has already is not sent again', async () => {
  const url = '/setup/assets/index-abc.js';
  const { headers } = await ask(url, { 'accept-encoding': 'br' });
  const again = await ask(url, { 'accept-encoding': 'br', 'if-none-match': `"other", W/${headers.etag}` });
  assert.equal(again.statusCode, 304);
  assert.equal(again.body, '');
  assert.equal(again.headers.etag, headers.etag);
  assert.equal((await ask(url, { 'if-none-match': '"other"' })).statusCode, 200);
});

test('HEAD tells what GET would send', async () => {
  const url = '/setup/assets/index-abc.js';
  const head = await ask(url, {}, 'HEAD');
  assert.equal(head.statusCode, 200);
  assert.equal(head.headers['content-length'], String(script.length));
});

test('a file that is not there is not found, nor what no browser asked for as a page', async () => {
  for (const url of ['/setup/assets/gone.js', '/setup/../package.json', '/setup/assets/%2e%2e/%2e%2e/secret.html'])
    assert.equal((await ask(url, asBrowser)).statusCode, 404, url);
  assert.equal((await ask('/setup/apps', { accept: 'application/json' })).statusCode, 404);
  assert.equal((await ask('/setup/apps', asBrowser, 'POST')).statusCode, 404);
});

test('the API below the same address stays what it is', async () => {
  assert.equal((await ask('/setup/api/apps', asBrowser)).body, 'the API');
});
