import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { watchHandler } from './handlers-under-way.ts';
import { closeWebServer, createWebServer } from './server.ts';

async function open(settings: { lingerMs?: number } = {}) {
  const app = createWebServer({ names: ['hub.example'], ...settings });
  app.get('/here', (_request, reply) => reply.send('here\n'));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: () => closeWebServer(app) };
}

async function ask(port: number, host: string, path = '/here'): Promise<number | undefined> {
  const sent = request({ host: '127.0.0.1', port, path, headers: { host } }).end();
  const [answer] = await once(sent, 'response');
  answer.resume();
  return answer.statusCode;
}

test('a server answers to its own names and to addresses in digits, and to no other host', async () => {
  await using server = await open();
  for (const host of ['127.0.0.1', 'localhost:8088', 'HUB.example', 'a.localhost', '[::1]:8088'])
    assert.equal(await ask(server.port, host), 200, host);
  for (const host of ['evil.example', 'hub.example.evil.example', 'localhost.evil.example'])
    assert.equal(await ask(server.port, host), 421, host);
});

test('a path that is no URL and a request that is no HTTP are refused, and the server lives on', async () => {
  await using server = await open();
  assert.equal(await ask(server.port, 'localhost', '/%zz'), 400);
  const socket = connect(server.port, '127.0.0.1').end('nonsense\r\n\r\n');
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 400 /);
  assert.equal(await ask(server.port, 'localhost'), 200);
});

test('what is not there is told without a word of what was asked for, and never as a page', async () => {
  await using server = await open();
  for (const [method, path] of [
    ['GET', '/<script>alert(1)</script>'],
    ['POST', '/here'],
    ['TRACE', '/here'],
    ['PROPFIND', '/%3Cscript%3E'],
    ['GET', '/%zz<script>'],
  ] as const) {
    const answer = await sendRaw(
      server.port,
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 40[04] [\s\S]*content-type: application\/json/, path);
    assert.match(answer, /x-content-type-options: nosniff/);
    assert.doesNotMatch(answer, /script|\/here/i);
  }
});

test('a body that nobody waits for, sent drop by drop, does not keep its connection', async () => {
  await using server = await open({ lingerMs: 500 });
  const head = 'GET /here HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n';
  const answer = await sendRaw(server.port, head, { dropEveryMs: 50 });
  assert.match(answer, /^HTTP\/1\.1 200 /);
});

test('a server that is closed waits for what a handler still does after its connection was ended', async () => {
  const app = createWebServer({ names: [] });
  const steps: string[] = [];
  app.post('/upload', async (_request, reply) => {
    steps.push('begun');
    await once(reply.raw, 'close');
    steps.push('ended');
    await sleep(300);
    steps.push('put back');
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const upload = request({ host: '127.0.0.1', port, path: '/upload', method: 'POST' });
  upload.on('error', () => undefined).write('half');
  while (steps.length === 0) await sleep(10);
  await closeWebServer(app);
  assert.deepEqual(steps, ['begun', 'ended', 'put back']);
});

test('a server that is closed waits for a call that went round its router, too', async () => {
  const steps: string[] = [];
  const app: FastifyInstance = createWebServer({
    names: [],
    first(_request, response) {
      watchHandler(app, work(response));
      return true;
    },
  });
  async function work(response: ServerResponse): Promise<void> {
    steps.push('begun');
    await once(response, 'close');
    steps.push('ended');
    await sleep(300);
    steps.push('put back');
  }
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const call = request({ host: '127.0.0.1', port, path: '/' });
  call.on('error', () => undefined).end();
  while (steps.length === 0) await sleep(10);
  call.destroy();
  await closeWebServer(app);
  assert.deepEqual(steps, ['begun', 'ended', 'put back']);
});

test('a call that is answered while its server closes is the last of its connection', async () => {
  const app = createWebServer({ names: [] });
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  app.get('/poll', async (_request, reply) => {
    begun.resolve();
    await end.promise;
    return reply.send('nothing\n');
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const sent = request({ host: '127.0.0.1', port, path: '/poll', agent }).end();
  await begun.promise;
  const closed = closeWebServer(app);
  while (app.server.listening) await sleep(1);
  end.resolve();
  const [{ headers, statusCode }] = (await once(sent, 'response')) as [IncomingMessage];
  assert.deepEqual([statusCode, headers.connection], [200, 'close']);
  sent.destroy();
  await closed;
});

/** All that comes until the server closes the connection. */
async function sendRaw(port: number, text: string, { dropEveryMs }: { dropEveryMs?: number } = {}): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket
    .on('error', () => undefined)
    .on('data', (piece) => {
      said += piece;
    });
  socket.write(text, 'latin1');
  const drops = dropEveryMs === undefined ? undefined : setInterval(() => socket.write('x'), dropEveryMs);
  // Not by `once`, which would fail: a drop that comes behind the end is answered by a reset.
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const late = sleep(30_000, undefined, { ref: false }).then(() => assert.fail('the connection was kept'));
  await Promise.race([ended, late]).finally(() => clearInterval(drops));
  return said;
}
