/** For tests: what an org says of an object, field by field. */
import type { FieldDescribe, SObjectDescribe } from '../../salesforce/index.ts';

export function field(name: string, type: string, more: Partial<FieldDescribe> = {}): FieldDescribe {
  return {
    ...{
      name,
      type,
      label: name,
      length: 0,
      precision: 0,
      scale: 0,
      nillable: true,
      createable: true,
      updateable: true,
    },
    ...{ defaultedOnCreate: false, externalId: false, idLookup: false, unique: false, restrictedPicklist: false },
    ...{ picklistValues: [], referenceTo: [], relationshipName: null },
    ...more,
  };
}

export const objectOf = (name: string, fields: FieldDescribe[]): SObjectDescribe => ({
  ...{ name, label: name, createable: true, updateable: true, deletable: true, queryable: true },
  fields,
});
