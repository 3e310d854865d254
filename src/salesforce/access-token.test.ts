import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { type Clock, SluiceError, systemClock } from '../base/index.ts';
import { createTokenSource, judgeTokenAnswer, type UsableToken } from './access-token.ts';
import { OAuthError, SalesforceError } from './salesforce-error.ts';
import {
  consumerSecret,
  type Reply,
  sessionExpired,
  startScriptedServer,
  tokenAnswer,
  tokenNumber,
} from './scripted-server.test.ts';

const myDomain = new URL('https://acme.my.salesforce.com');
const rules = { myDomain, allowedHosts: [], allowPlainHttp: false };
const unavailable: Reply = { status: 503, text: '<html>down</html>' };

function calls(count: number, act: () => Promise<unknown>) {
  return Promise.allSettled(Array.from({ length: count }, act));
}

function fulfilled(results: PromiseSettledResult<unknown>[]): number {
  return results.filter(({ status }) => status === 'fulfilled').length;
}

/** A clock that stands still until it is moved. */
function standingClock(): Clock & { nowMs: number } {
  const sleepInNoTime = async (milliseconds: number): Promise<void> => {
    clock.nowMs += milliseconds;
  };
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs, sleep: sleepInNoTime };
  return clock;
}

function tokenOf(accessToken: string, expiresAtMs?: number): UsableToken {
  const text = JSON.stringify(tokenAnswer(myDomain.origin, accessToken));
  return { ...judgeTokenAnswer({ status: 200, text }, { rules, nowMs: 0, secret: consumerSecret }), expiresAtMs };
}

test('a thousand callers with no token yet make one token request', async () => {
  await using server = await startScriptedServer();
  await using org = server.open();
  assert.equal(fulfilled(await calls(1000, () => org.limits())), 1000);
  assert.equal(server.tokenRequests.length, 1);
  assert.equal(server.asked.length, 1000);
});

test('the token request carries key and secret in its body, and nothing else that counts', async () => {
  await using server = await startScriptedServer();
  await using org = server.open();
  const token = await org.accessToken();
  const form = Object.fromEntries(new URLSearchParams(server.tokenRequests[0]));
  assert.deepEqual(form, { grant_type: 'client_credentials', client_id: '3MVG9.key', client_secret: consumerSecret });
  assert.deepEqual(token, {
    accessToken: tokenNumber(1),
    instanceUrl: server.url,
    id: 'https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS',
    organizationId: '00Dxx0000001gPLEAY',
    userId: '005xx000001SwiUAAS',
    scope: 'id api',
    issuedAtMs: 1736530186928,
  });
});

test('each token is asked for with the key pair that holds by then', async () => {
  let valid = tokenNumber(1);
  await using server = await startScriptedServer({
    rest: ({ token }) => (token === valid ? { json: {} } : sessionExpired),
  });
  let pair = { consumerKey: '3MVG9.first', consumerSecret: 'first' };
  await using org = server.open({}, { currentKeyPair: async () => pair });
  await org.limits();
  pair = { consumerKey: '3MVG9.second', consumerSecret: 'second' };
  await org.limits();
  valid = tokenNumber(2);
  await org.limits();
  const asked = server.tokenRequests.map((body) => new URLSearchParams(body));
  assert.deepEqual(
    asked.map((form) => [form.get('client_id'), form.get('client_secret')]),
    [
      ['3MVG9.first', 'first'],
      ['3MVG9.second', 'second'],
    ],
  );
});

test('a thousand callers with a revoked token make one new login, and all of them succeed', async () => {
  let valid = tokenNumber(1);
  await using server = await startScriptedServer({
    rest: ({ token }) => (token === valid ? { json: {} } : sessionExpired),
  });
  await using org = server.open();
  await org.limits();
  valid = tokenNumber(2);
  assert.equal(fulfilled(await calls(1000, () => org.limits())), 1000);
  assert.equal(server.tokenRequests.length, 2);
});

test('refusals that arrive over 300 ms drop only the token that was refused', async () => {
  let valid = tokenNumber(1);
  await using server = await startScriptedServer({
    async rest({ token, before }) {
      if (token === valid) return { json: {} };
      await sleep((before * 37) % 300);
      return sessionExpired;
    },
  });
  await using org = server.open();
  await org.limits();
  valid = tokenNumber(2);
  assert.equal(fulfilled(await calls(200, () => org.limits())), 200);
  assert.equal(server.tokenRequests.length, 2);
});

