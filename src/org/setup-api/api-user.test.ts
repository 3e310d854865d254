/** Walkthrough W3: an API user with the least rights, and what the token may do then. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetupInTest } from './setup-in-test.ts';

const setupText = `
users: [ { username: first@acme.example, lastName: First } ]
connectedApps: []
objects:
  - name: Account
    fields: [ { name: Ext__c, type: text, length: 40, externalId: true, unique: true } ]
`;
const newUser = {
  username: 'api@acme.example',
  lastName: 'Api',
  email: 'api@acme.example',
  profile: 'Salesforce API Only System Integrations',
};
const all = { read: true, create: true, edit: true, delete: true, viewAll: true, modifyAll: true };

async function openWithUser() {
  const setup = await openSetupInTest(setupText);
  const user = await setup.call('POST', '/users', newUser);
  assert.equal(user.status, 201, JSON.stringify(user.json));
  const { json: licenses } = await setup.call('GET', '/licenses?kind=permissionSet');
  const license = licenses.rows.find(({ name }: { name: string }) => name === 'Salesforce API Integration');
  return { ...setup, userId: user.json.id as string, user: user.json, licenseId: license.id as string };
}

test('a user of the license Salesforce Integration gets the rights of a permission set, and no more', async () => {
  const setup = await openWithUser();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { call, userId, licenseId } = setup;
  assert.equal(setup.user.license, 'Salesforce Integration');
  assert.equal((await call('PUT', `/permission-set-licenses/${licenseId}/assignments/${userId}`)).status, 200);
  const set = await call('POST', '/permission-sets', {
    name: 'Accounts',
    label: 'Accounts',
    license: 'Salesforce API Integration',
    objects: { Account: all },
    fields: { Account: { Phone: { read: true, edit: true }, Ext__c: { read: true, edit: false } } },
  });
  assert.equal(set.status, 201, JSON.stringify(set.json));
  assert.equal((await call('PUT', `/permission-sets/${set.json.id}/assignments/${userId}`)).status, 200);
  const assigned = await call('GET', `/permission-sets/${set.json.id}/assignments`);
  assert.deepEqual(
    assigned.json.rows.map(({ username }: { username: string }) => username),
    ['api@acme.example'],
  );

  const app = await call('POST', '/apps', {
    kind: 'connectedApp',
    name: 'Loader',
    contactEmail: 'admin@acme.example',
    callbackUrls: ['https://acme.example/'],
    scopes: ['api'],
    clientCredentialsEnabled: true,
    clientCredentialsWarningAcknowledged: true,
    runAs: 'api@acme.example',
  });
  assert.equal(app.json.readiness.ready, true, JSON.stringify(app.json.readiness));
  await setup.verify();
  const [{ consumerKey, consumerSecret }] = (await call('GET', `/apps/${app.json.id}/consumer-details`)).json.pairs;
  const { json } = await setup.token(consumerKey, consumerSecret);
  const insert = (body: object) => setup.data(json.access_token, 'sobjects/Account', { method: 'POST', body });
  assert.equal((await insert({ Name: 'One', Phone: '1' })).status, 201);
  const refused = await insert({ Name: 'Two', Ext__c: 'x' });
  assert.equal(refused.status, 400);
  assert.equal(refused.json[0].errorCode, 'INVALID_FIELD_FOR_INSERT_UPDATE');
  const { version } = (await call('GET', `/permission-sets/${set.json.id}`)).json;
  const granted = await call('PATCH', `/permission-sets/${set.json.id}`, {
    version,
    fields: { Account: { Ext__c: { read: true, edit: true } } },
  });
  assert.equal(granted.status, 200, JSON.stringify(granted.json));
  assert.equal((await insert({ Name: 'Two', Ext__c: 'x' })).status, 201, 'without a new token');
  assert.equal((await setup.data(json.access_token, 'query?q=SELECT+Id+FROM+Contact')).status, 400);

  const logins = await call('GET', `/login-history?userId=${userId}`);
  assert.equal(logins.json.rows.length, 1);
  assert.deepEqual([logins.json.rows[0].application, logins.json.rows[0].status], ['Loader', 'Success']);
  const usage = await call('GET', '/oauth-usage');
  assert.equal(usage.json.rows[0].tokens, 1);
  const [row] = (await call('GET', `/apps/${app.json.id}/tokens`)).json.rows;
  assert.equal((await call('DELETE', `/apps/${app.json.id}/tokens/${row.id}`)).json.revokedTokens, 1);
  assert.equal((await setup.data(json.access_token, 'limits')).status, 401);
  assert.equal((await call('DELETE', `/apps/${app.json.id}/tokens/${row.id}`)).status, 404);
});

test('a permission set of a license cannot be assigned before the license', async () => {
  const setup = await openWithUser();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { call, userId } = setup;
  const set = await call('POST', '/permission-sets', { name: 'Accounts', license: 'Salesforce API Integration' });
  const refused = await call('PUT', `/permission-sets/${set.json.id}/assignments/${userId}`);
  assert.equal(refused.status, 400);
  assert.match(refused.errors[0]!.next, /license/i);
  assert.equal((await call('GET', `/permission-sets/${set.json.id}/assignments`)).json.total, 0);
});

test('the Apex class of the integrate endpoint is enabled on the profile', async () => {
  const classes =
    'apexClasses: [ { name: IntegrateEndpoint, urlMapping: /V4/integrate, methods: [POST] }, { name: Other } ]';
  await using setup = await openSetupInTest(`${setupText}${classes}`);
  const { call } = setup;
  const profiles = (await call('GET', '/profiles?search=API+Only+System')).json.rows;
  const profile = (await call('GET', `/profiles/${profiles[0].id}`)).json;
  const saved = await call('PATCH', `/profiles/${profile.id}`, {
    version: profile.version,
    apexClasses: ['IntegrateEndpoint'],
  });
  assert.equal(saved.status, 200, JSON.stringify(saved.json));
  assert.deepEqual(saved.json.apexClasses, ['IntegrateEndpoint']);
  const misspelt = await call('PATCH', `/profiles/${profile.id}`, {
    version: saved.json.version,
    apexClasses: ['IntegratEndpoint'],
  });
  assert.equal(misspelt.status, 400);
  assert.deepEqual(
    [misspelt.errors[0]?.field, misspelt.errors[0]?.message],
    ['apexClasses', 'There is no Apex class IntegratEndpoint. Did you mean IntegrateEndpoint?'],
  );
  assert.deepEqual((await call('GET', '/apex-classes?search=integrate')).json.rows, [
    { name: 'IntegrateEndpoint', urlMapping: '/V4/integrate', methods: ['POST'] },
  ]);
  await call('PATCH', `/profiles/${profile.id}`, { version: saved.json.version, apexClasses: [] });
  const trail = (await call('GET', '/audit-trail?pageSize=1')).json;
  assert.equal(trail.rows.length, 1);
  assert.notEqual(trail.next, null);
  assert.equal((await call('GET', `/audit-trail?pageSize=1&before=${trail.next}`)).json.rows.length, 1);
});

test('an API only user cannot log in to Setup, even with a password', async () => {
  const setup = await openWithUser();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { username, password } = (await setup.call('POST', `/users/${setup.userId}/password`)).json;
  const { answer } = await setup.logIn(username, password);
  assert.equal(answer.status, 403);
  assert.match(answer.errors[0]!.message, /API only/);
  assert.equal(answer.headers['set-cookie'], undefined);
});

test('users are refused with a sentence at the field: a name that is taken, a profile that is not there', async () => {
  const setup = await openWithUser();
  await using _ = { [Symbol.asyncDispose]: setup[Symbol.asyncDispose] };
  const { call } = setup;
  const fieldOf = async (body: object) => (await call('POST', '/users', { ...newUser, ...body })).errors[0]?.field;
  assert.equal(await fieldOf({ username: 'API@acme.example' }), 'username');
  assert.equal(await fieldOf({ username: 'other@acme.example', profile: 'Nobody' }), 'profile');
  assert.equal(await fieldOf({ username: 'no address' }), 'username');
  const { data } = { data: (await call('GET', '/users?active=true&sort=username&pageSize=1')).json };
  assert.deepEqual([data.rows.length, data.total], [1, 2]);
});

test('org-wide defaults are shown for each object and can be changed', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const shown = (await call('GET', '/sharing-settings?search=Account')).json.rows[0];
  assert.equal(shown.object, 'Account');
  const changed = await call('PUT', '/sharing-settings/Account', { value: 'Private', before: shown.value });
  assert.equal(changed.json.value, 'Private');
  assert.equal(
    (await call('PUT', '/sharing-settings/Account', { value: 'PublicReadOnly', before: shown.value })).status,
    409,
  );
  assert.equal((await call('PUT', '/sharing-settings/Nothing', { value: 'Private' })).status, 404);
});
