/** Reads a CustomField into a field of the setup file; one of a type the box has not is left out whole. */
import { findNearestName } from '../../base/index.ts';
import { type CustomFieldType, type FieldDefinition, standardObjects } from '../schema/index.ts';
import { defaultOfFormula } from './default-formula.ts';
import type { ElementReader } from './element-reader.ts';
import { fieldElements, fieldTypeWords, findFieldType, otherFieldTypes, unseenFieldElements } from './field-words.ts';
import { placesByName } from './place.ts';
import { findMissingSet, readValues } from './read-picklist.ts';
import type { ReadWork } from './read-work.ts';
import { isPackaged } from './source-kinds.ts';

/** What a field says beside its name, type and label; undefined values are dropped. */
type Traits = { [Key in keyof FieldDefinition]?: FieldDefinition[Key] | undefined };

/** `objectName` is that of the folder; `fileName` what the field must be called, undefined for one inside an object's file. */
export function readField(
  read: ElementReader,
  { objectName, fileName, work }: { objectName: string; fileName: string | undefined; work: ReadWork },
): FieldDefinition | undefined {
  const name = read.word('fullName') ?? fileName ?? read.needWord('fullName');
  if (fileName !== undefined && name !== fileName)
    throw read.refuse('fullName', `is ${name}, but the file is called ${fileName}`);
  const type = typeOf(read, `${objectName}.${name}`, work);
  if (type === undefined) {
    work.withoutField(objectName, name);
    return undefined;
  }
  const given = { label: read.text('label'), ...traitsOf(read, type, { name: `${objectName}.${name}`, work }) };
  const field: FieldDefinition = { name, type, ...defined(given) };
  work.places.set(field, placesByName([read], fieldElements));
  if (field.values) work.places.set(field.values, placesByName([read], {}));
  // Every file has them, and they are of pages alone.
  for (const name of ['relationshipLabel', 'visibleLines']) read.word(name);
  read.end('fields', unseenFieldElements);
  return field;
}

/** The type, when the box has it and all that such a field needs. */
function typeOf(read: ElementReader, name: string, work: ReadWork): CustomFieldType | undefined {
  const leave = (what: string, why: string) => {
    work.leftOut.add(what, why, { name, file: read.file, line: read.element.line });
    return undefined;
  };
  if (!name.endsWith('__c')) return leave('changed standard fields', 'those of the org in a box stay as they are');
  const word = read.needWord('type');
  if (read.word('formula') !== undefined) return leave('formula fields', 'the org in a box works out no formulas');
  const type = findFieldType(word);
  if (type === undefined && !otherFieldTypes.includes(word)) throw read.refuse('type', unknownType(word));
  if (type === undefined) return leave(`fields of type ${word}`, 'the org in a box has no such type');
  const to = read.word('referenceTo');
  if (to !== undefined && (isPackaged(to) || (!to.endsWith('__c') && !mayBeParent(to))))
    return leave(`${word} fields to ${to}`, 'the org in a box has no such object');
  const set = findMissingSet(read, work);
  if (set !== undefined) return leave(`fields with the global value set ${set}`, 'the project does not have that set');
  return type;
}

function unknownType(word: string): string {
  const words = [...Object.values(fieldTypeWords), ...otherFieldTypes];
  const nearest = findNearestName(word, words);
  return `is ${word}, which is no type of Salesforce; ${nearest ? `did you mean ${nearest}?` : `those are ${words.join(', ')}`}`;
}

/** Of what Setup keeps only users and the org itself can be looked up to. */
function mayBeParent(name: string): boolean {
  const object = standardObjects.find((each) => each.name.toLowerCase() === name.toLowerCase());
  return object?.store === 'records' || object?.name === 'User' || object?.name === 'Organization';
}

type Named = { name: string; work: ReadWork };

function traitsOf(read: ElementReader, type: CustomFieldType, named: Named): Traits {
  const readKeys = () => ({ required: unlessFalse(read.flag('required')), ...readUnique(read) });
  const readDigits = () => ({ precision: read.number('precision'), scale: read.number('scale') });
  switch (type) {
    case 'text':
    case 'longtextarea':
      return { length: read.number('length'), ...readKeys(), ...readDefault(read, type, named) };
    case 'number':
    case 'currency':
    case 'percent':
      return { ...readDigits(), ...readKeys(), ...readDefault(read, type, named) };
    case 'picklist':
    case 'multipicklist':
      return { ...readKeys(), ...readValues(read, named) };
    case 'lookup':
    case 'masterdetail':
      return readParent(read, type, named);
    default:
      return { ...readKeys(), ...readDefault(read, type, named) };
  }
}

function readUnique(read: ElementReader): Traits {
  const unique = unlessFalse(read.flag('unique'));
  const caseSensitive = unlessFalse(read.flag('caseSensitive'));
  return { unique, externalId: unlessFalse(read.flag('externalId')), caseSensitive: unique && caseSensitive };
}

const typesWithDefault: readonly CustomFieldType[] = [
  'text',
  'textarea',
  'longtextarea',
  'number',
  'currency',
  'percent',
  'checkbox',
];

function readDefault(read: ElementReader, type: CustomFieldType, { name, work }: Named): Traits {
  const formula = read.text('defaultValue');
  if (formula === undefined) return {};
  const value = typesWithDefault.includes(type) ? defaultOfFormula(type, formula) : undefined;
  if (value !== undefined) return { default: value };
  const place = { name, file: read.file, line: read.element.line };
  work.leftOut.add('default values', 'only plain values of text, number and checkbox fields are known here', place);
  return {};
}

/** Whoever deletes a parent is refused when the child's field is required; else the field is cleared. */
function readParent(read: ElementReader, type: CustomFieldType, { name, work }: Named): Traits {
  const required = unlessFalse(read.flag('required'));
  const constraint = read.word('deleteConstraint');
  const usual = required ? 'Restrict' : 'SetNull';
  const place = { name, file: read.file, line: read.element.line };
  if (type === 'lookup' && constraint !== undefined && constraint !== usual)
    work.leftOut.add(
      `<deleteConstraint>${constraint}</deleteConstraint>`,
      `such a field has ${usual} in the org in a box`,
      place,
    );
  for (const flag of ['reparentableMasterDetail', 'writeRequiresMasterRead'])
    if (read.flag(flag)) work.leftOut.add(`<${flag}>`, 'the org in a box has no such thing', place);
  read.number('relationshipOrder');
  return {
    to: read.word('referenceTo'),
    relationshipName: read.word('relationshipName'),
    required: type === 'lookup' ? required : undefined,
  };
}

function unlessFalse(flag: boolean | undefined): true | undefined {
  return flag || undefined;
}

function defined(values: Traits): Omit<FieldDefinition, 'name' | 'type'> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
