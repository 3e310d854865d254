/** Reads the whole setup from the disk into plain data; it is small, and read anew after each change. */
import type { App, AppKind, Credential, CredentialState, IpRange } from './app.ts';
import { readDetails } from './app-details.ts';
import { defaultOrgSettings, type OrgSettings } from './org-settings.ts';
import type { Grants, License, LoginHours, OrgWideDefault, PermissionSet, Profile } from './profile.ts';
import { noGrants, readGrants } from './save-grants.ts';
import type { SetupDatabase } from './setup-database.ts';
import type { Row } from './setup-rows.ts';
import { systemAdministrator } from './stock.ts';
import type { SetupUser } from './user.ts';

type Database = SetupDatabase['database'];

export type ModelData = {
  settings: OrgSettings;
  licenses: readonly License[];
  profiles: readonly Profile[];
  permissionSets: readonly PermissionSet[];
  users: readonly SetupUser[];
  apps: readonly App[];
  /** As they were set; objects that are not named have the usual one. */
  orgWideDefaults: ReadonlyMap<string, OrgWideDefault>;
};

/** Of an app without a timeout of its own, as of the org. */
export const orgSessionTimeoutMinutes = 120;

export function readModel({ database }: Pick<SetupDatabase, 'database'>): ModelData {
  const licenses = readLicenses(database);
  const grants = readGrants(database);
  const profiles = readProfiles(database, grants);
  const permissionSets = readPermissionSets(database, grants);
  const users = readUsers(database, new Map(profiles.map((profile) => [profile.id, profile])));
  const apps = readApps(database, new Map(users.map((user) => [user.id, user])));
  const defaults = database.prepare('SELECT object, value FROM org_wide_default ORDER BY object').all();
  const orgWideDefaults = new Map(defaults.map((row) => [String(row.object), row.value as OrgWideDefault]));
  return { settings: readSettings(database), licenses, profiles, permissionSets, users, apps, orgWideDefaults };
}

function readSettings(database: Database): OrgSettings {
  const rows = database.prepare('SELECT name, value FROM org_setting').all();
  const entries = rows.map((row) => [String(row.name), JSON.parse(String(row.value)) as unknown]);
  return { ...defaultOrgSettings, ...(Object.fromEntries(entries) as Partial<OrgSettings>) };
}

function readLicenses(database: Database): License[] {
  const rows = database.prepare(
    `SELECT l.id, l.kind, l.name, l.key, l.total, coalesce(u."UsedLicenses", p."UsedLicenses") AS used FROM license l
     LEFT JOIN "UserLicense" u ON u."Id" = l.id LEFT JOIN "PermissionSetLicense" p ON p."Id" = l.id ORDER BY l.id`,
  );
  return rows.all().map((row) => ({
    id: String(row.id),
    kind: row.kind as License['kind'],
    name: String(row.name),
    key: String(row.key),
    total: Number(row.total),
    used: Number(row.used),
  }));
}

function readProfiles(database: Database, grants: ReadonlyMap<string, Grants>): Profile[] {
  const rows = database.prepare(
    `SELECT p.*, l.name AS license, s."Id" AS permissionSetId FROM profile_record p
     JOIN license l ON l.id = p.license_id JOIN "PermissionSet" s ON s."ProfileId" = p.id ORDER BY p.id`,
  );
  return rows.all().map((row) => ({
    id: String(row.id),
    name: String(row.name),
    license: String(row.license),
    standard: row.standard === 1,
    all: row.standard === 1 && row.name === systemAdministrator,
    loginHours: JSON.parse(String(row.login_hours)) as LoginHours,
    loginIpRanges: JSON.parse(String(row.login_ip_ranges)) as IpRange[],
    ...(grants.get(String(row.permissionSetId)) ?? noGrants),
  }));
}

function readPermissionSets(database: Database, grants: ReadonlyMap<string, Grants>): PermissionSet[] {
  const rows = database.prepare(
    `SELECT s.*, l.name AS license FROM "PermissionSet" s LEFT JOIN license l ON l.id = s."LicenseId"
     WHERE NOT s."IsOwnedByProfile" ORDER BY s."Id"`,
  );
  return rows.all().map((row) => ({
    id: String(row.Id),
    name: String(row.Name),
    label: String(row.Label),
    description: textOrNull(row.Description),
    license: textOrNull(row.license),
    ...(grants.get(String(row.Id)) ?? noGrants),
  }));
}

