/** Says what makes no sense in the objects and custom fields of a setup file, at its place. */
import { findNearestName, type YamlFile, type YamlPath } from '../../base/index.ts';
import {
  type CustomFieldType,
  type FieldDefinition,
  type ObjectDefinition,
  type SObject,
  standardObjects,
} from '../schema/index.ts';
import type { SetupFile } from './setup-schema.ts';

type Traits = Exclude<keyof FieldDefinition, 'name' | 'type' | 'label'>;
type Context = { refuse: YamlFile<SetupFile>['refuse']; objectNames: readonly string[]; children: Set<string> };
type Place = { path: YamlPath; object: ObjectDefinition; field: FieldDefinition };

const keyTraits = ['required', 'unique', 'caseSensitive', 'externalId', 'default'] as const;

/** What may be said of a field of each type, beside name, type and label. */
const traitsOf: Record<CustomFieldType, readonly Traits[]> = {
  text: ['length', ...keyTraits],
  textarea: ['required', 'default'],
  longtextarea: ['length', 'default'],
  number: ['precision', 'scale', 'required', 'unique', 'externalId', 'default'],
  currency: ['precision', 'scale', 'required', 'default'],
  percent: ['precision', 'scale', 'required', 'default'],
  checkbox: ['default'],
  date: ['required'],
  datetime: ['required'],
  time: ['required'],
  email: ['required', 'unique', 'caseSensitive', 'externalId'],
  phone: ['required'],
  url: ['required'],
  picklist: ['values', 'restricted', 'required', 'default'],
  multipicklist: ['values', 'restricted', 'required', 'default'],
  lookup: ['to', 'relationshipName', 'required'],
  masterdetail: ['to', 'relationshipName'],
};

const neededTraits: Partial<Record<CustomFieldType, readonly Traits[]>> = {
  text: ['length'],
  picklist: ['values'],
  multipicklist: ['values'],
  lookup: ['to'],
  masterdetail: ['to', 'relationshipName'],
};

const defaultTypes: Partial<Record<CustomFieldType, 'string' | 'number' | 'boolean'>> = {
  number: 'number',
  currency: 'number',
  percent: 'number',
  checkbox: 'boolean',
};

const lengths: Partial<Record<CustomFieldType, [number, number]>> = { text: [1, 255], longtextarea: [256, 131_072] };
const maxMasterDetails = 2;

/** Throws FILE_INVALID for the first thing that makes no sense; names of objects are put into their own case. */
export function checkObjects(
  objects: readonly ObjectDefinition[],
  { refuse }: Pick<YamlFile<SetupFile>, 'refuse'>,
): void {
  const objectNames = [
    ...standardObjects.filter(mayBeParent).map(({ name }) => name),
    ...objects.map(({ name }) => name),
  ];
  const context: Context = { refuse, objectNames, children: new Set() };
  const seen = new Set<string>();
  for (const [index, object] of objects.entries()) {
    const path = ['objects', index];
    if (seen.has(object.name.toLowerCase())) throw refuse([...path, 'name'], 'is there twice');
    seen.add(object.name.toLowerCase());
    checkObject(object, path, context);
  }
}

/** Of what Setup keeps only users, and the org itself, can be looked up to. */
function mayBeParent({ name, store }: SObject): boolean {
  return store === 'records' || name === 'User' || name === 'Organization';
}

function checkObject(object: ObjectDefinition, path: YamlPath, context: Context): void {
  if (!object.name.endsWith('__c')) checkStandardObject(object, path, context);
  const seen = new Set<string>();
  let masterDetails = 0;
  for (const [index, field] of (object.fields ?? []).entries()) {
    const place = { path: [...path, 'fields', index], object, field };
    if (seen.has(field.name.toLowerCase())) throw context.refuse([...place.path, 'name'], 'is there twice');
    seen.add(field.name.toLowerCase());
    if (field.type === 'masterdetail') masterDetails += 1;
    if (masterDetails > maxMasterDetails)
      throw context.refuse([...place.path, 'type'], 'is masterdetail a third time; an object has at most two');
    checkField(place, context);
  }
}

