import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseSetupFile } from './setup-file.ts';
import { openSetupStore, type SetupStore } from './setup-store.ts';

async function openFrom(t: TestContext, text: string): Promise<SetupStore> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-export-'));
  const resolveSecret = async () => 's'.repeat(40);
  const store = await openSetupStore({ folder, durable: false, setup: parseSetupFile(text), resolveSecret });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  return store;
}

const whole = `
organization: { name: Acme, type: sandbox }
settings: { propagationDelaySeconds: 5, credentialsInRestApi: true }
apexClasses:
  - { name: Integrate, urlMapping: /V4/integrate/*, methods: [GET, POST] }
  - { name: Loader, urlMapping: /load, methods: [POST], records: { object: City__c } }
profiles:
  - name: Standard User
    loginHours: { monday: { start: '08:00', end: '18:30' }, sunday: { start: '00:00', end: '00:00' } }
    loginIpRanges: [ { start: 10.0.0.0, end: 10.0.0.255, description: office } ]
  - name: Salesforce API Only System Integrations
    apexClasses: [Integrate]
  - { name: Readers, license: Salesforce, userPermissions: [ApiEnabled], objects: { City__c: [read] } }
permissionSets:
  - name: Loads
    label: Loads cities
    description: For the mover
    license: Salesforce API Integration
    objects: { City__c: [read, create, edit], Account: [read] }
    fields: { City__c: { Size__c: edit }, Account: { Industry: read, BillingAddress: edit } }
users:
  - { username: admin@acme.example, lastName: Admin, firstName: Ada, email: ada@acme.example }
  - username: api@acme.example
    lastName: Api
    profile: Salesforce API Only System Integrations
    permissionSetLicenses: [Salesforce API Integration]
    permissionSets: [Loads]
  - { username: old@acme.example, lastName: Old, profile: Readers, active: false, frozen: true, alias: ol }
connectedApps:
  - name: Sluice
    contactEmail: ops@acme.example
    callbackUrls: [https://acme.example/callback, 'http://localhost:1717/OauthRedirect', 'acme://callback']
    scopes: [api, refresh_token]
    consumerSecret: env:SLUICE_SECRET_APP
    clientCredentials: { enabled: true, runAs: api@acme.example }
    permittedUsers: AdminApprovedPreAuthorized
    profiles: [Salesforce API Only System Integrations]
    permissionSets: [Loads]
    ipRelaxation: Bypass
    trustedIpRanges: [ { start: '2001:db8::1', end: '2001:db8::ff' } ]
    sessionTimeoutMinutes: 15
    issueJwtAccessTokens: true
    jwtTimeoutMinutes: 30
    blocked: true
externalClientApps:
  - name: Sluice ECA
    apiName: SluiceEca
    distributionState: Packaged
    scopes: [api]
    clientCredentials: { enabled: true, allowed: true, runAs: api@acme.example }
    requirePkce: false
objects:
  - name: City__c
    sharing: Private
    fields: [ { name: Size__c, type: number, precision: 9, scale: 0 } ]
  - { name: Account, sharing: PublicReadOnly }
faults: [ { path: '/services/data/**', share: 0.1, kind: latency, latencyMs: 20 } ]
limits: { loginsPerUserAndHour: 100000 }
`;

test('an exported setup is the same text when an org that started from it is exported', async (t) => {
  const first = await openFrom(t, whole);
  const text = first.exportSetup();
  const second = await openFrom(t, text);
  assert.equal(second.exportSetup(), text);
  const seen = ({ users, profiles, permissionSets, orgWideDefaults, settings, apps }: SetupStore) => ({
    users,
    profiles,
    permissionSets,
    orgWideDefaults,
    settings,
    apps: apps.map(({ credentials: _credentials, createdAt: _made, changedAt: _changed, ...app }) => app),
  });
  assert.deepEqual(seen(second), seen(first));
  assert.ok(!text.includes('s'.repeat(40)) && !text.includes(first.getConsumerSecret(first.apps[1]!.id)));
  assert.match(text, /consumerSecret: env:SLUICE_SECRET_APP/);
});

test('what an administrator has changed is in the export', async (t) => {
  const store = await openFrom(t, whole);
  const admin = store.administer('admin@acme.example');
  admin.createPermissionSet({ name: 'More', objects: { Lead: { read: true } } });
  admin.setOrgWideDefault('Lead', 'Private');
  admin.unblockApp(store.apps.find(({ blocked }) => blocked)!.id);
  admin.stageCredentials(store.apps[0]!.id);
  const standard = store.profiles.find(({ name }) => name === 'Standard User')!;
  admin.changeProfile(standard.id, { objects: { Account: { read: true } }, fields: {} });
  const text = store.exportSetup();
  const again = await openFrom(t, text);
  assert.equal(again.exportSetup(), text);
  assert.equal(again.orgWideDefaults.Lead, 'Private');
  assert.deepEqual(Object.keys(again.profiles.find(({ name }) => name === 'Standard User')!.objects), ['Account']);
  assert.equal(
    again.apps.some(({ blocked }) => blocked),
    false,
  );
});

function refusal(text: string): string {
  try {
    parseSetupFile(text);
    return 'accepted';
  } catch (error) {
    return String((error as Error).message);
  }
}

test('mistakes in rights and apps of a setup file are named at their place', () => {
  const api = '{ username: a@b.example, lastName: A, profile: Standrd }';
  assert.match(refusal(`users: [ ${api} ]`), /users\[0\]\.profile names no profile/);
  assert.match(refusal('profiles: [ { name: Own } ]'), /profiles\[0\]\.license is missing/);
  assert.match(refusal('profiles: [ { name: System Administrator, objects: {} } ]'), /rights cannot be changed/);
  assert.match(
    refusal('permissionSets: [ { name: X, objects: { Acount: [read] } } ]'),
    /objects\.Acount is refused: There is no object Acount\. Did you mean Account\?/,
  );
  assert.match(
    refusal('permissionSets: [ { name: X, objects: { Account: [create] } } ]'),
    /depends on permission\(s\): Read Accounts/,
  );
  assert.match(
    refusal('permissionSets: [ { name: X, fields: { Account: { Nmae: read } } } ]'),
    /There is no field Nmae on Account/,
  );
  assert.match(
    refusal('connectedApps: [ { name: A, scopes: [api], callbackUrls: ["http://x.example/"] } ]'),
    /connectedApps\[0\]\.callbackUrls\[0\] is refused: A Callback URL must begin with https/,
  );
  assert.match(
    refusal('externalClientApps: [ { name: A, scopes: [], jwtTimeoutMinutes: 7 } ]'),
    /jwtTimeoutMinutes must be one of/,
  );
  assert.match(
    refusal('connectedApps: [ { name: A, scopes: [] } ]\nexternalClientApps: [ { name: a, scopes: [] } ]'),
    /externalClientApps\[0\]\.name is there twice/,
  );
  assert.match(
    refusal('apexClasses: [ { name: Integrate } ]\nprofiles: [ { name: Standard User, apexClasses: [Integrat] } ]'),
    /profiles\[0\]\.apexClasses is refused: There is no Apex class Integrat\. Did you mean Integrate\?/,
  );
  assert.match(
    refusal("profiles: [ { name: Standard User, loginHours: { monday: { start: '8', end: '18:00' } } } ]"),
    /a time such as 08:30/,
  );
});
