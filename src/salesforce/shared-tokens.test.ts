import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../base/index.ts';
import type { SalesforceOptions, SalesforceSettings } from './salesforce.ts';
import {
  consumerSecret,
  type ScriptedServer,
  sessionExpired,
  startScriptedServer,
  tokenAnswer,
  tokenNumber,
} from './scripted-server.test.ts';
import { openSharedTokens } from './shared-tokens.ts';

type Opening = { options?: SalesforceOptions; settings: Partial<SalesforceSettings> };

/** Opened, called once, and closed, as a small run does it. */
async function callOnce(server: ScriptedServer, { options = {}, settings }: Opening): Promise<void> {
  await using org = server.open({ retryForMs: 0, ...options }, settings);
  await org.limits();
}

/** Its time stands still but for being moved by hand. */
function movedClock(): Clock & { ahead: number } {
  const start = Date.now();
  const clock = { ...systemClock, ahead: 0, now: () => start + clock.ahead };
  return clock;
}

const second = { consumerKey: '3MVG9.second', consumerSecret: 'another' };

test('fifty openings of an org, at once and one after the other, make one token request', async () => {
  await using server = await startScriptedServer();
  await using tokens = openSharedTokens();
  await Promise.all(Array.from({ length: 25 }, () => callOnce(server, { settings: { tokens } })));
  for (let opening = 0; opening < 25; opening += 1) await callOnce(server, { settings: { tokens } });
  assert.deepEqual([server.tokenRequests.length, server.asked.length], [1, 50]);
});

test('a shared token that is refused is asked for anew once, by all who had it', async () => {
  let valid = tokenNumber(1);
  await using server = await startScriptedServer({
    async rest({ token, before }) {
      if (token === valid) return { json: {} };
      await sleep((before * 37) % 200);
      return sessionExpired;
    },
  });
  await using tokens = openSharedTokens();
  await callOnce(server, { settings: { tokens } });
  valid = tokenNumber(2);
  await Promise.all(Array.from({ length: 50 }, () => callOnce(server, { settings: { tokens } })));
  assert.equal(server.tokenRequests.length, 2);
});

test('another consumer key, secret or rule for addresses has a token of its own', async () => {
  await using server = await startScriptedServer();
  await using tokens = openSharedTokens();
  const others = [
    {},
    second,
    { consumerSecret: 'wrong' },
    { consumerKey: 'other' },
    { allowedHosts: ['other.example'] },
  ];
  for (const other of [...others, ...others]) await callOnce(server, { settings: { ...other, tokens } });
  assert.equal(server.tokenRequests.length, others.length);
  assert.deepEqual(
    server.asked.slice(0, 5).map(({ token }) => token),
    [1, 2, 3, 4, 5].map(tokenNumber),
  );
});

test('whoever is under way when the key pair is replaced goes on with its token, and takes the next one by the new pair', async () => {
  const refusedTokens = new Set<string>();
  await using server = await startScriptedServer({
    rest: ({ token }) => (refusedTokens.has(token) ? sessionExpired : { json: {} }),
  });
  await using tokens = openSharedTokens();
  let pair = { consumerKey: '3MVG9.key', consumerSecret };
  await using org = server.open({}, { tokens, currentKeyPair: async () => pair });
  await org.limits();
  pair = second;
  tokens.forget();
  await org.limits();
  await callOnce(server, { settings: { ...second, tokens } });
  refusedTokens.add(tokenNumber(1));
  await org.limits();
  assert.deepEqual(
    server.asked.map(({ token }) => token),
    [1, 1, 2, 1, 2].map(tokenNumber),
  );
  const keys = server.tokenRequests.map((body) => new URLSearchParams(body).get('client_id'));
  assert.deepEqual(keys, ['3MVG9.key', '3MVG9.second']);
});

test('an opening that ends does not end the token request that others wait for', async () => {
  await using server = await startScriptedServer({
    async token(count) {
      await sleep(150);
      return { json: tokenAnswer(server.url, tokenNumber(count)) };
    },
  });
  await using tokens = openSharedTokens();
  const hasty = server.open({}, { tokens });
  const controller = new AbortController();
  const given = assert.rejects(hasty.limits({ signal: controller.signal }), { code: 'CANCELLED', inDoubt: false });
  const patient = callOnce(server, { settings: { tokens } });
  controller.abort();
  await given;
  await hasty[Symbol.asyncDispose]();
  await patient;
  assert.equal(server.tokenRequests.length, 1);
});

