import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  address,
  basic,
  key,
  openServerInTest,
  otherKey,
  otherSecret,
  secret,
  subject,
  withOtherSecret,
  withSecret,
} from './server-in-test.ts';

const dead = { active: false };

test('an app learns of its own token what Salesforce tells, in seconds', async () => {
  const { send, signIn, clock } = openServerInTest();
  const token = await signIn();
  const iat = Math.floor(clock.at / 1000);
  const { status, json } = await send('introspect', { token, token_type_hint: 'access_token', ...withSecret });
  assert.equal(status, 200);
  assert.deepEqual(json, {
    active: true,
    scope: 'id api',
    client_id: key,
    username: subject.username,
    sub: `${address}/id/${subject.organizationId}/${subject.id}`,
    token_type: 'access_token',
    exp: iat + 7200,
    iat,
    nbf: iat,
  });
  assert.deepEqual((await send('introspect', { token }, { headers: basic(`${key}:${secret}`) })).json, json);
});

test('a token of another app is not active for who asks, unless the app may introspect all', async () => {
  const { send, signIn } = openServerInTest();
  const token = await signIn();
  assert.deepEqual((await send('introspect', { token, ...withOtherSecret })).json, dead);
  const open = openServerInTest({ other: { introspectAll: true } });
  const { json } = await open.send('introspect', { token: await open.signIn(), ...withOtherSecret });
  assert.deepEqual([json.active, json.client_id], [true, key]);
});

test('unknown, ended and revoked tokens, and those of frozen users, are not active; asking does not keep a token alive', async () => {
  const { send, signIn, clock } = openServerInTest();
  const ask = async (token: string) => (await send('introspect', { token, ...withSecret })).json;
  assert.deepEqual(await ask('nothing'), dead);
  const token = await signIn();
  clock.at += 7_000_000;
  assert.equal((await ask(token)).active, true);
  clock.at += 300_000;
  assert.deepEqual(await ask(token), dead);
  const next = await signIn();
  await send('revoke', { token: next });
  assert.deepEqual(await ask(next), dead);
  const frozen = { ...subject, frozen: false };
  const subjects = { findSubject: () => frozen, findSubjectByUsername: () => frozen };
  const later = openServerInTest({ parts: { subjects } });
  const held = await later.signIn();
  frozen.frozen = true;
  assert.deepEqual((await later.send('introspect', { token: held, ...withSecret })).json, dead);
});

test('who asks must prove who it is', async () => {
  for (const dialect of ['salesforce', 'standard'] as const) {
    const { send, signIn } = openServerInTest({ dialect });
    const token = await signIn();
    for (const form of [{ token }, { token, client_id: key }, { token, ...withSecret, client_secret: 'wrong' }]) {
      const { status, json } = await send('introspect', form);
      assert.equal(status, dialect === 'standard' ? 401 : 400);
      assert.match(String(json.error), /^invalid_client/);
      assert.equal('active' in json, false);
    }
    assert.equal((await send('introspect', withSecret)).json.error, 'invalid_request');
  }
});

test('at Salesforce whoever has a token may end it, by POST, by GET and from a script', async () => {
  const { send, signIn, parts } = openServerInTest();
  const get = (query: string) =>
    send('revoke', '', { method: 'GET', url: `/services/oauth2/revoke?${query}`, headers: {} });
  const posted = await signIn();
  const answer = await send('revoke', { token: posted });
  assert.deepEqual([answer.status, answer.body, parts.tokens.find(posted)], [200, '', undefined]);
  assert.deepEqual([(await send('revoke', { token: posted })).status], [400]);
  const fetched = await signIn();
  assert.deepEqual([(await get(`token=${fetched}`)).status, parts.tokens.find(fetched)], [200, undefined]);
  const scripted = await get(`token=${await signIn()}&callback=app.done`);
  assert.deepEqual([scripted.status, scripted.body], [200, 'app.done({});']);
  assert.match(scripted.headers['Content-Type'] ?? '', /^application\/javascript/);
  assert.equal((await get('token=x&callback=done')).body, 'done({"error":"invalid_token"});');
  for (const callback of ['alert(1)//', '<script>', 'a b', 'a.', '1a', 'é', ''])
    assert.equal(
      (await get(`token=x&callback=${encodeURIComponent(callback)}`)).json.error,
      'invalid_request',
      callback,
    );
  for (const query of ['', 'token=', 'token=x&token=y', 'token=%zz']) assert.equal((await get(query)).status, 400);
});

test('in the standard dialect an app ends its own tokens only, and an unknown one is no error', async () => {
  const { send, signIn, parts } = openServerInTest({ dialect: 'standard' });
  const token = await signIn();
  assert.deepEqual([(await send('revoke', { token, ...withOtherSecret })).status, parts.tokens.size], [200, 1]);
  assert.equal((await send('revoke', { token })).status, 401);
  const { status, body } = await send('revoke', { token }, { headers: basic(`${key}:${secret}`) });
  assert.deepEqual([status, body, parts.tokens.size], [200, '', 0]);
  assert.equal((await send('revoke', { token }, { headers: basic(`${otherKey}:${otherSecret}`) })).status, 200);
  assert.equal((await send('revoke', withSecret)).json.error, 'invalid_request');
});
