import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { createLog } from '../../base/index.ts';
import { openOrg } from '../org.ts';
import { parseSetupFile } from '../setup/index.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const keyOf = (letter: string) => `3MVG9${letter.repeat(60)}`;
const secret = 'org-secret-org-secret-org-secret-org-secret';
const username = 'integration@acme.example';

/** Apps by the letter their keys are made of. */
const apps: Record<string, string> = {
  a: 'scopes: [api, id, refresh_token]\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  j: 'scopes: [api, id]\n    issueJwtAccessTokens: true\n    jwtTimeoutMinutes: 1\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  n: 'scopes: [id]\n    issueJwtAccessTokens: true\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  i: 'scopes: [api]\n    introspectAllTokens: true\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  o: 'scopes: [api]\n    clientCredentials: { enabled: false }',
  u: 'scopes: [api]\n    clientCredentials: { enabled: true }',
  f: 'scopes: [full]\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  p: 'scopes: [api]\n    permittedUsers: AdminApprovedPreAuthorized\n    profiles: [Standard User]\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  x: 'scopes: [api]\n    clientCredentials: { enabled: true, runAs: gone@acme.example }',
  z: 'scopes: [api]\n    clientCredentials: { enabled: true, runAs: cold@acme.example }',
  b: 'scopes: [api]\n    blocked: true\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  r: 'scopes: [api]\n    trustedIpRanges: [{ start: 198.51.100.0, end: 198.51.100.9 }]\n    clientCredentials: { enabled: true, runAs: integration@acme.example }',
  k: `scopes: [api]\n    certificate: ${JSON.stringify(pem)}\n    clientCredentials: { enabled: true, runAs: integration@acme.example }`,
  c: `scopes: [api, id]\n    permittedUsers: AdminApprovedPreAuthorized\n    profiles: [System Administrator]\n    certificate: ${JSON.stringify(pem)}`,
};

const setupText = `
users:
  - { username: ${username}, lastName: Integration }
  - { username: gone@acme.example, lastName: Gone, active: false }
  - { username: cold@acme.example, lastName: Cold, frozen: true }
connectedApps:
${Object.entries(apps)
  .map(
    ([letter, lines]) =>
      `  - name: App ${letter}\n    consumerKey: ${keyOf(letter)}\n    consumerSecret: env:SLUICE_SECRET_APP\n    ${lines}`,
  )
  .join('\n')}
`;

const clock = { at: 1_763_700_000_000, now: () => clock.at, sleep: async () => undefined };
let org: Awaited<ReturnType<typeof openOrg>>;

before(async () => {
  org = await openOrg({
    setup: parseSetupFile(setupText),
    environment: { SLUICE_SECRET_APP: secret },
    log: createLog({ level: 'silent' }),
    clock,
  });
});

after(() => org.close());

type Json = Record<string, unknown>;

async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const payload = new URLSearchParams(form).toString();
  const typed = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  const answer = await org.app.inject({ method: 'POST', url: path, headers: typed, payload });
  return {
    status: answer.statusCode,
    body: answer.body,
    json: (answer.body.startsWith('{') ? answer.json() : {}) as Json,
  };
}

const get = (url: string, headers: Record<string, string> = {}) => org.app.inject({ method: 'GET', url, headers });
const credentials = (letter: string) => ({ client_id: keyOf(letter), client_secret: secret });
const signIn = (letter: string, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  post('/services/oauth2/token', { grant_type: 'client_credentials', ...credentials(letter), ...more }, headers);
const tokenOf = async (letter: string) => String((await signIn(letter)).json.access_token);

test('what an app was set up to be decides what the token endpoint says', async () => {
  const cases: [string, string, string][] = [
    ['o', 'invalid_grant', 'client credentials flow not enabled'],
    ['u', 'invalid_grant', 'no client credentials user enabled'],
    ['f', 'invalid_grant', 'no valid scopes defined'],
    ['p', 'invalid_app_access', 'user is not admin approved to access this app'],
    ['x', 'inactive_user', 'user is inactive'],
    ['z', 'inactive_user', 'user is inactive'],
    ['b', 'invalid_app_access', 'this app is blocked by admin'],
    ['r', 'invalid_grant', 'ip restricted'],
  ];
  for (const [letter, error, error_description] of cases) {
    const { status, json } = await signIn(letter);
    assert.deepEqual([status, json], [400, { error, error_description }], letter);
  }
  assert.equal((await signIn('a')).status, 200);
});

test('discovery names what is there, and each address in it answers', async () => {
  const answer = await get('/.well-known/openid-configuration');
  const metadata = answer.json() as Record<string, string>;
  assert.equal(metadata.issuer, org.url);
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  const addresses = Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri');
  assert.ok(addresses.length >= 5);
  for (const [name, address] of addresses) {
    const { statusCode } = await get(address.slice(org.url.length));
    assert.notEqual(statusCode, 404, name);
  }
  assert.equal((await post('/.well-known/openid-configuration', {})).status, 405);
});

test('an app looks into its own tokens; one that may introspects those of others', async () => {
  const token = await tokenOf('a');
  const own = await post('/services/oauth2/introspect', { token, ...credentials('a') });
  assert.deepEqual([own.json.active, own.json.username, own.json.client_id], [true, username, keyOf('a')]);
  const all = await post('/services/oauth2/introspect', { token, ...credentials('i') });
  assert.deepEqual(all.json, own.json);
  const stranger = await post('/services/oauth2/introspect', { token, ...credentials('j') });
  assert.deepEqual(stranger.json, { active: false });
});

test('a JSON Web Token is proved by the published keys, opens the API, and ends at its time', async () => {
  const { json } = await signIn('j');
  const token = String(json.access_token);
  const keys = (await get('/id/keys')).json() as { keys: [] };
  const options = { issuer: org.url, audience: org.url, currentDate: new Date(clock.at) };
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), options);
  assert.equal(payload.client_id, keyOf('j'));
  const call = () => get('/services/data/v68.0/limits', { authorization: `Bearer ${token}` });
  assert.equal((await call()).statusCode, 200);
  clock.at += 60_000;
  const ended = await call();
  assert.deepEqual(
    [ended.statusCode, ended.json()],
    [401, [{ message: 'INVALID_JWT_FORMAT', errorCode: 'INVALID_AUTH_HEADER' }]],
  );
  const idOnly = await get('/services/data/v68.0/limits', { authorization: `Bearer ${await tokenOf('n')}` });
  assert.deepEqual(idOnly.json(), [{ message: 'INVALID_SCOPES', errorCode: 'INVALID_AUTH_HEADER' }]);
});

