import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../base/index.ts';
import type { AppInput } from './app.ts';
import { parseSetupFile } from './setup-file.ts';
import { SetupNotFound, SetupRefused } from './setup-refused.ts';
import { openSetupStore, type SetupStore } from './setup-store.ts';

const day = Date.UTC(2026, 10, 20);
const dayMs = 86_400_000;
const admin = 'integration@sluice.example';

function clockAt(start: number): Clock & { at: number } {
  const clock = { at: start, now: () => clock.at, sleep: async () => undefined };
  return clock;
}

async function openStore(t: TestContext, text = '', durable = false) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-administration-'));
  const clock = clockAt(day);
  const store = await openSetupStore({ folder, durable, clock, setup: parseSetupFile(text) });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, clock, folder, administration: store.administer(admin) };
}

/** `field: message` of each problem. */
function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SetupNotFound) return error.message;
    assert.ok(error instanceof SetupRefused, String(error));
    return error.problems.map(({ field, message }) => `${field}: ${message}`).join('\n');
  }
  return 'accepted';
}

async function issueToken(store: SetupStore, consumerKey = store.apps[0]!.consumerKey): Promise<string> {
  const client = store.clients.findClient(consumerKey)!;
  return (await store.tokens.issue(client, client.runAs!)).accessToken;
}

const app: AppInput = {
  name: 'Loader',
  contactEmail: 'ops@x.example',
  callbackUrls: ['https://x.example/callback'],
  scopes: ['api'],
};

test('an app is refused with every field that is wrong, and nothing of it is kept', async (t) => {
  const { store, administration } = await openStore(t);
  const wrong = {
    ...app,
    name: 'Sluice',
    apiName: 'a__b',
    contactEmail: '',
    callbackUrls: ['http://x.example/', 'javascript:alert(1)', 'https://x.example/#top'],
    scopes: ['apj'],
    runAs: 'nobody@x.example',
    clientCredentialsEnabled: true,
    trustedIpRanges: [{ start: '10.0.0.9', end: '10.0.0.1' }],
    jwtTimeoutMinutes: 7,
    certificate: 'no PEM',
    distributionState: 'Packaged' as const,
  };
  const refusal = refusalOf(() => administration.createConnectedApp(wrong));
  for (const field of [
    'name',
    'apiName',
    'contactEmail',
    'callbackUrls[0]',
    'callbackUrls[1]',
    'callbackUrls[2]',
    'scopes',
    'runAs',
    'clientCredentialsEnabled',
    'trustedIpRanges[0]',
    'jwtTimeoutMinutes',
    'certificate',
    'distributionState',
  ])
    assert.ok(refusal.includes(`${field}: `), `${field} in\n${refusal}`);
  assert.equal(store.apps.length, 1);
  assert.deepEqual(store.readAuditTrail({ limit: 10 }), []);
});

test('switching the client credentials flow on asks for the warning to be acknowledged, each time', async (t) => {
  const { administration } = await openStore(t);
  const made = administration.createConnectedApp(app);
  assert.match(
    refusalOf(() => administration.changeApp(made.id, { clientCredentialsEnabled: true })),
    /can get an access token/,
  );
  const on = { clientCredentialsEnabled: true, clientCredentialsWarningAcknowledged: true };
  assert.equal(administration.changeApp(made.id, on).clientCredentials.enabled, true);
  assert.equal(administration.changeApp(made.id, { description: 'x' }).clientCredentials.enabled, true);
});

test('an external client app has the flow when both switches are on', async (t) => {
  const { store, administration } = await openStore(t);
  const on = { clientCredentialsEnabled: true, clientCredentialsWarningAcknowledged: true, runAs: admin };
  const made = administration.createExternalClientApp({ ...app, ...on });
  assert.equal(made.clientCredentials.enabled, false);
  const clientOf = () => store.clients.findClient(made.consumerKey);
  assert.deepEqual(
    [clientOf()?.clientCredentialsEnabled, clientOf()?.policies?.clientCredentialsAllowed],
    [true, false],
  );
  assert.equal(administration.changeApp(made.id, { clientCredentialsAllowed: true }).clientCredentials.enabled, true);
  assert.equal(clientOf()?.policies?.clientCredentialsAllowed, true);
  assert.equal(made.requirePkce, true);
});

