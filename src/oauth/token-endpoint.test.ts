import assert from 'node:assert/strict';
import { createHmac, hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAccessTokens } from './access-token.ts';
import type { Client } from './client-store.ts';
import { createSalesforceDialect } from './dialect/salesforce.ts';
import { type EndpointRequest, maxTokenRequestBytes } from './exchange.ts';
import type { LoginEvent } from './login-event.ts';
import { createLoginRate } from './login-rate.ts';
import { createSigner } from './signature.ts';
import { createTokenEndpoint } from './token-endpoint.ts';

const secret = 'A1'.repeat(32);
const key = `3MVG9${'x'.repeat(80)}`;
const subject = { id: '005Sb0000000001AAA', organizationId: '00DSb000000abcdEAA', active: true };

const client: Client = {
  id: key,
  appId: '0H4Sb0000000001AAA',
  secretDigest: hash('sha256', secret, 'buffer'),
  scopes: ['api', 'id', 'refresh_token'],
  clientCredentialsEnabled: true,
  runAs: subject,
  sessionTimeoutMs: 7_200_000,
  sign: createSigner(secret),
};

function createEndpoint(traits: Partial<Client> = {}, { perHour = 3600 } = {}) {
  const clock = { at: 1_763_700_000_000, now: () => clock.at, sleep: async () => undefined };
  const events: LoginEvent[] = [];
  const tokens = createAccessTokens({ clock });
  const endpoint = createTokenEndpoint({
    clients: { findClient: (id) => (id === key ? { ...client, ...traits } : undefined) },
    tokens,
    dialect: createSalesforceDialect({ baseUrl: () => 'http://127.0.0.1:9000' }),
    loginRate: createLoginRate({ perHour, clock }),
    onLogin: (event) => void events.push(event),
    clock,
  });
  return { endpoint, tokens, clock, events };
}

function request(body: string | Uint8Array, traits: Partial<EndpointRequest> = {}): EndpointRequest {
  return {
    method: 'POST',
    url: '/services/oauth2/token',
    body: Buffer.from(body),
    ...traits,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...traits.headers },
  };
}

const goodBody = `grant_type=client_credentials&client_id=${key}&client_secret=${secret}`;
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

async function answerOf(sent: EndpointRequest, traits: Partial<Client> = {}) {
  const { status, body } = await createEndpoint(traits).endpoint(sent);
  return { status, ...JSON.parse(body) };
}

const refused = (error: string, error_description: string) => ({ status: 400, error, error_description });

test('key and secret in the body give a token whose fields are those of Salesforce', async () => {
  const { endpoint, clock } = createEndpoint();
  const { status, headers, body } = await endpoint(request(goodBody));
  const answer = JSON.parse(body);
  assert.equal(status, 200);
  assert.equal(headers['Content-Type'], 'application/json;charset=UTF-8');
  assert.match(headers['Cache-Control']!, /no-store/);
  assert.deepEqual(Object.keys(answer), [
    'access_token',
    'signature',
    'scope',
    'instance_url',
    'id',
    'token_type',
    'issued_at',
  ]);
  assert.match(answer.access_token, /^00DSb000000abcd![A-Za-z0-9._]{96}$/);
  assert.equal(answer.scope, 'id api');
  assert.equal(answer.instance_url, 'http://127.0.0.1:9000');
  assert.equal(answer.id, 'http://127.0.0.1:9000/id/00DSb000000abcdEAA/005Sb0000000001AAA');
  assert.equal(answer.issued_at, String(clock.at));
  assert.equal(
    answer.signature,
    createHmac('sha256', secret)
      .update(answer.id + answer.issued_at)
      .digest('base64'),
  );
});

test('key and secret come as HTTP Basic as well, form-encoded or not, with any charset and spelling of the media type', async () => {
  const body = 'grant_type=client_credentials';
  for (const text of [`${key}:${secret}`, `${key.replace('3', '%33')}:${secret}`]) {
    assert.equal((await answerOf(request(body, { headers: basic(text) }))).status, 200);
  }
  const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' };
  assert.equal((await answerOf(request(goodBody, { headers }))).status, 200);
  assert.equal((await answerOf(request(`${goodBody}&redirect_uri=http%3A%2F%2Flocalhost&x=%C3%A9`))).status, 200);
});

