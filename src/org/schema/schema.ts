/** What an object and its fields are, and how they are found by name; the one description all of the org works from. */

/** The field types of Salesforce's describe that this org knows. */
export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'picklist'
  | 'multipicklist'
  | 'phone'
  | 'url'
  | 'email'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'reference'
  | 'address';

export type PicklistValue = { value: string; label: string; active: boolean; defaultValue: boolean };

export type Field = {
  /** API name in its canonical case, e.g. `Code__c`. */
  name: string;
  label: string;
  type: FieldType;
  custom: boolean;
  /** Characters, for text types; 18 for ids and references; 0 else. */
  length: number;
  /** Digits in all and after the point, for numbers; 0 else. */
  precision: number;
  scale: number;
  /** May hold null. A field that is neither nillable nor defaulted is required. */
  nillable: boolean;
  /** Filled by the org when left out (booleans, OwnerId, audit fields). */
  defaultedOnCreate: boolean;
  createable: boolean;
  updateable: boolean;
  unique: boolean;
  externalId: boolean;
  /** Compared with case: only for unique fields made so. */
  caseSensitive: boolean;
  /** May name a record in an upsert (external ids, and some standard fields such as Contact.Email). */
  idLookup: boolean;
  nameField: boolean;
  restrictedPicklist: boolean;
  picklistValues: readonly PicklistValue[];
  /** API names of the objects a reference may point to; empty for other types. */
  referenceTo: readonly string[];
  /** Name of the way up, e.g. `Account` or `Country__r`; null for other types. */
  relationshipName: string | null;
  /** Name of the way down at the parent, e.g. `Contacts` or `Cities__r`; null when there is none. */
  childRelationshipName: string | null;
  /** Deleting the parent deletes the rows that refer to it by this field (master-detail). Left out: it does not. */
  cascadeDelete?: boolean;
  /** The parent cannot be deleted while a row refers to it by this field. Left out: so it is for required fields only; else the field is cleared. */
  restrictedDelete?: boolean;
  /** Value for a row that leaves the field out; null when there is none. */
  defaultValue: string | number | boolean | null;
  /** The compound field this one is a part of, e.g. `BillingAddress` or `Name`; null else. */
  compoundFieldName: string | null;
  /**
   * Kept by no column of its own: `address` fields, and `Name` of Contact, Lead and User, which the store fills from the parts
   * (Name of a person has a column, written by the records part on every save).
   */
  calculated: boolean;
  /** Field-level security applies to it, where that cannot be told from the rest: fields a user may read but not write. */
  permissionable?: boolean;
};

export type SObject = {
  name: string;
  label: string;
  labelPlural: string;
  /** First three characters of its ids. */
  keyPrefix: string;
  custom: boolean;
  createable: boolean;
  updateable: boolean;
  deletable: boolean;
  /** Where its table is: `records` (records.sqlite), or `setup` (setup.sqlite, attached under that name, read only). */
  store: 'records' | 'setup';
  fields: readonly Field[];
};

/** A way from a parent down to its children. */
export type ChildRelationship = { name: string | null; childObject: SObject; field: Field };

/**
 * All objects of one org. Names are found in any case, as Salesforce does; what comes back carries the canonical case.
 *
 * The table of an object has the object's API name, its columns the fields' API names (quoted), in these forms:
 * ids and references 18-character TEXT; text TEXT; boolean INTEGER 0 or 1; int INTEGER; double, currency and percent REAL;
 * date TEXT `YYYY-MM-DD`; datetime INTEGER milliseconds since 1970; time TEXT `HH:MM:SS.sssZ`; multipicklist TEXT `a;b`.
 * Fields of type address have no column. Every table has `IsDeleted` INTEGER. Text that is compared or looked up regardless
 * of case goes through the SQL function `fold(text)`, over which unique, external id and name fields have an index.
 */
export type Schema = {
  readonly objects: readonly SObject[];
  findObject(name: string): SObject | undefined;
  findField(object: SObject, name: string): Field | undefined;
  /** The reference field behind a relationship name, e.g. `Account` on Contact, `Country__r` on City__c. */
  findParent(object: SObject, relationshipName: string): Field | undefined;
  childRelationships(object: SObject): readonly ChildRelationship[];
  /** The object whose ids begin with these three characters. */
  findByKeyPrefix(prefix: string): SObject | undefined;
};
