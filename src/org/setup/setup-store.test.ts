import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type Clock, SluiceError } from '../../base/index.ts';
import { standardObjects } from '../schema/index.ts';
import { parseSetupFile } from './setup-file.ts';
import { openSetupStore, type SetupStore } from './setup-store.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-setup-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function clockAt(start: number): Clock & { at: number } {
  const clock = { at: start, now: () => clock.at, sleep: async () => undefined };
  return clock;
}

const minuteMs = 60_000;

async function issueToken(store: SetupStore): Promise<string> {
  const client = store.clients.findClient(store.apps[0]!.consumerKey)!;
  return (await store.tokens.issue(client, client.runAs!)).accessToken;
}

const refusalOf = async (act: Promise<unknown>) =>
  act.then(
    () => 'accepted',
    (error: unknown) => (error instanceof SluiceError ? error.code : String(error)),
  );

test('a new org has a key and a secret in the form of Salesforce', async (t) => {
  await using store = await openSetupStore({ folder: temporaryFolder(t), durable: false });
  const [app] = store.apps;
  assert.match(app!.consumerKey, /^3MVG9[A-Za-z0-9._]{80}$/);
  assert.match(store.getConsumerSecret(app!.id), /^[0-9A-F]{64}$/);
  assert.equal(app!.clientCredentials.runAs?.username, 'integration@sluice.example');
  assert.match(store.organizationId, /^00DSb0[0-9A-Za-z]{12}$/);
});

test('a restart keeps key, secret, users, ids, key prefixes and live tokens', async (t) => {
  const folder = temporaryFolder(t);
  const setup = parseSetupFile('objects: [ { name: B__c }, { name: A__c } ]');
  const seen = async (store: SetupStore) => ({
    organizationId: store.organizationId,
    users: store.users,
    apps: store.apps,
    secret: store.getConsumerSecret(store.apps[0]!.id),
    prefixes: store.schema.objects.map(({ name, keyPrefix }) => [name, keyPrefix]),
  });
  let token: string;
  let before: unknown;
  {
    await using store = await openSetupStore({ folder, durable: true, setup });
    token = await issueToken(store);
    before = await seen(store);
  }
  await using again = await openSetupStore({ folder, durable: true });
  assert.deepEqual(await seen(again), before);
  assert.equal(again.findToken(token)?.userId, again.users[0]!.id);
  assert.deepEqual(again.findToken(token)?.scopes, ['id', 'api']);
  assert.deepEqual(again.changes, []);
});

test('a token is on the disk before its promise resolves, and no file holds a token or a secret in plain', async (t) => {
  const folder = temporaryFolder(t);
  await using store = await openSetupStore({ folder, durable: true });
  const tokens = await Promise.all(Array.from({ length: 20 }, () => issueToken(store)));
  const reader = new DatabaseSync(store.file, { readOnly: true });
  assert.equal(reader.prepare('SELECT count(*) AS n FROM access_token').get()?.n, 20);
  reader.close();
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name), 'latin1');
    for (const token of tokens) assert.ok(!bytes.includes(token.slice(20)), `${name} holds no token in plain`);
    assert.ok(!bytes.includes(store.getConsumerSecret(store.apps[0]!.id)), `${name} holds no secret in plain`);
  }
});

test('a revoked token is refused from the same moment on, and after a restart', async (t) => {
  const folder = temporaryFolder(t);
  let token: string;
  {
    await using store = await openSetupStore({ folder, durable: true });
    token = await issueToken(store);
    const revoked = store.tokens.revoke(token);
    assert.equal(store.findToken(token), undefined);
    assert.equal(await revoked, true);
    assert.equal(await store.tokens.revoke(token), false);
  }
  await using again = await openSetupStore({ folder, durable: true });
  assert.equal(again.findToken(token), undefined);
});

test('a token ends when it was not used for the session timeout of its app', async (t) => {
  const clock = clockAt(Date.UTC(2026, 10, 21));
  await using store = await openSetupStore({ folder: temporaryFolder(t), durable: true, clock });
  const [used, idle] = [await issueToken(store), await issueToken(store)];
  clock.at += 119 * minuteMs;
  assert.ok(store.findToken(used));
  clock.at += 2 * minuteMs;
  assert.ok(store.findToken(used));
  assert.equal(store.findToken(idle), undefined);
  clock.at += 121 * minuteMs;
  assert.equal(store.findToken(used), undefined);
});

test('tokens that have ended are dropped while new ones are issued', async (t) => {
  const clock = clockAt(Date.UTC(2026, 10, 21));
  await using store = await openSetupStore({ folder: temporaryFolder(t), durable: false, clock });
  for (let count = 0; count < 100; count += 1) await issueToken(store);
  clock.at += 121 * minuteMs;
  for (let count = 0; count < 60; count += 1) await issueToken(store);
  assert.ok(store.tokens.size <= 61, `${store.tokens.size} tokens`);
});

