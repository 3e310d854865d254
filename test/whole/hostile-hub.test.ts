import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubCalls } from './hub-calls.ts';
import { type HubProgram, startHubProgram } from './hub-program.ts';

let folder: string;
let hub: HubProgram;
let call: ReturnType<typeof createHubCalls>;
let client: { clientId: string; clientSecret: string };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-hostile-'));
  hub = await startHubProgram(folder);
  call = createHubCalls(hub.url);
  const credentials = { username: 'admin', password: hub.password };
  assert.equal((await call('POST', '/session', credentials)).status, 201);
  client = (await call('POST', '/api-clients', { name: 'Till', scopes: ['integrate'] })).json;
});

after(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const port = () => Number(new URL(hub.url).port);
const own = () => `Host: 127.0.0.1:${port()}\r\n`;
const formType = 'Content-Type: application/x-www-form-urlencoded\r\n';

/** All that comes until the hub closes the connection, which it must do by itself. */
async function sendRaw(text: string, dropEveryMs?: number): Promise<string> {
  const socket = connect(port(), '127.0.0.1');
  let said = '';
  socket
    .on('error', () => undefined)
    .on('data', (piece) => {
      said += piece;
    });
  // Not by `once`, which would fail: a drop that comes behind the end is answered by a reset.
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const late = sleep(40_000, undefined, { ref: false }).then(() => assert.fail('the connection was kept'));
  socket.write(text, 'latin1');
  const drops = dropEveryMs === undefined ? undefined : setInterval(() => socket.write('a'), dropEveryMs);
  await Promise.race([ended, late]).finally(() => clearInterval(drops));
  return said;
}

async function isWell(): Promise<void> {
  assert.equal((await fetch(`${hub.url}/healthz`)).status, 200);
  assert.equal((await call('GET', '/session')).status, 200);
}

test('requests that two servers might read in two ways are refused, and their connection ends', async () => {
  const post = (headers: string, body = '') =>
    `POST /oauth2/token HTTP/1.1\r\n${own()}${formType}${headers}\r\n${body}`;
  const smuggled = `0\r\n\r\nGET /healthz HTTP/1.1\r\n${own()}\r\n`;
  const requests = [
    post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'),
    post('Content-Length: 1\r\nContent-Length: 1\r\n', 'a'),
    post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', smuggled),
    post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', smuggled),
    post('Transfer-Encoding: xchunked\r\n', smuggled),
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', smuggled),
    post('Transfer-Encoding: chunked, identity\r\n', smuggled),
    post('Transfer-Encoding : chunked\r\n', smuggled),
    post('Transfer-Encoding: chunked\r\n', 'ZZ\r\n\r\n'),
    post('Transfer-Encoding: chunked\r\n', '-1\r\n\r\n'),
    post('Transfer-Encoding: chunked\r\n', `${'f'.repeat(17)}\r\n\r\n`),
    post('Content-Length: -1\r\n'),
    post('Content-Length: +1\r\n', 'a'),
    post('Content-Length: 1e1\r\n', 'a'),
    post(`Content-Length: ${'9'.repeat(30)}\r\n`, 'a'),
    post('Content-Length : 1\r\n', 'a'),
    post('X: a\r\n b\r\n'),
    post('X: a\u0000b\r\n'),
    post('X\u0001: a\r\n'),
    post(': a\r\n'),
    `GET /healthz HTTP/1.1\n${own()}\n`,
    `GET /healthz\r\n HTTP/1.1\r\n${own()}\r\n`,
    `GET /healthz HTTP/9.9\r\n${own()}\r\n`,
    `get /healthz HTTP/1.1\r\n${own()}\r\n`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc',
    `GET /healthz HTTP/1.1\r\n\r\n`,
    `GET /healthz HTTP/1.1\r\n${own()}Host: evil.example\r\n\r\n`,
    `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${own()}\r\n`,
    `GET /healthz HTTP/1.1\r\n${own()}${'X: a\r\n'.repeat(5_000)}\r\n`,
  ];
  for (const request of requests) {
    const answer = await sendRaw(request);
    assert.match(answer, /^HTTP\/1\.1 4(00|21|31) /, JSON.stringify(request.slice(0, 200)));
    assert.equal(answer.split('HTTP/1.1 ').length, 2, `one answer: ${answer}`);
  }
  await isWell();
});

test('another Host is not answered, however it is said', async () => {
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:80',
    '@127.0.0.1',
    '',
  ])
    assert.match(await sendRaw(`GET /api/session HTTP/1.1\r\nHost: ${host}\r\n\r\n`), /^HTTP\/1\.1 4(21|00) /, host);
  assert.match(await sendRaw(`GET http://evil.example/healthz HTTP/1.1\r\n${own()}\r\n`), /^HTTP\/1\.1 421 /);
});

