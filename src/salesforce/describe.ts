/** What an object is made of, as this user sees it. */

import { SluiceError } from '../base/index.ts';
import { objectIn, type Rest } from './rest.ts';
import { SalesforceError } from './salesforce-error.ts';

/** The part of a field's describe that Sluice uses; the rest is there too, as sent. */
export type FieldDescribe = {
  name: string;
  label: string;
  type: string;
  length: number;
  precision: number;
  scale: number;
  nillable: boolean;
  createable: boolean;
  updateable: boolean;
  defaultedOnCreate: boolean;
  externalId: boolean;
  idLookup: boolean;
  unique: boolean;
  restrictedPicklist: boolean;
  picklistValues: readonly { value: string; label: string; active: boolean }[];
  referenceTo: readonly string[];
  relationshipName: string | null;
};

export type SObjectDescribe = {
  name: string;
  label: string;
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  queryable: boolean;
  fields: readonly FieldDescribe[];
};

/** `GET /sobjects/X/describe` (REST guide). Throws OBJECT_NOT_FOUND. */
export async function describeObject(
  rest: Rest,
  object: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<SObjectDescribe> {
  const path = rest.path(`/sobjects/${encodeURIComponent(object)}/describe`);
  const answer = await rest.ask({ method: 'GET', path, signal }).catch((cause: unknown) => {
    if (!(cause instanceof SalesforceError) || cause.status !== 404) throw cause;
    throw new SluiceError('OBJECT_NOT_FOUND', { object }, { cause });
  });
  const described = objectIn(answer, { what: `describe of ${object}` });
  if (Array.isArray(described.fields)) return described as SObjectDescribe;
  throw new SluiceError('ANSWER_INVALID', { what: `describe of ${object}`, reason: 'it has no fields' });
}