function checkStandardObject(object: ObjectDefinition, path: YamlPath, { refuse }: Context): void {
  const known = standardObjects.find(({ name }) => name.toLowerCase() === object.name.toLowerCase());
  if (!known) {
    const names = standardObjects.map(({ name }) => name);
    const nearest = findNearestName(object.name, names);
    const hint = nearest
      ? `did you mean "${nearest}"?`
      : `those here are ${names.join(', ')}; a custom object's name ends in __c`;
    throw refuse([...path, 'name'], `is no standard object of this org; ${hint}`);
  }
  if (known.store === 'setup')
    throw refuse([...path, 'name'], `is ${known.name}, which takes no custom fields here yet`);
  for (const key of ['label', 'pluralLabel', 'nameField'] as const) {
    if (object[key] !== undefined) throw refuse([...path, key], 'can be told of custom objects only');
  }
}

function checkField({ path, object, field }: Place, context: Context): void {
  const { refuse } = context;
  const allowed = traitsOf[field.type];
  for (const key of Object.keys(field)) {
    if (key === 'name' || key === 'type' || key === 'label' || allowed.includes(key as Traits)) continue;
    throw refuse([...path, key], `does not go with type ${field.type}, which takes ${allowed.join(', ')}`);
  }
  for (const key of neededTraits[field.type] ?? []) {
    if (field[key] === undefined) throw refuse([...path, key], `is missing: type ${field.type} needs it`);
  }
  checkSize({ path, object, field }, context);
  checkDefault({ path, object, field }, context);
  if (field.type === 'lookup' || field.type === 'masterdetail') checkParent({ path, object, field }, context);
}

function checkSize({ path, field }: Place, { refuse }: Context): void {
  const [least, most] = lengths[field.type] ?? [0, Number.POSITIVE_INFINITY];
  if (field.length !== undefined && (field.length < least || field.length > most)) {
    throw refuse([...path, 'length'], `must be ${least} to ${most} for type ${field.type}`);
  }
  if (field.scale !== undefined && field.scale > (field.precision ?? 18)) {
    throw refuse([...path, 'scale'], 'must not be more than the precision, which counts all digits');
  }
  if (field.caseSensitive && !field.unique) throw refuse([...path, 'caseSensitive'], 'goes with unique: true only');
}

function checkDefault({ path, field }: Place, { refuse }: Context): void {
  checkValues({ path, field }, refuse);
  if (field.default === undefined) return;
  const expected = defaultTypes[field.type] ?? 'string';
  if (typeof field.default !== expected) throw refuse([...path, 'default'], `must be a ${expected}`);
  if (field.type === 'text' && String(field.default).length > (field.length ?? 0)) {
    throw refuse([...path, 'default'], 'is longer than the field');
  }
  if (field.values && !valuesOf(field).includes(String(field.default))) {
    throw refuse([...path, 'default'], `must be one of ${valuesOf(field).join(', ')}`);
  }
}

function checkValues({ path, field }: Pick<Place, 'path' | 'field'>, refuse: Context['refuse']): void {
  const values = valuesOf(field);
  const twice = values.findIndex((value, index) => values.indexOf(value) < index);
  if (twice >= 0) throw refuse([...path, 'values', twice], 'is there twice');
  const split = field.type === 'multipicklist' ? values.findIndex((value) => value.includes(';')) : -1;
  if (split >= 0)
    throw refuse([...path, 'values', split], 'must not hold a semicolon, which stands between chosen values');
  const defaults = (field.values ?? []).filter((value) => typeof value !== 'string' && value.default);
  if (defaults.length > 1) throw refuse([...path, 'values'], 'has more than one default');
}

function valuesOf({ values = [] }: FieldDefinition): string[] {
  return values.map((value) => (typeof value === 'string' ? value : value.value));
}

function checkParent({ path, object, field }: Place, { refuse, objectNames, children }: Context): void {
  const parent = objectNames.find((name) => name.toLowerCase() === field.to?.toLowerCase());
  if (parent === undefined) {
    const nearest = findNearestName(field.to ?? '', objectNames);
    throw refuse([...path, 'to'], `names no object of this org${nearest ? `; did you mean "${nearest}"?` : ''}`);
  }
  field.to = parent;
  if (field.type === 'masterdetail' && !object.name.endsWith('__c')) {
    throw refuse([...path, 'type'], 'must not be masterdetail on a standard object; use lookup');
  }
  if (field.relationshipName === undefined) return;
  const child = `${parent}.${field.relationshipName}`.toLowerCase();
  if (children.has(child)) throw refuse([...path, 'relationshipName'], `is there twice below ${parent}`);
  children.add(child);
}
