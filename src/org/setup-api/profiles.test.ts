/** New Profile and Login Hours over the Setup API, and what the token endpoint and Login History make of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportSetupOf } from '../setup/index.ts';
import { openSetupInTest, type SetupCaller } from './setup-in-test.ts';

const setupText = `
apexClasses: [ { name: Integrate, urlMapping: /integrate, methods: [POST] } ]
profiles:
  - name: Loaders
    license: Salesforce Integration
    userPermissions: [ApiEnabled, ApiUserOnly]
    objects: { Account: [read, create] }
    fields: { Account: { Phone: edit } }
    apexClasses: [Integrate]
    loginHours: { sunday: { start: '00:00', end: '00:00' } }
    loginIpRanges: [ { start: 127.0.0.1, end: 127.0.0.9 } ]
users:
  - { username: machine@acme.example, lastName: Machine, profile: Standard User }
connectedApps:
  - { name: Loader, scopes: [api], clientCredentials: { enabled: true, runAs: machine@acme.example } }
`;

async function profileNamed(call: SetupCaller, name: string) {
  const { json } = await call('GET', `/profiles?search=${encodeURIComponent(name)}`);
  return (await call('GET', `/profiles/${json.rows[0].id}`)).json;
}

test('a clone has the license, the rights, the login hours and the ranges of its profile, and goes its own way from then on', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const made = await call('POST', '/profiles', { name: 'Night loaders', existingProfile: 'loaders' });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  const { id, name, version: _, ...clone } = made.json;
  const { id: __, name: ___, version: ____, ...existing } = await profileNamed(call, 'Loaders');
  assert.equal(name, 'Night loaders');
  assert.deepEqual(clone, existing);
  assert.deepEqual(clone.apexClasses, ['Integrate']);
  const changed = await call('PATCH', `/profiles/${id}`, { version: made.json.version, loginHours: {} });
  assert.equal(changed.status, 200);
  assert.deepEqual((await profileNamed(call, 'Loaders')).loginHours, { sunday: { start: 0, end: 0 } });
  const { json: trail } = await call('GET', '/audit-trail?search=cloned');
  assert.equal(trail.rows[0].display, 'Created profile Night loaders: cloned from profile Loaders');
});

test('what is given beside the existing profile stands in place of what that one has', async () => {
  await using setup = await openSetupInTest(setupText);
  const body = { name: 'Readers', existingProfile: 'Loaders', apexClasses: [], loginHours: {}, loginIpRanges: [] };
  const { json } = await setup.call('POST', '/profiles', body);
  assert.deepEqual([json.apexClasses, json.loginHours, json.loginIpRanges], [[], {}, []]);
  assert.deepEqual(Object.keys(json.objects), ['Account']);
});

test('a clone of System Administrator has the rights of its own, which can be changed', async () => {
  await using setup = await openSetupInTest(setupText);
  const { json } = await setup.call('POST', '/profiles', { name: 'Almost', existingProfile: 'System Administrator' });
  assert.equal(json.all, false);
  assert.ok(json.userPermissions.includes('ModifyAllData'));
  assert.ok(json.objects.Account.modifyAll);
  const change = { version: json.version, userPermissions: ['ApiEnabled'] };
  assert.equal((await setup.call('PATCH', `/profiles/${json.id}`, change)).status, 200);
});

test('a new profile without a name, with one that is taken, or of no profile that there is, is refused at its field', async () => {
  await using setup = await openSetupInTest(setupText);
  const refusalOf = async (body: object) => {
    const { status, json } = await setup.call('POST', '/profiles', body);
    return [status, json.errors[0].field, json.errors[0].message];
  };
  assert.deepEqual(await refusalOf({ name: '', existingProfile: 'Loaders' }), [
    400,
    'name',
    'Profile Name is required.',
  ]);
  assert.deepEqual(await refusalOf({ name: 'standard user', existingProfile: 'Loaders' }), [
    ...[400, 'name', 'Duplicate name: there is a profile standard user already.'],
  ]);
  assert.deepEqual(await refusalOf({ name: 'New', existingProfile: 'Lorders' }), [
    ...[400, 'existingProfile', 'There is no profile Lorders.'],
  ]);
  assert.deepEqual(await refusalOf({ name: 'New' }), [
    ...[400, 'existingProfile', 'You must choose the profile to clone.'],
  ]);
  assert.deepEqual(await refusalOf({ name: 'New', existingProfile: 'Loaders', license: 'Salesforce' }), [
    ...[400, 'license', 'A clone keeps the license of its profile, Salesforce Integration.'],
  ]);
});

/** The clock of a test begins on a Sunday at midnight. */
test('outside the login hours a login is refused, and Login History says whether it was the time or the address', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call, clock, token } = setup;
  await setup.verify();
  const app = (await call('GET', '/apps')).json.rows[0];
  const [{ consumerKey, consumerSecret }] = (await call('GET', `/apps/${app.id}/consumer-details`)).json.pairs;
  const ask = async () => (await token(consumerKey, consumerSecret)).json.error_description;
  const change = async (part: object) => {
    const { id, version } = await profileNamed(call, 'Standard User');
    assert.equal((await call('PATCH', `/profiles/${id}`, { version, ...part })).status, 200);
  };
  await change({ loginHours: { sunday: { start: 30, end: 60 } } });
  assert.equal(await ask(), 'ip restricted or invalid login hours');
  clock.forward(30 * 60_000);
  assert.equal(await ask(), undefined, 'from the first minute on');
  clock.forward(29 * 60_000);
  assert.equal(await ask(), undefined);
  clock.forward(60_000);
  assert.equal(await ask(), 'ip restricted or invalid login hours', 'at the end they are over');
  await change({ loginHours: {}, loginIpRanges: [{ start: '192.0.2.1', end: '192.0.2.1' }] });
  assert.equal(await ask(), 'ip restricted or invalid login hours');
  const { json } = await call('GET', '/login-history');
  const statuses = json.rows.map(({ status }: { status: string }) => status);
  assert.deepEqual(statuses, ['Restricted IP', 'Restricted Time', 'Success', 'Success', 'Restricted Time']);
});

test('login hours that end before they begin are refused at their day', async () => {
  await using setup = await openSetupInTest(setupText);
  const { id, version } = await profileNamed(setup.call, 'Standard User');
  const loginHours = { friday: { start: 600, end: 540 } };
  const { status, json } = await setup.call('PATCH', `/profiles/${id}`, { version, loginHours });
  assert.equal(status, 400);
  assert.equal(json.errors[0].field, 'loginHours.friday');
});

test('a clone and its login hours are in the export, and come back out of it', async () => {
  await using setup = await openSetupInTest(setupText);
  const { call } = setup;
  const { json } = await call('POST', '/profiles', { name: 'Night loaders', existingProfile: 'Loaders' });
  const loginHours = { monday: { start: 1200, end: 1440 }, friday: { start: 0, end: 390 } };
  assert.equal((await call('PATCH', `/profiles/${json.id}`, { version: json.version, loginHours })).status, 200);
  await using again = await openSetupInTest(exportSetupOf(setup.org.folder));
  const { id: _, users: __, version: ___, ...found } = await profileNamed(again.call, 'Night loaders');
  const { id: ____, users: _____, version: ______, ...first } = await profileNamed(call, 'Night loaders');
  assert.deepEqual(found, first);
  assert.deepEqual(found.loginHours, loginHours);
});