function readUsers(database: Database, profiles: ReadonlyMap<string, Profile>): SetupUser[] {
  const permissionSets = namesByUser(
    database,
    `SELECT a."AssigneeId" AS user, s."Name" AS name FROM "PermissionSetAssignment" a
     JOIN "PermissionSet" s ON s."Id" = a."PermissionSetId" WHERE NOT s."IsOwnedByProfile" ORDER BY a."Id"`,
  );
  const licenses = namesByUser(
    database,
    `SELECT a."AssigneeId" AS user, l.name AS name FROM "PermissionSetLicenseAssign" a
     JOIN license l ON l.id = a."PermissionSetLicenseId" ORDER BY a."Id"`,
  );
  const rows = database.prepare(
    `SELECT u.*, coalesce(l.frozen, 0) AS frozen FROM "User" u LEFT JOIN user_login l ON l.user_id = u."Id" ORDER BY u."Id"`,
  );
  return rows.all().map((row) => {
    const profile = profiles.get(String(row.ProfileId));
    const id = String(row.Id);
    return {
      ...plainUser(row),
      ...profilePart(profile),
      permissionSets: permissionSets.get(id) ?? [],
      permissionSetLicenses: licenses.get(id) ?? [],
    };
  });
}

function plainUser(row: Row) {
  return {
    id: String(row.Id),
    username: String(row.Username),
    lastName: String(row.LastName),
    firstName: textOrNull(row.FirstName),
    name: String(row.Name),
    email: String(row.Email),
    alias: String(row.Alias),
    active: row.IsActive === 1,
    frozen: row.frozen === 1,
    lastLoginAt: numberOrNull(row.LastLoginDate),
  };
}

function profilePart(profile: Profile | undefined) {
  return {
    profileId: profile?.id ?? '',
    profile: profile?.name ?? '',
    license: profile?.license ?? '',
    loginHours: profile?.loginHours ?? {},
    loginIpRanges: profile?.loginIpRanges ?? [],
  };
}

function namesByUser(database: Database, sql: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const row of database.prepare(sql).all()) {
    const user = String(row.user);
    const known = names.get(user) ?? [];
    known.push(String(row.name));
    names.set(user, known);
  }
  return names;
}

function readApps(database: Database, users: ReadonlyMap<string, SetupUser>): App[] {
  const credentials = new Map<string, Credential[]>();
  // "active" comes before "staged".
  for (const row of database.prepare('SELECT * FROM consumer_credential ORDER BY app_id, state').all()) {
    const known = credentials.get(String(row.app_id)) ?? [];
    known.push(readCredential(row));
    credentials.set(String(row.app_id), known);
  }
  const rows = database.prepare('SELECT * FROM app ORDER BY created_at, id').all();
  return rows.map((row) => readApp(row, credentials.get(String(row.id)) ?? [], users));
}

function readApp(row: Row, credentials: readonly Credential[], users: ReadonlyMap<string, SetupUser>): App {
  const kind = row.kind as AppKind;
  const details = readDetails(String(row.details), kind);
  const { clientCredentialsEnabled, clientCredentialsAllowed, runAsUserId, sessionTimeoutMinutes } = details;
  return {
    ...details,
    id: String(row.id),
    kind,
    name: String(row.name),
    apiName: String(row.api_name),
    consumerKey: credentials[0]?.consumerKey ?? '',
    credentials,
    clientCredentials: {
      enabled: clientCredentialsEnabled && clientCredentialsAllowed,
      runAs: runAsUserId === null ? undefined : users.get(runAsUserId),
    },
    sessionTimeoutMs: (sessionTimeoutMinutes ?? orgSessionTimeoutMinutes) * 60_000,
    blocked: row.blocked === 1,
    createdAt: Number(row.created_at),
    changedAt: Number(row.changed_at),
  };
}

function readCredential(row: Row): Credential {
  return {
    id: String(row.id),
    consumerKey: String(row.consumer_key),
    state: row.state as CredentialState,
    createdAt: Number(row.created_at),
    createdBy: String(row.created_by),
    expiresAt: numberOrNull(row.expires_at),
    availableAt: Number(row.available_at),
    lastUsedAt: numberOrNull(row.last_used_at),
    lastUsedById: textOrNull(row.last_used_by_id),
  };
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
