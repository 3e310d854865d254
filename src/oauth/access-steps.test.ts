import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAddressRanges, isAddressRange } from './address-ranges.ts';
import type { Client, Subject } from './client-store.ts';
import { isWithinLoginHours } from './login-hours.ts';
import { createLoginRate } from './login-rate.ts';
import { openServerInTest, refused, withSecret } from './server-in-test.ts';

const form = { grant_type: 'client_credentials', ...withSecret };
const notHere = createAddressRanges([{ start: '198.51.100.0', end: '198.51.100.255' }]);
const here = createAddressRanges([{ start: '192.0.2.0', end: '192.0.2.255' }]);

const closed = { timeZone: 'UTC', days: { friday: { start: 0, end: 0 } } };

type Flaw = {
  app?: Partial<Client>;
  user?: Partial<Subject>;
  policies?: Client['policies'];
  body?: object;
  words: object;
};

/** In the order of the checks: what comes first is told when there is more than one reason. */
const flaws: readonly Flaw[] = [
  { body: { client_id: 'unknown' }, words: refused('invalid_client_id', 'client identifier invalid') },
  { body: { client_secret: 'wrong' }, words: refused('invalid_client', 'invalid client credentials') },
  {
    policies: { installed: false },
    words: refused('app_not_found', 'External client app is not installed in this org'),
  },
  { body: { scope: 'api' }, words: refused('invalid_request', 'scope parameter not supported') },
  { policies: { blocked: true }, words: refused('invalid_app_access', 'this app is blocked by admin') },
  { app: { clientCredentialsEnabled: false }, words: refused('invalid_grant', 'client credentials flow not enabled') },
  {
    policies: { clientCredentialsAllowed: false },
    words: refused('invalid_grant', 'no client credentials user enabled'),
  },
  {
    policies: { isAdminApproved: () => false },
    words: refused('invalid_app_access', 'user is not admin approved to access this app'),
  },
  { app: { scopes: ['full'] }, words: refused('invalid_grant', 'no valid scopes defined') },
  { user: { active: false }, words: refused('inactive_user', 'user is inactive') },
  { user: { frozen: true }, words: refused('inactive_user', 'user is inactive') },
  { policies: { trustedRanges: notHere }, words: refused('invalid_grant', 'ip restricted') },
  { user: { loginRanges: notHere }, words: refused('invalid_grant', 'ip restricted or invalid login hours') },
  { user: { loginHours: closed }, words: refused('invalid_grant', 'ip restricted or invalid login hours') },
];

function ask(present: readonly Flaw[]) {
  const merged = <Key extends keyof Flaw>(key: Key) => Object.assign({}, ...present.map((flaw) => flaw[key]));
  const { send } = openServerInTest({ app: { ...merged('app'), policies: merged('policies') }, user: merged('user') });
  return send('token', { ...form, ...merged('body') });
}

test('each policy refuses in its own words', async () => {
  for (const flaw of flaws) {
    const { status, json } = await ask([flaw]);
    assert.deepEqual([status, json], [400, flaw.words]);
  }
  assert.equal((await ask([])).status, 200);
});

test('of several reasons the first in the order of the checks is told', async () => {
  for (const index of flaws.keys()) assert.deepEqual((await ask(flaws.slice(index))).json, flaws[index]?.words);
});

test('IP relaxation decides whether addresses count', async () => {
  const cases: [Client['policies'], Partial<Subject>, boolean][] = [
    [{ trustedRanges: here }, { loginRanges: here }, true],
    [{ trustedRanges: here }, { loginRanges: notHere }, false],
    [{ trustedRanges: here, ipRelaxation: 'Bypass_2factor' }, { loginRanges: notHere }, true],
    [{ trustedRanges: notHere, ipRelaxation: 'Bypass_2factor' }, {}, false],
    [{ trustedRanges: notHere, ipRelaxation: 'Bypass' }, { loginRanges: notHere }, true],
    [{ trustedRanges: notHere, ipRelaxation: 'Enforce_RelaxRefresh' }, {}, false],
  ];
  for (const [policies, user, isLetIn] of cases) {
    const { send } = openServerInTest({ app: { policies }, user });
    assert.equal((await send('token', form)).status === 200, isLetIn, JSON.stringify([policies, user]));
  }
});

test('an address that nobody knows is in no range', async () => {
  const { send } = openServerInTest({ user: { loginRanges: here } });
  assert.equal((await send('token', form, { remoteAddress: undefined })).status, 400);
  assert.equal((await send('token', form, { remoteAddress: '::ffff:192.0.2.7' })).status, 200);
});

test('ranges have both their ends, in either family', () => {
  const ranges = createAddressRanges([
    { start: '10.0.0.5', end: '10.0.0.7' },
    { start: '2001:db8::', end: '2001:db8::ff' },
  ]);
  const inside = ['10.0.0.5', '10.0.0.7', '::ffff:10.0.0.6', '2001:db8::1', '2001:DB8:0::ff'];
  const outside = ['10.0.0.4', '10.0.0.8', '2001:db8::100', 'localhost', '', undefined];
  assert.deepEqual(
    inside.filter((one) => !ranges.includes(one)),
    [],
  );
  assert.deepEqual(
    outside.filter((one) => ranges.includes(one)),
    [],
  );
  const wrong = [
    { start: '10.0.0.2', end: '10.0.0.1' },
    { start: '10.0.0.1', end: '::1' },
    { start: 'x', end: 'y' },
  ];
  for (const range of wrong) assert.equal(isAddressRange(range), false);
});

test('login hours are those of the time zone, over the change to summer time as well', () => {
  const hours = { timeZone: 'Europe/Berlin', days: { monday: { start: 480, end: 1020 } } };
  const at = (text: string) => isWithinLoginHours(hours, Date.parse(text));
  assert.deepEqual([at('2026-01-05T06:59:59Z'), at('2026-01-05T07:00:00Z')], [false, true]);
  assert.deepEqual([at('2026-01-05T15:59:59Z'), at('2026-01-05T16:00:00Z')], [true, false]);
  assert.deepEqual([at('2026-07-06T05:59:59Z'), at('2026-07-06T06:00:00Z')], [false, true]);
  assert.equal(at('2026-01-06T03:00:00Z'), true);
});

test('a refused login of a known user counts in no rate, and is told with app, user and address', async () => {
  const { send, events, clock } = openServerInTest({ user: { frozen: true } });
  await send('token', form);
  assert.equal(events[0]?.outcome, 'frozen user');
  assert.equal(events[0]?.remoteAddress, '192.0.2.1');
  assert.match(events[0]?.userId ?? '', /^005/);
  const rate = createLoginRate({ perHour: 1, clock });
  assert.deepEqual([rate.allow('a'), rate.allow('a'), rate.allow('b')], [true, false, true]);
});

test('a login host gives no token of this flow', async () => {
  const { send } = openServerInTest({ parts: { isMyDomain: (host) => !host.startsWith('login.') } });
  const traits = { headers: { host: 'login.localhost' } };
  assert.deepEqual(
    (await send('token', form, traits)).json,
    refused('invalid_grant', 'request not supported on this domain'),
  );
  assert.equal((await send('token', form, { headers: { host: 'acme.localhost' } })).status, 200);
});
