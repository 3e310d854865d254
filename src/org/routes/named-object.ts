/** Finds the object and the fields that a path or a parameter names, in any case. */
import type { Field, SObject } from '../schema/index.ts';
import { type Call, type OrgParts, param } from './call.ts';
import { externalIdFieldNotFound, refuse, resourceNotFound } from './refusals.ts';

/** The object of the path; throws 404. */
export function getObject(call: Call, org: OrgParts): SObject {
  const object = org.records.schema.findObject(param(call, 'object'));
  if (object === undefined) throw resourceNotFound();
  return object;
}

/** A field that may name a record: an external id, one that Salesforce lets look up, or Id; throws 404. */
export function getLookupField(org: OrgParts, object: SObject, name: string): Field {
  const field = org.records.schema.findField(object, name);
  if (field === undefined || !(field.externalId || field.idLookup || field.type === 'id'))
    throw externalIdFieldNotFound(name);
  return field;
}

/** The fields of `A,B,C`, which must be the object's own, in canonical case. */
export function getFieldNames(org: OrgParts, object: SObject, names: readonly string[]): string[] {
  return names.map((name) => {
    const field = org.records.schema.findField(object, name);
    if (field === undefined)
      throw refuse(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    return field.name;
  });
}

export function splitList(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
