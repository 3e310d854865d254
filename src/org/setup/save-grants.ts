/** Writes what a permission set grants, and reads it; rows that stay keep their ids. */

import type { FieldRights, ObjectRights } from '../rights/index.ts';
import type { Schema } from '../schema/index.ts';
import { type Grants, type GrantsInput, type UserPermission, userPermissionTable } from './profile.ts';
import type { SetupDatabase } from './setup-database.ts';
import { auditFields, changedFields, insertRow, nextId, updateRow, type Value } from './setup-rows.ts';

type Database = SetupDatabase['database'];

const objectColumns = {
  create: 'PermissionsCreate',
  read: 'PermissionsRead',
  edit: 'PermissionsEdit',
  delete: 'PermissionsDelete',
  viewAll: 'PermissionsViewAllRecords',
  modifyAll: 'PermissionsModifyAllRecords',
} as const satisfies Record<keyof ObjectRights, string>;

export const noObjectRights: ObjectRights = {
  read: false,
  create: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};

/** All of it: what is not in `grants` is taken away. */
export function saveGrants(database: Database, permissionSetId: string, grants: Grants, now: number): void {
  saveUserPermissions(database, permissionSetId, grants.userPermissions, now);
  saveObjects(database, permissionSetId, grants.objects, now);
  saveFields(database, permissionSetId, grants.fields, now);
  database.prepare('DELETE FROM apex_class_access WHERE permission_set_id = ?').run(permissionSetId);
  for (const name of grants.apexClasses)
    insertRow(database, 'apex_class_access', { permission_set_id: permissionSetId, class_name: name });
}

function saveUserPermissions(database: Database, id: string, given: readonly UserPermission[], now: number): void {
  const columns = userPermissionTable.map(({ name }) => [`Permissions${name}`, given.includes(name) ? 1 : 0] as const);
  updateRow(database, 'PermissionSet', {
    key: ['Id', id],
    values: { ...Object.fromEntries(columns), ...changedFields(now) },
  });
}

function saveObjects(database: Database, parentId: string, objects: Grants['objects'], now: number): void {
  const known = rowsOf(database, 'ObjectPermissions', 'SobjectType', parentId);
  for (const [object, rights] of Object.entries(objects)) {
    if (!Object.values(rights).some(Boolean)) continue;
    const columns = Object.entries(objectColumns).map(([right, column]) => [
      column,
      rights[right as keyof ObjectRights] ? 1 : 0,
    ]);
    const values: Record<string, Value> = Object.fromEntries(columns);
    const id = known.get(object.toLowerCase());
    known.delete(object.toLowerCase());
    if (id !== undefined)
      updateRow(database, 'ObjectPermissions', { key: ['Id', id], values: { ...values, ...changedFields(now) } });
    else {
      const head = { Id: nextId(database, '110'), ParentId: parentId, SobjectType: object };
      insertRow(database, 'ObjectPermissions', { ...head, ...values, ...auditFields(now) });
    }
  }
  deleteRows(database, 'ObjectPermissions', known.values());
}

function saveFields(database: Database, parentId: string, fields: Grants['fields'], now: number): void {
  const known = rowsOf(database, 'FieldPermissions', 'Field', parentId);
  for (const [object, byField] of Object.entries(fields)) {
    for (const [name, { read, edit }] of Object.entries(byField)) {
      if (!read && !edit) continue;
      const field = `${object}.${name}`;
      const values = { PermissionsRead: read ? 1 : 0, PermissionsEdit: edit ? 1 : 0, SystemModstamp: now };
      const id = known.get(field.toLowerCase());
      known.delete(field.toLowerCase());
      if (id !== undefined) updateRow(database, 'FieldPermissions', { key: ['Id', id], values });
      else {
        const head = { Id: nextId(database, '01k'), ParentId: parentId, SobjectType: object, Field: field };
        insertRow(database, 'FieldPermissions', { ...head, ...values });
      }
    }
  }
  deleteRows(database, 'FieldPermissions', known.values());
}

