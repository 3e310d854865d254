import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setupOperations } from './operations.ts';
import { openSetupInTest } from './setup-in-test.ts';

test('without a session everything but logging in and the description is closed', async () => {
  await using setup = await openSetupInTest();
  let closed = 0;
  for (const { method, path, signed } of setupOperations) {
    const answer = await setup.inject(method, path.replaceAll(/:\w+/g, 'x'), {
      body: method === 'GET' ? undefined : {},
    });
    if (signed) {
      assert.equal(answer.status, 401, `${method} ${path}`);
      closed += 1;
    }
  }
  assert.ok(closed > 50, `saw ${closed}`);
});

test('a change without the token against forged calls is refused, and so is one from a page elsewhere', async () => {
  await using setup = await openSetupInTest();
  const { username, password } = setup.org.firstAdministrator!;
  const { headers } = await setup.logIn(username, password);
  const { cookie, 'x-csrf-token': csrf } = headers;
  const change = (given: Record<string, string>) => setup.inject('POST', '/identity-verification', { headers: given });
  assert.equal((await change({ cookie })).status, 403);
  assert.equal((await change({ cookie, 'x-csrf-token': `${csrf}x` })).status, 403);
  assert.equal((await change({ cookie, 'x-csrf-token': csrf, origin: 'https://evil.example' })).status, 403);
  assert.equal((await change({ cookie, 'x-csrf-token': csrf })).status, 201);
  assert.equal((await setup.inject('GET', '/session', { headers: { cookie } })).status, 200);
});

test('the cookie is for this server and for Setup alone, and Secure where the org is reached over https', async () => {
  await using setup = await openSetupInTest();
  const { username, password } = setup.org.firstAdministrator!;
  const { answer } = await setup.logIn(username, password);
  assert.match(
    String(answer.headers['set-cookie']),
    /^sluice_setup=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/setup$/,
  );
  await using secure = await openSetupInTest(undefined, { instanceUrl: 'https://acme.example' });
  const first = secure.org.firstAdministrator!;
  const again = await secure.logIn(first.username, first.password);
  assert.match(String(again.answer.headers['set-cookie']), /; Secure$/);
});

test('a wrong password is refused alike for known and unknown names, and the seventh in a row waits', async () => {
  await using setup = await openSetupInTest();
  const { username, password } = setup.org.firstAdministrator!;
  const wrong = (await setup.logIn(username, 'wrong')).answer;
  const unknown = (await setup.logIn('nobody@acme.example', 'wrong')).answer;
  assert.deepEqual([wrong.status, wrong.json], [401, unknown.json]);
  for (let round = 1; round < 6; round += 1) await setup.logIn(username, 'wrong');
  const seventh = (await setup.logIn(username, password)).answer;
  assert.equal(seventh.status, 429);
  assert.equal(seventh.headers['retry-after'], '30');
  setup.clock.forward(30_000);
  assert.equal((await setup.logIn(username, password)).answer.status, 201);
});

test('logging out ends the session, and so does being idle, deactivated or given a new password', async () => {
  await using setup = await openSetupInTest();
  const { username, password } = setup.org.firstAdministrator!;
  const out = await setup.logIn(username, password);
  assert.equal((await out.call('DELETE', '/session')).status, 204);
  assert.equal((await out.call('GET', '/session')).status, 401);
  const idle = await setup.logIn(username, password);
  setup.clock.forward(2 * 3_600_000);
  assert.equal((await idle.call('GET', '/session')).status, 401);

  const { call } = await setup.logIn(username, password);
  const fields = {
    username: 'second@acme.example',
    lastName: 'Second',
    email: 'second@acme.example',
    profile: 'System Administrator',
  };
  const second = (await call('POST', '/users', fields)).json;
  const first = (await call('POST', `/users/${second.id}/password`)).json;
  const other = await setup.logIn(first.username, first.password);
  assert.equal((await other.call('GET', '/session')).status, 200);
  await call('POST', `/users/${second.id}/password`);
  assert.equal((await other.call('GET', '/session')).status, 401);
  assert.equal((await setup.logIn(first.username, first.password)).answer.status, 401);

  const { password: newest } = (await call('POST', `/users/${second.id}/password`)).json;
  const last = await setup.logIn(first.username, newest);
  const change = async (body: object) => {
    const { version } = (await call('GET', `/users/${second.id}`)).json;
    assert.equal((await call('PATCH', `/users/${second.id}`, { version, ...body })).status, 200);
  };
  await change({ frozen: true });
  assert.equal((await setup.logIn(first.username, newest)).answer.status, 403);
  await change({ frozen: false });
  assert.equal((await last.call('GET', '/session')).status, 401, 'a session does not come back');
});

test('administrators cannot take their own way in away', async () => {
  await using setup = await openSetupInTest();
  const { user } = (await setup.call('GET', '/session')).json;
  const { version } = (await setup.call('GET', `/users/${user.id}`)).json;
  const refused = await setup.call('PATCH', `/users/${user.id}`, { version, active: false });
  assert.deepEqual([refused.status, refused.errors[0]!.field], [400, 'active']);
});

test('what is no JSON, too large, unknown or by a wrong method is refused in the one form', async () => {
  await using setup = await openSetupInTest();
  const { username, password } = setup.org.firstAdministrator!;
  const { headers } = await setup.logIn(username, password);
  const send = async (method: string, url: string, payload: string, type: string) => {
    const given = { method: method as 'POST', url, payload, headers: { ...headers, 'content-type': type } };
    const answer = await setup.org.app.inject(given);
    return [answer.statusCode, answer.json().errors?.length];
  };
  assert.deepEqual(await send('POST', '/setup/api/apps', '{', 'application/json'), [400, 1]);
  assert.deepEqual(await send('POST', '/setup/api/apps', '{}', 'text/plain'), [415, 1]);
  assert.deepEqual(await send('POST', '/setup/api/apps', `"${'x'.repeat(1_000_001)}"`, 'application/json'), [413, 1]);
  assert.deepEqual(await send('PUT', '/setup/api/apps', '{}', 'application/json'), [405, 1]);
  assert.deepEqual(await send('POST', '/setup/api/nothing', '{}', 'application/json'), [404, 1]);
  assert.deepEqual(await send('POST', '/setup/api', '{}', 'application/json'), [404, 1]);
});

test('the description is OpenAPI 3.1 and names every operation once', async () => {
  await using setup = await openSetupInTest();
  const { json } = await setup.inject('GET', '/openapi.json', {});
  assert.equal(json.openapi, '3.1.0');
  const ids = Object.values(json.paths as Record<string, Record<string, { operationId: string }>>).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  assert.equal(ids.length, setupOperations.length);
  assert.equal(new Set(ids).size, ids.length);
});
