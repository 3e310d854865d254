/** Makes custom objects and custom fields from their definitions in the setup file. */
import { defineCustomField, type FieldDefinition, isMasterDetail } from './custom-field.ts';
import { text } from './field.ts';
import { pluralOf } from './plural-label.ts';
import type { Field, SObject } from './schema.ts';
import { activityFields, auditFields, idField, isDeletedField, ownerField } from './standard/system-fields.ts';

export type ObjectDefinition = {
  /** A custom object (`City__c`), or a standard one to which custom fields are added. */
  name: string;
  label?: string;
  pluralLabel?: string;
  /** The field `Name` of a custom object. */
  nameField?: { label?: string; length?: number };
  fields?: readonly FieldDefinition[];
};

const maxNameLength = 80;

/**
 * A custom object with its system fields: Id, IsDeleted, Name, OwnerId (not below a master-detail parent), audit fields.
 * `Name` may be left out by a client: the org then fills it with the record's id, as Salesforce does.
 */
export function defineCustomObject(definition: ObjectDefinition, keyPrefix: string): SObject {
  const { name, label = labelOf(name), pluralLabel = pluralOf(label), nameField = {} } = definition;
  const custom = (definition.fields ?? []).map(defineCustomField);
  return {
    name,
    label,
    labelPlural: pluralLabel,
    keyPrefix,
    custom: true,
    createable: true,
    updateable: true,
    deletable: true,
    store: 'records',
    fields: [
      idField('Record ID'),
      ...(custom.some(isMasterDetail) ? [] : [ownerField()]),
      isDeletedField,
      nameOf(label, nameField),
      ...auditFields,
      ...activityFields,
      ...custom,
    ],
  };
}

function nameOf(objectLabel: string, { label = `${objectLabel} Name`, length = maxNameLength }): Field {
  return text('Name', label, length, { nameField: true, defaultedOnCreate: true, idLookup: true });
}

/** The same object with custom fields behind its own. */
export function addCustomFields(object: SObject, definitions: readonly FieldDefinition[]): SObject {
  return { ...object, fields: [...object.fields, ...definitions.map(defineCustomField)] };
}

/** `Big_City__c` is called "Big City" when it has no label of its own. */
function labelOf(name: string): string {
  return name.replace(/__c$/, '').replaceAll('_', ' ');
}

/** Key prefixes of custom objects in the order they were made: a00, a01, ... a0Z, a0a, ... azz. */
export function customKeyPrefix(number: number): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return `a${digits[Math.floor(number / 62)] ?? ''}${digits[number % 62] ?? ''}`;
}
