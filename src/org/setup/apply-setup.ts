/** Brings a setup into the store: adds what is new, changes what differs, and says so; nothing that is gone from the file is deleted. */
import { randomInt } from 'node:crypto';
import { SluiceError } from '../../base/index.ts';
import { customKeyPrefix, idAt, instancePart, type ObjectDefinition } from '../schema/index.ts';
import { createConsumerKey, createConsumerSecret } from './consumer-credentials.ts';
import type { Seal } from './seal.ts';
import type { SetupDatabase } from './setup-database.ts';
import type { Setup } from './setup-file.ts';
import type { ConnectedAppSetup, UserSetup } from './setup-schema.ts';

export type ApplyRequest = {
  setup: Setup;
  /** What the references in `consumerSecret` refer to, by reference. */
  secrets: ReadonlyMap<string, string>;
  seal: Seal;
  now: number;
};

type Work = ApplyRequest & { store: SetupDatabase; changes: string[] };
type Row = Record<string, unknown>;

const organizationPrefix = '00D';
const userPrefix = '005';
const appPrefix = '0H4';
/** Boxes get different ids, so that a client that works with two does not mix them up. */
const organizationNumbers = 62 ** 5;
const defaultTimeoutMinutes = 120;

/** The setup that was applied last; undefined before the first time. */
export function readAppliedSetup({ database }: SetupDatabase): Setup | undefined {
  const row = database.prepare('SELECT setup FROM applied_setup').get();
  return row === undefined ? undefined : (JSON.parse(String(row.setup)) as Setup);
}

/** All in one transaction. The sentences say what is other than before; none at the first time. */
export function applySetup(store: SetupDatabase, request: ApplyRequest): string[] {
  return store.transaction(() => {
    const before = readAppliedSetup(store);
    const work: Work = { ...request, store, changes: [] };
    applyOrganization(work);
    for (const [index, user] of request.setup.users.entries()) applyUser(user, index, work);
    for (const app of request.setup.connectedApps) applyApp(app, work);
    for (const object of request.setup.objects) applyKeyPrefix(object, work);
    if (before)
      work.changes.push(...compareObjects(before.objects, request.setup.objects), ...whatIsGone(before, request.setup));
    store.database
      .prepare('INSERT OR REPLACE INTO applied_setup (one, setup, applied_at) VALUES (1, ?, ?)')
      .run(JSON.stringify(request.setup), request.now);
    return before ? work.changes : [];
  });
}

function applyOrganization({ store: { database }, setup, changes, now }: Work): void {
  const { name, type } = setup.organization;
  const sandbox = type === 'sandbox' ? 1 : 0;
  const found = database.prepare('SELECT "Id", "Name", "IsSandbox" FROM "Organization"').get();
  if (!found) {
    const id = idAt(organizationPrefix + instancePart, randomInt(organizationNumbers));
    insertRow(database, 'Organization', {
      Id: id,
      Name: name,
      IsSandbox: sandbox,
      OrganizationType: 'Developer Edition',
      InstanceName: 'SLC1',
      DefaultLocaleSidKey: 'en_US',
      TimeZoneSidKey: 'GMT',
      LanguageLocaleKey: 'en_US',
      FiscalYearStartMonth: 1,
      ...audit(firstUserId(), now),
    });
    return;
  }
  if (found.Name === name && found.IsSandbox === sandbox) return;
  changes.push('the organization was changed');
  database
    .prepare('UPDATE "Organization" SET "Name" = ?, "IsSandbox" = ?, "LastModifiedDate" = ?, "SystemModstamp" = ?')
    .run(name, sandbox, now, now);
}

function applyUser(user: UserSetup, index: number, { store: { database }, changes, now }: Work): void {
  const values = userValues(user);
  const found = database.prepare('SELECT * FROM "User" WHERE lower("Username") = lower(?)').get(user.username);
  if (!found) {
    const { count } = database.prepare('SELECT count(*) AS count FROM "User"').get() as { count: number };
    const id = idAt(userPrefix + instancePart, count + 1);
    insertRow(database, 'User', { Id: id, ...values, ...newUser(user, index), ...audit(firstUserId(), now) });
    changes.push(`user ${user.username} was added`);
    return;
  }
  const changed = Object.entries(values).filter(([key, value]) => found[key] !== value);
  if (changed.length === 0) return;
  const set = [...changed, ['LastModifiedDate', now] as const, ['SystemModstamp', now] as const];
  database
    .prepare(`UPDATE "User" SET ${set.map(([key]) => `"${key}" = ?`).join(', ')} WHERE "Id" = ?`)
    .run(...set.map(([, value]) => value), String(found.Id));
  changes.push(`user ${user.username}: ${changed.map(([key]) => key).join(', ')} changed`);
}

