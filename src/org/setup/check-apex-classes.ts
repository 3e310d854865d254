/** Says what makes no sense in the Apex classes of a setup file, at its place. */
import { findNearestName, type YamlFile, type YamlPath } from '../../base/index.ts';
import type { Field, Schema, SObject } from '../schema/index.ts';
import type { ApexClassSetup, SetupFile } from './setup-schema.ts';

type Context = { refuse: YamlFile<SetupFile>['refuse']; schema: Schema };

/** Methods of a class that saves records: those that have a body. */
const savingMethods: readonly string[] = ['POST', 'PUT', 'PATCH'];

/** Throws FILE_INVALID for the first thing that makes no sense. */
export function checkApexClasses(classes: readonly ApexClassSetup[], context: Context): void {
  refuseTwice(classes, 'name', context);
  refuseTwice(classes, 'urlMapping', context);
  for (const [index, apexClass] of classes.entries()) checkApexClass(apexClass, ['apexClasses', index], context);
}

/** Names mind no case, paths do. */
function refuseTwice(classes: readonly ApexClassSetup[], key: 'name' | 'urlMapping', { refuse }: Context): void {
  const seen = new Set<string>();
  for (const [index, { [key]: value }] of classes.entries()) {
    if (value === undefined) continue;
    const folded = key === 'name' ? value.toLowerCase() : value;
    if (seen.has(folded)) throw refuse(['apexClasses', index, key], 'is there twice');
    seen.add(folded);
  }
}

function checkApexClass({ urlMapping, methods, records }: ApexClassSetup, path: YamlPath, context: Context): void {
  const { refuse } = context;
  if (urlMapping !== undefined && methods === undefined)
    throw refuse([...path, 'methods'], 'is missing: say which methods the class answers at its urlMapping');
  if (urlMapping === undefined && (methods ?? records) !== undefined)
    throw refuse([...path, 'urlMapping'], 'is missing: say at which path the class answers');
  if (records === undefined) return;
  const wrong = methods?.findIndex((method) => !savingMethods.includes(method)) ?? -1;
  if (wrong >= 0)
    throw refuse([...path, 'methods', wrong], `does not go with records, which takes ${savingMethods.join(', ')}`);
  checkRecords(records, [...path, 'records'], context);
}

type RecordsSetup = NonNullable<ApexClassSetup['records']>;

function checkRecords({ object: name, externalId }: RecordsSetup, path: YamlPath, { refuse, schema }: Context): void {
  const saved = schema.objects.filter(({ store }) => store === 'records');
  const object = saved.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (object === undefined) throw refuse([...path, 'object'], `names no object of this org${meant(name, saved)}`);
  if (externalId === undefined) return;
  const field = schema.findField(object, externalId);
  if (field !== undefined && mayNameRecord(field)) return;
  const fields = object.fields.filter(mayNameRecord);
  throw refuse([...path, 'externalId'], `is no external id of ${object.name}${meant(externalId, fields)}`);
}

function mayNameRecord({ externalId, idLookup, type }: Field): boolean {
  return externalId || idLookup || type === 'id';
}

function meant(name: string, all: readonly Pick<SObject | Field, 'name'>[]): string {
  const nearest = findNearestName(
    name,
    all.map((each) => each.name),
  );
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}
