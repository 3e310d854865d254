import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog, SluiceError } from '../base/index.ts';
import { hubOperations } from './api/operations.ts';
import { openHub } from './hub.ts';
import { openHubInTest } from './hub-in-test.ts';

test('the password of the first administrator is made at the first start, and shown once', async () => {
  await using started = await openHubInTest();
  const { hub, folder } = started;
  assert.match(hub.firstAdministrator?.password ?? '', /^[A-Za-z0-9]{20}$/);
  await hub.close();
  await using again = await openHub({ folder, log: createLog({ level: 'silent' }) });
  assert.equal(again.firstAdministrator, undefined);
});

test('two hubs do not share a folder, and the store is for its owner alone', async () => {
  await using started = await openHubInTest();
  await assert.rejects(
    openHub({ folder: started.folder }),
    (error) => error instanceof SluiceError && error.code === 'STORE_IN_USE',
  );
  assert.equal((await stat(join(started.folder, 'hub.sqlite'))).mode & 0o077, 0);
});

test('without a session everything but logging in and the description is closed', async () => {
  await using hub = await openHubInTest();
  let closed = 0;
  for (const { method, path, signed } of hubOperations) {
    const body = method === 'GET' ? undefined : {};
    const answer = await hub.inject(method, path.replaceAll(/:\w+/g, '1'), { body });
    if (!signed) continue;
    assert.equal(answer.status, 401, `${method} ${path}`);
    closed += 1;
  }
  assert.ok(closed > 10, `saw ${closed}`);
});

test('each role may do what is its own, and is told whose the rest is', async () => {
  await using hub = await openHubInTest();
  for (const role of ['viewer', 'operator']) {
    const person = await hub.logInAs(role);
    assert.equal((await person.call('GET', '/remote-sites')).status, 200);
    for (const { method, path, role: wanted } of hubOperations) {
      if (wanted !== 'administrator') continue;
      const answer = await person.call(method, path.replaceAll(/:\w+/g, '1'), method === 'GET' ? undefined : {});
      assert.equal(answer.status, 403, `${role}: ${method} ${path}`);
      assert.match(answer.errors[0]?.message ?? '', /^You are an? \w+ here; this is for an administrator\.$/);
    }
  }
});

test('a change without the token against forged calls is refused, and so is one from a page elsewhere', async () => {
  await using hub = await openHubInTest();
  const { cookie, 'x-csrf-token': csrf } = hub.headers;
  const body = { name: 'Agent', url: 'https://127.0.0.1:9055' };
  const create = (headers: Record<string, string>) => hub.inject('POST', '/remote-sites', { headers, body });
  assert.equal((await create({ cookie })).status, 403);
  assert.equal((await create({ cookie, 'x-csrf-token': `${csrf}x` })).status, 403);
  assert.equal((await create({ cookie, 'x-csrf-token': csrf, origin: 'https://evil.example' })).status, 403);
  assert.equal((await create({ cookie, 'x-csrf-token': csrf })).status, 201);
});

test('a session ends by idleness, and not by a restart', async () => {
  await using started = await openHubInTest();
  started.clock.forward(119 * 60_000);
  assert.equal((await started.call('GET', '/session')).status, 200);
  started.clock.forward(119 * 60_000);
  assert.equal((await started.call('GET', '/session')).status, 200);
  const { hub, folder, clock, headers } = started;
  await hub.close();
  await using again = await openHub({ folder, clock, log: createLog({ level: 'silent' }) });
  const look = () => again.app.inject({ url: '/api/session', headers });
  assert.equal((await look()).statusCode, 200);
  clock.forward(121 * 60_000);
  assert.equal((await look()).statusCode, 401);
});

test('whether the hub lives and is ready is told to anybody, and nothing else is', async () => {
  await using hub = await openHubInTest();
  for (const [url, text] of [
    ['/healthz', 'ok\n'],
    ['/readyz', 'ready\n'],
  ] as const) {
    const answer = await hub.hub.app.inject({ url });
    assert.deepEqual([answer.statusCode, answer.body], [200, text]);
  }
});