test('a method is what the first line says, and no header or parameter makes another of it', async () => {
  const names = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
  for (const name of names) {
    const answer = await fetch(`${hub.url}/api/people/1`, { method: 'GET', headers: { [name]: 'DELETE' } });
    assert.equal(answer.status, 401, name);
    const token = await fetch(`${hub.url}/oauth2/token`, { headers: { [name]: 'POST' } });
    assert.equal(token.status, 405, name);
  }
  assert.equal((await fetch(`${hub.url}/oauth2/token?_method=POST`)).status, 405);
  for (const method of ['TRACE', 'PROPFIND', 'LINK', 'SEARCH'])
    assert.match(
      await sendRaw(`${method} /api/session HTTP/1.1\r\n${own()}Connection: close\r\n\r\n`),
      /^HTTP\/1\.1 40[45] /,
    );
});

test('heads and bodies that come drop by drop end their connection, whoever waits for them', {
  timeout: 120_000,
}, async () => {
  const long = 'Content-Length: 100000\r\n\r\n';
  const json = 'Content-Type: application/json\r\n';
  const heads = [
    '',
    `GET /healthz HTTP/1.1\r\n${own()}X: `,
    `POST /oauth2/token HTTP/1.1\r\n${own()}${formType}${long}`,
    `POST /oauth2/introspect HTTP/1.1\r\n${own()}${formType}${long}`,
    `POST /api/session HTTP/1.1\r\n${own()}${json}${long}`,
    `PATCH /api/people/1 HTTP/1.1\r\n${own()}${json}${long}`,
    `POST /agent/v1/register HTTP/1.1\r\n${own()}${json}${long}`,
    `POST /agent/v1/reports HTTP/1.1\r\n${own()}${json}${long}`,
    `POST /V4/integrate HTTP/1.1\r\n${own()}${json}${long}`,
    `POST /nothing HTTP/1.1\r\n${own()}${json}${long}`,
    `GET /healthz HTTP/1.1\r\n${own()}${long}`,
    `GET /metrics HTTP/1.1\r\n${own()}${long}`,
  ];
  await Promise.all(heads.map((head) => sendRaw(head, 700)));
  await isWell();
});

