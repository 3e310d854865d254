/** Makes a custom field of each type that the setup file knows. */
import { checkbox, type FieldTraits, field, number, reference, text } from './field.ts';
import type { Field, PicklistValue } from './schema.ts';

/** The words of the setup file for the types of custom fields; those of Salesforce's Setup, in small letters. */
export const customFieldTypes = [
  'text',
  'textarea',
  'longtextarea',
  'number',
  'currency',
  'percent',
  'checkbox',
  'date',
  'datetime',
  'time',
  'email',
  'phone',
  'url',
  'picklist',
  'multipicklist',
  'lookup',
  'masterdetail',
] as const;

export type CustomFieldType = (typeof customFieldTypes)[number];

type PicklistValueDefinition = string | { value: string; label?: string; default?: boolean; active?: boolean };

export type FieldDefinition = {
  name: string;
  type: CustomFieldType;
  label?: string;
  length?: number;
  precision?: number;
  scale?: number;
  required?: boolean;
  unique?: boolean;
  caseSensitive?: boolean;
  externalId?: boolean;
  default?: string | number | boolean;
  values?: readonly PicklistValueDefinition[];
  restricted?: boolean;
  to?: string;
  relationshipName?: string;
};

/** Salesforce's length of a multi-select picklist. */
const multipicklistLength = 4099;
const longTextLength = 32_768;
const numberPrecision = 18;
const scaleOfMoney = 2;

/** The field of a definition that was checked before (org/setup/setup-file.ts). */
export function defineCustomField(definition: FieldDefinition): Field {
  const { name, label = name.replace(/__c$/, '').replaceAll('_', ' ') } = definition;
  return makers[definition.type](name, label, definition);
}

/** A child of such a field belongs to its parent: it cannot be without one, cannot change it and is deleted with it. */
export function isMasterDetail(each: Field): boolean {
  return each.custom && each.type === 'reference' && !each.nillable && !each.updateable;
}

type Maker = (name: string, label: string, definition: FieldDefinition) => Field;

const makers: Record<CustomFieldType, Maker> = {
  text: (name, label, each) => text(name, label, each.length ?? 255, keys(each)),
  textarea: (name, label, each) => text(name, label, 255, { type: 'textarea', ...traits(each) }),
  longtextarea: (name, label, each) =>
    text(name, label, each.length ?? longTextLength, { type: 'textarea', ...traits(each) }),
  number: (name, label, each) => number(name, label, 'double', digits(each, 0), keys(each)),
  currency: (name, label, each) => number(name, label, 'currency', digits(each, scaleOfMoney), traits(each)),
  percent: (name, label, each) => number(name, label, 'percent', digits(each, scaleOfMoney), traits(each)),
  checkbox: (name, label, each) => checkbox(name, label, { custom: true, defaultValue: each.default ?? false }),
  date: (name, label, each) => field(name, label, 'date', traits(each)),
  datetime: (name, label, each) => field(name, label, 'datetime', traits(each)),
  time: (name, label, each) => field(name, label, 'time', traits(each)),
  email: (name, label, each) => text(name, label, 80, { type: 'email', ...keys(each) }),
  phone: (name, label, each) => text(name, label, 40, { type: 'phone', ...traits(each) }),
  url: (name, label, each) => text(name, label, 255, { type: 'url', ...traits(each) }),
  picklist: (name, label, each) => field(name, label, 'picklist', { length: 255, ...choices(each) }),
  multipicklist: (name, label, each) =>
    field(name, label, 'multipicklist', { length: multipicklistLength, ...choices(each) }),
  lookup: (name, label, each) => parent(name, label, each, requirement(each)),
  masterdetail: (name, label, each) =>
    parent(name, label, each, { nillable: false, updateable: false, cascadeDelete: true }),
};

function traits({ required = false, default: given }: FieldDefinition): FieldTraits {
  const defaultValue = given ?? null;
  return { custom: true, nillable: !required, defaultValue, defaultedOnCreate: defaultValue !== null };
}

function keys(each: FieldDefinition): FieldTraits {
  const { unique = false, externalId = false, caseSensitive = false } = each;
  return { ...traits(each), unique, externalId, caseSensitive: unique && caseSensitive, idLookup: externalId };
}

function digits({ precision = numberPrecision, scale }: FieldDefinition, usualScale: number): [number, number] {
  return [precision, Math.min(scale ?? usualScale, precision)];
}

function choices(each: FieldDefinition): FieldTraits {
  const values = (each.values ?? []).map(choiceOf);
  const chosen = each.default ?? values.find((value) => value.defaultValue)?.value ?? null;
  return {
    ...traits(each),
    defaultValue: chosen,
    defaultedOnCreate: chosen !== null,
    restrictedPicklist: each.restricted ?? true,
    picklistValues: values.map((value) => ({ ...value, defaultValue: value.value === chosen })),
  };
}

function choiceOf(definition: PicklistValueDefinition): PicklistValue {
  if (typeof definition === 'string')
    return { value: definition, label: definition, active: true, defaultValue: false };
  const { value, label = value, active = true, default: isDefault = false } = definition;
  return { value, label, active, defaultValue: isDefault };
}

function parent(name: string, label: string, each: FieldDefinition, more: FieldTraits): Field {
  const relationship = name.replace(/__c$/, '__r');
  const child = each.relationshipName === undefined ? {} : { child: `${each.relationshipName}__r` };
  return reference(name, label, { to: each.to ?? '', relationship, ...child }, { custom: true, ...more });
}

/** A lookup that every row must have keeps its parent from being deleted; another one is cleared. */
function requirement({ required = false }: FieldDefinition): FieldTraits {
  return required ? { nillable: false, restrictedDelete: true } : {};
}
