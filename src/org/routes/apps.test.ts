import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetupInTest } from '../setup-api/setup-in-test.ts';

const setupText = `
users:
  - { username: owner@acme.example, lastName: Owner }
  - { username: reader@acme.example, lastName: Reader, profile: Standard User }
connectedApps: []
`;
const base = '/services/data/v68.0/apps/oauth';

async function openWithApps() {
  const setup = await openSetupInTest(setupText);
  const { call } = setup;
  await setup.verify();
  const appOf = async (kind: string, name: string, runAs: string) => {
    const { json } = await call('POST', '/apps', {
      ...{
        kind,
        name,
        runAs,
        contactEmail: 'a@acme.example',
        callbackUrls: ['https://acme.example/'],
        scopes: ['api'],
      },
      ...{ clientCredentialsEnabled: true, clientCredentialsWarningAcknowledged: true },
      ...(kind === 'externalClientApp' ? { clientCredentialsAllowed: true } : {}),
    });
    const [pair] = (await call('GET', `/apps/${json.id}/consumer-details`)).json.pairs;
    const { access_token: token } = (await setup.token(pair.consumerKey, pair.consumerSecret)).json;
    return { id: json.id as string, pair, token: token as string };
  };
  const external = await appOf('externalClientApp', 'External', 'owner@acme.example');
  const connected = await appOf('connectedApp', 'Connected', 'reader@acme.example');
  const switchOn = async () => {
    const { version } = (await call('GET', '/settings')).json;
    await call('PATCH', '/settings', { version, credentialsInRestApi: true });
  };
  return { setup, external, connected, switchOn, [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
}

test('credentials are rotated over REST: staged, used, applied, and the old pair is refused', async () => {
  await using opened = await openWithApps();
  const { setup, external, switchOn } = opened;
  const { token } = external;
  const off = await setup.data(token, `${base}/credentials/${external.id}`);
  assert.equal(off.status, 403);
  assert.match(off.json[0].message, /not currently enabled/);
  await switchOn();
  const { json: list } = await setup.data(token, `${base}/credentials/${external.id}`);
  const [consumer] = list.consumers;
  assert.deepEqual(Object.keys(consumer), ['id', 'key', 'name', 'url', 'stagedCredentialsUrl']);
  const plain = await setup.data(token, `${consumer.url}?part=keyandsecret`);
  const { consumerKey: key, consumerSecret: secret } = external.pair;
  assert.deepEqual(plain.json, { id: consumer.id, key, secret });

  const staged = await setup.data(token, consumer.stagedCredentialsUrl, { method: 'POST', body: {} });
  assert.equal(staged.status, 201);
  assert.equal(staged.json.state, 'Active');
  const lifeMs = Date.parse(staged.json.expirationDate) - Date.parse(staged.json.createdDate);
  assert.equal(lifeMs, 30 * 24 * 3_600_000);
  assert.equal((await setup.token(staged.json.key, staged.json.secret)).status, 200);
  const rotated = await setup.data(token, staged.json.url, { method: 'PATCH', body: { command: 'rotate' } });
  assert.deepEqual([rotated.status, rotated.json.state], [200, 'Rotated']);
  assert.equal((await setup.token(key, secret)).status, 400);
  assert.equal((await setup.token(staged.json.key, staged.json.secret)).status, 200);
  assert.equal((await setup.data(token, staged.json.url, { method: 'DELETE' })).status, 404, 'it is no longer staged');
});

test('a staged pair that is deleted signs in no more', async () => {
  await using opened = await openWithApps();
  const { setup, external, switchOn } = opened;
  await switchOn();
  const [{ stagedCredentialsUrl }] = (await setup.data(external.token, `${base}/credentials/${external.id}`)).json
    .consumers;
  const { json } = await setup.data(external.token, stagedCredentialsUrl, { method: 'POST', body: {} });
  assert.equal((await setup.data(external.token, stagedCredentialsUrl)).json.stagedCredentials.length, 1);
  assert.equal((await setup.data(external.token, json.url, { method: 'DELETE' })).status, 204);
  assert.equal((await setup.token(json.key, json.secret)).status, 400);
});

test('secrets are for users who may see them, of external client apps, from version 65.0 on', async () => {
  await using opened = await openWithApps();
  const { setup, external, connected, switchOn } = opened;
  await switchOn();
  const path = `${base}/credentials/${external.id}`;
  const refused = await setup.data(connected.token, path);
  assert.deepEqual([refused.status, refused.json[0].errorCode], [403, 'INSUFFICIENT_ACCESS']);
  assert.equal((await setup.data(external.token, `${base}/credentials/${connected.id}`)).status, 404);
  assert.equal((await setup.data(external.token, path.replace('v68.0', 'v64.0'))).status, 404);
  assert.equal((await setup.data(external.token, `${path}/888000000000000AAA?part=keyandsecret`)).status, 404);
});

test('the token inventory lists apps, users and tokens, page by page, and ends what is wished', async () => {
  await using opened = await openWithApps();
  const { setup, external, connected } = opened;
  const { token } = external;
  const first = await setup.data(token, `${base}/usage?page=0&pageSize=1`);
  assert.equal(first.json.apps.length, 1);
  const second = await setup.data(token, first.json.nextPageUrl);
  assert.deepEqual([second.json.apps.length, second.json.nextPageUrl], [1, null]);
  const names = [...first.json.apps, ...second.json.apps].map((app: { developerName: string }) => app.developerName);
  assert.deepEqual(names.sort(), ['Connected', 'External']);
  const { json: users } = await setup.data(token, `${base}/usage/${connected.id}/users`);
  const { json: tokens } = await setup.data(token, users.users[0].tokensUrl);
  assert.equal(tokens.tokens.length, 1);
  assert.equal((await setup.data(connected.token, 'limits')).status, 200);
  assert.equal((await setup.data(token, tokens.tokens[0].revokeUrl, { method: 'DELETE' })).status, 204);
  assert.equal((await setup.data(connected.token, 'limits')).status, 401);
  assert.equal((await setup.data(token, tokens.tokens[0].revokeUrl, { method: 'DELETE' })).status, 404);
  assert.equal((await setup.data(token, `${base}/usage/${external.id}/tokens`, { method: 'DELETE' })).status, 204);
  assert.equal((await setup.data(token, 'limits')).status, 401, 'its own token too');
});

test('the token inventory is not for everybody', async () => {
  await using opened = await openWithApps();
  const { setup, connected } = opened;
  assert.equal((await setup.data(connected.token, `${base}/usage`)).status, 403);
  assert.equal(
    (await setup.data(connected.token, `${base}/usage/${connected.id}/tokens`, { method: 'DELETE' })).status,
    403,
  );
});
