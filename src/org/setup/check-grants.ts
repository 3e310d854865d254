/** Says what makes no sense in what a profile or a permission set is to grant. */
import { findNearestName } from '../../base/index.ts';
import type { ObjectRights } from '../rights/index.ts';
import { isPermissionable, type Schema, type SObject } from '../schema/index.ts';
import { hasName } from './check-app.ts';
import { type Grants, userPermissionTable } from './profile.ts';
import type { SetupProblem } from './setup-refused.ts';

/** Each right of an object needs those. */
const needed: Readonly<Record<keyof ObjectRights, readonly (keyof ObjectRights)[]>> = {
  read: [],
  create: ['read'],
  edit: ['read'],
  delete: ['read', 'edit'],
  viewAll: ['read'],
  modifyAll: ['read', 'edit', 'delete', 'viewAll'],
};

const words: Readonly<Record<keyof ObjectRights, string>> = {
  read: 'Read',
  create: 'Create',
  edit: 'Edit',
  delete: 'Delete',
  viewAll: 'View All',
  modifyAll: 'Modify All',
};

/**
 * Fields of problems are paths such as `objects.Account.edit`, with the names as they were given. `classes` are the Apex classes
 * that may be named; undefined: the setup says nothing of classes, and any name will do.
 */
export function checkGrants(schema: Schema, grants: Grants, classes: readonly string[] | undefined): SetupProblem[] {
  return [
    ...checkUserPermissions(grants),
    ...checkObjectRights(schema, grants),
    ...checkFieldRights(schema, grants),
    ...checkClasses(grants, classes),
  ];
}

function checkUserPermissions({ userPermissions }: Grants): SetupProblem[] {
  const names: readonly string[] = userPermissionTable.map(({ name }) => name);
  return userPermissions
    .filter((name) => !names.includes(name))
    .map((name) => ({
      field: 'userPermissions',
      message: `There is no system permission ${name}.${meant(name, names)}`,
    }));
}

function checkObjectRights(schema: Schema, { objects }: Grants): SetupProblem[] {
  return Object.entries(objects).flatMap(([name, rights]) => {
    const field = `objects.${name}`;
    const object = findRecordsObject(schema, name);
    if (typeof object === 'string') return [{ field, message: object }];
    return Object.entries(needed).flatMap(([right, needs]) => {
      const missing = rights[right as keyof ObjectRights] ? needs.filter((need) => !rights[need]) : [];
      if (missing.length === 0) return [];
      const of = (each: keyof ObjectRights) => `${words[each]} ${object.labelPlural}`;
      const message = `Permission ${of(right as keyof ObjectRights)} depends on permission(s): ${missing.map(of).join(', ')}.`;
      return [{ field: `${field}.${right}`, message }];
    });
  });
}

function checkFieldRights(schema: Schema, { fields }: Grants): SetupProblem[] {
  return Object.entries(fields).flatMap(([objectName, byField]) => {
    const object = findRecordsObject(schema, objectName);
    if (typeof object === 'string') return [{ field: `fields.${objectName}`, message: object }];
    return Object.keys(byField).flatMap((name) => {
      const message = checkField(schema, object, name);
      return message === undefined ? [] : [{ field: `fields.${objectName}.${name}`, message }];
    });
  });
}

function checkField(schema: Schema, object: SObject, name: string): string | undefined {
  const field = schema.findField(object, name);
  if (field === undefined) {
    const names = object.fields.filter(isPermissionable).map((each) => each.name);
    return `There is no field ${name} on ${object.name}.${meant(name, names)}`;
  }
  if (isPermissionable(field)) return undefined;
  return `Field-level security does not apply to ${object.name}.${field.name}: whoever may see the object sees it.`;
}

function checkClasses({ apexClasses }: Grants, classes: readonly string[] | undefined): SetupProblem[] {
  return apexClasses.flatMap((name) => {
    const message = isClassName(name) ? whyNoClass(name, classes) : `${name} is no name of an Apex class.`;
    return message === undefined ? [] : [{ field: 'apexClasses', message }];
  });
}

function isClassName(name: string): boolean {
  return /^[A-Za-z]\w{0,254}(\.[A-Za-z]\w{0,254})?$/.test(name);
}

function whyNoClass(name: string, classes: readonly string[] | undefined): string | undefined {
  if (classes === undefined || hasName(classes, name)) return undefined;
  const hint = classes.length === 0 ? ' This org has none; its setup file declares them.' : meant(name, classes);
  return `There is no Apex class ${name}.${hint}`;
}

/** The object, or why it cannot have permissions. */
function findRecordsObject(schema: Schema, name: string): SObject | string {
  const object = schema.findObject(name);
  if (object?.store === 'records') return object;
  if (object !== undefined) return `${object.name} has no object permissions: Setup keeps it.`;
  const names = schema.objects.filter(({ store }) => store === 'records').map((each) => each.name);
  return `There is no object ${name}.${meant(name, names)}`;
}

function meant(name: string, names: readonly string[]): string {
  const nearest = findNearestName(name, names);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
