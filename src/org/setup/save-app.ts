/** Writes apps and their pairs of key and secret. */

import type { Seal } from '../../base/index.ts';
import type { App, AppFields, AppKind, CredentialState } from './app.ts';
import type { AppDetails } from './app-details.ts';
import { createConsumerKey, createConsumerSecret } from './consumer-credentials.ts';
import type { SetupDatabase } from './setup-database.ts';
import { insertRow, nextId, updateRow } from './setup-rows.ts';

type Database = SetupDatabase['database'];
export type By = { by: string; now: number };

const prefixes: Record<AppKind, string> = { connectedApp: '0H4', externalClientApp: '0xI' };
const credentialPrefix = '888';

/** What is kept of an app: the user by id, and without what has columns of its own. */
export function detailsOf(
  { name: _name, apiName: _apiName, runAs: _runAs, ...rest }: AppFields,
  runAsUserId: string | null,
): AppDetails {
  return { ...rest, runAsUserId };
}

/** An app as an administrator would say it. */
export function fieldsOf(app: App): AppFields {
  const { id: _id, kind: _kind, consumerKey: _key, credentials: _pairs, clientCredentials, ...rest } = app;
  const {
    sessionTimeoutMs: _ms,
    blocked: _blocked,
    createdAt: _made,
    changedAt: _changed,
    runAsUserId: _user,
    ...fields
  } = rest;
  return { ...fields, runAs: clientCredentials.runAs?.username ?? null };
}

type NewApp = { kind: AppKind; name: string; apiName: string; details: AppDetails } & By;

/** Gives the id. */
export function insertApp(database: Database, { kind, name, apiName, details, by, now }: NewApp): string {
  const id = nextId(database, prefixes[kind]);
  insertRow(database, 'app', {
    id,
    kind,
    name,
    api_name: apiName,
    details: JSON.stringify(details),
    created_at: now,
    created_by: by,
    changed_at: now,
    changed_by: by,
  });
  return id;
}

type ChangedApp = { id: string; name: string; apiName: string; details: AppDetails } & By;

export function updateApp(database: Database, { id, name, apiName, details, by, now }: ChangedApp): void {
  updateRow(database, 'app', {
    key: ['id', id],
    values: { name, api_name: apiName, details: JSON.stringify(details), changed_at: now, changed_by: by },
  });
}

type NewCredential = {
  appId: string;
  state: CredentialState;
  seal: Seal;
  consumerKey?: string | undefined;
  secret?: string | undefined;
  source?: string;
  availableAt: number;
  expiresAt?: number;
} & By;

/** A pair that is made up where it is not given; the secret is sealed for the app. */
export function insertCredential(database: Database, { appId, seal, by, now, ...given }: NewCredential) {
  const id = nextId(database, credentialPrefix);
  const consumerKey = given.consumerKey ?? createConsumerKey();
  const consumerSecret = given.secret ?? createConsumerSecret();
  insertRow(database, 'consumer_credential', {
    id,
    app_id: appId,
    consumer_key: consumerKey,
    sealed_secret: seal.seal(consumerSecret, appId),
    secret_source: given.source ?? 'generated',
    state: given.state,
    created_at: now,
    created_by: by,
    available_at: given.availableAt,
    expires_at: given.expiresAt ?? null,
  });
  return { id, consumerKey, consumerSecret };
}

/** The pairs in plain, the active one first. */
export function readSecrets(database: Database, seal: Seal, appId: string) {
  const rows = database.prepare('SELECT * FROM consumer_credential WHERE app_id = ? ORDER BY state').all(appId);
  return rows.map((row) => ({
    id: String(row.id),
    consumerKey: String(row.consumer_key),
    consumerSecret: seal.open(row.sealed_secret as Uint8Array, appId),
  }));
}
