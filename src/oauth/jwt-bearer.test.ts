import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { readClientKeys } from './assertion.ts';
import { createMemoryGrantStore } from './grant-store.ts';
import { createMemoryReplayStore } from './replay-store.ts';
import {
  address,
  key,
  openServerInTest,
  pair,
  refused,
  signAssertion,
  strangerPair,
  subject,
} from './server-in-test.ts';

const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const approved = { policies: { isAdminApproved: () => true } };

const claimsAt = (at: number) => ({
  iss: key,
  sub: String(subject.username),
  aud: 'https://login.salesforce.com',
  exp: Math.floor(at / 1000) + 180,
});

async function bearer(claims: (at: number) => object, traits: Parameters<typeof signAssertion>[1] = {}) {
  const { send, clock } = openServerInTest({ app: approved });
  return send('token', { grant_type, assertion: await signAssertion(claims(clock.at), traits) });
}

test('a signed assertion gives a token without signature, issued_at and refresh token', async () => {
  const { status, json } = await bearer(claimsAt);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ['access_token', 'scope', 'instance_url', 'id', 'token_type']);
});

test('assertions as real clients write them are taken', async () => {
  const seconds = (at: number) => Math.floor(at / 1000);
  const asSent: Record<string, (at: number) => object> = {
    'sf: exp in milliseconds': (at) => ({ ...claimsAt(at), exp: at + 300 }),
    'simple-salesforce: exp as text': (at) => ({ ...claimsAt(at), exp: String(seconds(at) + 180) }),
    'CumulusCI: exp is this second, alg among the claims': (at) => ({
      ...claimsAt(at),
      exp: seconds(at),
      alg: 'RS256',
    }),
    'a clock three minutes behind': (at) => ({ ...claimsAt(at), exp: seconds(at) - 170 }),
    'restforce: aud is a bare host': (at) => ({ ...claimsAt(at), aud: 'login.salesforce.com', iat: seconds(at) }),
    'aud is the sandbox login': (at) => ({ ...claimsAt(at), aud: 'https://test.salesforce.com' }),
    'aud is My Domain': (at) => ({ ...claimsAt(at), aud: address }),
    'aud has a slash': (at) => ({ ...claimsAt(at), aud: `${address}/` }),
    'aud is the token endpoint': (at) => ({ ...claimsAt(at), aud: `${address}/services/oauth2/token` }),
    'aud is a list': (at) => ({ ...claimsAt(at), aud: [address] }),
    'iat and jti': (at) => ({ ...claimsAt(at), iat: seconds(at), jti: randomUUID() }),
  };
  for (const [name, claims] of Object.entries(asSent)) assert.equal((await bearer(claims)).status, 200, name);
  assert.equal((await bearer(claimsAt, { header: { typ: 'JWT' } })).status, 200);
});

test('the grant type may come with raw colons', async () => {
  const { send, clock } = openServerInTest({ app: approved });
  const body = `grant_type=${grant_type}&assertion=${await signAssertion(claimsAt(clock.at))}`;
  assert.equal((await send('token', body)).status, 200);
});

test('an assertion that proves nothing is refused in the words of Salesforce', async () => {
  const invalid = refused('invalid_grant', 'invalid assertion');
  const wrongAudience = refused('invalid_grant', 'Audience validation failed');
  const notApproved = refused('invalid_grant', "user hasn't approved this consumer");
  const cases: [string, (at: number) => object, object][] = [
    ['expired', (at) => ({ ...claimsAt(at), exp: Math.floor(at / 1000) - 181 }), invalid],
    ['expired, in milliseconds', (at) => ({ ...claimsAt(at), exp: at - 181_000 }), invalid],
    ['no exp', (at) => ({ ...claimsAt(at), exp: undefined }), invalid],
    ['exp is a word', (at) => ({ ...claimsAt(at), exp: 'never' }), invalid],
    ['exp is negative', (at) => ({ ...claimsAt(at), exp: -1 }), invalid],
    ['exp is a list', (at) => ({ ...claimsAt(at), exp: [at] }), invalid],
    ['not yet', (at) => ({ ...claimsAt(at), nbf: Math.floor(at / 1000) + 600 }), invalid],
    ['jti is a number', (at) => ({ ...claimsAt(at), jti: 5 }), invalid],
    [
      'aud is another host',
      (at) => ({ ...claimsAt(at), aud: 'https://login.salesforce.com.evil.example' }),
      wrongAudience,
    ],
    [
      'aud hides another host',
      (at) => ({ ...claimsAt(at), aud: 'https://login.salesforce.com@evil.example' }),
      wrongAudience,
    ],
    ['aud is missing', (at) => ({ ...claimsAt(at), aud: undefined }), wrongAudience],
    ['aud is an object', (at) => ({ ...claimsAt(at), aud: { a: 1 } }), wrongAudience],
    ['unknown user', (at) => ({ ...claimsAt(at), sub: 'nobody@acme.example' }), notApproved],
    ['no user', (at) => ({ ...claimsAt(at), sub: undefined }), notApproved],
    [
      'unknown app',
      (at) => ({ ...claimsAt(at), iss: 'nobody' }),
      refused('invalid_client_id', 'client identifier invalid'),
    ],
  ];
  for (const [name, claims, expected] of cases) {
    const { status, json } = await bearer(claims);
    assert.deepEqual([status, json], [400, expected], name);
  }
  assert.deepEqual((await bearer(claimsAt, { by: strangerPair })).json, invalid);
});

