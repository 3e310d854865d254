/** Writes licences, profiles and permission sets as rows. */
import { isDeepStrictEqual } from 'node:util';
import type { Schema } from '../schema/index.ts';
import type { Grants, PermissionSet, Profile } from './profile.ts';
import { saveGrants } from './save-grants.ts';
import type { SetupDatabase } from './setup-database.ts';
import { auditFields, changedFields, insertRow, nextId, updateRow } from './setup-rows.ts';
import { allOfObject, stockLicenses, stockProfiles, systemAdministrator } from './stock.ts';

type Database = SetupDatabase['database'];

/** What every org has; profiles that are there stay as they were set up, but System Administrator follows the schema. */
export function ensureStock(database: Database, schema: Schema, now: number): void {
  for (const { kind, name, key, total } of stockLicenses) {
    if (database.prepare('SELECT 1 FROM license WHERE name = ?').get(name)) continue;
    const id = nextId(database, kind === 'user' ? '100' : '0PL');
    insertRow(database, 'license', { id, kind, name, key, total, created_at: now });
  }
  for (const { name, license, ...grants } of stockProfiles) {
    if (database.prepare('SELECT 1 FROM profile_record WHERE name = ?').get(name)) continue;
    insertProfile(database, { name, license, standard: true, loginHours: {}, loginIpRanges: [], ...grants }, now);
  }
  keepAdministratorInStep(database, schema, now);
}

/** Only when the schema has other objects or fields than the rows tell of. */
function keepAdministratorInStep(database: Database, schema: Schema, now: number): void {
  const row = database
    .prepare(
      'SELECT s."Id" AS id FROM "PermissionSet" s JOIN profile_record p ON p.id = s."ProfileId" WHERE p.name = ?',
    )
    .get(systemAdministrator);
  const id = String(row?.id);
  const parts = schema.objects.filter(({ store }) => store === 'records').map(allOfObject);
  const grants: Grants = {
    userPermissions: stockProfiles.find(({ name }) => name === systemAdministrator)?.userPermissions ?? [],
    objects: Object.assign({}, ...parts.map(({ objects }) => objects)) as Grants['objects'],
    fields: Object.assign({}, ...parts.map(({ fields }) => fields)) as Grants['fields'],
    apexClasses: [],
  };
  if (!isDeepStrictEqual(namesIn(grants), namesKept(database, id))) saveGrants(database, id, grants, now);
}

function namesIn({ objects, fields }: Grants): string[] {
  const ofFields = Object.entries(fields).flatMap(([object, named]) =>
    Object.keys(named).map((name) => `${object}.${name}`),
  );
  return [...Object.keys(objects), ...ofFields].sort();
}

function namesKept(database: Database, permissionSetId: string): string[] {
  const sql = `SELECT "SobjectType" AS name FROM "ObjectPermissions" WHERE "ParentId" = ?1
    UNION ALL SELECT "Field" FROM "FieldPermissions" WHERE "ParentId" = ?1`;
  return database
    .prepare(sql)
    .all(permissionSetId)
    .map(({ name }) => String(name))
    .sort();
}

/** Gives the id. */
export function insertProfile(database: Database, profile: Omit<Profile, 'id' | 'all'>, now: number): string {
  const id = nextId(database, '00e');
  const license = licenseId(database, profile.license);
  insertRow(database, 'profile_record', {
    id,
    name: profile.name,
    license_id: license ?? '',
    standard: profile.standard ? 1 : 0,
    login_hours: JSON.stringify(profile.loginHours),
    login_ip_ranges: JSON.stringify(profile.loginIpRanges),
    created_at: now,
    changed_at: now,
  });
  const setId = nextId(database, '0PS');
  insertRow(database, 'PermissionSet', {
    Id: setId,
    Name: `X${id}`,
    Label: profile.name,
    LicenseId: license,
    ProfileId: id,
    IsOwnedByProfile: 1,
    IsCustom: profile.standard ? 0 : 1,
    Type: 'Profile',
    ...auditFields(now),
  });
  saveGrants(database, setId, profile, now);
  return id;
}

export function updateProfile(database: Database, profile: Profile, now: number): void {
  const values = {
    login_hours: JSON.stringify(profile.loginHours),
    login_ip_ranges: JSON.stringify(profile.loginIpRanges),
    changed_at: now,
  };
  updateRow(database, 'profile_record', { key: ['id', profile.id], values });
  const own = database.prepare('SELECT "Id" AS id FROM "PermissionSet" WHERE "ProfileId" = ?').get(profile.id);
  saveGrants(database, String(own?.id), profile, now);
}

export function deleteProfileRow(database: Database, id: string): void {
  database.prepare('DELETE FROM "PermissionSet" WHERE "ProfileId" = ?').run(id);
  database.prepare('DELETE FROM profile_record WHERE id = ?').run(id);
}

/** Gives the id. */
export function insertPermissionSet(database: Database, set: Omit<PermissionSet, 'id'>, now: number): string {
  const id = nextId(database, '0PS');
  insertRow(database, 'PermissionSet', {
    Id: id,
    Name: set.name,
    Label: set.label,
    LicenseId: set.license === null ? null : licenseId(database, set.license),
    IsOwnedByProfile: 0,
    IsCustom: 1,
    Description: set.description,
    Type: 'Regular',
    ...auditFields(now),
  });
  saveGrants(database, id, set, now);
  return id;
}

export function updatePermissionSet(database: Database, set: PermissionSet, now: number): void {
  updateRow(database, 'PermissionSet', {
    key: ['Id', set.id],
    values: { Label: set.label, Description: set.description, ...changedFields(now) },
  });
  saveGrants(database, set.id, set, now);
}

export function deletePermissionSetRow(database: Database, id: string): void {
  database.prepare('DELETE FROM "PermissionSet" WHERE "Id" = ?').run(id);
}

function licenseId(database: Database, name: string): string | null {
  const row = database.prepare('SELECT id FROM license WHERE name = ?').get(name);
  return row === undefined ? null : String(row.id);
}
