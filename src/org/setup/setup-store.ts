/** The setup store: organization, users, connected apps and tokens of one org, read at the start and kept in step with the disk. */
import { hash } from 'node:crypto';
import { type Clock, SluiceError, systemClock } from '../../base/index.ts';
import {
  type AccessTokens,
  type Client,
  type ClientStore,
  createAccessTokens,
  createLoginRate,
  createSigner,
  grantedScopes,
  type LoginRate,
  type Subject,
} from '../../oauth/index.ts';
import { addCustomFields, createSchema, defineCustomObject, type Schema, standardObjects } from '../schema/index.ts';
import { applySetup, readAppliedSetup } from './apply-setup.ts';
import { openSeal, type Seal } from './seal.ts';
import { openSetupDatabase, type SetupDatabase } from './setup-database.ts';
import { defaultSetup, type Setup } from './setup-file.ts';
import { createTokenJournal } from './token-journal.ts';

type SetupUser = { id: string; username: string; name: string; email: string; active: boolean };

type ConnectedApp = {
  id: string;
  name: string;
  consumerKey: string;
  scopes: readonly string[];
  clientCredentials: { enabled: boolean; runAs: SetupUser | undefined };
  sessionTimeoutMs: number;
};

/** What a bearer token lets its holder be. */
type BearerToken = { userId: string; appId: string; scopes: readonly string[]; issuedAt: number };

export type SetupStore = AsyncDisposable & {
  /** setup.sqlite, for the workers that attach it read-only as `setup`. */
  readonly file: string;
  /** 18 characters. */
  readonly organizationId: string;
  /** The setup in force. */
  readonly setup: Setup;
  /** Standard objects, custom objects and fields of that setup. */
  readonly schema: Schema;
  /** What the given setup changed in a store that was there before, a sentence each; for the log. */
  readonly changes: readonly string[];
  readonly users: readonly SetupUser[];
  readonly apps: readonly ConnectedApp[];
  /** Seams of `createTokenEndpoint`. */
  readonly clients: ClientStore;
  readonly tokens: AccessTokens;
  readonly loginRate: LoginRate;
  findUser(id: string): SetupUser | undefined;
  /** The secret in plain, to be shown to whoever started the org. Throws for an app that is not there. */
  getConsumerSecret(appId: string): string;
  /** Who a bearer token is, in one step; undefined when it is unknown, revoked, has ended, or its user is not active. */
  findToken(accessToken: string): BearerToken | undefined;
};

type SetupStoreOptions = {
  folder: string;
  /** False for a folder that is thrown away at the end: tokens stay in memory, and nothing waits for the disk. */
  durable: boolean;
  /** Undefined: the setup applied last, or the default one in a new store. */
  setup?: Setup | undefined;
  clock?: Clock;
  /** Fetches what `env:` and `file:` references of consumer secrets refer to (base's `resolveSecret` with its sources). */
  resolveSecret?: (reference: string) => Promise<string>;
};

/**
 * Opens the store of a data folder, making it at first start, and applies the setup to it.
 *
 * Key, secret, users, ids and live tokens are those of the last time. A folder is open in one process at a time.
 *
 * @throws SluiceError STORE_IN_USE, STORE_TOO_NEW, KEY_FILE_INVALID, SECRET_MISSING, SECRET_TOO_WEAK, FILE_UNREADABLE.
 * @example await using store = await openSetupStore({ folder: 'data', durable: true, setup: await readSetupFile('org.yaml') });
 */
export async function openSetupStore(options: SetupStoreOptions): Promise<SetupStore> {
  const { folder, durable, clock = systemClock } = options;
  const store = openSetupDatabase({ folder, durable });
  try {
    const applied = readAppliedSetup(store);
    const setup = options.setup ?? applied ?? defaultSetup();
    const seal = openSeal({ folder, mayCreate: applied === undefined });
    const secrets = await resolveSecrets(setup, options.resolveSecret);
    const changes = applySetup(store, { setup, secrets, seal, now: clock.now() });
    return createSetupStore({ store, setup, seal, changes, durable, clock });
  } catch (error) {
    store.close();
    throw error;
  }
}

const strongSecret = /^[\x21-\x7e]{32,}$/;

async function resolveSecrets(setup: Setup, resolve: SetupStoreOptions['resolveSecret']): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  for (const { name, consumerSecret: reference = 'generated' } of setup.connectedApps) {
    if (reference === 'generated' || secrets.has(reference)) continue;
    if (!resolve)
      throw new SluiceError('SECRET_MISSING', {
        reference,
        hint: 'This program was started without a way to fetch secrets.',
      });
    const secret = await resolve(reference);
    if (!strongSecret.test(secret))
      throw new SluiceError('SECRET_TOO_WEAK', { setting: `consumerSecret of connected app ${name}` });
    secrets.set(reference, secret);
  }
  return secrets;
}

