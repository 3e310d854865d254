/** oauth4webapi as it is on npm, which knows of the server what its discovery document says, and nothing more. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { createRandomText } from '../../src/oauth/access-token.ts';
import {
  createAccessTokens,
  createLoginRate,
  createMemoryKeyStore,
  createSigner,
  createSigningKeys,
  createStandardServer,
} from '../../src/oauth/index.ts';

const secret = 'a secret & more: ü+%/='.padEnd(40, '.');
const client = { client_id: 'hub client/1' };
const plainHttp = { [oauth.allowInsecureRequests]: true };
const clock = { now: () => Date.now() };

let server;
let issuer;
let discovered;

before(async () => {
  const app = {
    id: client.client_id,
    appId: 'app-1',
    secretDigest: hash('sha256', secret, 'buffer'),
    sign: createSigner(secret),
    scopes: ['runs.read', 'runs.write'],
    clientCredentialsEnabled: true,
    runAs: undefined,
    sessionTimeoutMs: 3_600_000,
  };
  const signed = { ...app, id: 'signed', appId: 'app-2', jwtAccessTokens: { timeoutMs: 600_000 } };
  const clients = [app, signed];
  server = createServer(serveWith((id) => clients.find((one) => one.id === id))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = new URL(`http://127.0.0.1:${server.address().port}`);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...plainHttp });
  discovered = await oauth.processDiscoveryResponse(issuer, answer);
});

after(() => server?.close());

/** The function of the server on plain HTTP, with nothing of its own. */
function serveWith(findClient) {
  const serve = createStandardServer({
    issuer: () => issuer.origin,
    scopesSupported: ['runs.read', 'runs.write'],
    clients: { findClient },
    tokens: createAccessTokens({ clock, createText: createRandomText }),
    loginRate: createLoginRate({ perHour: 1_000, clock }),
    signingKeys: createSigningKeys({ store: createMemoryKeyStore(), clock, keyIdAt: (at) => `key-${at}` }),
  });
  return async (request, response) => {
    const { method, url, headers, socket } = request;
    const body = await buffer(request);
    const answer = await serve({ method, url, headers, body, remoteAddress: socket.remoteAddress });
    response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body);
  };
}

/** Each way in which a client may prove itself by a secret, as the document names it. */
const ways = {
  client_secret_basic: oauth.ClientSecretBasic(secret),
  client_secret_post: oauth.ClientSecretPost(secret),
};

async function getToken(prove, parameters = {}, as = client) {
  const answer = await oauth.clientCredentialsGrantRequest(discovered, as, prove, parameters, plainHttp);
  return oauth.processClientCredentialsResponse(discovered, as, answer);
}

async function introspect(prove, token) {
  const answer = await oauth.introspectionRequest(discovered, client, prove, token, plainHttp);
  return oauth.processIntrospectionResponse(discovered, client, answer);
}

for (const [name, prove] of Object.entries(ways)) {
  test(`a client made from the discovery document gets, introspects and revokes a token by ${name}`, async () => {
    assert.ok(discovered.token_endpoint_auth_methods_supported.includes(name));
    const { access_token: token, token_type: type, expires_in: expiresIn, scope } = await getToken(prove);
    assert.deepEqual([type, expiresIn, scope], ['bearer', 3600, 'runs.read runs.write']);
    const live = await introspect(prove, token);
    assert.deepEqual([live.active, live.client_id, live.iss], [true, client.client_id, issuer.origin]);
    assert.ok(live.exp - live.iat === 3600);
    const revoked = await oauth.revocationRequest(discovered, client, prove, token, plainHttp);
    assert.equal(await oauth.processRevocationResponse(revoked), undefined);
    assert.deepEqual(await introspect(prove, token), { active: false });
    const again = await oauth.revocationRequest(discovered, client, prove, token, plainHttp);
    assert.equal(await oauth.processRevocationResponse(again), undefined);
  });
}

test('a client asks for fewer scopes and gets those', async () => {
  const { scope } = await getToken(ways.client_secret_basic, { scope: 'runs.read' });
  assert.equal(scope, 'runs.read');
});

test('a wrong secret is told as the client expects it', async () => {
  await assert.rejects(getToken(oauth.ClientSecretPost('wrong')), {
    name: 'WWWAuthenticateChallengeError',
    status: 401,
  });
  await assert.rejects(getToken(ways.client_secret_post, { scope: 'runs.delete' }), {
    name: 'ResponseBodyError',
    error: 'invalid_scope',
    status: 400,
  });
});

test('a signed token is checked by the keys that the discovery document points to', async () => {
  const { access_token: token } = await getToken(ways.client_secret_post, {}, { client_id: 'signed' });
  const request = new Request(`${issuer}api`, { headers: { authorization: `Bearer ${token}` } });
  const claims = await oauth.validateJwtAccessToken(discovered, request, issuer.origin, plainHttp);
  assert.deepEqual([claims.client_id, claims.scope], ['signed', 'runs.read runs.write']);
});
