import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createClockInTest } from '../../base/clock-in-test.ts';
import { SluiceError } from '../../base/index.ts';
import { createHubCalls } from './hub-calls.ts';
import { createHubToken } from './hub-token.ts';
import { openHubTransport } from './hub-transport.ts';

type Behaviour = { token?: number; call?: (token: string) => number };

/** A server that gives tokens t1, t2 … and counts what it is asked. */
async function openTokenServer() {
  const behaviour: Behaviour = {};
  const asked = { token: 0, call: 0 };
  const server = createServer(({ url, headers }, response) => {
    const isToken = url === '/oauth2/token';
    asked[isToken ? 'token' : 'call'] += 1;
    const { token = 200, call } = behaviour;
    const status = isToken ? token : (call?.(String(headers.authorization)) ?? 200);
    const good = isToken ? { access_token: `t${asked.token}`, expires_in: 3_600 } : {};
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? good : { error: 'invalid_client' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = openHubTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, undefined);
  const clock = createClockInTest();
  const credentials = { clientId: 'sluice-a', clientSecret: 's' };
  const token = createHubToken({ transport, credentials, clock, random: () => 0.5 });
  const close = async () => {
    await transport[Symbol.asyncDispose]();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    behaviour,
    asked,
    clock,
    token,
    calls: createHubCalls({ transport, token, protocol: { heard: () => undefined } }),
    [Symbol.asyncDispose]: close,
  };
}

const { signal } = new AbortController();
const codeIs = (code: string) => (error: unknown) => error instanceof SluiceError && error.code === code;

test('however many wait, one token is asked for; it is renewed before its end', async () => {
  await using server = await openTokenServer();
  const many = await Promise.all(Array.from({ length: 50 }, () => server.token.get(signal)));
  assert.deepEqual([new Set(many).size, server.asked.token], [1, 1]);
  server.clock.forward(3_600_000 * 0.8);
  assert.equal(await server.token.get(signal), 't1');
  server.clock.forward(3_600_000 * 0.11);
  assert.equal(await server.token.get(signal), 't2');
});

test('one who gives up does not end it for the others', async () => {
  await using server = await openTokenServer();
  const stop = new AbortController();
  const given = server.token.get(stop.signal);
  const other = server.token.get(signal);
  stop.abort(new Error('enough'));
  await assert.rejects(given, /enough/);
  assert.equal(await other, 't1');
});

test('a refused token is dropped only while it is the one in use', async () => {
  await using server = await openTokenServer();
  assert.equal(await server.token.get(signal), 't1');
  server.token.refused('t0');
  assert.equal(await server.token.get(signal), 't1');
  server.token.refused('t1');
  assert.equal(await server.token.get(signal), 't2');
});

test('a call whose token is refused is made once more with a new one, and never again', async () => {
  await using server = await openTokenServer();
  server.behaviour.call = (token) => (token === 'Bearer t1' ? 401 : 200);
  assert.equal((await server.calls.post('/x', {}, { signal })).status, 200);
  assert.deepEqual(server.asked, { token: 2, call: 2 });
  server.behaviour.call = () => 401;
  await assert.rejects(server.calls.post('/x', {}, { signal }), codeIs('HUB_LOGIN_REFUSED'));
  assert.equal(server.asked.call, 4);
});

test('after a failure no token is asked for until a pause is over, longer after a refusal; then all goes on', async () => {
  await using server = await openTokenServer();
  for (const [status, code, pauseMs] of [
    [503, 'HUB_ANSWER_INVALID', 500],
    [401, 'HUB_LOGIN_REFUSED', 5_000],
  ] as const) {
    const before = server.asked.token;
    server.behaviour.token = status;
    for (let round = 0; round < 3; round += 1) await assert.rejects(server.token.get(signal), codeIs(code));
    assert.equal(server.asked.token, before + 1);
    server.behaviour.token = 200;
    server.clock.forward(pauseMs);
    const token = await server.token.get(signal);
    assert.equal(token, `t${before + 2}`);
    server.token.refused(token);
  }
});