test('both pairs sign in from staging until the staged one is applied; then the old one is refused', async (t) => {
  const { store, administration, clock } = await openStore(t);
  const { id, consumerKey } = store.apps[0]!;
  const staged = administration.stageCredentials(id);
  assert.equal(staged.expiresAt - clock.at, 30 * dayMs);
  assert.ok(store.clients.findClient(consumerKey));
  assert.equal(store.clients.findClient(staged.consumerKey)?.appId, id);
  assert.match(
    refusalOf(() => administration.stageCredentials(id)),
    /has staged credentials already/,
  );
  const token = await issueToken(store);
  assert.equal(await administration.applyCredentials(id), 0);
  assert.equal(store.clients.findClient(consumerKey), undefined);
  assert.ok(store.clients.findClient(staged.consumerKey));
  assert.equal(store.getConsumerSecret(id), staged.consumerSecret);
  assert.ok(store.findToken(token), 'tokens live on');
  administration.stageCredentials(id);
  assert.equal(await administration.applyCredentials(id, { revokeTokens: true }), 1);
  assert.equal(store.findToken(token), undefined);
});

test('a staged pair that is discarded, or 30 days old, is refused and can be replaced', async (t) => {
  const { store, administration, clock } = await openStore(t);
  const { id } = store.apps[0]!;
  const discarded = administration.stageCredentials(id);
  administration.discardCredentials(id);
  assert.equal(store.clients.findClient(discarded.consumerKey), undefined);
  const old = administration.stageCredentials(id);
  clock.at += 30 * dayMs;
  assert.equal(store.clients.findClient(old.consumerKey), undefined);
  assert.match(
    refusalOf(() => administration.discardCredentials(id)),
    /have expired/,
  );
  assert.deepEqual(
    administration.viewConsumerDetails(id).map(({ consumerKey }) => consumerKey),
    [store.apps[0]!.consumerKey],
  );
  assert.notEqual(administration.stageCredentials(id).consumerKey, old.consumerKey);
});

test('with a propagation delay a new key is not known until it is over', async (t) => {
  const { store, administration, clock } = await openStore(t);
  administration.changeSettings({ propagationDelaySeconds: 600 });
  const made = administration.createConnectedApp(app);
  assert.equal(store.clients.findClient(made.consumerKey), undefined);
  clock.at += 600_000;
  assert.ok(store.clients.findClient(made.consumerKey));
});

test('what is changed of a user, an app or a policy counts for live tokens at once', async (t) => {
  const { store, administration } = await openStore(
    t,
    'users: [ { username: a@x.example, lastName: A }, { username: b@x.example, lastName: B } ]',
  );
  const user = store.users[0]!;
  const { id } = store.apps[0]!;
  const token = await issueToken(store);
  administration.changeUser(user.id, { frozen: true });
  assert.equal(store.findToken(token), undefined);
  administration.changeUser(user.id, { frozen: false });
  assert.ok(store.findToken(token));
  administration.changeApp(id, { permittedUsers: 'AdminApprovedPreAuthorized', profiles: ['Standard User'] });
  assert.equal(store.findToken(token), undefined);
  administration.changeApp(id, { profiles: ['System Administrator'] });
  assert.ok(store.findToken(token));
  assert.equal(await administration.blockApp(id), 1);
  administration.unblockApp(id);
  assert.equal(store.findToken(token), undefined, 'blocking revokes');
  const other = await issueToken(store);
  administration.changeUser(user.id, { active: false });
  administration.changeUser(user.id, { active: true });
  assert.equal(store.findToken(other), undefined, 'deactivating revokes');
});

test('tokens are listed by app and user, and revoked one, by user or by app', async (t) => {
  const { store, administration } = await openStore(t);
  const { id } = store.apps[0]!;
  const tokens = [await issueToken(store), await issueToken(store), await issueToken(store)];
  const listed = store.readTokens({ appId: id });
  assert.equal(listed.length, 3);
  assert.equal(await administration.revokeTokens({ tokenId: listed[2]!.id }), 1);
  assert.deepEqual(
    tokens.map((token) => store.findToken(token) !== undefined),
    [false, true, true],
  );
  assert.equal(await administration.revokeTokens({ userId: store.users[0]!.id }), 2);
  assert.deepEqual(store.readTokens(), []);
});