test('only RS256 counts: no algorithm, a secret that is the public key, and unknown critical headers are refused', async () => {
  const { send, clock } = openServerInTest({ app: approved });
  const claims = claimsAt(clock.at);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signed = await signAssertion(claims);
  const [, payload, signature] = signed.split('.');
  const forged = [
    `${part({ alg: 'none' })}.${part(claims)}.`,
    await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(pem)),
    await new SignJWT(claims).setProtectedHeader({ alg: 'RS512' }).sign(pair.privateKey),
    `${part({ alg: 'RS256', crit: ['x'], x: 1 })}.${payload}.${signature}`,
    `${signed.slice(0, -4)}AAAA`,
    `${signed}.x`,
    payload ?? '',
    '',
    'x.y.z',
    `${part({ alg: 'RS256' })}.${part([1])}.AA`,
  ];
  for (const assertion of forged)
    assert.deepEqual(
      (await send('token', { grant_type, assertion })).json,
      refused('invalid_grant', 'invalid assertion'),
    );
});

test('a user who has approved nothing is refused; one who has, or whom an administrator has approved, is not', async () => {
  const ask = async (stage: Parameters<typeof openServerInTest>[0]) => {
    const { send, clock } = openServerInTest(stage);
    return (await send('token', { grant_type, assertion: await signAssertion(claimsAt(clock.at)) })).json;
  };
  assert.deepEqual(await ask({}), refused('invalid_grant', "user hasn't approved this consumer"));
  const notAdmitted = { policies: { isAdminApproved: () => false } };
  const expected = refused('invalid_app_access', 'user is not admin approved to access this app');
  assert.deepEqual(await ask({ app: notAdmitted }), expected);
  const grants = createMemoryGrantStore();
  const times = { createdAt: 1, lastUsedAt: 1 };
  await grants.addGrant(
    {
      id: 'g',
      digest: 'd',
      appId: '0H4Sb0000000001AAA',
      userId: subject.id,
      scopes: ['api'],
      ...times,
    },
    5,
  );
  assert.equal((await ask({ parts: { grants } })).token_type, 'Bearer');
});

test('an assertion with a jti is taken once, also when it comes a hundred times at once over a slow store', async () => {
  const memory = createMemoryReplayStore({ clock: { now: () => Date.now() } });
  const slow = {
    async insert(...args: Parameters<typeof memory.insert>) {
      await sleep(5);
      return memory.insert(...args);
    },
  };
  for (const replays of [memory, slow]) {
    const { send, clock } = openServerInTest({ app: approved, parts: { replays } });
    clock.at = Date.now();
    const assertion = await signAssertion({ ...claimsAt(clock.at), jti: randomUUID() });
    const answers = await Promise.all(Array.from({ length: 100 }, () => send('token', { grant_type, assertion })));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const others = answers.filter(({ status }) => status !== 200);
    for (const { json } of others) assert.deepEqual(json, refused('invalid_grant', 'invalid assertion'));
  }
});

test('an app may use private_key_jwt instead of its secret, and each assertion once', async () => {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  for (const dialect of ['salesforce', 'standard'] as const) {
    const { send, clock } = openServerInTest({ dialect });
    const exp = Math.floor(clock.at / 1000) + 60;
    const claims = { iss: key, sub: key, aud: address, exp, jti: randomUUID() };
    const ask = (client_assertion: string, more: Record<string, string> = {}) =>
      send('token', { grant_type: 'client_credentials', client_assertion_type: type, client_assertion, ...more });
    const good = await signAssertion(claims);
    assert.equal((await ask(good)).status, 200);
    assert.equal((await ask(good)).json.error, 'invalid_client');
    const fresh = () => signAssertion({ ...claims, jti: randomUUID() });
    assert.equal((await ask(await fresh(), { client_id: key })).status, 200);
    assert.equal((await ask(await fresh(), { client_id: 'other' })).json.error, 'invalid_client');
    assert.equal((await ask(await fresh(), { client_secret: 'x' })).json.error, 'invalid_request');
    assert.equal((await ask(await fresh(), { client_assertion_type: 'x' })).json.error, 'invalid_client');
    const wrong = [{ sub: 'x' }, { aud: 'https://other.example' }, { exp: exp - 3600 }, { iss: 5, sub: 5 }];
    for (const change of wrong)
      assert.equal(
        (await ask(await signAssertion({ ...claims, jti: randomUUID(), ...change }))).json.error,
        'invalid_client',
      );
    assert.equal((await ask(await signAssertion(claims, { by: strangerPair }))).json.error, 'invalid_client');
  }
});

test('in the standard dialect an assertion needs a jti, a near end, and the issuer alone as its audience', async () => {
  const { send, clock } = openServerInTest({ dialect: 'standard' });
  const exp = Math.floor(clock.at / 1000) + 60;
  const claims = { iss: key, sub: key, aud: address, exp };
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const wrong = [
    {},
    { jti: 'a', exp: exp + 86_400 },
    { jti: 'b', exp: String(exp) },
    { jti: 'c', aud: `${address}/oauth/token` },
    { jti: 'd', aud: [address, 'https://other.example'] },
  ];
  for (const change of wrong) {
    const client_assertion = await signAssertion({ ...claims, ...change });
    const { status, json } = await send('token', {
      grant_type: 'client_credentials',
      client_assertion_type,
      client_assertion,
    });
    assert.deepEqual([status, json.error], [401, 'invalid_client'], JSON.stringify(change));
  }
});

test('keys of an app are read from PEM and from a key set, and private ones are refused', () => {
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  assert.equal(readClientKeys(pem)[0]?.key.equals(pair.publicKey), true);
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: '7' };
  assert.equal(readClientKeys(JSON.stringify({ keys: [jwk] }))[0]?.keyId, '7');
  const secretKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const bad = [
    secretKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    JSON.stringify({ keys: [secretKey.export({ format: 'jwk' })] }),
    JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA' }] }),
    '{}',
    'x',
  ];
  for (const text of bad) assert.throws(() => readClientKeys(text));
});
