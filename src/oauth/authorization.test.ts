import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { type AuthorizationRequest, createAuthorization } from './authorization.ts';
import type { Client, UserFlows } from './client-store.ts';
import { key, openServerInTest, redirectUri, refused, subject, withOtherSecret, withSecret } from './server-in-test.ts';

const verifier = 'v'.repeat(64);
const challenge = hash('sha256', verifier, 'base64url');
const query = { client_id: key, response_type: 'code', redirect_uri: redirectUri, state: 's&1' };
const withChallenge = { ...query, code_challenge: challenge, code_challenge_method: 'S256' };

function open(flows: Partial<UserFlows> = {}, app: Partial<Client> = {}) {
  const userFlows = { authorizationCode: true, redirectUris: [redirectUri], ...flows };
  const server = openServerInTest({ app: { userFlows, ...app } });
  const authorization = createAuthorization(server.parts);
  const read = (parameters: Record<string, string> | string) =>
    authorization.read(new URLSearchParams(parameters).toString());
  const codeFor = async (parameters: Record<string, string> = withChallenge) => {
    const address = new URL(await authorization.grantCode(read(parameters) as AuthorizationRequest, subject));
    return address.searchParams.get('code') ?? '';
  };
  const exchange = async (more: Record<string, string>) =>
    server.send('token', { grant_type: 'authorization_code', redirect_uri: redirectUri, ...withSecret, ...more });
  const refresh = (refresh_token: unknown, more: Record<string, string> = {}) =>
    server.send('token', { grant_type: 'refresh_token', refresh_token: String(refresh_token), ...withSecret, ...more });
  return { ...server, read, codeFor, exchange, refresh, authorization };
}

const expired = refused('invalid_grant', 'expired access/refresh token');

test('a code with its verifier gives an access token and a refresh token, and the refresh token a further one', async () => {
  const { codeFor, exchange, refresh, parts } = open();
  const { status, json } = await exchange({ code: await codeFor(), code_verifier: verifier });
  assert.equal(status, 200);
  assert.equal(json.scope, 'refresh_token id api');
  const again = await refresh(json.refresh_token);
  assert.equal(again.status, 200);
  assert.equal(again.json.refresh_token, undefined);
  assert.equal(parts.tokens.find(String(again.json.access_token))?.userId, subject.id);
});

test('the browser goes back with code and state, or with the reason why not', async () => {
  const { authorization, read } = open();
  const request = read(withChallenge) as AuthorizationRequest;
  const granted = new URL(await authorization.grantCode(request, subject));
  assert.equal(granted.searchParams.get('state'), 's&1');
  assert.match(
    authorization.deny(request),
    /\?error=access_denied&error_description=end-user\+denied\+authorization&state=s%261$/,
  );
});

test('a request whose app or redirect URI is not known sends the browser nowhere', () => {
  const { read } = open();
  const cases: [Record<string, string> | string, string][] = [
    [{ ...withChallenge, client_id: 'x' }, 'invalid_client_id'],
    [{ ...withChallenge, redirect_uri: `${redirectUri}/` }, 'redirect_uri_mismatch'],
    [{ ...withChallenge, redirect_uri: 'https://evil.example' }, 'redirect_uri_mismatch'],
    [`${new URLSearchParams(withChallenge)}&redirect_uri=https://evil.example`, 'invalid_request'],
  ];
  for (const [sent, error] of cases) {
    const refusal = read(sent);
    assert.deepEqual(['error' in refusal && refusal.error, 'redirectTo' in refusal], [error, false]);
  }
});

test('what is wrong with the request itself the app is told over the redirect', () => {
  const cases: [Record<string, string>, string][] = [
    [query, 'invalid_request'],
    [{ ...withChallenge, code_challenge_method: 'plain' }, 'invalid_request'],
    [{ ...withChallenge, code_challenge: 'short' }, 'invalid_request'],
    [{ ...withChallenge, response_type: 'token' }, 'unsupported_response_type'],
    [{ ...withChallenge, scope: 'api web' }, 'invalid_scope'],
  ];
  for (const [sent, error] of cases) {
    const refusal = open().read(sent);
    assert.ok('redirectTo' in refusal && refusal.redirectTo?.startsWith(`${redirectUri}?error=`), JSON.stringify(sent));
    assert.equal(refusal.error, error);
  }
  const blocked = open({}, { policies: { blocked: true } }).read(withChallenge);
  assert.equal('error' in blocked && blocked.error, 'OAUTH_APP_BLOCKED');
  const off = open({ authorizationCode: false }).read(withChallenge);
  assert.equal('error' in off && off.error, 'unauthorized_client');
});

