import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../hub-in-test.ts';
import { hubApiBase, hubOperations } from './operations.ts';

type HubInTest = Awaited<ReturnType<typeof openHubInTest>>;

const hourMs = 60 * 60_000;
const bobsPassword = 'a password of bob';

const logIn = ({ hub }: HubInTest, username: string, password: string, remoteAddress = '127.0.0.1') =>
  hub.app.inject({ method: 'POST', url: '/api/session', remoteAddress, payload: { username, password } });

/** Somebody with a password of their own choice, who is logged out. */
async function addBob(hub: HubInTest): Promise<number> {
  const made = await hub.call('POST', '/people', { username: 'bob', name: 'Bob', role: 'viewer' });
  const { call } = await hub.logIn('bob', made.json.password);
  const change = { currentPassword: made.json.password, newPassword: bobsPassword };
  assert.equal((await call('POST', '/session/password', change)).status, 204);
  return made.json.id;
}

const cookieOf = ({ headers }: { headers: Readonly<Record<string, unknown>> }) => String(headers['set-cookie'] ?? '');

test('the session cookie is out of reach of scripts and of other sites, and goes over TLS alone where there is TLS', async () => {
  await using plain = await openHubInTest();
  const { answer } = await plain.logIn('admin', String(plain.hub.firstAdministrator?.password));
  assert.match(cookieOf(answer), /^sluice_hub=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  await using secure = await openHubInTest({ publicUrl: 'https://hub.example' });
  const over = await secure.logIn('admin', String(secure.hub.firstAdministrator?.password));
  assert.match(cookieOf(over.answer), /; Secure$/);
});

test('a session is made anew at each log-in, and the one before it ends, whoever chose its cookie', async () => {
  await using hub = await openHubInTest();
  await addBob(hub);
  const chosen = { cookie: `sluice_hub=${'A'.repeat(43)}` };
  const body = { username: 'bob', password: bobsPassword };
  const first = await hub.inject('POST', '/session', { headers: chosen, body });
  assert.doesNotMatch(cookieOf(first), /A{43}/);
  assert.equal((await hub.inject('GET', '/session', { headers: chosen })).status, 401);
  const given = { cookie: cookieOf(first).split(';', 1).join('') };
  assert.equal((await hub.inject('GET', '/session', { headers: given })).status, 200);
  assert.equal((await hub.inject('POST', '/session', { headers: given, body })).status, 201);
  assert.equal((await hub.inject('GET', '/session', { headers: given })).status, 401);
});

test('nothing is changed by a call without the token of its session, or from a page of another server', async () => {
  await using hub = await openHubInTest();
  const { 'x-csrf-token': token, cookie } = hub.headers;
  const other = await hub.logInAs('operator');
  const changing = hubOperations.filter(({ method, signed }) => method !== 'GET' && signed);
  const trail = async () => (await hub.call('GET', '/audit-trail')).json.total;
  const before = await trail();
  const forged: Record<string, string>[] = [
    { cookie },
    { cookie, 'x-csrf-token': '' },
    { cookie, 'x-csrf-token': other.headers['x-csrf-token'] },
    { cookie, 'x-csrf-token': `${token}x` },
    ...['https://evil.example', 'null', 'http://localhost:81', 'http://localhost.evil.example'].map((origin) => ({
      ...{ cookie, 'x-csrf-token': token, origin },
    })),
  ];
  for (const { method, path, id } of changing)
    for (const headers of forged) {
      const url = `${hubApiBase}${path.replaceAll(/:\w+/g, '1')}`;
      const answer = await hub.hub.app.inject({ method: method as 'POST', url, headers, payload: {} });
      assert.equal(answer.statusCode, 403, `${id} ${JSON.stringify(headers)}`);
    }
  assert.ok(changing.length > 40);
  assert.equal(await trail(), before);
});

test('a session ends by log-out, after two hours of rest, and after twelve hours however busy', async () => {
  await using hub = await openHubInTest();
  await addBob(hub);
  const status = async ({ call }: { call: HubInTest['call'] }) => (await call('GET', '/session')).status;
  const first = await hub.logIn('bob', bobsPassword);
  assert.equal((await first.call('DELETE', '/session')).status, 204);
  assert.equal(await status(first), 401);
  const idle = await hub.logIn('bob', bobsPassword);
  hub.clock.forward(2 * hourMs - 1);
  assert.equal(await status(idle), 200);
  hub.clock.forward(2 * hourMs);
  assert.equal(await status(idle), 401);
  const busy = await hub.logIn('bob', bobsPassword);
  for (let hour = 1; hour < 12; hour += 1) {
    hub.clock.forward(hourMs);
    assert.equal(await status(busy), 200, `hour ${hour}`);
  }
  hub.clock.forward(hourMs);
  assert.equal(await status(busy), 401);
});

test('a new password ends all other sessions, also one that was being begun with the old one', async () => {
  await using hub = await openHubInTest();
  const id = await addBob(hub);
  const [one, two] = [await hub.logIn('bob', bobsPassword), await hub.logIn('bob', bobsPassword)];
  const racing = [1, 2].map(() => hub.logIn('bob', bobsPassword));
  const reset = await hub.call('POST', `/people/${id}/password`);
  assert.equal(reset.status, 200);
  for (const { call } of [one, two, ...(await Promise.all(racing))])
    assert.equal((await call('GET', '/session')).status, 401);
  assert.equal((await hub.logIn('bob', reset.json.password)).answer.status, 201);
});

test('a password that was changed meanwhile is not changed back by whoever knew the old one', async () => {
  await using hub = await openHubInTest();
  const id = await addBob(hub);
  let current = bobsPassword;
  // Whoever is quick may change it before it is reset; that one was the old one by right.
  for (let status = 204; status === 204; ) {
    const bob = await hub.logIn('bob', current);
    const change = { currentPassword: current, newPassword: 'mine once more' };
    const own = bob.call('POST', '/session/password', change);
    const reset = await hub.call('POST', `/people/${id}/password`);
    ({ status } = await own);
    assert.ok([204, 401, 409].includes(status), String(status));
    assert.equal((await hub.logIn('bob', 'mine once more')).answer.status, 401);
    current = reset.json.password;
    assert.equal((await hub.logIn('bob', current)).answer.status, 201);
  }
});

test('who has a session but no password guesses it no faster than who has neither', async () => {
  await using hub = await openHubInTest();
  await addBob(hub);
  const bob = await hub.logIn('bob', bobsPassword);
  const guess = (index: number) =>
    bob.call('POST', '/session/password', { currentPassword: `guess ${index}`, newPassword: 'a new long password' });
  for (let index = 0; index < 6; index += 1) assert.equal((await guess(index)).status, 400);
  assert.equal((await guess(6)).status, 429);
});

test('a flood of log-ins is told to wait, keeps nobody else out, and makes nobody’s wrong passwords forgotten', async () => {
  await using hub = await openHubInTest();
  await addBob(hub);
  for (let index = 0; index < 6; index += 1) assert.equal((await logIn(hub, 'bob', 'no', '192.0.2.1')).statusCode, 401);
  const flood = Array.from({ length: 11_000 }, (_, index) => logIn(hub, `name${index}`, 'no', '192.0.2.1'));
  const other = logIn(hub, 'bob', bobsPassword, '198.51.100.1');
  const statuses = new Set((await Promise.all(flood)).map(({ statusCode }) => statusCode));
  assert.deepEqual([...statuses].toSorted(), [401, 429]);
  assert.equal((await other).statusCode, 201);
  assert.equal((await logIn(hub, 'bob', 'no', '192.0.2.1')).statusCode, 429, 'what was counted is known still');
});

test('wrong passwords from elsewhere, however many, keep nobody out, and those of one network count together', async () => {
  await using hub = await openHubInTest();
  await addBob(hub);
  for (let round = 0; round < 8; round += 1)
    assert.equal((await logIn(hub, 'bob', 'no', `2001:db8::${round}`)).statusCode, round < 6 ? 401 : 429);
  assert.equal((await logIn(hub, 'bob', bobsPassword, '2001:db8:1::1')).statusCode, 201);
  hub.clock.forward(30_000);
  assert.equal((await logIn(hub, 'bob', bobsPassword, '2001:db8::1')).statusCode, 201, 'nobody is locked out for ever');
});
