/** Writes users, their licences and their permission sets. */
import type { SetupDatabase } from './setup-database.ts';
import {
  auditFields,
  changedFields,
  difference,
  insertRow,
  nextId,
  type Row,
  updateRow,
  type Value,
} from './setup-rows.ts';
import type { UserFields } from './user.ts';

type Database = SetupDatabase['database'];
const userPrefix = '005';

export function findUserRow(database: Database, username: string): Row | undefined {
  return database.prepare('SELECT * FROM "User" WHERE lower("Username") = lower(?)').get(username);
}

/** What is left out: the e-mail address is the username, the alias is made of the name. */
export function completeUser(
  input: Pick<UserFields, 'username' | 'lastName'> & Partial<UserFields>,
  profile: string,
): UserFields {
  const { username, lastName } = input;
  const firstName = input.firstName || null;
  return {
    username,
    lastName,
    firstName,
    email: input.email ?? username,
    alias: input.alias ?? `${firstName?.slice(0, 1) ?? ''}${lastName.slice(0, 4)}`.toLowerCase(),
    active: input.active ?? true,
    frozen: input.frozen ?? false,
    profile: input.profile ?? profile,
  };
}

/** Gives the id. */
export function insertUser(database: Database, user: UserFields, now: number): string {
  const id = nextId(database, userPrefix);
  const { count } = database.prepare('SELECT count(*) AS count FROM "User"').get() as { count: number };
  insertRow(database, 'User', {
    Id: id,
    ...columnsOf(database, user),
    CommunityNickname: `${user.username.split('@')[0]?.slice(0, 30)}${count === 0 ? '' : count}`,
    TimeZoneSidKey: 'GMT',
    LocaleSidKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
    LanguageLocaleKey: 'en_US',
    UserType: 'Standard',
    ...auditFields(now),
  });
  insertRow(database, 'user_login', { user_id: id, frozen: user.frozen ? 1 : 0 });
  assignProfile(database, id, { now });
  return id;
}

/** Gives the columns that changed; `IsFrozen` stands for the switch beside them. */
export function updateUser(database: Database, row: Row, user: UserFields, now: number): string[] {
  const id = String(row.Id);
  const changed = difference(columnsOf(database, user), row);
  const frozen = user.frozen ? 1 : 0;
  const login = database.prepare('SELECT frozen FROM user_login WHERE user_id = ?').get(id);
  const isFrozenChanged = login?.frozen !== frozen;
  if (isFrozenChanged) updateRow(database, 'user_login', { key: ['user_id', id], values: { frozen } });
  if (Object.keys(changed).length > 0)
    updateRow(database, 'User', { key: ['Id', id], values: { ...changed, ...changedFields(now) } });
  if (changed.ProfileId !== undefined) assignProfile(database, id, { now });
  return [...Object.keys(changed), ...(isFrozenChanged ? ['IsFrozen'] : [])];
}

function columnsOf(database: Database, user: UserFields): Record<string, Value> {
  const { username, lastName, firstName, email, alias, active } = user;
  const profile = database.prepare('SELECT id FROM profile_record WHERE name = ?').get(user.profile);
  return {
    Username: username,
    LastName: lastName,
    FirstName: firstName,
    Name: firstName === null ? lastName : `${firstName} ${lastName}`,
    Email: email,
    Alias: alias,
    IsActive: active ? 1 : 0,
    ProfileId: profile === undefined ? null : String(profile.id),
  };
}

/** Every user has the permission set of the profile as well. */
function assignProfile(database: Database, userId: string, { now }: { now: number }): void {
  database
    .prepare(
      `DELETE FROM "PermissionSetAssignment" WHERE "AssigneeId" = ? AND "PermissionSetId" IN
       (SELECT "Id" FROM "PermissionSet" WHERE "IsOwnedByProfile")`,
    )
    .run(userId);
  const own = database
    .prepare(
      'SELECT s."Id" AS id FROM "PermissionSet" s JOIN "User" u ON u."ProfileId" = s."ProfileId" WHERE u."Id" = ?',
    )
    .get(userId);
  if (own !== undefined) assignPermissionSetRow(database, { userId, permissionSetId: String(own.id), now });
}

export function assignPermissionSetRow(
  database: Database,
  { userId, permissionSetId, now }: { userId: string; permissionSetId: string; now: number },
): void {
  insertRow(database, 'PermissionSetAssignment', {
    Id: nextId(database, '0Pa'),
    PermissionSetId: permissionSetId,
    AssigneeId: userId,
    SystemModstamp: now,
  });
}

export function unassignPermissionSetRow(database: Database, userId: string, permissionSetId: string): void {
  database
    .prepare('DELETE FROM "PermissionSetAssignment" WHERE "AssigneeId" = ? AND "PermissionSetId" = ?')
    .run(userId, permissionSetId);
}

export function assignLicenseRow(
  database: Database,
  { userId, licenseId, now }: { userId: string; licenseId: string; now: number },
): void {
  insertRow(database, 'PermissionSetLicenseAssign', {
    Id: nextId(database, '2LA'),
    PermissionSetLicenseId: licenseId,
    AssigneeId: userId,
    ...auditFields(now),
  });
}

export function unassignLicenseRow(database: Database, userId: string, licenseId: string): void {
  database
    .prepare('DELETE FROM "PermissionSetLicenseAssign" WHERE "AssigneeId" = ? AND "PermissionSetLicenseId" = ?')
    .run(userId, licenseId);
}

/** Users of a store of the first stage had no profile: they get this one. */
export function giveProfileToUsersWithout(database: Database, profile: string, now: number): void {
  const row = database.prepare('SELECT id FROM profile_record WHERE name = ?').get(profile);
  const without = database.prepare('SELECT "Id" AS id FROM "User" WHERE "ProfileId" IS NULL').all();
  for (const { id } of without) {
    updateRow(database, 'User', { key: ['Id', String(id)], values: { ProfileId: String(row?.id) } });
    assignProfile(database, String(id), { now });
  }
}
