/** Walkthrough W2: an external client app, its two switches and its rotation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetupInTest } from './setup-in-test.ts';

const setupText = `
users:
  - { username: admin@acme.example, lastName: Admin }
  - { username: integration@acme.example, lastName: Integration, email: ina@mail.example }
connectedApps: []
`;

const newApp = {
  kind: 'externalClientApp',
  name: 'Warehouse',
  apiName: 'Warehouse',
  contactEmail: 'admin@acme.example',
  distributionState: 'Local',
  callbackUrls: ['http://localhost:56420'],
  scopes: ['api'],
  clientCredentialsEnabled: true,
  clientCredentialsWarningAcknowledged: true,
  requireSecretForWebServerFlow: false,
  requireSecretForRefreshToken: false,
  requirePkce: false,
  issueJwtAccessTokens: false,
  refreshTokenRotation: false,
  introspectAllTokens: false,
};

test('an external client app works once both switches are on and a Run As username is set', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const made = await call('POST', '/apps', newApp);
  assert.equal(made.status, 201);
  const { id } = made.json;
  await setup.verify();
  const [{ consumerKey, consumerSecret }] = (await call('GET', `/apps/${id}/consumer-details`)).json.pairs;

  const half = await call('PATCH', `/apps/${id}/policies`, {
    version: made.json.version,
    clientCredentialsAllowed: false,
    runAs: 'integration@acme.example',
  });
  const [step] = half.json.readiness.missing;
  assert.equal(step.code, 'flow-not-enabled-in-policies');
  assert.match(step.message, /policies/);
  assert.deepEqual((await setup.token(consumerKey, consumerSecret)).json, {
    error: 'invalid_grant',
    error_description: 'no client credentials user enabled',
  });

  const byMail = await call('PATCH', `/apps/${id}/policies`, { version: half.json.version, runAs: 'ina@mail.example' });
  assert.equal(byMail.status, 400);
  assert.equal(byMail.errors[0]!.field, 'runAs');
  assert.match(byMail.errors[0]!.next, /e-mail address is no username/);

  const whole = await call('PATCH', `/apps/${id}/policies`, {
    version: half.json.version,
    clientCredentialsAllowed: true,
    runAs: 'integration@acme.example',
  });
  assert.equal(whole.json.readiness.ready, true);
  assert.equal((await setup.token(consumerKey, consumerSecret)).status, 200);
});

test('both pairs are listed with their dates, last use and user until one of them goes', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const { id } = (
    await call('POST', '/apps', { ...newApp, clientCredentialsAllowed: true, runAs: 'integration@acme.example' })
  ).json;
  await setup.verify();
  await call('POST', `/apps/${id}/staged-credentials`);
  const { pairs } = (await call('GET', `/apps/${id}/consumer-details`)).json;
  assert.deepEqual(
    pairs.map(({ state }: { state: string }) => state),
    ['active', 'staged'],
  );
  assert.equal(
    (await setup.token(pairs[1].consumerKey, pairs[1].consumerSecret)).status,
    200,
    'a staged pair signs in',
  );
  const { credentials } = (await call('GET', `/apps/${id}`)).json;
  assert.deepEqual([credentials[0].lastUsedBy, credentials[1].lastUsedBy.username], [null, 'integration@acme.example']);
  await call('POST', `/apps/${id}/staged-credentials/apply`, {});
  assert.equal((await setup.token(pairs[0].consumerKey, pairs[0].consumerSecret)).status, 400);
  assert.equal((await setup.token(pairs[1].consumerKey, pairs[1].consumerSecret)).status, 200);
});

test('with JSON Web Tokens switched on the token is one, and works', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const { id } = (
    await call('POST', '/apps', {
      ...newApp,
      issueJwtAccessTokens: true,
      jwtTimeoutMinutes: 30,
      clientCredentialsAllowed: true,
      runAs: 'integration@acme.example',
    })
  ).json;
  await setup.verify();
  const [{ consumerKey, consumerSecret }] = (await call('GET', `/apps/${id}/consumer-details`)).json.pairs;
  const { json } = await setup.token(consumerKey, consumerSecret);
  assert.equal(json.token_format, 'jwt');
  assert.match(json.access_token, /^eyJ/);
  assert.equal((await setup.data(json.access_token, 'limits')).status, 200);
});

test('two people who edit the same app do not undo each other', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const { id, version } = (await call('POST', '/apps', newApp)).json;
  assert.equal((await call('PATCH', `/apps/${id}/settings`, { version, description: 'mine' })).status, 200);
  const second = await call('PATCH', `/apps/${id}/settings`, { version, description: 'theirs' });
  assert.equal(second.status, 409);
  assert.match(second.errors[0]!.message, /Somebody else/);
  assert.equal((await call('GET', `/apps/${id}`)).json.description, 'mine');
});

test('an external client app is uninstalled: its key is refused and its tokens end, until it is installed again', async () => {
  await using setup = await openSetupInTest(`
users: [ { username: admin@acme.example, lastName: Admin } ]
externalClientApps:
  - { name: Warehouse, scopes: [api], clientCredentials: { enabled: true, allowed: true, runAs: admin@acme.example } }
connectedApps: [ { name: Loader, scopes: [api] } ]
`);
  const { call, verify, token, data } = setup;
  await verify();
  const apps = (await call('GET', '/apps')).json.rows as { id: string; name: string }[];
  const idOf = (name: string) => apps.find((app) => app.name === name)?.id ?? '';
  const [pair] = (await call('GET', `/apps/${idOf('Warehouse')}/consumer-details`)).json.pairs;
  const ask = () => token(pair.consumerKey, pair.consumerSecret);
  const { json } = await ask();
  assert.equal((await data(json.access_token, 'limits')).status, 200);
  const ended = await call('POST', `/apps/${idOf('Warehouse')}/uninstall`);
  assert.deepEqual([ended.status, ended.json], [200, { revokedTokens: 1 }]);
  assert.equal((await ask()).json.error, 'app_not_found');
  assert.equal((await data(json.access_token, 'limits')).status, 401);
  const [step] = (await call('GET', `/apps/${idOf('Warehouse')}`)).json.readiness.missing;
  assert.deepEqual([step.code, step.page], ['not-installed', 'Connected Apps OAuth Usage, Install']);
  assert.equal((await call('POST', `/apps/${idOf('Warehouse')}/install`)).status, 204);
  assert.equal((await ask()).status, 200);
  const refused = await call('POST', `/apps/${idOf('Loader')}/uninstall`);
  assert.deepEqual([refused.status, refused.errors[0]?.field], [400, 'installed']);
});
