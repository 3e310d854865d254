import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EndpointRequest, maxTokenRequestBytes } from './exchange.ts';
import {
  address,
  basic,
  key,
  openServerInTest,
  otherKey,
  otherSecret,
  requestOf,
  secret,
  signAssertion,
  strangerPair,
  withSecret,
} from './server-in-test.ts';

type Endpoint = 'token' | 'introspect' | 'revoke';
type Hostile = { name: string; endpoint?: Endpoint; body: string | Uint8Array; traits?: Partial<EndpointRequest> };

/** What both dialects say to it, by the name of the error. */
type Expected = { salesforce: string; standard: string };

const good = `grant_type=client_credentials&client_id=${key}&client_secret=${secret}`;
const grantOnly = 'grant_type=client_credentials';
const both = (error: string): Expected => ({ salesforce: error, standard: error });
const invalidRequest = both('invalid_request');
const invalidClient = both('invalid_client');
const unsupported = both('unsupported_grant_type');
const notAForm: Expected = { salesforce: 'unsupported_grant_type', standard: 'invalid_request' };
const nobody: Expected = { salesforce: 'invalid_client_id', standard: 'invalid_client' };
const typed = (type: string) => ({ headers: { 'content-type': type } });
const bytes = (...values: number[]) => Buffer.concat([Buffer.from(`${good}&x=`), Buffer.from(values)]);
const all = (names: readonly string[], make: (name: string) => Omit<Hostile, 'name'>): Hostile[] =>
  names.map((name) => ({ name, ...make(name) }));

const methods = [
  'GET',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'post',
  'POST ',
  'PROPFIND',
  '',
];
const mediaTypes = [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded-x',
  'x-www-form-urlencoded',
  'application/xml',
  'application/jwt',
  '',
  ';',
  'application/x-www-form-urlencoded, text/plain',
];
const credentialNames = [
  'client_id',
  'client_secret',
  'grant_type',
  'client_assertion',
  'client_assertion_type',
  'assertion',
  'code',
  'code_verifier',
  'refresh_token',
  'username',
  'password',
  'token',
  'CLIENT_SECRET',
  'client%5Fsecret',
  '%63lient_id',
  '+client_id',
];
const repeated = [
  'grant_type=client_credentials',
  'grant_type=password',
  `client_id=${key}`,
  `client_id=${otherKey}`,
  `client_secret=${secret}`,
  'client_secret=',
  'client_secret',
  'client%5Fsecret=x',
  '%67rant_type=x',
  'x=1&x=2',
  'x&x',
  '%78=1&x=2',
  '=1&=2',
  'é=1&%C3%A9=2',
];
const brokenParts = [
  'x=%',
  'x=%z',
  'x=%zz',
  'x=%ff',
  'x=%c3%28',
  'x=%ed%a0%80',
  'x=%f5%80%80%80',
  'x=%u0041',
  '%=x',
  '%c0%ae=x',
];
const brokenBytes = [[0xff], [0xc3], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80], [0x80], [0xfe, 0xff]];
const wrongGrants = [
  '',
  'grant_type=',
  'grant_type',
  'grant_type=CLIENT_CREDENTIALS',
  'grant_type=client_credentials%00',
  'grant_type=client_credentials%20',
  'grant_type=+client_credentials',
  'grant_type=implicit',
  'grant_type=device',
  'grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer',
  'grant_type=urn:ietf:params:oauth:grant-type:token-exchange',
  'grant_type=urn:ietf:params:oauth:grant-type:device_code',
  'grant_type=__proto__',
  'grant_type=constructor',
  'grant_type=toString',
  'grant_type[]=client_credentials',
  'Grant_Type=client_credentials',
  'grant_type;=client_credentials',
];
const wrongClients = [
  '',
  'x',
  key.toLowerCase(),
  `${key}%00`,
  `${key}%20`,
  `+${key}`,
  key.slice(1),
  '__proto__',
  'null',
  '005Sb0000000001AAA',
  '%F0%9F%92%A9',
  "'%20OR%201=1--",
];
const wrongSecrets = [
  '',
  'x',
  secret.toLowerCase(),
  `${secret}%00`,
  `${secret}%20`,
  `+${secret}`,
  secret.slice(1),
  `${secret}${secret}`,
  otherSecret,
  '%00',
  '%F0%9F%92%A9',
  '*',
  'undefined',
  'null',
];
const headers = [
  'Basic',
  'Basic ',
  'Basic ???',
  'Basic =',
  'Basic YQ',
  'Bearer x',
  'Digest username="x"',
  `Basic ${Buffer.from('nocolon').toString('base64')}`,
  `Basic ${Buffer.from(':x').toString('base64')}`,
  `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')} x`,
  `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}, Basic ${Buffer.from('a:b').toString('base64')}`,
  `Basic ${Buffer.from('%zz:x').toString('base64')}`,
  `Basic ${Buffer.from('a:%ff').toString('base64')}`,
  `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`,
  '',
  '\u0000',
];
const wrongPairs = [
  `${key}:`,
  `${key}:x`,
  `${key}:${secret}%00`,
  `${key} :${secret}`,
  `${key}:${secret} `,
  `${key}:${otherSecret}`,
  `${key}::${secret}`,
];
const goodHeader = { headers: basic(`${key}:${secret}`) };
const twoWays = [
  `client_secret=${secret}`,
  'client_secret=',
  `client_id=${key}&client_secret=${secret}`,
  `client_id=${otherKey}`,
  'client_id=',
  'client_assertion=x',
  'client_assertion_type=x',
];
const bearerGrant = 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer';
const tooMuch = [
  'a'.repeat(maxTokenRequestBytes + 1),
  `${good}&x=${'a'.repeat(maxTokenRequestBytes)}`,
  '&'.repeat(maxTokenRequestBytes + 1),
  `${good}${'&y='.repeat(3000)}`,
  `${'%00'.repeat(3000)}=1`,
];

