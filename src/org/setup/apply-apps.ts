/** Brings connected apps and external client apps of a setup file into the store, with their keys and secrets. */
import { isDeepStrictEqual } from 'node:util';
import { SluiceError } from '../../base/index.ts';
import type { AppKind } from './app.ts';
import { type AppDetails, freeApiName, readDetails } from './app-details.ts';
import { type ApplyWork, setupFileActor } from './apply-setup.ts';
import { createConsumerSecret } from './consumer-credentials.ts';
import { detailsOf, insertApp, insertCredential, updateApp } from './save-app.ts';
import { findUserRow } from './save-user.ts';
import { appFieldsOf } from './setup-grants.ts';
import { type Row, updateRow, type Value } from './setup-rows.ts';
import type { ConnectedAppSetup, ExternalClientAppSetup } from './setup-schema.ts';

type AppSetup = ConnectedAppSetup | ExternalClientAppSetup;
type GivenApp = { app: AppSetup; kind: AppKind };

const words: Record<AppKind, string> = { connectedApp: 'connected app', externalClientApp: 'external client app' };

/** `secretsOnly`: only secrets that are referred to are brought up to date. */
export function applyApps(work: ApplyWork, { secretsOnly }: { secretsOnly: boolean }): void {
  nameAppsWithout(work);
  const { connectedApps, externalClientApps } = work.setup;
  const given: GivenApp[] = [
    ...connectedApps.map((app) => ({ app, kind: 'connectedApp' as const })),
    ...externalClientApps.map((app) => ({ app, kind: 'externalClientApp' as const })),
  ];
  for (const each of given) {
    if (secretsOnly) applySecretOnly(each, work);
    else applyApp(each, work);
  }
}

/** Apps of a store of the first stage had no API name. */
function nameAppsWithout({ store: { database } }: ApplyWork): void {
  const without = database.prepare('SELECT id, name FROM app WHERE api_name IS NULL ORDER BY id').all();
  for (const { id, name } of without)
    updateRow(database, 'app', { key: ['id', String(id)], values: { api_name: newApiName(String(name), database) } });
}

function newApiName(name: string, database: ApplyWork['store']['database']): string {
  const rows = database.prepare('SELECT api_name FROM app WHERE api_name IS NOT NULL').all();
  return freeApiName(name, new Set(rows.map(({ api_name }) => String(api_name).toLowerCase())));
}

function applySecretOnly({ app, kind }: GivenApp, work: ApplyWork): void {
  const source = app.consumerSecret ?? 'generated';
  const row = work.store.database.prepare('SELECT id FROM app WHERE name = ? AND kind = ?').get(app.name, kind);
  const pair = row && activePair(String(row.id), work);
  // A pair that was rotated since has a secret of its own.
  if (pair === undefined || source === 'generated' || pair.secret_source !== source) return;
  const changed = changedSecret(app, pair, work);
  if (Object.keys(changed).length === 0) return;
  updateRow(work.store.database, 'consumer_credential', { key: ['id', String(pair.id)], values: changed });
  work.changes.push(`${words[kind]} ${app.name}: secret changed`);
}

function applyApp(given: GivenApp, work: ApplyWork): void {
  const { app, kind } = given;
  const { database } = work.store;
  const fields = appFieldsOf(app, kind);
  const user = fields.runAs === null ? undefined : findUserRow(database, fields.runAs);
  const details = detailsOf(fields, user === undefined ? null : String(user.Id));
  const found = findApp(given, work);
  checkApiName(given, found, work);
  if (found === undefined) addApp(given, details, work);
  else changeApp({ ...given, details, found }, work);
}

function addApp({ app, kind }: GivenApp, details: AppDetails, work: ApplyWork): void {
  const {
    store: { database },
    now,
    seal,
    secrets,
  } = work;
  const apiName = app.apiName ?? newApiName(app.name, database);
  const id = insertApp(database, { kind, name: app.name, apiName, details, now, by: setupFileActor });
  const source = app.consumerSecret ?? 'generated';
  insertCredential(database, {
    appId: id,
    state: 'active',
    seal,
    consumerKey: app.consumerKey,
    secret: secrets.get(source),
    source,
    // What a file sets up is there from the start.
    availableAt: now,
    now,
    by: setupFileActor,
  });
  if (app.blocked) updateRow(database, 'app', { key: ['id', id], values: { blocked: 1 } });
  work.changes.push(`${words[kind]} ${app.name} was added`);
}

type KnownApp = GivenApp & { details: AppDetails; found: Row };

function changeApp({ app, kind, details, found }: KnownApp, work: ApplyWork): void {
  const {
    store: { database },
    now,
  } = work;
  const id = String(found.id);
  const apiName = app.apiName ?? String(found.api_name);
  const changed = changedWords({ app, kind, details, found }, apiName);
  if (changed.length > 0) updateApp(database, { id, name: app.name, apiName, details, now, by: setupFileActor });
  if (app.blocked !== undefined && app.blocked !== (found.blocked === 1)) {
    updateRow(database, 'app', { key: ['id', id], values: { blocked: app.blocked ? 1 : 0 } });
    changed.push('blocked');
  }
  const pair = activePair(id, work);
  if (pair !== undefined) changed.unshift(...changePair(app, pair, work));
  if (changed.length > 0) work.changes.push(`${words[kind]} ${app.name}: ${changed.join(', ')} changed`);
}