test('a token is revoked by GET as well, and from a script', async () => {
  const token = await tokenOf('a');
  const { statusCode, body, headers } = await get(`/services/oauth2/revoke?token=${token}&callback=done`);
  assert.deepEqual([statusCode, body], [200, 'done({});']);
  assert.match(String(headers['content-type']), /^application\/javascript/);
  assert.equal((await get('/services/data/v68.0/limits', { authorization: `Bearer ${token}` })).statusCode, 401);
});

test('a pre-authorized app signs in for a user with an assertion, and each jti counts once', async () => {
  const claims = {
    iss: keyOf('c'),
    sub: username,
    aud: 'https://login.salesforce.com',
    exp: Math.floor(clock.at / 1000) + 120,
  };
  const sign = (more: object) =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const ask = (assertion: string) => post('/services/oauth2/token', { grant_type, assertion });
  const once = await sign({ jti: randomUUID() });
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(once)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  const invalid = { error: 'invalid_grant', error_description: 'invalid assertion' };
  for (const { status, json } of answers) if (status !== 200) assert.deepEqual(json, invalid);
  const { json } = await ask(await sign({}));
  const info = await get('/services/oauth2/userinfo', { authorization: `Bearer ${json.access_token}` });
  assert.equal((info.json() as Json).preferred_username, username);
  const gone = (await ask(await sign({ sub: 'gone@acme.example' }))).json;
  assert.deepEqual(gone, { error: 'inactive_user', error_description: 'user is inactive' });
});

test('an app with a certificate signs in by private_key_jwt for its run-as user', async () => {
  const claims = {
    iss: keyOf('k'),
    sub: keyOf('k'),
    aud: org.url,
    exp: Math.floor(clock.at / 1000) + 120,
    jti: randomUUID(),
  };
  const client_assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const form = { grant_type: 'client_credentials', client_assertion_type, client_assertion };
  assert.equal((await post('/services/oauth2/token', form)).status, 200);
  assert.equal((await post('/services/oauth2/token', form)).json.error, 'invalid_client');
});

test('a login of a known user stands in Login History, refused or not; of a wrong secret nothing does', async () => {
  const authorization = `Bearer ${await tokenOf('a')}`;
  const statuses = async () => {
    const soql = 'SELECT Status FROM LoginHistory ORDER BY LoginTime, Id';
    const answer = await get(`/services/data/v68.0/query?q=${encodeURIComponent(soql)}`, { authorization });
    return (answer.json() as { records: Json[] }).records.map(({ Status }) => Status);
  };
  const earlier = await statuses();
  await signIn('z');
  await signIn('a', { client_secret: 'wrong' });
  assert.deepEqual((await statuses()).toSorted(), [...earlier, 'User is Frozen'].toSorted());
  assert.ok(earlier.includes('Success'));
});

test('a host that stands for login.salesforce.com gives no token of this flow', async () => {
  const { status, json } = await signIn('a', {}, { host: 'login.localhost' });
  assert.equal(status, 400);
  assert.deepEqual(json, { error: 'invalid_grant', error_description: 'request not supported on this domain' });
});

test('the endpoints are found with slashes at either end and in any case', async () => {
  for (const path of ['//services/oauth2/introspect', '/services/oauth2/introspect/', '/Services/OAuth2/Introspect'])
    assert.equal((await post(path, { token: 'x', ...credentials('a') })).body, '{"active":false}');
});