test('an org that refuses every token gets one more try of each call, and no herd of logins', async () => {
  await using server = await startScriptedServer({ rest: () => sessionExpired });
  await using org = server.open();
  const results = await calls(50, () => org.limits());
  assert.ok(server.asked.length > 50 && server.asked.length <= 100, `${server.asked.length} calls`);
  assert.equal(server.tokenRequests.length, 2);
  for (const result of results) {
    assert.ok(result.status === 'rejected' && result.reason instanceof SalesforceError);
    assert.equal(result.reason.code, 'SESSION_REFUSED');
    assert.equal(result.reason.status, 401);
    assert.equal(result.reason.inDoubt, false);
    assert.deepEqual(result.reason.errors, [
      { message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' },
    ]);
  }
});

test('while the token endpoint is away no herd forms, and when it is back every call succeeds', async () => {
  let away = true;
  await using server = await startScriptedServer({
    token: (count) => (away ? unavailable : { json: tokenAnswer(server.url, tokenNumber(count)) }),
  });
  const clock = standingClock();
  await using org = server.open({ retryForMs: 0, clock });
  assert.equal(fulfilled(await calls(1000, () => org.limits())), 0);
  assert.equal(server.tokenRequests.length, 1);
  assert.equal(fulfilled(await calls(200, () => org.limits())), 0);
  assert.equal(server.tokenRequests.length, 1, 'callers within the pause get the failure without a request');
  away = false;
  clock.nowMs += 60_000;
  assert.equal(fulfilled(await calls(100, () => org.limits())), 100);
  assert.equal(server.tokenRequests.length, 2);
});

test('a call waits out a short outage of the token endpoint by itself', async () => {
  await using server = await startScriptedServer({
    token: (count) => (count < 3 ? unavailable : { json: tokenAnswer(server.url, tokenNumber(count)) }),
  });
  const clock = standingClock();
  await using org = server.open({ clock });
  await org.limits();
  assert.equal(server.tokenRequests.length, 3);
});

test('after a failed request the pause grows, and a refusal is waited out longer than an outage', async () => {
  const firstPauseMs = async (error: Error): Promise<number> => {
    const clock = standingClock();
    let requests = 0;
    const fetchToken = async () => {
      requests += 1;
      throw error;
    };
    const source = createTokenSource({ fetchToken, clock, random: () => 1 });
    const pauses: number[] = [];
    for (const expected of [1, 2, 3]) {
      const startedMs = clock.nowMs;
      while (requests < expected) {
        await assert.rejects(source.get());
        if (requests < expected) clock.nowMs += 100;
      }
      pauses.push(clock.nowMs - startedMs);
    }
    assert.ok(pauses[2]! > pauses[1]!, `grows: ${pauses}`);
    return pauses[1]!;
  };
  const outageMs = await firstPauseMs(new SluiceError('SALESFORCE_BUSY'));
  const refusalMs = await firstPauseMs(new OAuthError({ status: 400, error: 'invalid_client', error_description: '' }));
  assert.ok(refusalMs >= 10 * outageMs, `${refusalMs} and ${outageMs}`);
});

test('one caller who gives up does not end the token request of the others', async () => {
  await using server = await startScriptedServer({
    async token(count) {
      await sleep(100);
      return { json: tokenAnswer(server.url, tokenNumber(count)) };
    },
  });
  await using org = server.open();
  const controller = new AbortController();
  const impatient = org.limits({ signal: controller.signal });
  const patient = org.limits();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(impatient, { code: 'CANCELLED', inDoubt: false });
  await patient;
  assert.equal(server.tokenRequests.length, 1);
});

test('a token endpoint that says nothing is given up after the deadline, and asked again later', async () => {
  await using server = await startScriptedServer({
    token: (count) => (count === 1 ? 'silence' : { json: tokenAnswer(server.url, tokenNumber(count)) }),
  });
  let skipMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + skipMs };
  await using org = server.open({ clock, deadlines: { tokenMs: 1_000 }, retryForMs: 0 });
  // Not in doubt: the call itself was never sent.
  await assert.rejects(org.request({ method: 'POST', path: '/x' }), { code: 'ANSWER_LOST', inDoubt: false });
  skipMs = 60_000;
  await org.limits();
  assert.equal(server.tokenRequests.length, 2);
});

test('with no expires_in a token is used until it is refused', async () => {
  const clock = standingClock();
  let requests = 0;
  const fetchToken = async () => tokenOf(tokenNumber(++requests));
  const source = createTokenSource({ fetchToken, clock, random: () => 0.5 });
  const first = await source.get();
  clock.nowMs += 365 * 24 * 3_600_000;
  assert.equal(source.current(), first);
  source.refused(first, new SluiceError('SESSION_REFUSED'));
  assert.equal(source.current(), null);
  assert.equal((await source.get()).accessToken, tokenNumber(2));
});

test('a token whose end is known is renewed before it, at a moment left to chance, while it is still used', async () => {
  for (const chance of [0, 0.5, 1]) {
    const clock = standingClock();
    let requests = 0;
    const lifetimeMs = 3_600_000;
    const fetchToken = async () => tokenOf(tokenNumber(++requests), clock.nowMs + lifetimeMs);
    const source = createTokenSource({ fetchToken, clock, random: () => chance });
    const first = await source.get();
    const renewAfterMs = lifetimeMs * (0.95 - 0.1 * chance);
    clock.nowMs += renewAfterMs - 1;
    assert.equal(source.current(), first);
    clock.nowMs += 1;
    assert.equal(source.current(), null);
    assert.equal(await source.get(), first, 'still good, so nobody waits');
    await sleep(1);
    assert.equal((await source.get()).accessToken, tokenNumber(2));
    assert.equal(requests, 2);
  }
});