function changedWords({ app, kind, details, found }: KnownApp, apiName: string): string[] {
  const before = readDetails(String(found.details), kind);
  const keys = Object.keys(details) as (keyof AppDetails)[];
  const differing = keys.filter((key) => !isDeepStrictEqual(before[key], details[key])).map(wordsOf);
  return [
    ...(found.name === app.name ? [] : ['name']),
    ...(found.api_name === apiName ? [] : ['API name']),
    ...differing,
  ];
}

/** `runAsUserId` is "run as user id". */
function wordsOf(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The key of the file, and the secret it refers to; a generated secret stays. A staged pair that the file names is applied. */
function changePair(app: AppSetup, active: Row, work: ApplyWork): string[] {
  const staged = stagedPair(app, active, work);
  const pair = staged ?? active;
  const isNewKey = app.consumerKey !== undefined && app.consumerKey !== active.consumer_key;
  const key = isNewKey && staged === undefined ? { consumer_key: app.consumerKey ?? '' } : {};
  const secret = changedSecret(app, pair, work);
  updateRow(work.store.database, 'consumer_credential', {
    key: ['id', String(pair.id)],
    values: { ...key, ...secret },
  });
  return [...(Object.keys(secret).length > 0 ? ['secret'] : []), ...(isNewKey ? ['consumer key'] : [])];
}

/** The staged pair of this app that has the key of the file, made the active one. */
function stagedPair({ consumerKey }: AppSetup, active: Row, { store: { database } }: ApplyWork): Row | undefined {
  const staged = database
    .prepare(`SELECT * FROM consumer_credential WHERE app_id = ? AND state = 'staged' AND consumer_key = ?`)
    .get(String(active.app_id), consumerKey ?? '');
  if (staged === undefined) return undefined;
  database.prepare('DELETE FROM consumer_credential WHERE id = ?').run(String(active.id));
  const values = { state: 'active', expires_at: null };
  updateRow(database, 'consumer_credential', { key: ['id', String(staged.id)], values });
  return staged;
}

function changedSecret(app: AppSetup, pair: Row, { secrets, seal }: ApplyWork): Record<string, Value> {
  const source = app.consumerSecret ?? 'generated';
  const appId = String(pair.app_id);
  const given = secrets.get(source);
  const same = given === undefined || given === seal.open(pair.sealed_secret as Uint8Array, appId);
  if (source === pair.secret_source && same) return {};
  if (same && given !== undefined) return { secret_source: source };
  return { sealed_secret: seal.seal(given ?? createConsumerSecret(), appId), secret_source: source };
}

function activePair(appId: string, { store: { database } }: ApplyWork): Row | undefined {
  return database.prepare(`SELECT * FROM consumer_credential WHERE app_id = ? AND state = 'active'`).get(appId);
}

/** By name; an app whose name is new but whose key is known was renamed. */
function findApp(
  { app: { name, consumerKey = '' }, kind }: GivenApp,
  { store: { database } }: ApplyWork,
): Row | undefined {
  const byName = database.prepare('SELECT * FROM app WHERE name = ?').get(name);
  const byKey = database
    .prepare('SELECT a.* FROM app a JOIN consumer_credential c ON c.app_id = a.id WHERE c.consumer_key = ?')
    .get(consumerKey);
  if (byName && byKey && byName.id !== byKey.id) {
    throw refuse('consumerKey', {
      kind,
      name,
      value: consumerKey,
      expected: `another one: app ${byKey.name} of this store has it`,
    });
  }
  const found = byName ?? byKey;
  if (found !== undefined && found.kind !== kind) {
    const other = words[found.kind as AppKind];
    throw refuse('name', {
      kind,
      name,
      value: name,
      expected: `another one: in this store ${other} ${found.name} has that name or key`,
    });
  }
  return found;
}

function checkApiName({ app: { name, apiName }, kind }: GivenApp, found: Row | undefined, { store }: ApplyWork): void {
  if (apiName === undefined) return;
  const other = store.database
    .prepare('SELECT name FROM app WHERE api_name = ? AND id <> ?')
    .get(apiName, String(found?.id ?? ''));
  if (other === undefined) return;
  throw refuse('apiName', {
    kind,
    name,
    value: apiName,
    expected: `another one: app ${other.name} of this store has it`,
  });
}

type Wrong = { kind: AppKind; name: string; value: string; expected: string };

function refuse(setting: string, { kind, name, value, expected }: Wrong): SluiceError {
  return new SluiceError('SETTING_INVALID', { name: setting, where: `${words[kind]} ${name}`, value, expected });
}