/** What the setup file decides of a user. */
function userValues({ username, lastName, firstName, email, alias, active }: UserSetup) {
  const initials = `${firstName?.slice(0, 1) ?? ''}${lastName.slice(0, 4)}`.toLowerCase();
  return {
    Username: username,
    LastName: lastName,
    FirstName: firstName ?? null,
    Name: firstName === undefined ? lastName : `${firstName} ${lastName}`,
    Email: email ?? username,
    Alias: alias ?? initials,
    IsActive: active === false ? 0 : 1,
  };
}

function newUser({ username }: UserSetup, index: number) {
  return {
    CommunityNickname: `${username.split('@')[0]?.slice(0, 30)}${index === 0 ? '' : index}`,
    TimeZoneSidKey: 'GMT',
    LocaleSidKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
    LanguageLocaleKey: 'en_US',
    UserType: 'Standard',
  };
}

/** The first user is said to have made the org. */
function firstUserId(): string {
  return idAt(userPrefix + instancePart, 1);
}

function audit(userId: string, now: number) {
  return {
    CreatedDate: now,
    CreatedById: userId,
    LastModifiedDate: now,
    LastModifiedById: userId,
    SystemModstamp: now,
  };
}

function applyApp(app: ConnectedAppSetup, work: Work): void {
  const { database } = work.store;
  const values = appValues(app, work);
  const found = findApp(app, database);
  if (!found) {
    const { count } = database.prepare('SELECT count(*) AS count FROM connected_app').get() as { count: number };
    const id = idAt(appPrefix + instancePart, count + 1);
    insertRow(database, 'connected_app', {
      id,
      consumer_key: createConsumerKey(),
      ...values,
      ...newSecret(app, id, work),
      created_at: work.now,
      changed_at: work.now,
    });
    work.changes.push(`connected app ${app.name} was added`);
    return;
  }
  const changed = { ...changedSecret(app, found, work), ...difference(values, found) };
  if (Object.keys(changed).length === 0) return;
  const set = Object.entries({ ...changed, changed_at: work.now });
  database
    .prepare(`UPDATE connected_app SET ${set.map(([key]) => `${key} = ?`).join(', ')} WHERE id = ?`)
    .run(...set.map(([, value]) => value), String(found.id));
  work.changes.push(`connected app ${app.name}: ${wordsOf(changed)} changed`);
}

/** By name; an app whose name is new but whose key is known was renamed. */
function findApp({ name, consumerKey = '' }: ConnectedAppSetup, database: SetupDatabase['database']): Row | undefined {
  const byName = database.prepare('SELECT * FROM connected_app WHERE name = ?').get(name);
  const byKey = database.prepare('SELECT * FROM connected_app WHERE consumer_key = ?').get(consumerKey);
  if (byName && byKey && byName.id !== byKey.id) {
    const expected = `another one: connected app ${byKey.name} of this store has it`;
    throw new SluiceError('SETTING_INVALID', {
      name: 'consumerKey',
      where: `connected app ${name}`,
      value: consumerKey,
      expected,
    });
  }
  return byName ?? byKey;
}

type Value = string | number | null | Uint8Array;

function appValues(app: ConnectedAppSetup, { store: { database } }: Work): Record<string, Value> {
  const runAs = app.clientCredentials?.runAs;
  const user = runAs && database.prepare('SELECT "Id" FROM "User" WHERE lower("Username") = lower(?)').get(runAs);
  return {
    name: app.name,
    ...(app.consumerKey === undefined ? {} : { consumer_key: app.consumerKey }),
    scopes: app.scopes.join(' '),
    client_credentials_enabled: app.clientCredentials?.enabled ? 1 : 0,
    run_as_user_id: user ? String(user.Id) : null,
    session_timeout_ms: (app.sessionTimeoutMinutes ?? defaultTimeoutMinutes) * 60_000,
  };
}

