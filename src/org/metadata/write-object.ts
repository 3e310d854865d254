/** Writes objects of a setup file as CustomObject and CustomField files. */
import { type FieldDefinition, pluralOf } from '../schema/index.ts';
import type { ObjectSetup } from '../setup/index.ts';
import { formulaOfDefault } from './default-formula.ts';
import { fieldTypeWords } from './field-words.ts';
import type { ProjectFile } from './project-file.ts';
import type { XmlParts } from './xml-text.ts';

const sharingModels = { Private: 'Private', PublicReadOnly: 'Read', PublicReadWrite: 'ReadWrite' } as const;

/** What every org has where nothing was said. */
const usualSharing = 'ReadWrite';
/** As many lines of a long text as Setup shows when nobody says. */
const visibleLines = 3;
const multipicklistLines = 4;
const numberDigits = { precision: 18, scale: 0 };
const moneyDigits = { precision: 18, scale: 2 };
const longTextLength = 32_768;

export function writeObject(object: ObjectSetup): ProjectFile[] {
  const { name, fields = [] } = object;
  const head = headOf(object);
  const masters = fields.filter(({ type }) => type === 'masterdetail').map((field) => field.name);
  return [
    ...(head
      ? [{ type: 'CustomObject', member: name, path: `objects/${name}/${name}.object-meta.xml`, parts: head }]
      : []),
    ...fields.map((field) => ({
      type: 'CustomField',
      member: `${name}.${field.name}`,
      path: `objects/${name}/fields/${field.name}.field-meta.xml`,
      parts: fieldParts(field, masters.indexOf(field.name)),
    })),
  ];
}

/** Of a standard object only its sharing is said, if anything. */
function headOf({ name, label, pluralLabel, nameField, sharing, fields = [] }: ObjectSetup): XmlParts | undefined {
  const model = sharing && sharingModels[sharing];
  if (!name.endsWith('__c')) return model && { sharingModel: model };
  const own = label ?? labelOfName(name);
  const isChild = fields.some(({ type }) => type === 'masterdetail');
  return {
    deploymentStatus: 'Deployed',
    label: own,
    nameField: { label: nameField?.label ?? `${own} Name`, type: 'Text' },
    pluralLabel: pluralLabel ?? pluralOf(own),
    sharingModel: isChild ? 'ControlledByParent' : (model ?? usualSharing),
  };
}

function labelOfName(name: string): string {
  return name.replace(/__c$/, '').replaceAll('_', ' ');
}

function fieldParts(field: FieldDefinition, masterOrder: number): XmlParts {
  const { name, type, label = labelOfName(name) } = field;
  return { fullName: name, label, type: fieldTypeWords[type], ...traitsOf(field, masterOrder) };
}

function traitsOf(field: FieldDefinition, masterOrder: number): XmlParts {
  const { type, length } = field;
  const all = { ...keysOf(field), defaultValue: defaultOf(field) };
  switch (type) {
    case 'text':
      return { ...all, length };
    case 'longtextarea':
      return { defaultValue: all.defaultValue, length: length ?? longTextLength, visibleLines };
    case 'number':
      return { ...all, ...digitsOf(field, numberDigits) };
    case 'currency':
    case 'percent':
      return { ...all, ...digitsOf(field, moneyDigits) };
    case 'checkbox':
      return { defaultValue: all.defaultValue ?? 'false' };
    case 'picklist':
    case 'multipicklist':
      return { required: field.required ?? false, valueSet: valueSetOf(field), ...linesOf(field) };
    case 'lookup':
    case 'masterdetail':
      return parentOf(field, masterOrder);
    default:
      return all;
  }
}

function keysOf({ required = false, unique, caseSensitive, externalId }: FieldDefinition): XmlParts {
  return {
    required,
    unique: unique || undefined,
    caseSensitive: caseSensitive || undefined,
    externalId: externalId || undefined,
  };
}

function defaultOf({ type, default: given }: FieldDefinition): string | undefined {
  return given === undefined ? undefined : formulaOfDefault(type, given);
}

function digitsOf({ precision, scale }: FieldDefinition, usual: { precision: number; scale: number }): XmlParts {
  const digits = precision ?? usual.precision;
  return { precision: digits, scale: Math.min(scale ?? usual.scale, digits) };
}

function linesOf({ type }: FieldDefinition): XmlParts {
  return type === 'multipicklist' ? { visibleLines: multipicklistLines } : {};
}

/** The default is that of the field, or the value that says so of itself. */
function valueSetOf({ values = [], restricted = true, default: given }: FieldDefinition): XmlParts {
  const value = values.map((each) => {
    const { value: fullName, label, default: chosen, active } = typeof each === 'string' ? { value: each } : each;
    const isDefault = given === undefined ? (chosen ?? false) : fullName === given;
    return { fullName, default: isDefault, label: label ?? fullName, isActive: active === false ? false : undefined };
  });
  return { restricted, valueSetDefinition: { sorted: false, value } };
}

function parentOf(field: FieldDefinition, masterOrder: number): XmlParts {
  const { type, to, relationshipName, required = false } = field;
  const parts = { referenceTo: to, relationshipLabel: relationshipName?.replaceAll('_', ' '), relationshipName };
  if (type === 'masterdetail')
    return {
      ...parts,
      relationshipOrder: masterOrder,
      reparentableMasterDetail: false,
      writeRequiresMasterRead: false,
    };
  return { ...parts, deleteConstraint: required ? 'Restrict' : 'SetNull', required };
}
