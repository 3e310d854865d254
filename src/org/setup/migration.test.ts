import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openSeal } from '../../base/index.ts';
import { openSetupStore } from './setup-store.ts';

const userId = '005Sb0000000001IAA';
const secret = 'A'.repeat(64);
const day = Date.UTC(2026, 10, 20);
const clock = { now: () => day + 60_000, sleep: async () => undefined };

/** A data folder as the first stage left it. */
function firstStageFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-migration-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const seal = openSeal({ file: join(folder, 'setup.key'), mayCreate: true });
  const database = new DatabaseSync(join(folder, 'setup.sqlite'));
  database.exec(readFileSync(join(import.meta.dirname, 'sql', '000001.sql'), 'utf8'));
  database.exec('PRAGMA user_version = 1');
  database.exec(`INSERT INTO "Organization" ("Id", "Name", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
    VALUES ('00DSb0000000001EAA', 'Acme', ${day}, '${userId}', ${day}, '${userId}', ${day})`);
  database.exec(`INSERT INTO "User" ("Id", "Username", "LastName", "Name", "Email", "Alias", "CommunityNickname", "IsActive", "TimeZoneSidKey",
    "LocaleSidKey", "EmailEncodingKey", "LanguageLocaleKey", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
    VALUES ('${userId}', 'a@x.example', 'A', 'A', 'a@x.example', 'a', 'a', 1, 'GMT', 'en_US', 'UTF-8', 'en_US',
    ${day}, '${userId}', ${day}, '${userId}', ${day})`);
  const app = database.prepare('INSERT INTO connected_app VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const first = '0H4Sb0000000001KAA';
  app.run(
    first,
    'My App!',
    '3MVG9old',
    seal.seal(secret, first),
    'generated',
    'api refresh_token',
    1,
    userId,
    900_000,
    day,
    day,
  );
  const second = '0H4Sb0000000002KAA';
  app.run(second, 'my-app', '3MVG9two', seal.seal(secret, second), 'generated', '', 0, null, 7_200_000, day, day);
  const token = database.prepare('INSERT INTO access_token VALUES (?, ?, ?, ?, ?, ?, ?)');
  token.run(7, hash('sha256', 'the-token', 'base64'), first, userId, day, day, 900_000);
  const setup = {
    organization: { name: 'Acme', type: 'production' },
    users: [{ username: 'a@x.example', lastName: 'A' }],
    connectedApps: [
      {
        name: 'My App!',
        scopes: ['api', 'refresh_token'],
        clientCredentials: { enabled: true, runAs: 'a@x.example' },
        sessionTimeoutMinutes: 15,
      },
      { name: 'my-app', scopes: [] },
    ],
    objects: [],
    faults: [],
    limits: { loginsPerUserAndHour: 3600 },
  };
  database.prepare('INSERT INTO applied_setup VALUES (1, ?, ?)').run(JSON.stringify(setup), day);
  database.close();
  return folder;
}

test('a data folder of the first stage is carried over: ids, keys, secrets, live tokens, and all rights for its users', async (t) => {
  await using store = await openSetupStore({ folder: firstStageFolder(t), durable: true, clock });
  assert.deepEqual(store.changes, []);
  const [app, other] = store.apps;
  assert.deepEqual(
    [app!.id, app!.consumerKey, app!.scopes],
    ['0H4Sb0000000001KAA', '3MVG9old', ['api', 'refresh_token']],
  );
  assert.deepEqual([app!.sessionTimeoutMs, other!.sessionTimeoutMs, other!.scopes], [900_000, 7_200_000, []]);
  assert.deepEqual([app!.apiName, other!.apiName], ['My_App', 'my_app_2']);
  assert.equal(store.getConsumerSecret(app!.id), secret);
  assert.equal(app!.clientCredentials.runAs?.username, 'a@x.example');
  assert.equal(app!.clientCredentials.enabled, true);
  assert.equal(store.findToken('the-token')?.userId, userId);
  assert.equal(store.users[0]!.profile, 'System Administrator');
  assert.equal(store.rightsOf(userId).all, true);
  assert.equal(store.firstAdministrator?.username, 'a@x.example');
  assert.match(store.readTokens()[0]!.id, /^0CQSb0/);
});

test('a carried-over folder makes ids that nothing has yet', async (t) => {
  await using store = await openSetupStore({ folder: firstStageFolder(t), durable: true, clock });
  const admin = store.administer('a@x.example');
  const user = admin.createUser({ username: 'b@x.example', lastName: 'B', profile: 'Standard User' });
  const app = admin.createConnectedApp({
    name: 'New',
    contactEmail: 'a@x.example',
    callbackUrls: ['https://x.example/'],
  });
  assert.deepEqual([user.id, app.id.slice(0, 15)], ['005Sb0000000002IAA', '0H4Sb0000000003']);
});