const groups: readonly [Expected, readonly Hostile[]][] = [
  [notAForm, all(methods, (method) => ({ body: good, traits: { method } }))],
  [notAForm, all(mediaTypes, (type) => ({ body: good, traits: typed(type) }))],
  [notAForm, [{ name: 'no media type', body: good, traits: { headers: { 'content-type': undefined } } }]],
  [invalidRequest, all(credentialNames, (name) => ({ body: good, traits: { url: `/oauth/token?${name}=x` } }))],
  [invalidRequest, all(credentialNames, (name) => ({ body: good, traits: { url: `/oauth/token?a=1&${name}` } }))],
  [invalidRequest, all(repeated, (part) => ({ body: `${good}&${part}${part.includes('&') ? '' : `&${part}`}` }))],
  [invalidRequest, all(brokenParts, (part) => ({ body: `${good}&${part}` }))],
  [invalidRequest, brokenBytes.map((values) => ({ name: `bytes ${values}`, body: bytes(...values) }))],
  [unsupported, all(wrongGrants, (part) => ({ body: `client_id=${key}&client_secret=${secret}&${part}` }))],
  [nobody, all(wrongClients, (id) => ({ body: `${grantOnly}&client_id=${id}&client_secret=${secret}` }))],
  [
    nobody,
    [
      { name: 'no client at all', body: grantOnly },
      { name: 'secret alone', body: `${grantOnly}&client_secret=${secret}` },
    ],
  ],
  [invalidClient, all(wrongSecrets, (text) => ({ body: `${grantOnly}&client_id=${key}&client_secret=${text}` }))],
  [invalidClient, [{ name: 'no secret', body: `${grantOnly}&client_id=${key}` }]],
  [invalidClient, all(headers, (authorization) => ({ body: grantOnly, traits: { headers: { authorization } } }))],
  [
    invalidClient,
    all(
      wrongPairs.filter((pair) => !pair.startsWith(`${key} `)),
      (pair) => ({ body: grantOnly, traits: { headers: basic(pair) } }),
    ),
  ],
  [invalidRequest, all(twoWays, (part) => ({ body: `${grantOnly}&${part}`, traits: goodHeader }))],
  [both('invalid_request'), tooMuch.map((body, index) => ({ name: `too much ${index}`, body }))],
  [
    { salesforce: 'invalid_grant', standard: 'unsupported_grant_type' },
    [
      { name: 'empty assertion', body: `${bearerGrant}&assertion=` },
      { name: 'no assertion', body: bearerGrant },
      { name: 'assertion of dots', body: `${bearerGrant}&assertion=...` },
      { name: 'assertion that is no JSON', body: `${bearerGrant}&assertion=e30.eA.e30` },
      { name: 'password grant', body: good.replace('client_credentials', 'password') },
      {
        name: 'password grant with a password',
        body: `${good.replace('client_credentials', 'password')}&username=a&password=b`,
      },
    ],
  ],
  [
    { salesforce: 'invalid_request', standard: 'invalid_scope' },
    all(['', 'full', 'api full', ' api', 'api ', 'api%20%20id', 'API', 'api%00', 'api%0Aid'], (scope) => ({
      body: `${good}&scope=${scope}`,
    })),
  ],
  [
    invalidRequest,
    [
      { name: 'code missing', body: good.replace('client_credentials', 'authorization_code') },
      { name: 'refresh token missing', body: good.replace('client_credentials', 'refresh_token') },
      { name: 'refresh token empty', body: `${good.replace('client_credentials', 'refresh_token')}&refresh_token=` },
    ],
  ],
  [
    both('invalid_grant'),
    all(['x', '%00', 'a'.repeat(4000), key], (text) => ({
      body: `${good.replace('client_credentials', 'refresh_token')}&refresh_token=${text}`,
    })),
  ],
  [
    both('invalid_grant'),
    all(['x', '%00', 'a'.repeat(4000), key], (text) => ({
      body: `${good.replace('client_credentials', 'authorization_code')}&code=${text}`,
    })),
  ],
  [notAForm, all(methods, (method) => ({ endpoint: 'introspect', body: `token=x&${good}`, traits: { method } }))],
  [
    invalidRequest,
    all(repeated, (part) => ({
      endpoint: 'introspect',
      body: `${good}&token=x&${part}${part.includes('&') ? '' : `&${part}`}`,
    })),
  ],
  [
    invalidRequest,
    all(['token=x', 'client_secret=x', 'TOKEN=x'], (query) => ({
      endpoint: 'introspect',
      body: `${good}&token=x`,
      traits: { url: `/oauth/introspect?${query}` },
    })),
  ],
  [
    nobody,
    all(['', 'x', '__proto__'], (id) => ({ endpoint: 'introspect', body: `token=x&client_id=${id}&client_secret=x` })),
  ],
  [
    invalidClient,
    all(headers, (authorization) => ({
      endpoint: 'introspect',
      body: 'token=x',
      traits: { headers: { authorization } },
    })),
  ],
  [
    invalidRequest,
    all(['', 'token=', 'token', 'token=%zz'], (part) => ({ endpoint: 'introspect', body: `${good}&${part}` })),
  ],
  [
    invalidRequest,
    all(['token=x&token=y', 'token=%ff', '%=1'], (part) => ({
      endpoint: 'revoke',
      body: `client_id=${key}&client_secret=${secret}&${part}`,
    })),
  ],
  [notAForm, all(mediaTypes, (type) => ({ endpoint: 'revoke', body: 'token=x', traits: typed(type) }))],
];