type Parts = {
  store: SetupDatabase;
  setup: Setup;
  seal: Seal;
  changes: readonly string[];
  durable: boolean;
  clock: Clock;
};

function createSetupStore({ store, setup, seal, changes, durable, clock }: Parts): SetupStore {
  const organizationId = readOrganizationId(store);
  const users = readUsers(store);
  const usersById = new Map(users.map((user) => [user.id, user]));
  const apps = readApps(store, usersById);
  const secretOf = (appId: string) => readSecret(store, seal, appId);
  const clients = new Map(apps.map((app) => [app.consumerKey, clientOf(app, secretOf(app.id), organizationId)]));
  const scopesByApp = new Map(apps.map((app) => [app.id, grantedScopes(app.scopes)]));
  const journal = durable ? createTokenJournal(store) : undefined;
  const records = journal?.load(clock.now()) ?? [];
  const tokens = createAccessTokens({ clock, journal, records });
  const loginRate = createLoginRate({ perHour: setup.limits.loginsPerUserAndHour, clock });
  for (const { userId, issuedAt } of records) loginRate.restore(userId, issuedAt);
  return {
    file: store.file,
    organizationId,
    setup,
    schema: schemaOf(setup, store),
    changes,
    users,
    apps,
    clients: { findClient: (key) => clients.get(key) },
    tokens,
    loginRate,
    findUser: (id) => usersById.get(id),
    getConsumerSecret: secretOf,
    findToken(accessToken) {
      const record = tokens.find(accessToken);
      if (record === undefined) return undefined;
      const scopes = scopesByApp.get(record.appId);
      if (scopes === undefined || !usersById.get(record.userId)?.active) return undefined;
      return { userId: record.userId, appId: record.appId, scopes, issuedAt: record.issuedAt };
    },
    async [Symbol.asyncDispose]() {
      journal?.flush();
      store.close();
    },
  };
}

function clientOf(app: ConnectedApp, secret: string, organizationId: string): Client {
  const { enabled, runAs } = app.clientCredentials;
  const subject: Subject | undefined = runAs && { id: runAs.id, organizationId, active: runAs.active };
  return {
    id: app.consumerKey,
    appId: app.id,
    secretDigest: hash('sha256', secret, 'buffer'),
    scopes: app.scopes,
    clientCredentialsEnabled: enabled,
    runAs: subject,
    sessionTimeoutMs: app.sessionTimeoutMs,
    sign: createSigner(secret),
  };
}

function readOrganizationId({ database }: SetupDatabase): string {
  return String(database.prepare('SELECT "Id" FROM "Organization"').get()?.Id);
}

function readUsers({ database }: SetupDatabase): SetupUser[] {
  const rows = database.prepare('SELECT "Id", "Username", "Name", "Email", "IsActive" FROM "User" ORDER BY "Id"').all();
  return rows.map((row) => ({
    id: String(row.Id),
    username: String(row.Username),
    name: String(row.Name),
    email: String(row.Email),
    active: row.IsActive === 1,
  }));
}

function readApps({ database }: SetupDatabase, users: ReadonlyMap<string, SetupUser>): ConnectedApp[] {
  const rows = database.prepare('SELECT * FROM connected_app ORDER BY id').all();
  return rows.map((row) => ({
    id: String(row.id),
    name: String(row.name),
    consumerKey: String(row.consumer_key),
    scopes: String(row.scopes)
      .split(' ')
      .filter((scope) => scope !== ''),
    clientCredentials: {
      enabled: row.client_credentials_enabled === 1,
      runAs: users.get(String(row.run_as_user_id)),
    },
    sessionTimeoutMs: Number(row.session_timeout_ms),
  }));
}

function readSecret({ database }: SetupDatabase, seal: Seal, appId: string): string {
  const row = database.prepare('SELECT sealed_secret FROM connected_app WHERE id = ?').get(appId);
  if (!row) throw new Error(`there is no connected app ${appId}`);
  return seal.open(row.sealed_secret as Uint8Array, appId);
}

/** Standard objects with their custom fields, then custom objects, each with the key prefix it got at first. */
function schemaOf({ objects }: Setup, { database }: SetupDatabase): Schema {
  const definitionOf = new Map(objects.map((object) => [object.name.toLowerCase(), object]));
  const standard = standardObjects.map((object) =>
    addCustomFields(object, definitionOf.get(object.name.toLowerCase())?.fields ?? []),
  );
  const prefixOf = database.prepare('SELECT prefix FROM key_prefix WHERE object = ?');
  const custom = objects.filter(({ name }) => name.endsWith('__c'));
  return createSchema([
    ...standard,
    ...custom.map((object) => defineCustomObject(object, String(prefixOf.get(object.name)?.prefix))),
  ]);
}
