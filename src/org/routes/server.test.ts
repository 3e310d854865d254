import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { createHostCheck } from '../../web/index.ts';
import { openOrgInTest } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
let port: number;

before(async () => {
  opened = await openOrgInTest();
  port = Number(new URL(await opened.org.listen()).port);
});

after(() => opened.org.close());

/** What comes back on a connection of its own until the server ends it. */
async function talk(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  return await readAll(socket);
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece) => {
    text += piece.toString();
  });
  socket.on('error', () => {});
  // Not by `once`, which would fail: bytes that come behind the end are answered by a reset.
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return text;
}

test('a request for another host is refused, whatever it asks for', async () => {
  for (const path of ['/services/data', '/services/oauth2/token', '/box/faults']) {
    assert.match(
      await talk(`GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`),
      /^HTTP\/1\.1 421 /,
      path,
    );
  }
  assert.match(
    await talk(`GET /services/data HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`),
    /^HTTP\/1\.1 200 /,
  );
  assert.match(await talk('GET /services/data HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /);
});

test('names of this machine, addresses and names given at the start are its own hosts', () => {
  const isOwn = createHostCheck(['Acme.my.salesforce.test']);
  for (const host of [
    'localhost',
    'LOCALHOST:80',
    'x.localhost:1',
    '127.0.0.1:8',
    '[::1]:80',
    '10.0.0.7',
    'acme.my.salesforce.test:443',
  ]) {
    assert.ok(isOwn(host), host);
  }
  for (const host of ['', 'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'my.salesforce.test']) {
    assert.ok(!isOwn(host), host);
  }
});

test('a head of more than 16,384 bytes is refused with 431', async () => {
  assert.match(
    await talk(`GET /services/data?${'x'.repeat(17_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  );
});

test('what is not HTTP is refused, and the connection ends', async () => {
  assert.match(await talk('hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
});

test('a connection that says nothing, or drips its head, is ended', { timeout: 30_000 }, async () => {
  const dripping = connect(port, '127.0.0.1');
  dripping.write('GET /services/data HTTP/1.1\r\nHost: localhost\r\n');
  const drip = setInterval(() => dripping.write('X: y\r\n'), 500);
  const both = Promise.all([readAll(connect(port, '127.0.0.1')), readAll(dripping)]);
  const answers = await both.finally(() => clearInterval(drip));
  assert.match(answers[1], /^HTTP\/1\.1 408 |^$/);
});

test('the token endpoint refuses a body of more than 8 KiB, however it comes', async () => {
  const head =
    'POST /services/oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  const body = `grant_type=client_credentials&x=${'y'.repeat(9_000)}`;
  const whole = await talk(`${head}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  assert.match(whole, /^HTTP\/1\.1 4\d\d /);
  assert.match(whole, /"error":"invalid_request"/);
  assert.match(whole, /no-store/i);
});

test('the token endpoint answers the same over a connection and from inside', async () => {
  const body = 'grant_type=device';
  const head =
    'POST //services/oauth2/token/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  const wire = await talk(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  const inside = await opened.org.app.inject({
    method: 'POST',
    url: '/services/oauth2/token',
    payload: body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.match(wire, /^HTTP\/1\.1 400 /);
  assert.ok(wire.endsWith(inside.body), wire);
  assert.deepEqual(inside.json(), { error: 'unsupported_grant_type', error_description: 'grant type not supported' });
});

test('a server that closes lets the call under way end and takes no other', async () => {
  await using short = await openOrgInTest();
  const url = await short.org.listen();
  await short.org.close();
  await assert.rejects(fetch(`${url}/services/data`));
});

test('an address that is taken is refused in one sentence', async () => {
  await using second = await openOrgInTest({ port });
  await assert.rejects(second.org.listen(), { code: 'ADDRESS_UNAVAILABLE' });
});
