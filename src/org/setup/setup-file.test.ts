import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../../base/index.ts';
import { defaultSetup, parseSetupFile } from './setup-file.ts';

const whole = `
organization: { name: Acme, type: sandbox }
users: [ { username: integration@acme.example, lastName: Integration } ]
connectedApps:
  - { name: Sluice, scopes: [api, id], clientCredentials: { enabled: true, runAs: Integration@acme.example } }
objects:
  - name: Country__c
    fields:
      - { name: Code__c, type: text, length: 2, required: true, unique: true, externalId: true }
  - name: City__c
    label: City
    pluralLabel: Cities
    fields:
      - { name: Geoname_Id__c, type: text, length: 20, required: true, unique: true, externalId: true }
      - { name: Country__c, type: lookup, to: country__C, relationshipName: Cities, required: true }
  - name: Account
    fields: [ { name: Ext__c, type: text, length: 40, unique: true, externalId: true } ]
faults:
  - { path: '/services/data/**', share: 0.1, kind: latency, latencyMs: 20 }
`;

function refusal(text: string): string {
  try {
    parseSetupFile(text);
  } catch (error) {
    assert.ok(error instanceof SluiceError, String(error));
    return error.message.replace('org.yaml:', '');
  }
  return 'accepted';
}

const withField = (field: string) => `objects:\n  - name: X__c\n    fields:\n      - { name: F__c, ${field} }\n`;

test('a setup file describes organization, users, apps, objects and faults', () => {
  const setup = parseSetupFile(whole);
  assert.deepEqual(setup.organization, { name: 'Acme', type: 'sandbox' });
  assert.equal(setup.objects[1]?.fields?.[1]?.to, 'Country__c', 'object names come back in their own case');
  assert.equal(setup.limits.loginsPerUserAndHour, 3600);
});

test('without a setup file there is one user and one app that signs in as that user', () => {
  const { users, connectedApps, objects } = defaultSetup();
  assert.deepEqual(
    users.map((user) => user.username),
    ['integration@sluice.example'],
  );
  assert.deepEqual(connectedApps[0], {
    name: 'Sluice',
    scopes: ['api', 'id', 'refresh_token'],
    clientCredentials: { enabled: true, runAs: 'integration@sluice.example' },
  });
  assert.deepEqual(objects, []);
});

test('a file that names users but no app gets an app that signs in as the first of them', () => {
  const { connectedApps } = parseSetupFile('users: [ { username: a@b.example, lastName: A } ]');
  assert.equal(connectedApps[0]?.clientCredentials?.runAs, 'a@b.example');
});

test('a mistake in a setup file is named at its place, with what was probably meant', () => {
  assert.match(refusal('user: []'), /^1:1: there is no "user" in the file; did you mean "users"\?/);
  assert.match(
    refusal(withField('type: autonumber')),
    /^4:29: objects\[0\]\.fields\[0\]\.type must be one of text, .*masterdetail/,
  );
  assert.match(refusal(withField('type: text')), /length is missing: type text needs it/);
  assert.match(refusal(withField('type: text, length: 256')), /length must be 1 to 255 for type text/);
  assert.match(
    refusal(withField('type: date, unique: true')),
    /unique does not go with type date, which takes required/,
  );
  assert.match(
    refusal(withField('type: lookup, to: Acount')),
    /to names no object of this org; did you mean "Account"\?/,
  );
  assert.match(refusal(withField('type: number, precision: 3, scale: 4')), /scale must not be more than the precision/);
  assert.match(refusal(withField('type: picklist, values: [a, b], default: c')), /default must be one of a, b/);
  assert.match(refusal(withField('type: picklist, values: [a, a]')), /values\[1\] is there twice/);
  assert.match(refusal(withField('type: checkbox, default: 1')), /default must be a boolean/);
  assert.match(refusal('objects: [ { name: Konto } ]'), /is no standard object of this org/);
  assert.match(refusal('objects: [ { name: User } ]'), /takes no custom fields here yet/);
  assert.match(refusal('objects: [ { name: A__c }, { name: a__C } ]'), /must be an object name|is there twice/);
  assert.match(
    refusal('connectedApps: [ { name: A, scopes: [apj] } ]'),
    /^1:38: connectedApps\[0\]\.scopes\[0\] must be one of .*did you mean "api"/,
  );
  assert.match(
    refusal('connectedApps: [ { name: A, scopes: [api], clientCredentials: { enabled: true, runAs: x@y.example } } ]'),
    /runAs names no user of this file/,
  );
  assert.match(
    refusal('connectedApps: [ { name: A, scopes: [api], consumerSecret: hush } ]'),
    /must be "generated", env:SLUICE_SECRET_NAME or file:PATH/,
  );
});

test('a secret written into the setup file is not repeated in the error', () => {
  assert.doesNotMatch(refusal('connectedApps: [ { name: A, scopes: [api], consumerSecret: hush } ]'), /hush/);
});
