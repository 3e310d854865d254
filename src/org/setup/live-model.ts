/** The setup in memory: what the OAuth server and the data API ask for at every request, rebuilt after each change. */
import { hash } from 'node:crypto';
import type { Clock, Seal } from '../../base/index.ts';
import {
  type Client,
  createAddressRanges,
  createSigner,
  grantedScopes,
  readClientKeys,
  type Subject,
} from '../../oauth/index.ts';
import {
  defaultOrgWideDefault,
  effectiveRights,
  type OrgWideDefault,
  type RightsSource,
  type UserRights,
} from '../rights/index.ts';
import type { Schema } from '../schema/index.ts';
import type { App } from './app.ts';
import { hasName } from './check-app.ts';
import type { Grants, UserPermission } from './profile.ts';
import { type ModelData, readModel } from './read-model.ts';
import { readRefreshTokenPolicy } from './refresh-token-policy.ts';
import { readSecrets } from './save-app.ts';
import type { SetupDatabase } from './setup-database.ts';
import type { KeyUse } from './token-journal.ts';
import type { SetupUser } from './user.ts';
import { createIdentityFinder, type UserIdentity } from './user-identity.ts';

/**
 * Whether a staged pair signs in before it is applied. Not known of Salesforce; with it a client can be given the new pair
 * while the old one still works.
 */
const stagedCredentialsSignIn = true;

export type LiveModel = {
  readonly data: ModelData;
  readonly organizationId: string;
  readonly orgWideDefaults: Readonly<Record<string, OrgWideDefault>>;
  findUser(id: string): SetupUser | undefined;
  findUserByUsername(username: string): SetupUser | undefined;
  findIdentity(userId: string): UserIdentity | undefined;
  findSubject(userId: string): Subject | undefined;
  findApp(id: string): App | undefined;
  findClient(consumerKey: string): Client | undefined;
  /** The scopes of a live token of this app and user; undefined when either may not sign in any more. */
  findAccess(appId: string, userId: string): { scopes: readonly string[] } | undefined;
  findPasswordHash(userId: string): string | undefined;
  rightsOf(userId: string): UserRights;
  onRightsChanged(listener: () => void): () => void;
  /** A pair was used to sign in: what is shown of it follows without reading everything anew. */
  noteUse(use: KeyUse): void;
  /** Reads all of it anew, after a change was committed. */
  reload(change: { rights: boolean }): void;
};

type Parts = { store: SetupDatabase; schema: Schema; seal: Seal; clock: Pick<Clock, 'now'> };

/** All that is derived from the data of one moment. */
type Moment = {
  data: ModelData;
  users: ReadonlyMap<string, SetupUser>;
  usernames: ReadonlyMap<string, SetupUser>;
  subjects: ReadonlyMap<string, Subject>;
  apps: ReadonlyMap<string, AppAccess>;
  clients: ReadonlyMap<string, KnownClient>;
  rights: Map<string, UserRights>;
  orgWideDefaults: Readonly<Record<string, OrgWideDefault>>;
};

type AppAccess = { app: App; scopes: readonly string[]; isApproved: ((userId: string) => boolean) | undefined };
type KnownClient = { client: Client; availableAt: number; expiresAt: number };

