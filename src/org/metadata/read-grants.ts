/** Reads what a profile or a permission set grants. What is for objects and fields the box has not is left out. */
import { findNearestName, type ValuePath } from '../../base/index.ts';
import type { ObjectRights } from '../rights/index.ts';
import { isPermissionable, type Schema, type SObject } from '../schema/index.ts';
import { type PermissionSetSetup, type UserPermission, userPermissionTable } from '../setup/index.ts';
import type { ElementReader } from './element-reader.ts';
import type { Place } from './place.ts';
import type { ReadWork } from './read-work.ts';
import { objectRightElements } from './right-words.ts';
import { isPackaged } from './source-kinds.ts';

export type RightsWork = ReadWork & { schema: Schema };

export type GivenGrants = Required<Pick<PermissionSetSetup, 'userPermissions' | 'objects' | 'fields' | 'apexClasses'>>;

/** `before` is what is granted when the file says nothing of it. */
export function readGrants(read: ElementReader, before: GivenGrants, work: RightsWork): GivenGrants {
  return {
    userPermissions: readUserPermissions(read, before.userPermissions, work),
    objects: readObjects(read, before.objects, work),
    fields: readFields(read, before.fields, work),
    apexClasses: readClasses(read, before.apexClasses),
  };
}

export const noGivenGrants: GivenGrants = { userPermissions: [], objects: {}, fields: {}, apexClasses: [] };

function readUserPermissions(
  read: ElementReader,
  before: readonly UserPermission[],
  { leftOut }: ReadWork,
): UserPermission[] {
  const names = userPermissionTable.map(({ name }) => name);
  const granted = new Set<UserPermission>(before);
  for (const part of read.parts('userPermissions')) {
    const word = part.needWord('name');
    const enabled = part.flag('enabled') ?? false;
    const name = names.find((each) => each === word);
    const place = { name: word, file: read.file, line: part.element.line };
    if (name === undefined) {
      if (enabled) leftOut.add('system permissions', `the org in a box has ${names.join(', ')} alone`, place);
    } else if (enabled) granted.add(name);
    else granted.delete(name);
  }
  return [...granted];
}

function readObjects(read: ElementReader, before: GivenGrants['objects'], work: RightsWork): GivenGrants['objects'] {
  const granted = new Map(Object.entries(before));
  const seen = new Set<string>();
  for (const part of read.parts('objectPermissions')) {
    const name = part.needWord('object');
    refuseSeen(seen, name, () => part.refuse('object', `is ${name} a second time in this file`));
    const rights = rightsOf(part, work);
    if (isLeftOut(name, part, work)) continue;
    const key = work.schema.findObject(name)?.name ?? name;
    if (rights.length > 0) granted.set(key, rights);
    else granted.delete(key);
  }
  return Object.fromEntries(granted);
}

function rightsOf(part: ElementReader, { leftOut }: ReadWork): (keyof ObjectRights)[] {
  const rights = Object.entries(objectRightElements).filter(([, element]) => part.flag(element));
  if (part.flag('viewAllFields'))
    leftOut.add('<viewAllFields>', 'fields are granted one by one in the org in a box', {
      file: part.file,
      line: part.element.line,
    });
  part.end('object permissions');
  return rights.map(([right]) => right as keyof ObjectRights);
}

type FieldsOfObject = Record<string, 'read' | 'edit'>;

