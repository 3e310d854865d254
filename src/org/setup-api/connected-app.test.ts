/** Walkthrough W1: a connected app for the client credentials flow, with its wrong turns, then the token as W7 gets it. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { newestCode, openSetupInTest } from './setup-in-test.ts';

const newApp = {
  kind: 'connectedApp',
  name: 'Data Loader',
  contactEmail: 'admin@acme.example',
  callbackUrls: ['https://acme.example/callback'],
  scopes: ['api', 'id'],
  clientCredentialsEnabled: true,
  clientCredentialsWarningAcknowledged: true,
};
const noRunAs = { error: 'invalid_grant', error_description: 'no client credentials user enabled' };
const setupText = `
users:
  - { username: admin@acme.example, lastName: Admin }
  - { username: integration@acme.example, lastName: Integration, firstName: Ina }
  - { username: gone@acme.example, lastName: Gone, active: false }
connectedApps: []
`;

test('a connected app is set up step by step, and its token answers as Salesforce does', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const made = await call('POST', '/apps', newApp);
  assert.equal(made.status, 201);
  assert.equal(made.json.apiName, 'Data_Loader', 'API Name is filled from the name');
  const { id } = made.json;
  const { json: list } = await call('GET', '/apps?search=data');
  assert.deepEqual(
    list.rows.map((row: { name: string }) => row.name),
    ['Data Loader'],
  );

  assert.equal(
    (await call('GET', `/apps/${id}/consumer-details`)).errors[0]!.message,
    'Your identity is not verified.',
  );
  assert.equal((await setup.verify()).status, 200);
  const details = await call('GET', `/apps/${id}/consumer-details`);
  const [{ consumerKey, consumerSecret }] = details.json.pairs;
  assert.match(consumerKey, /^3MVG9[A-Za-z0-9._]{80}$/);
  assert.deepEqual((await setup.token(consumerKey, consumerSecret)).json, noRunAs);
  const { readiness, version } = (await call('GET', `/apps/${id}`)).json;
  assert.deepEqual(
    readiness.missing.map(({ code, link }: Record<string, string>) => [code, link]),
    [['no-run-as', `/setup/api/apps/${id}/policies`]],
  );

  const found = await call('GET', '/user-lookup?search=ina');
  const { username } = found.json.rows[0];
  const saved = await call('PATCH', `/apps/${id}/policies`, { version, runAs: username, sessionTimeoutMinutes: 30 });
  assert.equal(saved.status, 200);
  assert.deepEqual(saved.json.readiness, { ready: true, missing: [] });
  assert.equal(saved.json.runAs.name, 'Ina Integration');

  const { status, json } = await setup.token(consumerKey, consumerSecret);
  assert.equal(status, 200);
  const signature = createHmac('sha256', consumerSecret)
    .update(json.id + json.issued_at)
    .digest('base64');
  assert.equal(json.signature, signature);
  const rows = await setup.data(json.access_token, 'query?q=SELECT+Id,Name+FROM+Account');
  assert.deepEqual([rows.status, rows.json.totalSize], [200, 0]);
});

test('every wrong turn of a connected app is answered by a sentence at its field', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const refusedAt = async (field: string, body: object) => {
    const answer = await call('POST', '/apps', { ...newApp, ...body });
    assert.equal(answer.status, 400, JSON.stringify(answer.json));
    const error = answer.errors.find((one) => one.field?.split('.')[0] === field);
    assert.ok(error && error.message !== '' && error.next !== '', `${field}: ${JSON.stringify(answer.errors)}`);
  };
  await refusedAt('clientCredentialsEnabled', { clientCredentialsWarningAcknowledged: false });
  await refusedAt('callbackUrls', { callbackUrls: ['http://acme.example/callback'] });
  await refusedAt('callbackUrls', { callbackUrls: [] });
  await refusedAt('runAs', { runAs: 'nobody@acme.example' });
  await refusedAt('contactEmail', { contactEmail: 'no address' });
  await refusedAt('name', { name: '' });
  await refusedAt('scopes', { scopes: ['apis'] });
  assert.equal(
    (await call('POST', '/apps', { ...newApp, callbackUrls: ['http://localhost:1717/OauthRedirect'] })).status,
    201,
  );
  await refusedAt('apiName', { name: 'Another', apiName: 'Data_Loader' });
  assert.equal((await call('GET', '/apps')).json.total, 1);
  const inactive = await call('POST', '/apps', { ...newApp, name: 'Gone', runAs: 'gone@acme.example' });
  assert.equal(inactive.json.readiness.missing[0].code, 'run-as-inactive');
  assert.equal(
    (await call('GET', '/user-lookup?search=gone')).json.total,
    0,
    'the look-up does not offer inactive users',
  );
});

test('what keeps the flow from working is listed on the page of the app and refused by the token endpoint', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const made = await call('POST', '/apps', { ...newApp, runAs: 'integration@acme.example' });
  const { id } = made.json;
  await setup.verify();
  const [{ consumerKey, consumerSecret }] = (await call('GET', `/apps/${id}/consumer-details`)).json.pairs;
  const missing = async () => (await call('GET', `/apps/${id}`)).json.readiness.missing[0]?.code;
  const change = async (part: string, body: object) => {
    const { version } = (await call('GET', `/apps/${id}`)).json;
    const answer = await call('PATCH', `/apps/${id}/${part}`, { version, ...body });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
  };
  const refused = async () => (await setup.token(consumerKey, consumerSecret)).json.error_description;
  assert.equal(await missing(), undefined);

  await change('settings', { clientCredentialsEnabled: false });
  assert.deepEqual([await missing(), await refused()], ['flow-not-enabled', 'client credentials flow not enabled']);
  await change('settings', { clientCredentialsEnabled: true, clientCredentialsWarningAcknowledged: true });
  await change('settings', { scopes: [] });
  assert.deepEqual([await missing(), await refused()], ['no-usable-scope', 'no valid scopes defined']);
  await change('settings', { scopes: ['full'] });
  assert.deepEqual([await missing(), await refused()], ['no-usable-scope', 'no valid scopes defined']);
  await change('settings', { scopes: ['api', 'id'] });
  await change('policies', { permittedUsers: 'AdminApprovedPreAuthorized' });
  assert.deepEqual(
    [await missing(), await refused()],
    ['run-as-not-approved', 'user is not admin approved to access this app'],
  );
  await change('policies', { profiles: ['System Administrator'] });
  assert.equal(await missing(), undefined);

  const user = (await call('GET', '/user-lookup?search=integration@')).json.rows[0];
  const edit = async (body: object) => {
    const { version } = (await call('GET', `/users/${user.id}`)).json;
    assert.equal((await call('PATCH', `/users/${user.id}`, { version, ...body })).status, 200);
  };
  await edit({ frozen: true });
  assert.deepEqual([await missing(), await refused()], ['run-as-frozen', 'user is inactive']);
  await edit({ frozen: false });
  await call('POST', `/apps/${id}/block`);
  assert.equal(await missing(), 'blocked');
  assert.equal((await setup.token(consumerKey, consumerSecret)).status, 400);
  await call('POST', `/apps/${id}/unblock`);
  assert.equal((await setup.token(consumerKey, consumerSecret)).status, 200);
});

test('a wrong, an expired and a used code show no secret', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call, clock } = setup;
  const { id } = (await call('POST', '/apps', newApp)).json;
  const sent = await call('POST', '/identity-verification');
  const code = await newestCode(call);
  const wrong = await call('POST', '/identity-verification/code', { code: code === '123456' ? '654321' : '123456' });
  assert.match(wrong.errors[0]!.message, /wrong\. 4 tries are left/);
  clock.forward(sent.json.expiresAt - clock.now());
  assert.match((await call('POST', '/identity-verification/code', { code })).errors[0]!.message, /has expired/);
  assert.equal((await call('GET', `/apps/${id}/consumer-details`)).status, 403);
});

test('with a propagation delay the token endpoint does not know the key until it is over', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call, clock } = setup;
  const { version } = (await call('GET', '/settings')).json;
  await call('PATCH', '/settings', { version, propagationDelaySeconds: 600 });
  const { id, readiness } = (await call('POST', '/apps', { ...newApp, runAs: 'integration@acme.example' })).json;
  assert.equal(readiness.missing[0].code, 'propagation');
  await setup.verify();
  const [{ consumerKey, consumerSecret }] = (await call('GET', `/apps/${id}/consumer-details`)).json.pairs;
  const early = await setup.token(consumerKey, consumerSecret);
  assert.deepEqual(early.json, { error: 'invalid_client_id', error_description: 'client identifier invalid' });
  clock.forward(600_000);
  assert.equal((await setup.token(consumerKey, consumerSecret)).status, 200);
  assert.equal((await call('GET', `/apps/${id}`)).json.readiness.ready, true);
});

test('a staged pair is applied, and the old one is refused from then on; for a leaked one its tokens end too', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call, clock } = setup;
  const { id } = (await call('POST', '/apps', { ...newApp, runAs: 'integration@acme.example' })).json;
  assert.equal((await call('POST', `/apps/${id}/staged-credentials`)).status, 403);
  await setup.verify();
  const [old] = (await call('GET', `/apps/${id}/consumer-details`)).json.pairs;
  const { access_token: leaked } = (await setup.token(old.consumerKey, old.consumerSecret)).json;
  const staged = await call('POST', `/apps/${id}/staged-credentials`);
  const pair = staged.json.pairs.find(({ state }: { state: string }) => state === 'staged');
  assert.equal(pair.expiresAt - pair.createdAt, 30 * 24 * 3_600_000);
  assert.equal((await call('DELETE', `/apps/${id}/staged-credentials`)).status, 204);
  assert.equal((await setup.token(pair.consumerKey, pair.consumerSecret)).status, 400);
  const again = await call('POST', `/apps/${id}/staged-credentials`);
  const next = again.json.pairs.find(({ state }: { state: string }) => state === 'staged');
  assert.equal(
    (await call('POST', `/apps/${id}/staged-credentials/apply`, { revokeTokens: true })).json.revokedTokens,
    1,
  );
  assert.equal((await setup.token(old.consumerKey, old.consumerSecret)).status, 400);
  assert.equal((await setup.token(next.consumerKey, next.consumerSecret)).status, 200);
  assert.equal((await setup.data(leaked, 'limits')).status, 401);
  assert.equal((await call('POST', `/apps/${id}/staged-credentials/apply`, {})).status, 400);
  const [active] = (await call('GET', `/apps/${id}`)).json.credentials;
  assert.equal(active.lastUsedBy.username, 'integration@acme.example');
  clock.forward(91 * 24 * 3_600_000);
});