export function createLiveModel(parts: Parts): LiveModel {
  const { store, schema, clock } = parts;
  const { database } = store;
  const organizationId = String(database.prepare('SELECT "Id" FROM "Organization"').get()?.Id);
  const password = database.prepare('SELECT password_hash FROM user_login WHERE user_id = ?');
  const listeners = new Set<() => void>();
  const identities = createIdentityFinder(store);
  let moment = readMoment(parts, organizationId);
  return {
    get data() {
      return moment.data;
    },
    organizationId,
    get orgWideDefaults() {
      return moment.orgWideDefaults;
    },
    findUser: (id) => moment.users.get(id),
    findUserByUsername: (username) => moment.usernames.get(username.toLowerCase()),
    findIdentity: identities.find,
    findSubject: (userId) => moment.subjects.get(userId),
    findApp: (id) => moment.apps.get(id)?.app,
    findClient(consumerKey) {
      const known = moment.clients.get(consumerKey);
      if (known === undefined) return undefined;
      const now = clock.now();
      return now >= known.availableAt && now < known.expiresAt ? known.client : undefined;
    },
    findAccess: (appId, userId) => findAccess(moment, appId, userId),
    findPasswordHash(userId) {
      const kept = password.get(userId)?.password_hash;
      return typeof kept === 'string' ? kept : undefined;
    },
    rightsOf: (userId) => rightsOf(moment, schema, userId),
    onRightsChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    noteUse: (use) => noteUse(moment, use),
    reload({ rights }) {
      moment = readMoment(parts, organizationId);
      identities.forget();
      if (rights) for (const listener of listeners) listener();
    },
  };
}

function noteUse({ apps, users, clients }: Moment, { consumerKey, userId, at }: KeyUse): void {
  const app = apps.get(clients.get(consumerKey)?.client.appId ?? '')?.app;
  const pair = app?.credentials.find((each) => each.consumerKey === consumerKey);
  if (pair) Object.assign(pair, { lastUsedAt: at, lastUsedById: userId });
  const user = users.get(userId);
  if (user) user.lastLoginAt = at;
}

function findAccess({ apps, users }: Moment, appId: string, userId: string): { scopes: readonly string[] } | undefined {
  const access = apps.get(appId);
  const user = users.get(userId);
  if (access === undefined || access.app.blocked || !access.app.installed || !user?.active || user.frozen)
    return undefined;
  return access.isApproved === undefined || access.isApproved(userId) ? access : undefined;
}

function readMoment({ store, schema, seal }: Parts, organizationId: string): Moment {
  const data = readModel(store);
  const users = new Map(data.users.map((user) => [user.id, user]));
  const subjects = new Map(data.users.map((user) => [user.id, subjectOf(user, organizationId)]));
  const apps = new Map(data.apps.map((app) => [app.id, accessOf(app, users)]));
  const clients = new Map([...apps.values()].flatMap((access) => clientsOf(access, { store, seal, data, subjects })));
  const records = schema.objects.filter((object) => object.store === 'records');
  return {
    data,
    users,
    usernames: new Map(data.users.map((user) => [user.username.toLowerCase(), user])),
    subjects,
    apps,
    clients,
    rights: new Map(),
    orgWideDefaults: Object.fromEntries(
      records.map(({ name }) => [name, data.orgWideDefaults.get(name) ?? defaultOrgWideDefault]),
    ),
  };
}

/** The time zone that login hours are told in is the org's. */
const orgTimeZone = 'UTC';

function subjectOf(user: SetupUser, organizationId: string): Subject {
  const { id, active, username, frozen, loginHours, loginIpRanges } = user;
  return {
    id,
    organizationId,
    active,
    username,
    frozen,
    ...(Object.keys(loginHours).length > 0 ? { loginHours: { timeZone: orgTimeZone, days: loginHours } } : {}),
    ...(loginIpRanges.length > 0 ? { loginRanges: createAddressRanges(loginIpRanges) } : {}),
  };
}

function accessOf(app: App, users: ReadonlyMap<string, SetupUser>): AppAccess {
  const isApproved = (userId: string) => {
    const user = users.get(userId);
    if (user === undefined) return false;
    return hasName(app.profiles, user.profile) || user.permissionSets.some((name) => hasName(app.permissionSets, name));
  };
  return {
    app,
    scopes: grantedScopes(app.scopes),
    isApproved: app.permittedUsers === 'AdminApprovedPreAuthorized' ? isApproved : undefined,
  };
}

type ClientParts = {
  store: SetupDatabase;
  seal: Seal;
  data: ModelData;
  subjects: ReadonlyMap<string, Subject>;
};