test('a code challenge without a method is S256, as Salesforce has it', async () => {
  const { codeFor, exchange } = open({ pkceRequired: true });
  const { code_challenge_method: _method, ...plain } = withChallenge;
  assert.equal((await exchange({ code: await codeFor(plain), code_verifier: verifier })).status, 200);
  assert.equal((await exchange({ code: await codeFor(plain), code_verifier: 'w'.repeat(64) })).status, 400);
});

test('a code verifier is as long as those of the sf command line may be, and no longer', async () => {
  const { codeFor, exchange } = open();
  for (const [length, status] of [
    [171, 200],
    [257, 400],
  ] as const) {
    const long = 'v'.repeat(length);
    const code = await codeFor({ ...withChallenge, code_challenge: hash('sha256', long, 'base64url') });
    assert.equal((await exchange({ code, code_verifier: long })).status, status);
  }
});

test('of several callback URLs the request must name one', () => {
  const { read } = open({ redirectUris: [redirectUri, 'https://other.example/callback'] });
  const { redirect_uri: _uri, ...silent } = withChallenge;
  assert.deepEqual(read(silent), { error: 'redirect_uri_missing', description: 'redirect_uri not provided' });
  assert.equal((open().read(silent) as AuthorizationRequest).redirectUri, redirectUri);
});

test('a sixth grant of one user to one app ends the first, with its tokens', async () => {
  const { codeFor, exchange, refresh, parts } = open();
  const given = [];
  for (let count = 0; count < 6; count += 1)
    given.push((await exchange({ code: await codeFor(), code_verifier: verifier })).json);
  assert.equal(parts.tokens.find(String(given[0]?.access_token)), undefined);
  assert.deepEqual((await refresh(given[0]?.refresh_token)).json, expired);
  for (const { refresh_token } of given.slice(1)) assert.equal((await refresh(refresh_token)).status, 200);
});

test('what a user has granted before need not be asked for again, unless the app cannot prove itself', async () => {
  const { authorization, read, codeFor, exchange } = open();
  const needs = (parameters: Record<string, string>) =>
    authorization.needsApproval(read(parameters) as AuthorizationRequest, subject);
  const narrow = { ...withChallenge, scope: 'api' };
  assert.equal(needs(narrow), true);
  await exchange({ code: await codeFor(narrow), code_verifier: verifier });
  assert.deepEqual([needs(narrow), needs(withChallenge), needs({ ...narrow, prompt: 'consent' })], [false, true, true]);
  const unproved = open({ secretRequiredForCode: false });
  await unproved.send('token', {
    grant_type: 'authorization_code',
    client_id: key,
    redirect_uri: redirectUri,
    code: await unproved.codeFor(),
    code_verifier: verifier,
  });
  assert.equal(
    unproved.authorization.needsApproval(unproved.read(withChallenge) as AuthorizationRequest, subject),
    true,
  );
  const approved = open({}, { policies: { isAdminApproved: () => true } });
  assert.equal(
    approved.authorization.needsApproval(approved.read(withChallenge) as AuthorizationRequest, subject),
    false,
  );
});

test('a code needs its verifier, its redirect URI, its app and its time, and is used up by a wrong try', async () => {
  const wrong: Record<string, string>[] = [
    {},
    { code_verifier: 'w'.repeat(64) },
    { code_verifier: 'short' },
    { code_verifier: verifier, redirect_uri: 'https://evil.example' },
    { code_verifier: verifier, ...withOtherSecret },
    { code_verifier: verifier, client_secret: 'wrong' },
  ];
  for (const change of wrong) {
    const { codeFor, exchange } = open();
    const code = await codeFor();
    assert.equal((await exchange({ code, ...change })).status, 400);
    if (change.client_secret !== 'wrong') assert.equal((await exchange({ code, code_verifier: verifier })).status, 400);
  }
  const { codeFor, exchange, clock } = open();
  const late = await codeFor();
  clock.at += 60_000;
  const words = refused('invalid_grant', 'invalid authorization code');
  assert.deepEqual((await exchange({ code: late, code_verifier: verifier })).json, words);
  assert.deepEqual((await exchange({ code: 'nothing', code_verifier: verifier })).json, words);
  assert.equal((await exchange({ code_verifier: verifier })).json.error, 'invalid_request');
});

test('a verifier where there was no challenge is refused: somebody has cut the challenge out', async () => {
  const { codeFor, exchange } = open({ pkceRequired: false });
  assert.equal((await exchange({ code: await codeFor(query) })).status, 200);
  assert.equal((await exchange({ code: await codeFor(query), code_verifier: verifier })).status, 400);
});

