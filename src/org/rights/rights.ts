/** What a user may do with objects and fields: the union of what the profile and the permission sets grant, as plain data. */
import { isPermissionable } from '../schema/permissionable.ts';
import type { Schema, SObject } from '../schema/schema.ts';

export type ObjectRights = {
  read: boolean;
  create: boolean;
  edit: boolean;
  delete: boolean;
  viewAll: boolean;
  modifyAll: boolean;
};

export type FieldRights = { read: boolean; edit: boolean };

/** Which records others than the owner may see, and change. */
export type OrgWideDefault = 'Private' | 'PublicReadOnly' | 'PublicReadWrite';

/** For objects that nothing was said about; the kindest one, which is also what older orgs have. */
export const defaultOrgWideDefault: OrgWideDefault = 'PublicReadWrite';

/** What one user may do: plain data, sent to the threads that keep the records. Names are in canonical case. */
export type UserRights = {
  userId: string;
  /** Everything: the profile System Administrator. Nothing else of this is looked at then. */
  all: boolean;
  apiEnabled: boolean;
  viewAllData: boolean;
  modifyAllData: boolean;
  /** Deleting past the bin, in Bulk jobs; not even a System Administrator has it from the start. */
  bulkApiHardDelete: boolean;
  /** Objects that are not named may not be read. */
  objects: Readonly<Record<string, ObjectRights>>;
  /** By object, then by field; fields that are not named may not be read. Only fields that field-level security applies to. */
  fields: Readonly<Record<string, Readonly<Record<string, FieldRights>>>>;
  apexClasses: readonly string[];
};

/** What a profile or a permission set grants; names in any case, and what is left out is not granted. */
export type RightsSource = {
  /** The profile System Administrator: all of it, for objects made later too. */
  all?: true | undefined;
  apiEnabled?: boolean | undefined;
  viewAllData?: boolean | undefined;
  modifyAllData?: boolean | undefined;
  bulkApiHardDelete?: boolean | undefined;
  objects?: Readonly<Record<string, Partial<ObjectRights>>> | undefined;
  fields?: Readonly<Record<string, Readonly<Record<string, Partial<FieldRights>>>>> | undefined;
  apexClasses?: readonly string[] | undefined;
};

type GrantedTo = {
  userId: string;
  schema: Schema;
  profile: RightsSource;
  permissionSets: readonly RightsSource[];
};

const nothing: ObjectRights = {
  read: false,
  create: false,
  edit: false,
  delete: false,
  viewAll: false,
  modifyAll: false,
};

/**
 * The rights of a user. One right brings those that it needs: create, edit and delete bring read, View All brings read, Modify All
 * brings all but create, and the same for all objects with View All Data and Modify All Data. Names the schema does not know grant
 * nothing; nor do entries for fields that field-level security does not apply to (`isPermissionable`), which follow their object.
 *
 * @example effectiveRights({ userId, schema, profile: { all: true }, permissionSets: [] })
 */
export function effectiveRights({ userId, schema, profile, permissionSets }: GrantedTo): UserRights {
  const sources = [profile, ...permissionSets];
  const all = sources.some((source) => source.all === true);
  const granted = (name: 'apiEnabled' | 'viewAllData' | 'modifyAllData') =>
    all || sources.some((source) => source[name] === true);
  const modifyAllData = granted('modifyAllData');
  const viewAllData = modifyAllData || granted('viewAllData');
  return {
    userId,
    all,
    apiEnabled: granted('apiEnabled'),
    viewAllData,
    modifyAllData,
    bulkApiHardDelete: sources.some((source) => source.bulkApiHardDelete === true),
    objects: objectRights(schema, sources, { viewAllData, modifyAllData }),
    fields: fieldRights(schema, sources),
    apexClasses: [...new Set(sources.flatMap(({ apexClasses = [] }) => apexClasses))],
  };
}

function objectRights(
  schema: Schema,
  sources: readonly RightsSource[],
  { viewAllData, modifyAllData }: Pick<UserRights, 'viewAllData' | 'modifyAllData'>,
): Record<string, ObjectRights> {
  const rights: Record<string, ObjectRights> = {};
  const overall = { ...nothing, viewAll: viewAllData, modifyAll: modifyAllData, create: modifyAllData };
  if (viewAllData) for (const { name, store } of schema.objects) if (store === 'records') rights[name] = overall;
  for (const [name, given] of sources.flatMap(({ objects = {} }) => Object.entries(objects))) {
    const object = schema.findObject(name);
    if (object !== undefined) rights[object.name] = united(rights[object.name] ?? nothing, given);
  }
  return Object.fromEntries(Object.entries(rights).map(([name, each]) => [name, withNeeded(each)]));
}

function united(a: ObjectRights, b: Partial<ObjectRights>): ObjectRights {
  return {
    read: a.read || b.read === true,
    create: a.create || b.create === true,
    edit: a.edit || b.edit === true,
    delete: a.delete || b.delete === true,
    viewAll: a.viewAll || b.viewAll === true,
    modifyAll: a.modifyAll || b.modifyAll === true,
  };
}

function withNeeded(given: ObjectRights): ObjectRights {
  const { modifyAll } = given;
  const viewAll = given.viewAll || modifyAll;
  const edit = given.edit || modifyAll;
  const mayDelete = given.delete || modifyAll;
  const read = given.read || given.create || edit || mayDelete || viewAll;
  return { read, create: given.create, edit: edit || mayDelete, delete: mayDelete, viewAll, modifyAll };
}

function fieldRights(schema: Schema, sources: readonly RightsSource[]): Record<string, Record<string, FieldRights>> {
  const rights: Record<string, Record<string, FieldRights>> = {};
  for (const [name, fields] of sources.flatMap((source) => Object.entries(source.fields ?? {}))) {
    const object = schema.findObject(name);
    if (object === undefined) continue;
    rights[object.name] ??= {};
    addFields(schema, object, { given: fields, to: rights[object.name] ?? {} });
  }
  return rights;
}

type FieldGrants = {
  given: Readonly<Record<string, Partial<FieldRights>>>;
  to: Record<string, FieldRights>;
};

function addFields(schema: Schema, object: SObject, { given, to }: FieldGrants): void {
  for (const [name, { read, edit }] of Object.entries(given)) {
    const field = schema.findField(object, name);
    if (field === undefined || !isPermissionable(field)) continue;
    const before = to[field.name];
    const mayEdit = edit === true || before?.edit === true;
    to[field.name] = { read: read === true || mayEdit || before?.read === true, edit: mayEdit };
  }
}