const table = groups.flatMap(([expected, requests]) => requests.map((request) => ({ ...request, expected })));

for (const dialect of ['salesforce', 'standard'] as const) {
  test(`each of ${table.length} hostile requests to the ${dialect} dialect ends in its refusal`, async () => {
    assert.ok(table.length >= 150);
    for (const { name, endpoint = 'token', body, traits, expected } of table) {
      const { send, parts } = openServerInTest({ dialect });
      const { status, json, headers: sent, body: text } = await send(endpoint, body, traits);
      const about = `${endpoint} ${JSON.stringify(name)} ${JSON.stringify(traits)} ${text}`;
      assert.equal(json.error, expected[dialect], about);
      assert.ok(status >= 400 && status < 500, about);
      assert.match(sent['Cache-Control'] ?? '', /no-store/, about);
      assert.equal(parts.tokens.size, 0, about);
      assert.ok(!text.includes(secret), about);
    }
  });

  test(`signed assertions that were tampered with end in a refusal of the ${dialect} dialect`, async () => {
    const { send, clock } = openServerInTest({ dialect });
    const exp = Math.floor(clock.at / 1000) + 60;
    const claims = { iss: key, sub: key, aud: address, exp, jti: 'one' };
    const text = await signAssertion(claims);
    const [head = '', payload = '', signature = ''] = text.split('.');
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const tampered = [
      await signAssertion(claims, { by: strangerPair }),
      await signAssertion({ ...claims, iss: otherKey }),
      await signAssertion({ ...claims, sub: otherKey }),
      await signAssertion({ ...claims, iss: [key], sub: [key] }),
      await signAssertion({ ...claims, aud: '' }),
      await signAssertion({ ...claims, aud: `${address}.evil.example` }),
      await signAssertion({ ...claims, exp: exp - 10_000 }),
      await signAssertion({ ...claims, exp: Number.MAX_SAFE_INTEGER, jti: {} }),
      await signAssertion({ ...claims, nbf: exp + 10_000 }),
      await signAssertion({ ...claims, jti: '' }),
      await signAssertion(claims, { header: { typ: 'at+jwt' } }),
      await signAssertion(claims, { header: { typ: ['JWT'] } }),
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'HS256' })}.${payload}.${signature}`,
      `${part({ alg: 'RS256', jwk: strangerPair.publicKey.export({ format: 'jwk' }) })}.${payload}.${signature}`,
      `${head}.${part({ ...claims, sub: otherKey })}.${signature}`,
      `${head}.${payload}.${signature.slice(0, -2)}`,
      `${head}.${payload}.${signature}.${signature}`,
      `${head}.${payload}`,
      ` ${text}`,
      `${text}\n`,
      text.toUpperCase(),
      '..',
      '',
    ];
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    for (const [index, client_assertion] of tampered.entries()) {
      const { json } = await send('token', {
        grant_type: 'client_credentials',
        client_assertion_type,
        client_assertion,
      });
      assert.equal(json.error, 'invalid_client', `assertion ${index}`);
    }
    const whole = { grant_type: 'client_credentials', client_assertion_type, client_assertion: text };
    assert.equal((await send('token', whole)).status, 200);
  });

  test(`whatever bytes come, the ${dialect} dialect answers, and never with a token or an error of its own`, async () => {
    const { endpoints, parts } = openServerInTest({ dialect });
    const words = fc.constantFrom(
      'grant_type',
      'client_id',
      'client_secret',
      'client_credentials',
      'refresh_token',
      'authorization_code',
      'password',
      'assertion',
      'code',
      'token',
      'scope',
      'client_assertion',
      'client_assertion_type',
      key,
      otherKey,
      '=',
      '&',
      '%',
      '+',
      '%00',
      '\u0000',
      'é',
      '%F0%9F%92%A9',
      '__proto__',
    );
    const body = fc.oneof(
      fc
        .array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 30 })
        .map((parts) => Buffer.from(parts.join(''))),
      fc.uint8Array({ maxLength: 300 }),
    );
    const traits = fc.record({
      method: fc.constantFrom('POST', 'GET', 'HEAD', 'PUT'),
      url: fc.oneof(
        fc.constant('/oauth/token'),
        fc.string().map((text) => `/oauth/token?${text}`),
      ),
      remoteAddress: fc.constantFrom('192.0.2.1', '::1', undefined, 'nonsense'),
      headers: fc.record({
        'content-type': fc.constantFrom('application/x-www-form-urlencoded', 'text/plain', ''),
        authorization: fc.oneof(
          fc.constant(undefined),
          fc.string(),
          fc.string().map((text) => basic(text).authorization),
        ),
      }),
    });
    const endpoint = fc.constantFrom<Endpoint>('token', 'introspect', 'revoke');
    await fc.assert(
      fc.asyncProperty(endpoint, body, traits, async (name, sent, { headers: extra, ...rest }) => {
        const request = requestOf(name, sent, { ...rest, headers: extra });
        const { status } = await endpoints[name](request);
        assert.ok(status >= 400 && status < 500, String(status));
        assert.equal(parts.tokens.size, 0);
      }),
      { numRuns: 1000 },
    );
  });

  test(`the parameters in any order, with others among them, are the same request to the ${dialect} dialect`, async () => {
    const { send } = openServerInTest({ dialect });
    const form = Object.entries({ grant_type: 'client_credentials', ...withSecret });
    const other = fc.tuple(fc.stringMatching(/^y[a-z]{3,8}$/), fc.string({ maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(other, { maxLength: 5, selector: ([name]) => name }),
        fc.infiniteStream(fc.nat()),
        async (more, chance) => {
          const shuffled = [...form, ...more]
            .map((entry) => ({ entry, at: chance.next().value }))
            .toSorted((one, two) => one.at - two.at)
            .map(({ entry }) => entry);
          assert.equal((await send('token', new URLSearchParams(shuffled).toString())).status, 200);
        },
      ),
      { numRuns: 100 },
    );
  });
}

test('a hundred thousand hostile requests leave nothing behind', async () => {
  const { endpoints, parts } = openServerInTest();
  for (let index = 0; index < 100_000; index += 1) {
    const remoteAddress = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    const request = requestOf('token', `${grantOnly}&client_id=${key}&client_secret=guess${index}`, { remoteAddress });
    const answer = endpoints.token(request);
    assert.ok(!(answer instanceof Promise) && answer.status === 400);
  }
  assert.equal(parts.tokens.size, 0);
  // Which slot a pair takes is chance, so that a few may still be free; there are never more.
  const { size } = parts.lockOut;
  assert.ok(size <= 32_768 && size > 32_700, String(size));
});
