/** Makes fields of each type with what Salesforce's describe says of that type, so that an object reads as a list. */
import type { Field, FieldType, PicklistValue } from './schema.ts';

/** What may be told of a field beside its name, label and type. */
export type FieldTraits = Partial<Omit<Field, 'name' | 'label' | 'type'>>;

const plain: Omit<Field, 'name' | 'label' | 'type'> = {
  custom: false,
  length: 0,
  precision: 0,
  scale: 0,
  nillable: true,
  defaultedOnCreate: false,
  createable: true,
  updateable: true,
  unique: false,
  externalId: false,
  caseSensitive: false,
  idLookup: false,
  nameField: false,
  restrictedPicklist: false,
  picklistValues: [],
  referenceTo: [],
  relationshipName: null,
  childRelationshipName: null,
  defaultValue: null,
  compoundFieldName: null,
  calculated: false,
};

/** Written by the org alone. */
export const readOnly = { createable: false, updateable: false } as const satisfies FieldTraits;

export function field(name: string, label: string, type: FieldType, traits: FieldTraits = {}): Field {
  return { ...plain, name, label, type, ...traits };
}

/** Text of at most `length` characters, of the given type: string, textarea, phone, url, email. */
export function text(
  name: string,
  label: string,
  length: number,
  traits: FieldTraits & { type?: FieldType } = {},
): Field {
  const { type = 'string', ...rest } = traits;
  return field(name, label, type, { length, ...rest });
}

export function phone(name: string, label: string): Field {
  return text(name, label, 40, { type: 'phone' });
}

/** A number of `precision` digits in all, `scale` of them behind the point. */
export function number(
  name: string,
  label: string,
  type: FieldType,
  digits: [number, number],
  traits: FieldTraits = {},
): Field {
  return field(name, label, type, { precision: digits[0], scale: digits[1], ...traits });
}

export function checkbox(name: string, label: string, traits: FieldTraits = {}): Field {
  return field(name, label, 'boolean', { nillable: false, defaultedOnCreate: true, defaultValue: false, ...traits });
}

/** A value of a picklist, with its label where that is another. */
export type Choice = string | { value: string; label: string };

export function picklist(name: string, label: string, values: readonly Choice[], traits: FieldTraits = {}): Field {
  return field(name, label, 'picklist', {
    length: 255,
    picklistValues: picklistValues(values, traits.defaultValue),
    ...traits,
  });
}

function picklistValues(choices: readonly Choice[], defaultValue: Field['defaultValue'] = null): PicklistValue[] {
  return choices.map((choice) => {
    const { value, label } = typeof choice === 'string' ? { value: choice, label: choice } : choice;
    return { value, label, active: true, defaultValue: value === defaultValue };
  });
}

/** A way up: `AccountId` with the relationship `Account`, and `child`, the name of the way down at the parent. */
export function reference(
  name: string,
  label: string,
  parent: { to: string; relationship: string; child?: string },
  traits: FieldTraits = {},
): Field {
  return field(name, label, 'reference', {
    length: 18,
    referenceTo: [parent.to],
    relationshipName: parent.relationship,
    childRelationshipName: parent.child ?? null,
    ...traits,
  });
}