function newSecret(app: ConnectedAppSetup, id: string, { secrets, seal }: Work): Record<string, Value> {
  const source = app.consumerSecret ?? 'generated';
  const secret = secrets.get(source) ?? createConsumerSecret();
  return { sealed_secret: seal.seal(secret, id), secret_source: source };
}

/** A generated secret stays; one that is referred to follows what the reference holds. */
function changedSecret(app: ConnectedAppSetup, found: Row, work: Work): Record<string, Value> {
  const source = app.consumerSecret ?? 'generated';
  const id = String(found.id);
  const given = work.secrets.get(source);
  const same = given === undefined || given === work.seal.open(found.sealed_secret as Uint8Array, id);
  if (source === found.secret_source && same) return {};
  return same && given !== undefined ? { secret_source: source } : newSecret(app, id, work);
}

function difference(values: Record<string, Value>, found: Row): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => found[key] !== value));
}

/** The columns that changed, in words; where a secret comes from is part of the secret. */
function wordsOf(changed: Record<string, Value>): string {
  const words = Object.keys(changed).map((column) =>
    column.includes('secret') ? 'secret' : column.replaceAll('_', ' '),
  );
  return [...new Set(words)].join(', ');
}

function applyKeyPrefix({ name }: ObjectDefinition, { store: { database } }: Work): void {
  if (!name.endsWith('__c')) return;
  if (database.prepare('SELECT 1 FROM key_prefix WHERE object = ?').get(name)) return;
  const { count } = database.prepare('SELECT count(*) AS count FROM key_prefix').get() as { count: number };
  database.prepare('INSERT INTO key_prefix (object, prefix) VALUES (?, ?)').run(name, customKeyPrefix(count));
}

function compareObjects(before: readonly ObjectDefinition[], after: readonly ObjectDefinition[]): string[] {
  return after.flatMap((object) => {
    const old = before.find(({ name }) => name.toLowerCase() === object.name.toLowerCase());
    return old ? compareFields(old, object) : [`object ${object.name} was added`];
  });
}

function compareFields(before: ObjectDefinition, after: ObjectDefinition): string[] {
  const fieldsOf = ({ fields = [] }: ObjectDefinition) =>
    new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  const changes = [...now].flatMap(([key, field]) => {
    const known = old.get(key);
    if (!known) return [`field ${after.name}.${field.name} was added`];
    return JSON.stringify(known) === JSON.stringify(field) ? [] : [`field ${after.name}.${field.name} was changed`];
  });
  const gone = [...old]
    .filter(([key]) => !now.has(key))
    .map(([, field]) => `field ${after.name}.${field.name} is no longer there; what it held is kept`);
  const head = ({ label, pluralLabel, nameField }: ObjectDefinition) => JSON.stringify([label, pluralLabel, nameField]);
  return [...(head(before) === head(after) ? [] : [`object ${after.name} was changed`]), ...changes, ...gone];
}

function whatIsGone(before: Setup, after: Setup): string[] {
  const missing = (old: readonly string[], now: readonly string[]) => {
    const known = new Set(now.map((name) => name.toLowerCase()));
    return old.filter((name) => !known.has(name.toLowerCase()));
  };
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  const usernames = ({ users }: Setup) => users.map(({ username }) => username);
  return [
    ...missing(usernames(before), usernames(after)).map(
      (name) => `user ${name} is no longer in the setup and stays as it is`,
    ),
    ...missing(names(before.connectedApps), names(after.connectedApps)).map(
      (name) => `connected app ${name} is no longer in the setup and stays as it is`,
    ),
    ...missing(names(before.objects), names(after.objects)).map(
      (name) => `object ${name} is no longer there; its records are kept`,
    ),
  ];
}

function insertRow(database: SetupDatabase['database'], table: string, values: Record<string, Value>): void {
  const keys = Object.keys(values);
  const columns = keys.map((key) => `"${key}"`).join(', ');
  database
    .prepare(`INSERT INTO "${table}" (${columns}) VALUES (${keys.map(() => '?').join(', ')})`)
    .run(...Object.values(values));
}
