/** The setup store: what is set up in one org, its tokens and its logins, read at the start and kept in step with the disk. */
import { join } from 'node:path';
import { type Clock, openSeal, type Seal, SluiceError, systemClock, verifyPassword } from '../../base/index.ts';
import {
  type AccessTokens,
  type ClientStore,
  createAccessTokens,
  createLoginRate,
  type GrantStore,
  type KeyStore,
  type LoginRate,
  type OnLogin,
  type ReplayStore,
  type SubjectStore,
} from '../../oauth/index.ts';
import type { Schema } from '../schema/index.ts';
import { applySetup, readAppliedSetup } from './apply-setup.ts';
import { createAdministration } from './create-administration.ts';
import { exportSetup } from './export-setup.ts';
import { ensureFirstAdministrator } from './first-administrator.ts';
import { createLiveModel, type LiveModel } from './live-model.ts';
import { loginRowOf } from './login-history.ts';
import { createGrantStore, createKeyStore, createReplayStore } from './oauth-stores.ts';
import { readAuditTrail, readHistoryOffers, readLoginHistory, readTokens } from './read-history.ts';
import { readSecrets } from './save-app.ts';
import { openSetupDatabase, type SetupDatabase } from './setup-database.ts';
import { defaultSetup, type Setup } from './setup-file.ts';
import type { SetupModel } from './setup-model.ts';
import { createSetupJournal, type SetupJournal } from './token-journal.ts';

/** Where the key lies that consumer secrets are sealed with, beside the store. */
const keyFileName = 'setup.key';

/** What a bearer token lets its holder be. */
type BearerToken = { userId: string; appId: string; scopes: readonly string[]; issuedAt: number };

export type SetupStore = AsyncDisposable &
  SetupModel & {
    /** setup.sqlite, for the workers that attach it read-only as `setup`. */
    readonly file: string;
    /** 18 characters. */
    readonly organizationId: string;
    /** The setup that was applied last: organization, objects, faults and limits are those in force. */
    readonly setup: Setup;
    /** Standard objects, custom objects and fields of that setup. */
    readonly schema: Schema;
    /** What the given setup changed in a store that was there before, a sentence each; for the log. */
    readonly changes: readonly string[];
    /** Seams of the OAuth server. */
    readonly clients: ClientStore;
    readonly subjects: SubjectStore;
    readonly tokens: AccessTokens;
    readonly loginRate: LoginRate;
    readonly keyStore: KeyStore;
    readonly replayStore: ReplayStore;
    readonly grantStore: GrantStore;
    /** Writes Login History and the last use of keys; `loginUrl` is the address of the org. */
    createOnLogin(loginUrl: () => string): OnLogin;
    /** The secret of the active pair in plain, to be shown to whoever started the org. Throws for an app that is not there. */
    getConsumerSecret(appId: string): string;
    /**
     * Who a bearer token is, in one step; undefined when it is unknown, revoked, has ended, or when its user or its app may not
     * sign in any more: inactive, frozen, blocked, no longer approved.
     */
    findToken(accessToken: string): BearerToken | undefined;
  };

type SetupStoreOptions = {
  folder: string;
  /** False for a folder that is thrown away at the end: nothing waits for the disk. */
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
 * Keys, secrets, users, ids and live tokens are those of the last time. A setup that was applied before is not applied again:
 * what was changed since stays. A folder is open in one process at a time.
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
    const seal = openSeal({ file: join(folder, keyFileName), mayCreate: applied === undefined });
    const secrets = await resolveSecrets(setup, options.resolveSecret);
    const { schema, changes } = applySetup(store, { setup, secrets, seal, now: clock.now() });
    return createSetupStore({ store, setup, schema, seal, changes, durable, clock });
  } catch (error) {
    store.close();
    throw error;
  }
}

const strongSecret = /^[\x21-\x7e]{32,}$/;

async function resolveSecrets(setup: Setup, resolve: SetupStoreOptions['resolveSecret']): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  for (const { name, consumerSecret: reference = 'generated' } of [
    ...setup.connectedApps,
    ...setup.externalClientApps,
  ]) {
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
  schema: Schema;
  seal: Seal;
  changes: readonly string[];
  durable: boolean;
  clock: Clock;
};