/** One for each pair: a staged pair is a key of its own. */
function clientsOf(access: AppAccess, { store, seal, data, subjects }: ClientParts): [string, KnownClient][] {
  const { app } = access;
  const usual = clientOf(access, subjects, data);
  const secrets = new Map(readSecrets(store.database, seal, app.id).map((pair) => [pair.id, pair.consumerSecret]));
  return app.credentials
    .filter(({ state }) => state === 'active' || stagedCredentialsSignIn)
    .map(({ id, consumerKey, availableAt, expiresAt }) => {
      const secret = secrets.get(id) ?? '';
      const client = {
        ...usual,
        id: consumerKey,
        secretDigest: hash('sha256', secret, 'buffer'),
        sign: createSigner(secret),
      };
      return [consumerKey, { client, availableAt, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY }];
    });
}

type ClientOfApp = Omit<Client, 'id' | 'secretDigest' | 'sign'>;

function clientOf(
  { app, isApproved }: AppAccess,
  subjects: ReadonlyMap<string, Subject>,
  { settings }: ModelData,
): ClientOfApp {
  const { trustedIpRanges, runAsUserId, jwtTimeoutMinutes, sessionTimeoutMs } = app;
  return {
    appId: app.id,
    scopes: app.scopes,
    clientCredentialsEnabled: app.clientCredentialsEnabled,
    runAs: runAsUserId === null ? undefined : subjects.get(runAsUserId),
    sessionTimeoutMs,
    publicKeys: app.certificate === null ? undefined : readClientKeys(app.certificate),
    introspectAll: app.introspectAllTokens,
    jwtAccessTokens: app.issueJwtAccessTokens
      ? { timeoutMs: jwtTimeoutMinutes === null ? sessionTimeoutMs : jwtTimeoutMinutes * 60_000 }
      : undefined,
    policies: {
      installed: app.installed,
      blocked: app.blocked,
      clientCredentialsAllowed: app.clientCredentialsAllowed,
      isAdminApproved: isApproved,
      ipRelaxation: app.ipRelaxation,
      trustedRanges: trustedIpRanges.length > 0 ? createAddressRanges(trustedIpRanges) : undefined,
    },
    userFlows: {
      redirectUris: app.callbackUrls,
      authorizationCode: app.callbackUrls.length > 0,
      // External client apps do not have it at all.
      password: settings.usernamePasswordFlow && app.kind === 'connectedApp',
      pkceRequired: app.requirePkce,
      secretRequiredForCode: app.requireSecretForWebServerFlow,
      secretRequiredForRefresh: app.requireSecretForRefreshToken,
      refreshTokenRotation: app.refreshTokenRotation,
      refreshTokenPolicy: readRefreshTokenPolicy(app.refreshTokenPolicy),
    },
  };
}

function rightsOf({ rights, users, data }: Moment, schema: Schema, userId: string): UserRights {
  const known = rights.get(userId);
  if (known !== undefined) return known;
  const user = users.get(userId);
  const profile = data.profiles.find(({ id }) => id === user?.profileId);
  if (user === undefined || profile === undefined) throw new Error(`there is no user ${userId}`);
  const permissionSets = data.permissionSets.filter(({ name }) => user.permissionSets.includes(name)).map(sourceOf);
  const made = effectiveRights({
    userId,
    schema,
    profile: profile.all ? { all: true } : sourceOf(profile),
    permissionSets,
  });
  rights.set(userId, made);
  return made;
}

function sourceOf({ userPermissions, objects, fields, apexClasses }: Grants): RightsSource {
  const has = (name: UserPermission) => userPermissions.includes(name);
  return {
    apiEnabled: has('ApiEnabled'),
    viewAllData: has('ViewAllData'),
    modifyAllData: has('ModifyAllData'),
    bulkApiHardDelete: has('BulkApiHardDelete'),
    objects,
    fields,
    apexClasses,
  };
}