function readFields(read: ElementReader, before: GivenGrants['fields'], work: RightsWork): GivenGrants['fields'] {
  const granted: Record<string, FieldsOfObject> = structuredClone(before);
  const seen = new Set<string>();
  for (const part of read.parts('fieldPermissions')) {
    const whole = part.needWord('field');
    refuseSeen(seen, whole, () => part.refuse('field', `is ${whole} a second time in this file`));
    const editable = part.flag('editable') ?? false;
    const readable = part.flag('readable') ?? editable;
    part.end('field permissions');
    const [objectName = '', fieldName = ''] = whole.split('.');
    if (fieldName === '') throw part.refuse('field', `is ${whole}, but must be OBJECT.FIELD, e.g. Account.Industry`);
    const names = namesOf(objectName, fieldName, part, work);
    if (names === undefined) continue;
    granted[names.object] ??= {};
    const fields = granted[names.object] as FieldsOfObject;
    if (readable || editable) fields[names.field] = editable ? 'edit' : 'read';
    else delete fields[names.field];
  }
  return Object.fromEntries(Object.entries(granted).filter(([, fields]) => Object.keys(fields).length > 0));
}

/** Names in their own case; undefined when the right is left out. */
function namesOf(
  objectName: string,
  fieldName: string,
  part: ElementReader,
  work: RightsWork,
): { object: string; field: string } | undefined {
  if (work.isWithoutField(objectName, fieldName)) return undefined;
  if (isLeftOut(objectName, part, work)) return undefined;
  const object = work.schema.findObject(objectName);
  if (object === undefined) return { object: objectName, field: fieldName };
  const field = work.schema.findField(object, fieldName);
  const isOwn = fieldName.endsWith('__c') && !isPackaged(fieldName);
  if (!isOwn && !(field && isPermissionable(field))) {
    const place = { name: `${objectName}.${fieldName}`, file: part.file, line: part.element.line };
    work.leftOut.add('rights to fields', 'the org in a box has no such field, or no rights to it alone', place);
    return undefined;
  }
  return { object: object.name, field: field?.name ?? fieldName };
}

/** Custom objects of this project stay, also when they are not there: that is a mistake to be told. */
function isLeftOut(name: string, part: ElementReader, { schema, leftOut }: RightsWork): boolean {
  const object: SObject | undefined = schema.findObject(name);
  if (object?.store === 'records') return false;
  if (object === undefined && name.endsWith('__c') && !isPackaged(name)) return false;
  const meant = findNearestName(
    name,
    schema.objects.filter(({ store }) => store === 'records').map((each) => each.name),
  );
  const place = { name, file: part.file, line: part.element.line };
  const hint = object === undefined && meant !== undefined && !name.includes('__') ? `; did you mean ${meant}?` : '';
  leftOut.add('rights to objects', `the org in a box has no such object, or keeps it in Setup${hint}`, place);
  return true;
}

function readClasses(read: ElementReader, before: readonly string[]): string[] {
  const granted = new Set(before);
  for (const part of read.parts('classAccesses')) {
    const name = part.needWord('apexClass');
    if (part.flag('enabled')) granted.add(name);
    else granted.delete(name);
    part.end('class accesses');
  }
  return [...granted];
}

function refuseSeen(seen: Set<string>, name: string, refusal: () => Error): void {
  if (seen.has(name.toLowerCase())) throw refusal();
  seen.add(name.toLowerCase());
}

/** Where a right stands: the element that names its object, field, class or permission. */
export function findRight(
  { file, element }: ElementReader,
  [kind, one, two]: ValuePath,
  names: readonly string[],
): Place {
  const search: Record<string, [string, string, string]> = {
    objects: ['objectPermissions', 'object', String(one)],
    fields: ['fieldPermissions', 'field', two === undefined ? `${one}.` : `${one}.${two}`],
    apexClasses: ['classAccesses', 'apexClass', names[Number(one)] ?? ''],
  };
  const [parts = '', key = '', value = ''] = search[String(kind)] ?? [];
  const wanted = value.toLowerCase();
  const matches = (text: string) =>
    two === undefined && kind === 'fields' ? text.startsWith(wanted) : text === wanted;
  for (const part of element.children.filter(({ name }) => name === parts)) {
    const named = part.children.find(({ name }) => name === key);
    if (named && matches(named.text.trim().toLowerCase())) return { file, line: named.line, element: key };
  }
  return { file, line: element.line, element: parts || String(kind) };
}
