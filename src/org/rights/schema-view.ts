/** The schema as one user sees it: what may not be read is not in it, what may not be written is marked so. */
import { createSchema } from '../schema/create-schema.ts';
import { isPermissionable } from '../schema/permissionable.ts';
import type { Field, Schema, SObject } from '../schema/schema.ts';
import type { FieldRights, UserRights } from './rights.ts';

/** Objects of Setup that every user may read. */
const openToAll: readonly string[] = ['User', 'Organization'];

/** The other objects of Setup need rights this org has not (View Setup and Configuration, Manage Users): View All Data stands for them. */
function mayReadSetup({ viewAllData }: UserRights, { name }: SObject): boolean {
  return openToAll.includes(name) || viewAllData;
}

/**
 * A schema in which names are found only where this user may read what they mean, so that everything that works from a schema
 * (SOQL, describe, drafts of rows, headers of uploads) answers to what is hidden in the very words for what is not there.
 */
export function viewSchema(schema: Schema, rights: UserRights): Schema {
  const readable = schema.objects.filter((object) => mayRead(rights, object));
  const names = new Set(readable.map(({ name }) => name));
  return createSchema(readable.map((object) => viewObject(object, rights, names)));
}

function mayRead(rights: UserRights, object: SObject): boolean {
  if (object.store === 'setup') return mayReadSetup(rights, object);
  return rights.objects[object.name]?.read === true;
}

function viewObject(object: SObject, rights: UserRights, readable: ReadonlySet<string>): SObject {
  const granted = rights.objects[object.name];
  if (object.store === 'setup')
    return { ...object, fields: object.fields.map((field) => viewReference(field, readable)) };
  return {
    ...object,
    createable: object.createable && granted?.create === true,
    updateable: object.updateable && granted?.edit === true,
    deletable: object.deletable && granted?.delete === true,
    fields: object.fields.flatMap((field) => viewField(field, object, { rights, readable })),
  };
}

type Seeing = { rights: UserRights; readable: ReadonlySet<string> };

function viewField(field: Field, object: SObject, { rights, readable }: Seeing): Field[] {
  const ruling = rulingField(field, object);
  if (!isPermissionable(ruling)) return [viewReference(field, readable)];
  const granted: FieldRights | undefined = rights.fields[object.name]?.[ruling.name];
  if (granted?.read !== true) return [];
  const seen = viewReference(field, readable);
  if (granted.edit || !(field.createable || field.updateable)) return [seen];
  return [{ ...seen, createable: false, updateable: false, permissionable: isPermissionable(field) }];
}

/** The field whose security counts: of a part of an address, the address. */
function rulingField(field: Field, object: SObject): Field {
  const whole = field.compoundFieldName;
  return (whole === null ? undefined : object.fields.find(({ name }) => name === whole)) ?? field;
}

/** There is no way up to objects that cannot be read; the id stays. */
function viewReference(field: Field, readable: ReadonlySet<string>): Field {
  if (field.relationshipName === null || field.referenceTo.some((name) => readable.has(name))) return field;
  return { ...field, relationshipName: null };
}