/** Ids by what they are of, in small letters. */
function rowsOf(database: Database, table: string, column: string, parentId: string): Map<string, string> {
  const rows = database
    .prepare(`SELECT "Id" AS id, "${column}" AS name FROM "${table}" WHERE "ParentId" = ?`)
    .all(parentId);
  return new Map(rows.map(({ id, name }) => [String(name).toLowerCase(), String(id)]));
}

function deleteRows(database: Database, table: string, ids: Iterable<string>): void {
  const statement = database.prepare(`DELETE FROM "${table}" WHERE "Id" = ?`);
  for (const id of ids) statement.run(id);
}

/** Classes that are there have their own case, however they were named. */
const classAccessSql = `SELECT a.permission_set_id, coalesce(c."Name", a.class_name) AS class_name
  FROM apex_class_access a LEFT JOIN "ApexClass" c ON c."Name" = a.class_name ORDER BY a.class_name`;

/** What every permission set grants, by its id; in the order the rows were made. */
export function readGrants(database: Database): Map<string, Grants> {
  const sets = database.prepare('SELECT * FROM "PermissionSet" ORDER BY "Id"').all();
  const found = new Map(sets.map((row) => [String(row.Id), emptyGrants(row)]));
  for (const row of database.prepare('SELECT * FROM "ObjectPermissions" ORDER BY "SobjectType"').all()) {
    const columns = Object.entries(objectColumns).map(([right, column]) => [right, row[column] === 1]);
    const grants = found.get(String(row.ParentId));
    if (grants) grants.objects[String(row.SobjectType)] = Object.fromEntries(columns) as ObjectRights;
  }
  for (const row of database.prepare('SELECT * FROM "FieldPermissions" ORDER BY "SobjectType", "Field"').all()) {
    const object = String(row.SobjectType);
    const name = String(row.Field).slice(object.length + 1);
    const fields = found.get(String(row.ParentId))?.fields;
    if (fields === undefined) continue;
    fields[object] ??= {};
    fields[object][name] = { read: row.PermissionsRead === 1, edit: row.PermissionsEdit === 1 };
  }
  for (const row of database.prepare(classAccessSql).all())
    found.get(String(row.permission_set_id))?.apexClasses.push(String(row.class_name));
  return found;
}

type GrantsRead = {
  userPermissions: UserPermission[];
  objects: Record<string, ObjectRights>;
  fields: Record<string, Record<string, FieldRights>>;
  apexClasses: string[];
};

function emptyGrants(row: Record<string, unknown>): GrantsRead {
  const userPermissions = userPermissionTable.map(({ name }) => name).filter((name) => row[`Permissions${name}`] === 1);
  return { userPermissions, objects: {}, fields: {}, apexClasses: [] };
}

/** What the input says over what was granted before: each of the four parts whole, names in canonical case. */
export function withInput(schema: Schema, before: Grants, input: GrantsInput): Grants {
  const objects =
    input.objects &&
    Object.entries(input.objects).map(([name, rights]) => {
      const canonical = schema.findObject(name)?.name ?? name;
      return [canonical, { ...noObjectRights, ...rights }] as const;
    });
  return {
    userPermissions: input.userPermissions ?? before.userPermissions,
    objects: objects ? Object.fromEntries(objects) : before.objects,
    fields: input.fields ? canonicalFields(schema, input.fields) : before.fields,
    apexClasses: input.apexClasses ? uniqueNames(input.apexClasses) : before.apexClasses,
  };
}

/** In any case they are the same class. */
function uniqueNames(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

function canonicalFields(schema: Schema, input: NonNullable<GrantsInput['fields']>): Grants['fields'] {
  const entries = Object.entries(input).map(([objectName, fields]) => {
    const object = schema.findObject(objectName);
    const named = Object.entries(fields).map(([name, { read = false, edit = false }]) => {
      const canonical = (object && schema.findField(object, name)?.name) ?? name;
      return [canonical, { read: read || edit, edit }] as const;
    });
    return [object?.name ?? objectName, Object.fromEntries(named)] as const;
  });
  return Object.fromEntries(entries);
}

export const noGrants: Grants = { userPermissions: [], objects: {}, fields: {}, apexClasses: [] };