test('a code that comes a second time ends what was made of it; of a hundred at once one wins', async () => {
  const { codeFor, exchange, parts, refresh } = open();
  const form = { code: await codeFor(), code_verifier: verifier };
  const { json } = await exchange(form);
  assert.equal((await exchange(form)).status, 400);
  assert.equal(parts.tokens.find(String(json.access_token)), undefined);
  assert.deepEqual((await refresh(json.refresh_token)).json, expired);
  const many = { code: await codeFor(), code_verifier: verifier };
  const answers = await Promise.all(Array.from({ length: 100 }, () => exchange(many)));
  assert.ok(answers.filter(({ status }) => status === 200).length <= 1);
});

test('an app without a secret must use PKCE and gets a new refresh token with each use', async () => {
  const flows = { secretRequiredForCode: false, secretRequiredForRefresh: false, pkceRequired: false };
  const { codeFor, exchange, refresh, send, read } = open(flows);
  assert.ok('error' in read(query));
  const none = { client_id: key, redirect_uri: redirectUri, grant_type: 'authorization_code' };
  const { json } = await send('token', { ...none, code: await codeFor(), code_verifier: verifier });
  assert.equal(json.token_type, 'Bearer');
  const next = await send('token', {
    grant_type: 'refresh_token',
    client_id: key,
    refresh_token: String(json.refresh_token),
  });
  assert.match(String(next.json.refresh_token), /^\S{96}$/);
  assert.equal((await refresh(next.json.refresh_token, { client_secret: 'wrong' })).json.error, 'invalid_client');
  assert.equal((await exchange({ client_secret: '', code: await codeFor(), code_verifier: verifier })).status, 400);
});

test('with rotation the old refresh token ends the grant when it comes again', async () => {
  const { codeFor, exchange, refresh, parts } = open({ refreshTokenRotation: true });
  const first = (await exchange({ code: await codeFor(), code_verifier: verifier })).json;
  const second = (await refresh(first.refresh_token)).json;
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.deepEqual((await refresh(first.refresh_token)).json, expired);
  assert.deepEqual((await refresh(second.refresh_token)).json, expired);
  for (const { access_token } of [first, second]) assert.equal(parts.tokens.find(String(access_token)), undefined);
});

test('a refresh token ends as the policy of the app says, and belongs to one app', async () => {
  const live = async (flows: Partial<UserFlows>, steps: readonly number[]) => {
    const { codeFor, exchange, refresh, clock } = open(flows);
    const { json } = await exchange({ code: await codeFor(), code_verifier: verifier });
    const statuses: number[] = [];
    for (const ms of steps) {
      clock.at += ms;
      statuses.push((await refresh(json.refresh_token)).status);
    }
    return statuses;
  };
  assert.deepEqual(await live({ refreshTokenPolicy: { kind: 'lifetime', ms: 100 } }, [60, 60]), [200, 400]);
  assert.deepEqual(await live({ refreshTokenPolicy: { kind: 'inactivity', ms: 100 } }, [60, 60, 100]), [200, 200, 400]);
  assert.deepEqual(await live({ refreshTokenPolicy: { kind: 'zero' } }, [0]), [400]);
  const { codeFor, exchange, refresh } = open();
  const { json } = await exchange({ code: await codeFor(), code_verifier: verifier });
  assert.deepEqual((await refresh(json.refresh_token, withOtherSecret)).json, expired);
  assert.equal((await refresh(json.refresh_token)).status, 200);
});

test('the username-password flow is blocked unless an app is set up for it, and its passwords cannot be guessed fast', async () => {
  const form = { grant_type: 'password', ...withSecret, username: 'integration@acme.example', password: 'right' };
  const words = refused('invalid_grant', 'authentication failure');
  const { send, events } = openServerInTest();
  assert.deepEqual((await send('token', form)).json, words);
  assert.equal(events[0]?.outcome, 'password flow blocked');
  const subjects = {
    findSubject: () => subject,
    findSubjectByUsername: () => subject,
    checkPassword: async (_name: string, password: string) => (password === 'right' ? subject : undefined),
  };
  const userFlows = { authorizationCode: false, redirectUris: [], password: true };
  const on = openServerInTest({ app: { userFlows }, parts: { subjects } });
  assert.equal((await on.send('token', form)).status, 200);
  for (let index = 0; index < 12; index += 1)
    assert.deepEqual((await on.send('token', { ...form, password: `wrong ${index}` })).json, words);
  assert.deepEqual((await on.send('token', form)).json, words);
  assert.equal((await on.send('token', form, { remoteAddress: '192.0.2.9' })).status, 200);
});
