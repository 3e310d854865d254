/** What describe says of one field: all 57 keys of API versions 48 to 68, in the recorded order. */
import { isMasterDetail } from './custom-field.ts';
import { isPermissionable } from './permissionable.ts';
import type { Field, FieldType, PicklistValue, SObject } from './schema.ts';

const soapTypes: Record<FieldType, string> = {
  id: 'tns:ID',
  string: 'xsd:string',
  textarea: 'xsd:string',
  picklist: 'xsd:string',
  multipicklist: 'xsd:string',
  phone: 'xsd:string',
  url: 'xsd:string',
  email: 'xsd:string',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  reference: 'tns:ID',
  address: 'urn:address',
};

/** Longer text areas cannot be filtered, sorted or grouped by in Salesforce. */
const longestComparableText = 255;
const neverGrouped: readonly FieldType[] = [
  'double',
  'currency',
  'percent',
  'datetime',
  'time',
  'multipicklist',
  'address',
];

export function describeField(field: Field, object: SObject): Record<string, unknown> {
  const reference = field.type === 'reference';
  const comparable = isComparable(field);
  return {
    aggregatable: comparable && field.type !== 'boolean' && field.type !== 'multipicklist',
    aiPredictionField: false,
    autoNumber: false,
    byteLength: byteLengthOf(field),
    calculated: false,
    calculatedFormula: null,
    cascadeDelete: field.cascadeDelete ?? false,
    caseSensitive: field.caseSensitive,
    compoundFieldName: field.compoundFieldName,
    controllerName: null,
    createable: field.createable && object.createable,
    custom: field.custom,
    defaultValue: field.type === 'boolean' ? field.defaultValue : null,
    defaultValueFormula: defaultFormulaOf(field),
    defaultedOnCreate: field.defaultedOnCreate,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? field.precision : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    externalId: field.externalId,
    extraTypeInfo: extraTypeOf(field),
    filterable: comparable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: comparable && !neverGrouped.includes(field.type),
    highScaleNumber: false,
    htmlFormatted: false,
    idLookup: field.idLookup,
    inlineHelpText: null,
    label: field.label,
    length: field.length,
    mask: null,
    maskType: null,
    name: field.name,
    nameField: field.nameField,
    namePointing: false,
    nillable: field.nillable,
    permissionable: isPermissionable(field),
    picklistValues: field.picklistValues.map(describePicklistValue),
    polymorphicForeignKey: field.referenceTo.length > 1,
    precision: field.type === 'int' ? 0 : field.precision,
    queryByDistance: false,
    referenceTargetField: null,
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName,
    relationshipOrder: relationshipOrderOf(field, object),
    restrictedDelete: field.restrictedDelete ?? false,
    restrictedPicklist: field.restrictedPicklist,
    scale: field.scale,
    searchPrefilterable: reference,
    soapType: soapTypes[field.type],
    sortable: comparable && field.type !== 'multipicklist',
    type: field.type,
    unique: field.unique,
    updateable: field.updateable && object.updateable,
    writeRequiresMasterRead: false,
  };
}

function isComparable({ type, length }: Field): boolean {
  return type !== 'address' && !(type === 'textarea' && length > longestComparableText);
}

/** Ids have a byte a character, other text up to three. */
function byteLengthOf({ type, length }: Field): number {
  return type === 'id' || type === 'reference' ? length : 3 * length;
}

function defaultFormulaOf({ type, custom, defaultValue, picklistValues }: Field): string | null {
  if (!custom || defaultValue === null || type === 'boolean' || picklistValues.length > 0) return null;
  return typeof defaultValue === 'string' ? JSON.stringify(defaultValue) : String(defaultValue);
}

function extraTypeOf({ type, nameField, calculated, compoundFieldName }: Field): string | null {
  if (type === 'textarea') return 'plaintextarea';
  return compoundFieldName === 'Name' || (nameField && calculated) ? 'personname' : null;
}

function relationshipOrderOf(field: Field, object: SObject): number | null {
  return isMasterDetail(field) ? object.fields.filter(isMasterDetail).indexOf(field) : null;
}

function describePicklistValue({ active, defaultValue, label, value }: PicklistValue) {
  return { active, defaultValue, label, validFor: null, value };
}
