/** Holds a planned mapping against the describe of its object, before a row is read. */
import { findNearestName, SluiceError } from '../base/index.ts';
import type { FieldDescribe, Salesforce, SObjectDescribe } from '../salesforce/index.ts';
import { findField, findLookup, parseParentColumn } from './record-json.ts';
import type { Operation } from './run-context.ts';

export type TargetCheck = {
  salesforce: Salesforce;
  describe: SObjectDescribe;
  operation: Operation;
  externalId: string | null;
  keyField: string | null;
  header: readonly string[];
  signal: AbortSignal;
};

const rightsOf = {
  insert: ['createable'],
  update: ['updateable'],
  upsert: ['createable', 'updateable'],
  delete: ['deletable'],
} as const;

/** Errors: TARGET_NOT_WRITABLE, TARGET_FIELD_MISSING, TARGET_FIELD_NOT_WRITABLE, EXTERNAL_ID_INVALID. */
export async function checkTarget(check: TargetCheck): Promise<void> {
  const { describe, operation, header } = check;
  for (const right of rightsOf[operation]) {
    if (describe[right] === false)
      throw new SluiceError('TARGET_NOT_WRITABLE', { object: describe.name, operation, right });
  }
  checkExternalId(check);
  checkKey(check);
  for (const column of header) await checkColumn(check, column);
}

function checkExternalId({ describe, operation, externalId, header }: TargetCheck): void {
  if (operation !== 'upsert' || externalId === null) return;
  const field = findField(describe, externalId);
  if (!field) throw missingField(describe, externalId);
  const refuse = (reason: string, hint: string) =>
    new SluiceError('EXTERNAL_ID_INVALID', { object: describe.name, field: field.name, reason, hint });
  if (!isKey(field))
    throw refuse(
      'it is neither Id nor an external id',
      'Tick "External ID" on the field, or name a field that has it.',
    );
  if (!header.some((name) => same(name, externalId)))
    throw refuse('the mapping does not fill it', `Add ${field.name} to the mapping.`);
}

function checkKey({ describe, keyField, header }: TargetCheck): void {
  if (keyField === null || header.some((name) => same(name, keyField))) return;
  const reason = 'the interface names it as key, and the mapping does not fill it';
  throw new SluiceError('EXTERNAL_ID_INVALID', {
    object: describe.name,
    field: keyField,
    reason,
    hint: `Add ${keyField} to the mapping, or name as key one of: ${header.join(', ')}.`,
  });
}

async function checkColumn(check: TargetCheck, column: string): Promise<void> {
  const { describe, operation, externalId } = check;
  if (same(column, 'Id')) return;
  if (column.includes('.')) return await checkParent(check, column);
  const field = findField(describe, column);
  if (!field) throw missingField(describe, column);
  if (operation !== 'upsert' || !same(column, externalId ?? '')) checkWritable(check, field);
  else if (!field.createable) throw notWritable(check, field, 'createable');
}

/** A master-detail field that cannot be changed is createable only; upsert may name it all the same. */
function checkWritable(check: TargetCheck, field: FieldDescribe): void {
  const rights =
    check.operation === 'upsert' && field.type === 'reference'
      ? (['createable'] as const)
      : fieldRights(check.operation);
  for (const right of rights) if (!field[right]) throw notWritable(check, field, right);
}

function fieldRights(operation: Operation): readonly ('createable' | 'updateable')[] {
  return operation === 'delete' ? [] : rightsOf[operation];
}

async function checkParent(check: TargetCheck, column: string): Promise<void> {
  const { describe, salesforce, signal } = check;
  const { type, relationship, field: name } = parseParentColumn(column);
  const lookup = findLookup(describe, relationship);
  if (!lookup) throw missingRelationship(describe, relationship);
  checkWritable(check, lookup);
  const parent = type ?? (lookup.referenceTo.length === 1 ? lookup.referenceTo[0] : undefined);
  if (parent === undefined) return;
  const parentDescribe = await salesforce.describe(parent, { signal });
  const field = findField(parentDescribe, name);
  if (!field) throw missingField(parentDescribe, name);
  if (isKey(field)) return;
  const reason = 'it is neither Id nor an external id, so that no parent can be found by it';
  throw new SluiceError('EXTERNAL_ID_INVALID', {
    object: parent,
    field: field.name,
    reason,
    hint: 'Tick "External ID" on the field, or name a field that has it.',
  });
}

function isKey(field: FieldDescribe): boolean {
  return field.type === 'id' || field.externalId || field.idLookup;
}

function missingField(describe: SObjectDescribe, field: string): SluiceError {
  return new SluiceError('TARGET_FIELD_MISSING', {
    object: describe.name,
    field,
    hint: hintFor(
      field,
      describe.fields.map(({ name }) => name),
    ),
  });
}

function missingRelationship(describe: SObjectDescribe, relationship: string): SluiceError {
  const names = describe.fields.map(({ relationshipName }) => relationshipName).filter((name) => name !== null);
  return new SluiceError('TARGET_FIELD_MISSING', {
    object: describe.name,
    field: relationship,
    hint: hintFor(relationship, names),
  });
}

function hintFor(name: string, names: readonly string[]): string {
  const nearest = findNearestName(name, names);
  const rights = 'give the run-as user read access to it by a permission set';
  return nearest
    ? `Did you mean ${nearest}? Otherwise create the field, or ${rights}.`
    : `Create the field, or ${rights}.`;
}

function notWritable({ describe, operation }: TargetCheck, field: FieldDescribe, right: string): SluiceError {
  return new SluiceError('TARGET_FIELD_NOT_WRITABLE', { object: describe.name, field: field.name, operation, right });
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