test('a changed setup file is applied to the store that is there, and what changed is said', async (t) => {
  const folder = temporaryFolder(t);
  const first = `
users: [ { username: a@x.example, lastName: A }, { username: b@x.example, lastName: B } ]
connectedApps: [ { name: App, scopes: [api], clientCredentials: { enabled: true, runAs: a@x.example } } ]
objects: [ { name: B__c, fields: [ { name: F__c, type: text, length: 10 } ] } ]
`;
  const second = `
organization: { name: New }
users: [ { username: A@x.example, lastName: A, active: false }, { username: c@x.example, lastName: C } ]
connectedApps:
  - { name: App, scopes: [api, id], clientCredentials: { enabled: true, runAs: c@x.example } }
objects:
  - { name: A__c }
  - { name: B__c, fields: [ { name: F__c, type: text, length: 20 } ] }
`;
  let key: string;
  {
    await using store = await openSetupStore({ folder, durable: true, setup: parseSetupFile(first) });
    key = store.apps[0]!.consumerKey;
  }
  await using store = await openSetupStore({ folder, durable: true, setup: parseSetupFile(second) });
  assert.deepEqual(store.changes, [
    'the organization was changed',
    'user A@x.example: Username, Email, IsActive changed',
    'user c@x.example was added',
    'connected app App: scopes, run as user id changed',
    'object A__c was added',
    'field B__c.F__c was changed',
    'user b@x.example is no longer in the setup and stays as it is',
  ]);
  assert.deepEqual(
    store.readAuditTrail({ limit: 10 }).map(({ display, by }) => `${by}: ${display}`),
    store.changes.map((change) => `setup file: ${change}`).toReversed(),
  );
  assert.equal(store.apps[0]!.consumerKey, key);
  assert.equal(store.apps[0]!.clientCredentials.runAs?.username, 'c@x.example');
  assert.equal(store.schema.findByKeyPrefix('a00')?.name, 'B__c');
  assert.equal(store.schema.findByKeyPrefix('a01')?.name, 'A__c');
});

test('tokens of a user who is no longer active are refused', async (t) => {
  const folder = temporaryFolder(t);
  const withUser = (more: string) => parseSetupFile(`users: [ { username: a@x.example, lastName: A${more} } ]`);
  let token: string;
  {
    await using store = await openSetupStore({ folder, durable: true, setup: withUser('') });
    token = await issueToken(store);
  }
  await using store = await openSetupStore({ folder, durable: true, setup: withUser(', active: false') });
  assert.equal(store.findToken(token), undefined);
});

test('a consumer secret by reference is fetched at each start, must be strong, and replaces the one before', async (t) => {
  const folder = temporaryFolder(t);
  const setup = parseSetupFile(
    'connectedApps: [ { name: App, scopes: [api], consumerSecret: "env:SLUICE_SECRET_APP", clientCredentials: { enabled: true, runAs: integration@sluice.example } } ]',
  );
  const open = (secret: string) => openSetupStore({ folder, durable: true, setup, resolveSecret: async () => secret });
  assert.equal(await refusalOf(open('short')), 'SECRET_TOO_WEAK');
  assert.equal(await refusalOf(openSetupStore({ folder, durable: true, setup })), 'SECRET_MISSING');
  const [one, two] = ['a'.repeat(40), 'b'.repeat(40)];
  await (await open(one))[Symbol.asyncDispose]();
  await using store = await open(two);
  assert.equal(store.getConsumerSecret(store.apps[0]!.id), two);
  assert.deepEqual(store.changes, ['connected app App: secret changed']);
});

test('the key file is for its owner alone; without it, or with another, the store says so and does not start', async (t) => {
  const folder = temporaryFolder(t);
  await (await openSetupStore({ folder, durable: true }))[Symbol.asyncDispose]();
  const file = join(folder, 'setup.key');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, `${Buffer.alloc(32).toString('base64')}\n`);
  assert.equal(await refusalOf(openSetupStore({ folder, durable: true })), 'KEY_FILE_INVALID');
  rmSync(file);
  assert.equal(await refusalOf(openSetupStore({ folder, durable: true })), 'KEY_FILE_INVALID');
});

test('a data folder is open in one process at a time, and data of a newer version are left alone', async (t) => {
  const folder = temporaryFolder(t);
  {
    await using store = await openSetupStore({ folder, durable: true });
    assert.ok(store.file);
    assert.equal(await refusalOf(openSetupStore({ folder, durable: true })), 'STORE_IN_USE');
  }
  const database = new DatabaseSync(join(folder, 'setup.sqlite'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.equal(await refusalOf(openSetupStore({ folder, durable: true })), 'STORE_TOO_NEW');
});

test('User and Organization have the columns that the schema describes', async (t) => {
  await using store = await openSetupStore({ folder: temporaryFolder(t), durable: true });
  const reader = new DatabaseSync(store.file, { readOnly: true });
  for (const { name, fields } of standardObjects.filter((object) => object.store === 'setup')) {
    const columns = reader
      .prepare(`PRAGMA table_info("${name}")`)
      .all()
      .map((column) => String(column.name));
    const described = fields.filter(({ type }) => type !== 'address').map((field) => field.name);
    assert.deepEqual(columns.toSorted(), [...described, 'IsDeleted'].toSorted(), name);
  }
  reader.close();
});

test('a connected app that keeps its key may be renamed; one that takes the key of another is refused', async (t) => {
  const folder = temporaryFolder(t);
  const key = `3MVG9${'k'.repeat(80)}`;
  const app = (name: string) => `{ name: ${name}, scopes: [api], consumerKey: ${key} }`;
  const open = (apps: string) =>
    openSetupStore({ folder, durable: true, setup: parseSetupFile(`connectedApps: [ ${apps} ]`) });
  let id: string;
  {
    await using store = await open(`${app('Old')}, { name: Other, scopes: [api] }`);
    id = store.apps[0]!.id;
  }
  {
    await using store = await open(app('New'));
    assert.deepEqual([store.apps[0]!.id, store.apps[0]!.name], [id, 'New']);
    assert.ok(store.changes.includes('connected app New: name changed'));
  }
  assert.equal(await refusalOf(open(app('Other'))), 'SETTING_INVALID');
});