function createSetupStore(parts: Parts): SetupStore {
  const { store, setup, schema, seal, changes, durable, clock } = parts;
  const firstAdministrator = ensureFirstAdministrator(store, clock.now());
  const model = createLiveModel({ store, schema, seal, clock });
  const journal = createSetupJournal(store, { durable });
  const tokens = createAccessTokens({ clock, journal, records: journal.load(clock.now()) });
  const kept = { store, seal, clock };
  const apexClasses = (setup.apexClasses ?? []).map(({ name }) => name);
  return {
    ...modelFunctions(model, { ...parts, journal }),
    file: store.file,
    organizationId: model.organizationId,
    setup,
    schema,
    changes,
    firstAdministrator,
    clients: { findClient: model.findClient },
    subjects: subjectsOf(model),
    tokens,
    loginRate: restoredLoginRate(parts, journal),
    keyStore: createKeyStore(kept),
    replayStore: createReplayStore(kept),
    grantStore: createGrantStore(kept),
    createOnLogin: (loginUrl) => createOnLogin({ model, journal, loginUrl }),
    administer: (by) => createAdministration({ ...parts, apexClasses, model, tokens, by }),
    getConsumerSecret(appId) {
      const [active] = readSecrets(store.database, seal, appId);
      if (active === undefined) throw new Error(`there is no app ${appId}`);
      return active.consumerSecret;
    },
    findToken(accessToken) {
      // Whoever signs in may look at Login History and tokens next.
      if (!durable) journal.flush();
      return findToken(accessToken, tokens, model);
    },
    get settings() {
      return model.data.settings;
    },
    get users() {
      return model.data.users;
    },
    get apps() {
      return model.data.apps;
    },
    get profiles() {
      return model.data.profiles;
    },
    get permissionSets() {
      return model.data.permissionSets;
    },
    get licenses() {
      return model.data.licenses;
    },
    get orgWideDefaults() {
      return model.orgWideDefaults;
    },
    async [Symbol.asyncDispose]() {
      journal.flush();
      store.close();
    },
  };
}

type ModelFunctions = Pick<
  SetupModel,
  | 'findUser'
  | 'findUserByUsername'
  | 'findIdentity'
  | 'findApp'
  | 'findPasswordHash'
  | 'rightsOf'
  | 'onRightsChanged'
  | 'readLoginHistory'
  | 'readAuditTrail'
  | 'readHistoryOffers'
  | 'readTokens'
  | 'exportSetup'
>;

function modelFunctions(model: LiveModel, { store, journal }: Parts & { journal: SetupJournal }): ModelFunctions {
  return {
    findUser: model.findUser,
    findUserByUsername: model.findUserByUsername,
    findIdentity: model.findIdentity,
    findApp: model.findApp,
    findPasswordHash: model.findPasswordHash,
    rightsOf: model.rightsOf,
    onRightsChanged: model.onRightsChanged,
    readLoginHistory(page) {
      journal.flush();
      return readLoginHistory(store, page);
    },
    readAuditTrail: (page) => readAuditTrail(store, page),
    readHistoryOffers() {
      journal.flush();
      return readHistoryOffers(store);
    },
    readTokens(choice) {
      journal.flush();
      return readTokens(store, choice);
    },
    exportSetup: () => exportSetup(store),
  };
}

function subjectsOf(model: LiveModel): SubjectStore {
  return {
    findSubject: model.findSubject,
    findSubjectByUsername(username) {
      const user = model.findUserByUsername(username);
      return user && model.findSubject(user.id);
    },
    async checkPassword(username, password) {
      const user = model.findUserByUsername(username);
      const right = await verifyPassword(password, user && model.findPasswordHash(user.id));
      return right && user ? model.findSubject(user.id) : undefined;
    },
  };
}

const hourMs = 3_600_000;

/** The logins of the last hour count on after a restart. */
function restoredLoginRate({ setup, clock }: Parts, journal: SetupJournal): LoginRate {
  const loginRate = createLoginRate({ perHour: setup.limits.loginsPerUserAndHour, clock });
  for (const { userId, at } of journal.loginsSince(clock.now() - hourMs)) loginRate.restore(userId, at);
  return loginRate;
}

type LoginParts = { model: LiveModel; journal: SetupJournal; loginUrl: () => string };

function createOnLogin({ model, journal, loginUrl }: LoginParts): OnLogin {
  return (event) => {
    const { appId = '', clientId, userId, at, outcome } = event;
    const row = loginRowOf(event, model.findApp(appId)?.name ?? '', loginUrl());
    const isUse = outcome === 'issued' && clientId !== undefined && userId !== undefined;
    if (row === undefined && !isUse) return undefined;
    if (!isUse) return journal.login(row, undefined);
    const use = { consumerKey: clientId, userId, at };
    model.noteUse(use);
    return journal.login(row, use);
  };
}

function findToken(accessToken: string, tokens: AccessTokens, model: LiveModel): BearerToken | undefined {
  const record = tokens.find(accessToken);
  if (record === undefined) return undefined;
  const { appId, userId, issuedAt } = record;
  const access = model.findAccess(appId, userId);
  return access && { userId, appId, scopes: record.scopes ?? access.scopes, issuedAt };
}