test('a Content-Type that is none is refused in the words of whoever was called', async () => {
  const paths = [
    '/api/session',
    '/agent/v1/register',
    '/V4/integrate?integration=a&interface=b',
    '/V4/calls/x',
    '/nothing',
  ];
  for (const path of paths)
    for (const type of [';', '/', 'a b/c', '\\']) {
      const answer = await fetch(`${hub.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{}',
      });
      const { errors } = (await answer.json()) as { errors: { message: string; next: string }[] };
      assert.ok(answer.status >= 400 && answer.status < 500, `${path} ${type} ${answer.status}`);
      assert.ok(errors[0]?.message && errors[0].next, `${path} ${type}`);
    }
});

test('what a caller writes makes no line of its own in the log, whatever it holds', async () => {
  const forged = '{"level":60,"msg":"forged"}';
  const parts = [
    `\u009b2J${forged}`,
    `\n${forged}\n`,
    `\r\n${forged}\r\n`,
    `\u2028${forged}`,
    `\u001b[2J${forged}`,
    `\u0000${forged}\u0085`,
  ];
  for (const part of parts) {
    const escaped = encodeURIComponent(part);
    const headers = { 'user-agent': encodeURIComponent(part), 'x-forwarded-for': forged };
    await fetch(`${hub.url}/${escaped}?${escaped}=${escaped}`, { headers });
    await fetch(`${hub.url}/V4/calls/${escaped}`, { headers });
    await sendRaw(`GET /${part} HTTP/1.1\r\n${own()}User-Agent: ${part}\r\nConnection: close\r\n\r\n`);
    const form = new URLSearchParams({ grant_type: part, client_id: part, client_secret: part });
    await fetch(`${hub.url}/oauth2/token`, { method: 'POST', body: form, headers });
    await call('POST', '/session', { username: part, password: part });
    await call('POST', '/people', { username: part, name: part, role: 'viewer' });
    await call('POST', '/remote-sites', { name: part, url: `https://${part}` });
    await registerWith(part);
  }
  const lines = await logLines('a report belongs nowhere, and was kept by itself', 2 * parts.length);
  for (const line of lines) {
    const entry = JSON.parse(line) as { msg: string };
    assert.notEqual(entry.msg, 'forged', line);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal would obey
    assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/, line);
  }
});

/** All that is in the log of the hub as soon as so many lines of it say this: they come by a pipe, and perhaps in pieces. */
async function logLines(words: string, count: number): Promise<string[]> {
  for (const giveUpAt = Date.now() + 30_000; ; await sleep(20)) {
    const lines = hub.log().split('\n').slice(0, -1);
    const found = lines.filter((line) => line.includes(words)).length;
    if (found >= count) return lines;
    assert.ok(Date.now() < giveUpAt, `${found} of ${count} lines say "${words}"`);
  }
}

/** An agent of this name, whose reports belong nowhere; the log of the hub says so, with what they say of themselves. */
async function registerWith(name: string): Promise<void> {
  const post = (path: string, body: object, token = '') =>
    fetch(`${hub.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const { code } = (await call('POST', '/agents/registration-codes')).json;
  const publicKey = { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) };
  const about = { id: randomUUID(), name, version: '1', publicKey, deployment: 0 };
  const registered = await post('/agent/v1/register', { code, about });
  assert.equal(registered.status, 201, await registered.clone().text());
  const { clientId, clientSecret } = (await registered.json()) as { clientId: string; clientSecret: string };
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const given = await fetch(`${hub.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token } = (await given.json()) as { access_token: string };
  const error = { code: name, message: name, next: name };
  const reports = [
    { kind: name, at: 1, body: name },
    { kind: 'runInterrupted', at: 1, body: { run: name, error, resumesAt: 1 } },
  ];
  const kept = await post('/agent/v1/reports', { journal: name, oldest: 1, from: 1, reports }, token);
  assert.equal(kept.status, 200, await kept.text());
}

/** What ends in a refusal, whichever of the three endpoints of the authorization server it is sent to. */
function hostileForms(): [string, Record<string, string>, string][] {
  const { clientId, clientSecret } = client;
  const good = `grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}&token=x`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const names = ['grant_type', 'client_id', 'client_secret', 'token', 'scope', 'x'];
  const broken = ['%', '%z', '%ff', '%c3%28', '%ed%a0%80', '%u0041'].map((part) => `${good}&x=${part}`);
  const wrong = ['', 'x', `${clientId}%00`, '__proto__', "'%20OR%201=1--"].map((id) => good.replace(clientId, id));
  const secrets = ['', 'x', `${clientSecret}%00`, clientSecret.slice(1)].map((one) => good.replace(clientSecret, one));
  const types = [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded-x',
    ';',
    '/',
    'x',
    'a b/c',
  ];
  const basic = [
    'Basic',
    'Basic ???',
    'Basic Og==',
    'Bearer x',
    `Basic ${Buffer.from(`${clientId}:x`).toString('base64')}`,
  ];
  return [
    ...names.flatMap((name) =>
      ['', '?x=1&x=2', `?${name}=x`].map((query) => [query, form, `${good}&${name}=a&${name}=b`]),
    ),
    ...['client_id', 'client_secret', 'token', 'grant_type'].map((name) => [`?${name}=x`, form, good]),
    ...[...broken, ...wrong, ...secrets, 'a'.repeat(9_000), '&'.repeat(9_000)].map((body) => ['', form, body]),
    ...['a'.repeat(1_000_000), `${good}&x=${'a'.repeat(500_000)}`].map((body) => ['', form, body]),
    ...types.map((type) => ['', { 'content-type': type }, good]),
    ...basic.map((authorization) => ['', { ...form, authorization }, 'grant_type=client_credentials&token=x']),
    ...basic.map((authorization) => ['', { ...form, authorization }, good]),
  ] as [string, Record<string, string>, string][];
}

test('hostile forms at the token, introspection and revocation endpoints end in a refusal of the standard', async () => {
  let sent = 0;
  for (const endpoint of ['token', 'introspect', 'revoke'])
    for (const [query, headers, body] of hostileForms()) {
      const answer = await fetch(`${hub.url}/oauth2/${endpoint}${query}`, { method: 'POST', headers, body });
      const text = await answer.text();
      const about = `${endpoint}${query} ${JSON.stringify(headers)} ${body.slice(0, 150)}: ${answer.status} ${text}`;
      assert.ok(answer.status >= 400 && answer.status < 500, about);
      assert.match(text, /^\{"error":"(invalid_request|invalid_client|unsupported_grant_type|invalid_scope)"/, about);
      assert.match(String(answer.headers.get('cache-control')), /no-store/);
      assert.ok(!text.includes(client.clientSecret) && !text.includes('access_token'), about);
      sent += 1;
    }
  assert.ok(sent >= 150, `${sent} requests`);
  const good = { grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.clientSecret };
  const wait = await fetch(`${hub.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(good) });
  assert.ok([200, 400, 401, 429].includes(wait.status), 'the address that guessed may have to wait');
});