test('what failed is not tried by each opening, and is tried again after half a minute, or when somebody asks for it', async () => {
  let isWrong = true;
  const refusal = {
    status: 400,
    json: { error: 'invalid_grant', error_description: 'no client credentials user enabled' },
  };
  await using server = await startScriptedServer({
    token: (count) => (isWrong ? refusal : { json: tokenAnswer(server.url, tokenNumber(count)) }),
  });
  const clock = movedClock();
  await using tokens = openSharedTokens({ clock });
  const fails = async () => await assert.rejects(callOnce(server, { settings: { tokens } }), { code: 'TOKEN_REFUSED' });
  for (let opening = 0; opening < 20; opening += 1) await fails();
  assert.equal(server.tokenRequests.length, 1);
  for (let pause = 0; pause < 8; pause += 1) {
    clock.ahead += 30_000;
    await fails();
  }
  assert.equal(server.tokenRequests.length, 9);
  isWrong = false;
  await fails();
  tokens.forgetFailures();
  await callOnce(server, { settings: { tokens } });
  assert.equal(server.tokenRequests.length, 10);
});

/** An address at which one org after the other stands, each with its own token. */
async function startMovingOrg(orgs: readonly string[]) {
  let valid = tokenNumber(1);
  const server = await startScriptedServer({
    token(count) {
      const id = `https://login.salesforce.com/id/${orgs[count - 1]}/005xx000001SwiUAAS`;
      return { json: { ...tokenAnswer(server.url, tokenNumber(count)), id } };
    },
    rest: ({ token }) => (token === valid ? { json: {} } : sessionExpired),
  });
  const replace = (count: number) => {
    valid = tokenNumber(count);
  };
  return { server, replace, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test('a held token does not lead an opening into another org than the one it began in', async () => {
  const orgs = ['00Dxx0000001gPLEAY', '00Dxx0000009zZZEAY'];
  await using moved = await startMovingOrg(orgs);
  const { server } = moved;
  await using tokens = openSharedTokens();
  await callOnce(server, { settings: { tokens } });
  await using org = server.open({ retryForMs: 0 }, { tokens });
  await using other = server.open({ retryForMs: 0 }, { tokens });
  for (const one of [org, other]) assert.equal((await one.accessToken()).organizationId, orgs[0]);
  moved.replace(2);
  for (const one of [org, other, other]) {
    const post = one.request({ method: 'POST', path: '/sobjects/Account', json: {} });
    await assert.rejects(post, { code: 'ORG_REPLACED', inDoubt: false });
  }
  assert.ok(server.asked.every(({ method, token }) => method === 'GET' || token === tokenNumber(1)));
  await callOnce(server, { settings: { tokens } });
  assert.equal(server.tokenRequests.length, 2);
});

test('an opening with tokens of its own does not go on in another org either', async () => {
  const orgs = ['00Dxx0000001gPLEAY', '00Dxx0000009zZZEAY'];
  await using moved = await startMovingOrg(orgs);
  await using org = moved.server.open({ retryForMs: 0 });
  assert.equal((await org.accessToken()).organizationId, orgs[0]);
  await org.limits();
  moved.replace(2);
  for (const _ of ['once', 'and again'])
    await assert.rejects(org.request({ method: 'POST', path: '/sobjects/Account', json: {} }), {
      code: 'ORG_REPLACED',
      inDoubt: false,
    });
  assert.ok(moved.server.asked.every(({ method, token }) => method === 'GET' || token === tokenNumber(1)));
});

test('an opening that has done nothing yet goes on in the org that has come to the address, and then stays there', async () => {
  const orgs = ['00Dxx0000001gPLEAY', '00Dxx0000009zZZEAY', '00Dxx0000008yYYEAY'];
  await using moved = await startMovingOrg(orgs);
  const { server } = moved;
  await using tokens = openSharedTokens();
  await callOnce(server, { settings: { tokens } });
  await using org = server.open({ retryForMs: 0, settlesWithFirstAnswer: true }, { tokens });
  assert.equal((await org.accessToken()).organizationId, orgs[0], 'the token that is held');
  moved.replace(2);
  await org.limits();
  assert.equal((await org.accessToken()).organizationId, orgs[1]);
  moved.replace(3);
  await assert.rejects(org.limits(), { code: 'ORG_REPLACED', inDoubt: false });
  assert.equal(server.tokenRequests.length, 3);
});

test('when it is closed nothing is waited for, and nothing is asked any more', async () => {
  await using server = await startScriptedServer({ token: () => 'silence' });
  const tokens = openSharedTokens();
  const waiting = assert.rejects(callOnce(server, { settings: { tokens } }), { code: 'CANCELLED' });
  while (server.tokenRequests.length === 0) await sleep(5);
  await tokens[Symbol.asyncDispose]();
  await waiting;
  await assert.rejects(callOnce(server, { settings: { tokens } }), { code: 'CANCELLED' });
  assert.equal(server.tokenRequests.length, 1);
});
