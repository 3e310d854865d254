import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../base/index.ts';
import { openHub } from '../hub.ts';
import { openHubInTest } from '../hub-in-test.ts';

type Hub = Awaited<ReturnType<typeof openHubInTest>>;

const body = { name: 'Web shop', scopes: ['integrate', 'messages'], interfaces: ['shop/orders'] };

async function ask(
  app: Hub['hub']['app'],
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  });
  return { status: answer.statusCode, json: answer.body === '' ? undefined : answer.json(), headers: answer.headers };
}

const tokenOf = (hub: Hub, id: string, secret: string, rest: Record<string, string> = {}) =>
  ask(hub.hub.app, '/oauth2/token', {
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret,
    ...rest,
  });

test('a client gets its id and its secret once, and a token for them by form and by Basic', async () => {
  await using hub = await openHubInTest();
  const made = await hub.call('POST', '/api-clients', body);
  assert.equal(made.status, 201);
  const { clientId, clientSecret, id } = made.json;
  assert.equal((await hub.call('GET', `/api-clients/${id}`)).json.clientSecret, undefined);
  const token = await tokenOf(hub, clientId, clientSecret);
  assert.deepEqual([token.status, token.json.expires_in, token.json.scope], [200, 3600, 'integrate messages']);
  const basic = { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
  const narrowed = await ask(
    hub.hub.app,
    '/oauth2/token',
    { grant_type: 'client_credentials', scope: 'messages' },
    basic,
  );
  assert.deepEqual([narrowed.status, narrowed.json.scope], [200, 'messages']);
  const seen = (await hub.call('GET', `/api-clients/${id}`)).json;
  assert.equal(typeof seen.lastUsedAt, 'number');
});

test('each wrong turn of a client is refused in the words of the RFC', async () => {
  await using hub = await openHubInTest();
  const { clientId, clientSecret } = (await hub.call('POST', '/api-clients', body)).json;
  const cases: [Promise<{ status: number; json: { error: string } }>, number, string][] = [
    [tokenOf(hub, 'sluice-unknown', clientSecret), 401, 'invalid_client'],
    [tokenOf(hub, clientId, 'wrong'), 401, 'invalid_client'],
    [tokenOf(hub, clientId, clientSecret, { scope: 'agent' }), 400, 'invalid_scope'],
    [tokenOf(hub, clientId, clientSecret, { grant_type: 'password' }), 400, 'unsupported_grant_type'],
  ];
  for (const [sent, status, error] of cases) {
    const answer = await sent;
    assert.deepEqual([answer.status, answer.json.error], [status, error]);
  }
  const large = await ask(hub.hub.app, '/oauth2/token', { x: 'y'.repeat(9_000) });
  assert.deepEqual([large.status, large.json.error], [413, 'invalid_request']);
});

test('a secret is changed with both valid for a while; then the old one is refused', async () => {
  await using hub = await openHubInTest();
  const { id, clientId, clientSecret: old } = (await hub.call('POST', '/api-clients', body)).json;
  const rotated = (await hub.call('POST', `/api-clients/${id}/secret`, { keepOldForHours: 24 })).json;
  const statuses = async () => [
    (await tokenOf(hub, clientId, old)).status,
    (await tokenOf(hub, clientId, rotated.clientSecret)).status,
  ];
  assert.deepEqual(await statuses(), [200, 200]);
  hub.clock.forward(23 * 60 * 60_000);
  assert.deepEqual(await statuses(), [200, 200]);
  hub.clock.forward(2 * 60 * 60_000);
  assert.deepEqual(await statuses(), [401, 200]);
});

test('tokens outlive a restart, end with their time, and at once with their client', async () => {
  await using started = await openHubInTest();
  const { id, clientId, clientSecret, version } = (await started.call('POST', '/api-clients', body)).json;
  const give = async () => (await tokenOf(started, clientId, clientSecret)).json.access_token as string;
  const [first, second] = [await give(), await give()];
  const { hub, folder, clock, headers } = started;
  await hub.close();
  await using again = await openHub({ folder, clock, log: createLog({ level: 'silent' }) });
  const isActive = async (token: string) => {
    const form = { token, client_id: clientId, client_secret: clientSecret };
    return (await ask(again.app, '/oauth2/introspect', form)).json.active;
  };
  assert.equal(await isActive(first), true);
  await ask(again.app, '/oauth2/revoke', { token: first, client_id: clientId, client_secret: clientSecret });
  assert.deepEqual([await isActive(first), await isActive(second)], [false, true]);
  clock.forward(61 * 60_000);
  assert.equal(await isActive(second), false);
  const inactive = { ...body, tokenMinutes: 60, active: false, version };
  const changed = await again.app.inject({ method: 'PUT', url: `/api/api-clients/${id}`, headers, payload: inactive });
  assert.equal(changed.statusCode, 200);
  assert.equal(
    (
      await ask(again.app, '/oauth2/token', {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      })
    ).status,
    401,
  );
});

test('no secret is in the store, in a list or in the audit trail', async () => {
  await using hub = await openHubInTest();
  const { id, clientSecret } = (await hub.call('POST', '/api-clients', body)).json;
  const rotated = (await hub.call('POST', `/api-clients/${id}/secret`, { keepOldForHours: 1 })).json.clientSecret;
  const told = JSON.stringify([
    (await hub.call('GET', '/api-clients')).json,
    (await hub.call('GET', '/audit-trail')).json,
  ]);
  await hub.hub.close();
  const { readFileSync, readdirSync } = await import('node:fs');
  const files = readdirSync(hub.folder).map((name) => readFileSync(`${hub.folder}/${name}`, 'latin1'));
  for (const secret of [clientSecret, rotated]) {
    assert.ok(!told.includes(secret));
    assert.ok(files.every((text) => !text.includes(secret)));
  }
});