test('every refusal has the words of Salesforce and the status 400', async () => {
  const invalidId = refused('invalid_client_id', 'client identifier invalid');
  const wrongSecret = refused('invalid_client', 'invalid client credentials');
  const wrongGrant = refused('unsupported_grant_type', 'grant type not supported');
  const cases: [EndpointRequest, object, Partial<Client>?][] = [
    [request(goodBody.replace(key, '3MVG9unknown')), invalidId],
    [request(`grant_type=client_credentials&client_secret=${secret}`), invalidId],
    [request(goodBody.replace(secret, 'b'.repeat(64))), wrongSecret],
    [request(`${goodBody}%00`), wrongSecret],
    [request(`grant_type=client_credentials&client_id=${key}`), wrongSecret],
    [request(goodBody.replace('client_credentials', 'device')), wrongGrant],
    [request(goodBody.replace('client_credentials', 'password')), refused('invalid_grant', 'authentication failure')],
    [request(`client_id=${key}&client_secret=${secret}`), wrongGrant],
    [request(''), wrongGrant],
    [request('', { method: 'GET' }), wrongGrant],
    [
      request(JSON.stringify({ grant_type: 'client_credentials' }), {
        headers: { 'content-type': 'application/json' },
      }),
      wrongGrant,
    ],
    [request(`${goodBody}&scope=api`), refused('invalid_request', 'scope parameter not supported')],
    [
      request(goodBody),
      refused('invalid_grant', 'client credentials flow not enabled'),
      { clientCredentialsEnabled: false },
    ],
    [request(goodBody), refused('invalid_grant', 'no client credentials user enabled'), { runAs: undefined }],
    [request(goodBody), refused('invalid_grant', 'no valid scopes defined'), { scopes: [] }],
    [request(goodBody), refused('invalid_grant', 'no valid scopes defined'), { scopes: ['full'] }],
    [request(goodBody), refused('invalid_grant', 'no valid scopes defined'), { scopes: ['refresh_token'] }],
    [request(goodBody), refused('inactive_user', 'user is inactive'), { runAs: { ...subject, active: false } }],
  ];
  for (const [sent, expected, traits] of cases) assert.deepEqual(await answerOf(sent, traits), expected);
});

test('what could be read in two ways is refused', async () => {
  const cases: [EndpointRequest, string][] = [
    [request(`${goodBody}&client_secret=${secret}`), 'parameter sent more than once'],
    [request(`${goodBody}&x=1&%78=2`), 'parameter sent more than once'],
    [request(`${goodBody}&x=%zz`), 'malformed request body'],
    [request(`${goodBody}&x=%ff`), 'malformed request body'],
    [request(Buffer.concat([Buffer.from(`${goodBody}&x=`), Buffer.from([0xff])])), 'malformed request body'],
    [request(goodBody, { headers: basic(`${key}:${secret}`) }), 'client authenticated in more than one way'],
    [
      request(`grant_type=client_credentials&client_id=other`, { headers: basic(`${key}:${secret}`) }),
      'client authenticated in more than one way',
    ],
    [request(goodBody, { url: `/services/oauth2/token?client_id=${key}` }), 'credentials must not be sent in the URL'],
    [request(`${goodBody}&x=${'a'.repeat(maxTokenRequestBytes)}`), 'request body too large'],
  ];
  for (const [sent, description] of cases)
    assert.deepEqual(await answerOf(sent), refused('invalid_request', description));
  for (const authorization of [
    'Bearer x',
    'Basic',
    'Basic ???',
    basic('nocolon').authorization,
    basic(':x').authorization,
  ]) {
    assert.equal(
      (await answerOf(request('grant_type=client_credentials', { headers: { authorization } }))).error,
      'invalid_client',
    );
  }
});

test('a user has so many logins in any hour, and no more until some are an hour old', async () => {
  const { endpoint, clock } = createEndpoint({}, { perHour: 3 });
  const statuses = async (count: number) => {
    const answers = [];
    for (let index = 0; index < count; index += 1) answers.push((await endpoint(request(goodBody))).status);
    return answers;
  };
  assert.deepEqual(await statuses(2), [200, 200]);
  clock.at += 1_800_000;
  assert.deepEqual(await statuses(2), [200, 400]);
  assert.match((await endpoint(request(goodBody))).body, /"login rate exceeded"/);
  clock.at += 1_800_000;
  assert.deepEqual(await statuses(3), [200, 200, 400]);
});

test('what is told of a login holds no secret and no token', async () => {
  const { endpoint, events, clock } = createEndpoint();
  await endpoint(request(goodBody, { remoteAddress: '127.0.0.1' }));
  await endpoint(request(goodBody.replace(secret, 'wrong'), { remoteAddress: '127.0.0.1' }));
  const event = {
    at: clock.at,
    clientId: key,
    appId: client.appId,
    grantType: 'client_credentials',
    remoteAddress: '127.0.0.1',
  };
  assert.deepEqual(events, [
    { ...event, userId: subject.id, provedBy: 'first secret', outcome: 'issued' },
    { ...event, userId: undefined, provedBy: undefined, outcome: 'wrong secret' },
  ]);
});

test('whatever is sent ends in an answer, and no other body than the right one gives a token', async () => {
  const { endpoint } = createEndpoint();
  const part = fc.oneof(
    fc.constantFrom(
      'grant_type',
      'client_id',
      'client_secret',
      'client_credentials',
      key,
      '=',
      '&',
      '%',
      '+',
      '\u0000',
    ),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 12 }), fc.string(), async (parts, authorization) => {
      const { status } = await endpoint(request(parts.join(''), { headers: { authorization } }));
      assert.equal(status, 400);
    }),
  );
});

test('the signer agrees with HMAC-SHA256 for keys and texts of any length', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200, unit: 'binary' }),
      fc.string({ maxLength: 300, unit: 'binary' }),
      (signingKey, text) => {
        assert.equal(createSigner(signingKey)(text), createHmac('sha256', signingKey).update(text).digest('base64'));
      },
    ),
  );
});