test('the end of a JWT is counted from now by its own lifetime, so that clocks may differ', () => {
  const claims = Buffer.from(JSON.stringify({ iat: 1_000, exp: 1_600 })).toString('base64url');
  const text = JSON.stringify(tokenAnswer(myDomain.origin, `eyJh.${claims}.c2ln`));
  const token = judgeTokenAnswer({ status: 200, text }, { rules, nowMs: 5_000_000_000, secret: consumerSecret });
  assert.equal(token.expiresAtMs, 5_000_000_000 + 600_000);
});

test('each refusal of the token endpoint keeps its words and names the cure', () => {
  const said: [string, string, RegExp][] = [
    ['invalid_client_id', 'client identifier invalid', /consumer key/],
    ['invalid_client', 'invalid client credentials', /consumer secret/],
    ['invalid_grant', 'no client credentials user enabled', /Run As user/],
    ['invalid_grant', 'client credentials flow not enabled', /Enable the client credentials flow/],
    ['invalid_app_access', 'user is not admin approved to access this app', /permission set/],
    ['invalid_grant', 'request not supported on this domain', /My Domain/],
    ['invalid_grant', 'no valid scopes defined', /scope/],
    ['invalid_grant', 'ip restricted or invalid login hours', /IP ranges/],
    ['app_not_found', 'External client app is not installed in this org', /Install/],
    ['something_new', 'never seen before', /Login History/],
  ];
  for (const [error, error_description, cure] of said) {
    assert.throws(
      () => judge(400, { error, error_description }),
      (thrown: OAuthError) => {
        assert.equal(thrown.code, 'TOKEN_REFUSED');
        assert.equal(thrown.error, error);
        assert.equal(thrown.error_description, error_description);
        assert.match(thrown.message, new RegExp(error_description));
        assert.match(thrown.next, cure);
        return true;
      },
    );
  }
  assert.throws(() => judge(400, { error: 'invalid_grant', error_description: 'login rate exceeded' }), {
    code: 'LOGIN_RATE_EXCEEDED',
    retry: 'later',
  });
});

test('an answer that is no token is refused before anything is sent with it', () => {
  const good = tokenAnswer(myDomain.origin, tokenNumber(1));
  const { instance_url: _, ...noInstance } = good;
  assert.throws(() => judge(200, noInstance), { code: 'ANSWER_INVALID' });
  assert.throws(() => judge(200, { ...good, access_token: 'a\r\nX-Evil: 1' }), { code: 'ANSWER_INVALID' });
  assert.throws(() => judge(200, { ...good, token_type: 'mac' }), { code: 'ANSWER_INVALID' });
  assert.throws(() => judge(200, { ...good, instance_url: 'https://evil.example' }), { code: 'HOST_NOT_ALLOWED' });
  assert.throws(() => judge(200, { ...good, instance_url: 'http://acme.my.salesforce.com' }), {
    code: 'HOST_NOT_ALLOWED',
  });
  assert.throws(() => judge(302, {}), { code: 'SALESFORCE_REDIRECTED' });
  assert.throws(() => judgeTokenAnswer({ status: 200, text: '<html>' }, { rules, nowMs: 0, secret: consumerSecret }), {
    code: 'ANSWER_INVALID',
  });
});

test('whatever the token endpoint answers, it is a token or an error of the table', () => {
  const good = tokenAnswer(myDomain.origin, tokenNumber(1));
  const bent = fc
    .tuple(fc.constantFrom(...Object.keys(good), 'error', 'error_description', 'expires_in'), fc.jsonValue())
    .map(([name, value]) => ({ ...good, [name]: value }));
  const text = fc.oneof(
    bent.map((body) => JSON.stringify(body)),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.constantFrom(200, 204, 302, 400, 401, 503), text, (status, body) => {
      try {
        const { instanceUrl } = judgeTokenAnswer({ status, text: body }, { rules, nowMs: 0, secret: consumerSecret });
        assert.match(instanceUrl, /^https:\/\/[a-z0-9.-]+\.my\.salesforce\.com$/);
      } catch (error) {
        assert.ok(error instanceof SluiceError, String(error));
      }
    }),
  );
});

test('the secret stands in no error, even when the other side says it back', async () => {
  await using server = await startScriptedServer({
    token: () => ({ status: 400, json: { error: 'invalid_client', error_description: `no: ${consumerSecret}` } }),
  });
  await using org = server.open();
  await assert.rejects(org.limits(), (error: OAuthError) => {
    assert.equal(error.error_description, 'no: [cut]');
    assert.ok(!JSON.stringify([error, error.message, error.stack, error.next, error.cause]).includes(consumerSecret));
    return true;
  });
});

function judge(status: number, body: object): UsableToken {
  return judgeTokenAnswer({ status, text: JSON.stringify(body) }, { rules, nowMs: 0, secret: consumerSecret });
}
