import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createAccessTokens, createRandomText } from './access-token.ts';
import type { EndpointRequest } from './exchange.ts';
import { createLoginRate } from './login-rate.ts';
import { basic, client, key, secret, signAssertion } from './server-in-test.ts';
import { createStandardServer } from './standard-server.ts';

async function open() {
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const { method = '', url = '', headers, socket } = request;
    const sent: EndpointRequest = { method, url, headers, body, remoteAddress: socket.remoteAddress };
    const answer = (await serve(sent)) ?? { status: 404, headers: {}, body: '' };
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serve = createStandardServer({
    issuer: () => issuer,
    scopesSupported: ['api', 'id'],
    clients: { findClient: (id) => (id === key ? { ...client, scopes: ['api', 'id'], runAs: undefined } : undefined) },
    tokens: createAccessTokens({ clock, createText: createRandomText }),
    loginRate: createLoginRate({ perHour: 1000, clock }),
    clock,
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { issuer, [Symbol.asyncDispose]: close };
}

type Metadata = Record<string, string> & {
  grant_types_supported: string[];
  token_endpoint_auth_methods_supported: string[];
};

/** All that the client knows of the server is its issuer (RFC 8414 section 3). */
async function discover(issuer: string): Promise<Metadata> {
  const response = await fetch(new URL('/.well-known/oauth-authorization-server', issuer));
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  const metadata = (await response.json()) as Metadata;
  assert.equal(metadata.issuer, issuer);
  return metadata;
}

async function post(url: string | undefined, form: Record<string, string>, headers: Record<string, string>) {
  assert.ok(url, 'the endpoint stands in the metadata');
  return fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
}

test('a client made from nothing but discovery gets, introspects and revokes a token, in each way of authenticating', async () => {
  await using server = await open();
  const metadata = await discover(server.issuer);
  assert.ok(metadata.grant_types_supported.includes('client_credentials'));
  const ways: Record<string, () => Promise<[Record<string, string>, Record<string, string>]>> = {
    client_secret_basic: async () => [{}, basic(`${encodeURIComponent(key)}:${encodeURIComponent(secret)}`)],
    client_secret_post: async () => [{ client_id: key, client_secret: secret }, {}],
    private_key_jwt: async () => [await assertionForm(server.issuer), {}],
  };
  assert.deepEqual(Object.keys(ways), metadata.token_endpoint_auth_methods_supported);
  for (const way of Object.values(ways)) {
    const call = async (endpoint: string, form: Record<string, string>) => {
      const [credentials, headers] = await way();
      return post(metadata[endpoint], { ...form, ...credentials }, headers);
    };
    const response = await call('token_endpoint', { grant_type: 'client_credentials', scope: 'api' });
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const token = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(
      { ...token, access_token: undefined },
      {
        access_token: undefined,
        token_type: 'Bearer',
        expires_in: 7200,
        scope: 'api',
      },
    );
    assert.match(String(token.access_token), /^[A-Za-z0-9._~+/-]+=*$/);
    const ask = async () =>
      (await (await call('introspection_endpoint', { token: String(token.access_token) })).json()) as Record<
        string,
        unknown
      >;
    const facts = await ask();
    assert.deepEqual(
      [facts.active, facts.client_id, facts.sub, facts.scope, facts.iss],
      [true, key, key, 'api', server.issuer],
    );
    const revoked = await call('revocation_endpoint', { token: String(token.access_token) });
    assert.equal(revoked.status, 200);
    assert.deepEqual(await ask(), { active: false });
  }
});

let assertions = 0;
async function assertionForm(issuer: string): Promise<Record<string, string>> {
  assertions += 1;
  const claims = { iss: key, sub: key, aud: issuer, exp: Math.floor(Date.now() / 1000) + 60, jti: `a${assertions}` };
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signAssertion(claims, { header: { typ: 'client-authentication+jwt' } }),
  };
}

test('refusals are those of the RFCs: 401 with a challenge, 405 with Allow, 404 elsewhere', async () => {
  await using server = await open();
  const { token_endpoint: url } = await discover(server.issuer);
  const wrong = await post(url, { grant_type: 'client_credentials' }, basic(`${key}:wrong`));
  assert.deepEqual([wrong.status, ((await wrong.json()) as { error: string }).error], [401, 'invalid_client']);
  assert.match(wrong.headers.get('www-authenticate') ?? '', /^Basic realm=/);
  const good = basic(`${key}:${secret}`);
  const errors: [Record<string, string>, number, string][] = [
    [{ grant_type: 'client_credentials', scope: 'web' }, 400, 'invalid_scope'],
    [{ grant_type: 'client_credentials', scope: ' api' }, 400, 'invalid_scope'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
  ];
  for (const [form, status, error] of errors) {
    const response = await post(url, form, good);
    assert.deepEqual([response.status, ((await response.json()) as { error: string }).error], [status, error]);
  }
  const got = await fetch(String(url));
  assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST']);
  assert.equal(
    (await fetch(new URL('/.well-known/oauth-authorization-server', server.issuer), { method: 'POST' })).status,
    405,
  );
  assert.equal((await fetch(new URL('/elsewhere', server.issuer))).status, 404);
  assert.equal((await fetch(new URL('/oauth2/keys', server.issuer))).status, 404);
});