test('a permission set of a license is assigned after the license, and the license is not taken away before it', async (t) => {
  const { store, administration } = await openStore(t);
  const user = administration.createUser({
    username: 'api@x.example',
    lastName: 'Api',
    profile: 'Salesforce API Only System Integrations',
  });
  const everything = { read: true, create: true, edit: true, delete: true, viewAll: true, modifyAll: true };
  administration.createPermissionSet({
    name: 'Loads',
    license: 'Salesforce API Integration',
    objects: { account: everything },
  });
  administration.createPermissionSet({ name: 'Free', objects: { Lead: { read: true } } });
  const assign = (name: string) => refusalOf(() => administration.assignPermissionSet(user.id, name));
  assert.match(assign('Loads'), /isn't assigned the permission set license Salesforce API Integration/);
  assert.match(assign('Free'), /The user license doesn't allow the permission: Read Lead/);
  administration.assignPermissionSetLicense(user.id, 'SalesforceAPIIntegrationPsl');
  assert.deepEqual([assign('Loads'), assign('Free')], ['accepted', 'accepted']);
  assert.match(
    refusalOf(() => administration.unassignPermissionSetLicense(user.id, 'Salesforce API Integration')),
    /needs this license for: Loads, Free/,
  );
  assert.deepEqual(store.findUser(user.id)?.permissionSets, ['Loads', 'Free']);
  assert.equal(store.licenses.find(({ kind }) => kind === 'permissionSet')?.used, 1);
});

test('rights are what profile and permission sets grant together, and who listens is told of each change', async (t) => {
  const { store, administration } = await openStore(t, 'apexClasses: [ { name: Integrate } ]');
  let told = 0;
  const end = store.onRightsChanged(() => {
    told += 1;
  });
  const user = administration.createUser({
    username: 'api@x.example',
    lastName: 'Api',
    profile: 'Minimum Access - API Only Integrations',
  });
  assert.deepEqual(store.rightsOf(user.id).objects, {});
  assert.equal(store.rightsOf(user.id).apiEnabled, true);
  administration.assignPermissionSetLicense(user.id, 'Salesforce API Integration');
  const set = administration.createPermissionSet({
    name: 'Loads',
    objects: { Account: { read: true, edit: true } },
    fields: { Account: { industry: { edit: true } } },
    apexClasses: ['integrate', 'INTEGRATE'],
  });
  administration.assignPermissionSet(user.id, 'loads');
  const rights = store.rightsOf(user.id);
  assert.equal(rights.objects.Account?.edit, true);
  assert.deepEqual(rights.fields.Account?.Industry, { read: true, edit: true });
  assert.deepEqual(rights.apexClasses, ['Integrate']);
  assert.equal(told, 4);
  end();
  administration.changePermissionSet(set.id, { objects: {} });
  assert.equal(store.rightsOf(user.id).objects.Account, undefined);
  assert.equal(told, 4);
});

test('an Apex class is granted by a name that is there; one granted before any were declared may stay', async (t) => {
  const { store, administration } = await openStore(t, 'permissionSets: [ { name: Old, apexClasses: [Forgotten] } ]');
  const [old] = store.permissionSets;
  assert.deepEqual(old?.apexClasses, ['Forgotten']);
  const change = (apexClasses: string[]) => administration.changePermissionSet(old?.id ?? '', { apexClasses });
  assert.deepEqual(change(['Forgotten']).apexClasses, ['Forgotten']);
  assert.match(
    refusalOf(() => change(['Forgotten', 'New'])),
    /^apexClasses: There is no Apex class New\.$/,
  );
  change([]);
  assert.match(
    refusalOf(() => change(['Forgotten'])),
    /^apexClasses: There is no Apex class Forgotten\. This org has none; its setup file declares them\.$/,
  );
});

test('grants that make no sense are refused: what depends on another right, unknown names, and the rights of the administrator', async (t) => {
  const { store, administration } = await openStore(t);
  const grant = (objects: object, fields = {}) =>
    refusalOf(() => administration.createPermissionSet({ name: 'X', objects, fields } as never));
  assert.match(
    grant({ Account: { create: true } }),
    /objects.Account.create: Permission Create Accounts depends on permission\(s\): Read Accounts/,
  );
  assert.match(grant({ Acount: { read: true } }), /Did you mean Account\?/);
  assert.match(grant({ User: { read: true } }), /has no object permissions/);
  assert.match(grant({}, { Account: { Name: { read: true } } }), /Field-level security does not apply/);
  assert.match(grant({}, { Account: { Industri: { read: true } } }), /Did you mean Industry\?/);
  const profile = store.profiles.find(({ all }) => all)!;
  assert.match(
    refusalOf(() => administration.changeProfile(profile.id, { objects: {} })),
    /cannot be changed/,
  );
});

test('the last administrator cannot be locked out', async (t) => {
  const { store, administration } = await openStore(t);
  const { id } = store.users[0]!;
  for (const change of [{ active: false }, { frozen: true }, { profile: 'Standard User' }])
    assert.match(
      refusalOf(() => administration.changeUser(id, change)),
      /only active System Administrator/,
    );
});

test('each change leaves one entry in the audit trail, with who did it', async (t) => {
  const { store, administration } = await openStore(t);
  const made = administration.createConnectedApp(app);
  administration.viewConsumerDetails(made.id);
  await administration.deleteApp(made.id);
  administration.setOrgWideDefault('account', 'Private');
  const trail = store.readAuditTrail({ limit: 10 });
  assert.deepEqual(
    trail.map(({ action, by }) => `${action} ${by}`),
    [`changedOrgWideDefault ${admin}`, `deletedApp ${admin}`, `viewedConsumerDetails ${admin}`, `createdApp ${admin}`],
  );
  assert.deepEqual(
    store.readAuditTrail({ limit: 1, before: trail[2]!.id }).map(({ action }) => action),
    ['createdApp'],
  );
  assert.equal(store.orgWideDefaults.Account, 'Private');
  assert.equal(store.orgWideDefaults.Contact, 'PublicReadWrite');
});

test('a login is in the history, and in the last use of its pair, once its promise resolves', async (t) => {
  const { store, clock } = await openStore(t, '', true);
  const { id, consumerKey } = store.apps[0]!;
  const onLogin = store.createOnLogin(() => 'https://org.example');
  const userId = store.users[0]!.id;
  const event = {
    at: clock.at,
    clientId: consumerKey,
    appId: id,
    userId,
    grantType: 'client_credentials',
    remoteAddress: '10.1.2.3',
    provedBy: 'first secret' as const,
  };
  const refused = { ...event, userId: undefined, outcome: 'flow not enabled' as const };
  await Promise.all([
    onLogin({ ...event, outcome: 'login rate exceeded' }),
    onLogin(refused),
    onLogin({ ...event, outcome: 'issued' }),
  ]);
  const reader = new DatabaseSync(store.file, { readOnly: true });
  const rows = reader.prepare('SELECT * FROM "LoginHistory" ORDER BY "Id"').all();
  assert.deepEqual(
    rows.map(({ Status }) => Status),
    ['Login Rate Exceeded', 'Success'],
    'without a user there is no row',
  );
  assert.deepEqual(
    [rows[1]!.LoginSubType, rows[1]!.Application, rows[1]!.SourceIp, rows[1]!.LoginUrl],
    ['OauthClientCredentials', 'Sluice', '10.1.2.3', 'https://org.example'],
  );
  assert.equal(reader.prepare('SELECT last_used_by_id AS by FROM consumer_credential').get()?.by, userId);
  assert.equal(reader.prepare('SELECT "LastLoginDate" AS at FROM "User"').get()?.at, clock.at);
  reader.close();
  assert.equal(store.apps[0]!.credentials[0]!.lastUsedAt, clock.at);
  assert.deepEqual(
    store.readLoginHistory({ limit: 1 }).map(({ status, username }) => [status, username]),
    [['Success', admin]],
  );
});

test('what was changed in Setup stays when the org starts again with the same setup file', async (t) => {
  const { store, administration, folder } = await openStore(t, 'organization: { name: Acme }', true);
  const { id } = store.apps[0]!;
  administration.changeApp(id, { scopes: ['api', 'web'] });
  await store[Symbol.asyncDispose]();
  for (const setup of [parseSetupFile('organization: { name: Acme }'), undefined]) {
    await using again = await openSetupStore({ folder, durable: true, setup });
    assert.deepEqual([again.apps[0]!.scopes, again.changes, again.firstAdministrator], [['api', 'web'], [], undefined]);
  }
});

test('passwords sign in with the right one alone, and the first one is given out once', async (t) => {
  const { store, administration } = await openStore(t);
  const { username, password } = store.firstAdministrator!;
  const check = async (name: string, text: string) => (await store.subjects.checkPassword?.(name, text))?.username;
  assert.equal(await check(username, password), username);
  assert.equal(await check(username, `${password}x`), undefined);
  assert.equal(await check('nobody@x.example', password), undefined);
  await administration.setPassword(store.users[0]!.id, 'correct horse');
  assert.equal(await check(username.toUpperCase(), 'correct horse'), username);
  assert.equal(await check(username, password), undefined);
  await assert.rejects(administration.setPassword(store.users[0]!.id, 'short'), SetupRefused);
});

test('an assertion is taken once, a code once, and a replaced refresh token is known as such', async (t) => {
  const { store, clock } = await openStore(t);
  const { replayStore, grantStore, keyStore } = store;
  const taken = await Promise.all(Array.from({ length: 100 }, () => replayStore.insert('key', 'jti', clock.at + 1000)));
  assert.equal(taken.filter(Boolean).length, 1);
  clock.at += 1001;
  assert.equal(await replayStore.insert('key', 'jti', clock.at + 1000), true);
  const code = {
    digest: 'd',
    appId: 'a',
    clientId: 'c',
    userId: 'u',
    scopes: ['api'],
    redirectUri: 'https://x/',
    redirectUriSent: true,
    codeChallenge: undefined,
    expiresAt: clock.at,
  };
  await grantStore.addCode(code);
  assert.deepEqual(await grantStore.takeCode('d', 'g1'), { code });
  assert.deepEqual(await grantStore.takeCode('d', 'g2'), { usedFor: 'g1' });
  const grant = { id: 'g', digest: 'r1', appId: 'a', userId: 'u', scopes: ['api'], createdAt: 1, lastUsedAt: 1 };
  assert.deepEqual(await grantStore.addGrant(grant, 5), []);
  assert.equal(await grantStore.useGrant({ id: 'g', digest: 'r1', newDigest: 'r2', at: 2 }), true);
  assert.equal(await grantStore.useGrant({ id: 'g', digest: 'r1', newDigest: 'r3', at: 3 }), false);
  assert.equal((await grantStore.findGrant('r1'))?.replaced, true);
  assert.deepEqual(await grantStore.findGrant('r2'), {
    grant: { ...grant, digest: 'r2', lastUsedAt: 2 },
    replaced: false,
  });
  assert.equal(grantStore.hasGrant('a', 'u'), true);
  await grantStore.endGrant('g');
  assert.equal(await grantStore.findGrant('r2'), undefined);
  await keyStore.addKey({ keyId: 'k', privateKeyPem: 'PEM', createdAt: 5 });
  assert.deepEqual(await keyStore.readKeys(), [{ keyId: 'k', privateKeyPem: 'PEM', createdAt: 5 }]);
});

test('a setup file that names the staged key applies that pair; one that takes the API name of another app is refused', async (t) => {
  const { store, administration, folder } = await openStore(t, '', true);
  const { id, name } = store.apps[0]!;
  const staged = administration.stageCredentials(id);
  administration.createConnectedApp({ ...app, apiName: 'Taken' });
  await store[Symbol.asyncDispose]();
  const withApp = (more: string) =>
    openSetupStore({
      folder,
      durable: true,
      setup: parseSetupFile(`connectedApps: [ { name: ${name}, scopes: [api], ${more} } ]`),
    });
  {
    await using again = await withApp(`consumerKey: ${staged.consumerKey}`);
    assert.deepEqual(
      again.apps[0]!.credentials.map(({ consumerKey, state }) => [consumerKey, state]),
      [[staged.consumerKey, 'active']],
    );
    assert.equal(again.getConsumerSecret(id), staged.consumerSecret);
  }
  await assert.rejects(withApp('apiName: taken'), /another one: app Loader of this store has it/);
});

test('a changed session timeout counts for new tokens, not for those that are out', async (t) => {
  const { store, administration, clock } = await openStore(t);
  const before = await issueToken(store);
  administration.changeApp(store.apps[0]!.id, { sessionTimeoutMinutes: 1 });
  const after = await issueToken(store);
  clock.at += 61_000;
  assert.deepEqual([store.findToken(before) !== undefined, store.findToken(after) !== undefined], [true, false]);
});
