/** Finds the object and the fields that a path or a parameter names, in any case. */
import type { Field, SObject } from '../schema/index.ts';
import { type Call, param } from './call.ts';
import { externalIdFieldNotFound, refuse, resourceNotFound } from './refusals.ts';

/** The object of the path; throws 404, also for one that the user may not read. */
export function getObject(call: Call): SObject {
  const object = call.access.schema.findObject(param(call, 'object'));
  if (object === undefined) throw resourceNotFound();
  return object;
}

/** A field that may name a record: an external id, one that Salesforce lets look up, or Id; throws 404. */
export function getLookupField({ access }: Call, object: SObject, name: string): Field {
  const field = access.schema.findField(object, name);
  if (field === undefined || !(field.externalId || field.idLookup || field.type === 'id'))
    throw externalIdFieldNotFound(name);
  return field;
}

/** The fields of `A,B,C`, which must be the object's own, in canonical case. */
export function getFieldNames({ access }: Call, object: SObject, names: readonly string[]): string[] {
  return names.map((name) => {
    const field = access.schema.findField(object, name);
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
