import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { createKeySet } from './metadata.ts';
import { address, key, openServerInTest, requestOf, subject, withSecret } from './server-in-test.ts';
import { createMemoryKeyStore, createSigningKeys } from './signing-keys.ts';

const hourMs = 3_600_000;
const jwtApp = { jwtAccessTokens: { timeoutMs: 1_800_000 } };

function createStage(store = createMemoryKeyStore()) {
  const clock = { at: 1_763_700_000_000, now: () => clock.at };
  const times = { rotateEveryMs: 100 * hourMs, overlapMs: 24 * hourMs };
  return { clock, keys: createSigningKeys({ store, clock, keyIdAt: (at) => `k${at}`, ...times }), store };
}

test('the first key is made when it is first asked for, once, whoever asks at the same time', async () => {
  const { keys, store } = createStage();
  const all = await Promise.all([keys.current(), keys.published(), keys.current()]);
  assert.equal((await store.readKeys()).length, 1);
  assert.equal(all[0].keyId, all[2].keyId);
});

test('a key signs for its time; the one before stays published until its last token has ended', async () => {
  const { keys, clock } = createStage();
  const ids = async () => (await keys.published()).map(({ keyId }) => keyId);
  const first = (await keys.current()).keyId;
  clock.at += 100 * hourMs;
  const second = (await keys.current()).keyId;
  assert.notEqual(second, first);
  assert.deepEqual(await ids(), [second, first]);
  clock.at += 25 * hourMs;
  assert.deepEqual(await ids(), [second]);
  const third = (await keys.rotate()).keyId;
  assert.deepEqual(await ids(), [third, second]);
  assert.equal((await keys.current()).keyId, third);
});

test('keys are there again after a restart', async () => {
  const { keys, store } = createStage();
  const { keyId } = await keys.current();
  assert.equal((await createStage(store).keys.current()).keyId, keyId);
});

test('a token that is a JSON Web Token has the form of Salesforce and is proved by the published keys', async () => {
  const { send, parts, clock } = openServerInTest({ app: jwtApp });
  const { json } = await send('token', { grant_type: 'client_credentials', ...withSecret });
  const token = String(json.access_token);
  assert.equal(json.token_format, 'jwt');
  const header = decodeProtectedHeader(token);
  assert.deepEqual(
    { ...header, kid: undefined },
    {
      tnk: `core/prod/${subject.organizationId}`,
      ver: '1.0',
      tty: 'sfdc-core-token',
      typ: 'JWT',
      kid: undefined,
      alg: 'RS256',
    },
  );
  assert.match(String(header.kid), /^CORE_ATJWT\.00DSb000000abcd\.\d{13}$/);
  const keySet = createLocalJWKSet(
    JSON.parse((await createKeySet(parts)({ ...requestOf('token', ''), method: 'GET' })).body),
  );
  const { payload } = await jwtVerify(token, keySet, { issuer: address, currentDate: new Date(clock.at) });
  const iat = Math.floor(clock.at / 1000);
  assert.match(String(payload.sfi), /^[0-9a-f]{64}$/);
  assert.deepEqual(
    { ...payload, sfi: undefined },
    {
      scp: 'id api',
      aud: [address],
      sub: `uid:${subject.id}`,
      nbf: iat - 15,
      mty: 'oauth',
      sfi: undefined,
      roles: [],
      iss: address,
      hsc: false,
      exp: iat + 1800,
      iat,
      client_id: key,
    },
  );
});

test('a JSON Web Token ends at its time, used or not, and can be revoked', async () => {
  const { signIn, parts, clock, send } = openServerInTest({ app: jwtApp });
  const token = await signIn();
  clock.at += 1_799_999;
  assert.ok(parts.tokens.find(token));
  clock.at += 1;
  assert.equal(parts.tokens.find(token), undefined);
  const other = await signIn();
  assert.equal((await send('revoke', { token: other })).status, 200);
  assert.equal(parts.tokens.find(other), undefined);
});

test('in the standard dialect it is an at+jwt with jti and scope', async () => {
  const { send, parts, clock } = openServerInTest({ dialect: 'standard', app: jwtApp });
  const { json } = await send('token', { grant_type: 'client_credentials', ...withSecret });
  assert.equal(json.expires_in, 1800);
  const keySet = createLocalJWKSet(
    JSON.parse((await createKeySet(parts)({ ...requestOf('token', ''), method: 'GET' })).body),
  );
  const options = { issuer: address, audience: address, typ: 'at+jwt', currentDate: new Date(clock.at) };
  const { payload } = await jwtVerify(String(json.access_token), keySet, options);
  assert.ok(payload.jti);
  assert.equal(payload.scope, 'api id refresh_token');
});

test('expires_in is the whole life of a token, also while the clock goes on', async () => {
  for (const app of [{}, jwtApp]) {
    const { send, clock } = openServerInTest({ dialect: 'standard', app });
    clock.now = () => {
      clock.at += 1;
      return clock.at;
    };
    const { json } = await send('token', { grant_type: 'client_credentials', ...withSecret });
    assert.equal(json.expires_in, app === jwtApp ? 1800 : 7200);
  }
});
