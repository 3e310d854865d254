/** Turns a mapping into the header of the CSV and one cell for each column of it, or says what is wrong with it and where. */
import { findNearestName, SluiceError } from '../base/index.ts';
import { outlineFormula } from './formula/index.ts';
import type { FieldSource, Mapping } from './mapping-schema.ts';

/** What a null becomes: cleared in Salesforce, left as it is there, or a fixed text. */
export type MappedNulls = 'clear' | 'keep' | { default: string };

/** Fits the cells that a database adapter reads. */
export type ReadCell = { column: string; nulls: MappedNulls } | { constant: string | null; nulls: MappedNulls };

/** Value to value, as texts; null is a null. */
export type ValueMap = {
  values: ReadonlyMap<string, string | null>;
  otherwise: 'reject' | 'keep' | { default: string | null };
};

/** A cell that is made row by row: by a formula, a value map, or both. */
export type ComputedCell = {
  from: { formula: string } | { column: string };
  map: ValueMap | null;
  nulls: MappedNulls;
};

export type MappedCell = ReadCell | ComputedCell;

export const isComputed = (cell: MappedCell): cell is ComputedCell => 'from' in cell;

/** Where a column of the CSV goes, for the check against the object's describe. */
export type MappedTarget = {
  /** API name as written in the mapping. */
  field: string;
  /** Set when the row names its parent by an external id; `type` only where several objects may be the parent. */
  parent: { relationship: string; externalId: string; type: string | null } | null;
};

/** All three in the same order. */
export type MappingPlan = {
  /** Column names as Bulk API 2.0 takes them: `Name`, `Country__r.Code__c`, `Lead:Who.Ext__c`. */
  header: readonly string[];
  cells: readonly MappedCell[];
  targets: readonly MappedTarget[];
};

export type MappingRules = {
  operation?: 'insert' | 'update' | 'upsert' | 'delete';
  /** The field that names records in an upsert; it must be mapped. */
  externalId?: string | undefined;
  /** For fields that say nothing about nulls. */
  defaultNulls: 'clear' | 'keep';
};

/** Bulk API 2.0's null; a text of this form would be taken for it. */
const nullMark = '#N/A';

/**
 * The plan of a mapping that fits the schema.
 *
 * @throws SluiceError MAPPING_INVALID; `values.where` is the field, `values.reason` what is wrong with it.
 * @example planMapping({ Name: 'name', Country__c: { parent: 'Country__r', externalId: 'Code__c', column: 'country' } }, { defaultNulls: 'clear' })
 */
export function planMapping(mapping: Mapping, rules: MappingRules): MappingPlan {
  const targets: MappedTarget[] = [];
  const cells: MappedCell[] = [];
  for (const [field, written] of Object.entries(mapping)) {
    const source = typeof written === 'string' ? { column: written } : written;
    targets.push(planTarget(field, source));
    cells.push(planCell(field, source, rules.defaultNulls));
  }
  if (targets.length === 0) throw invalid('the interface', 'it maps no field', 'Map at least one field.');
  const header = targets.map(nameColumn);
  refuseTwice(targets, header);
  checkOperation(targets, rules);
  return { header, cells, targets };
}

function planTarget(field: string, { parent, externalId, type }: FieldSource): MappedTarget {
  if (parent === undefined) {
    const stray = externalId !== undefined ? 'externalId' : type !== undefined ? 'type' : undefined;
    if (stray)
      throw invalid(
        field,
        `${stray} is there, but no parent`,
        'Add parent: with the relationship name, such as Country__r.',
      );
    return { field, parent: null };
  }
  if (externalId === undefined) {
    const hint = `Add externalId: with the field of the parent by which it is found, or map ${field} to a column of Salesforce ids.`;
    throw invalid(field, 'parent is there, but no externalId', hint);
  }
  const expected = field.endsWith('__c') ? `${field.slice(0, -1)}r` : undefined;
  if (expected !== undefined && expected.toLowerCase() !== parent.toLowerCase()) {
    throw invalid(field, `its relationship is ${expected}, not ${parent}`, `Write parent: ${expected}.`);
  }
  return { field, parent: { relationship: parent, externalId, type: type ?? null } };
}

function nameColumn({ field, parent }: MappedTarget): string {
  if (!parent) return field;
  return `${parent.type === null ? '' : `${parent.type}:`}${parent.relationship}.${parent.externalId}`;
}

function planCell(field: string, source: FieldSource, defaultNulls: 'clear' | 'keep'): MappedCell {
  const nulls = planNulls(field, source.nulls ?? defaultNulls);
  checkOneSource(field, source);
  if (source.constant !== undefined)
    return { constant: source.constant === null ? null : plainText(field, source.constant), nulls };
  const map = planMap(field, source);
  if (source.formula !== undefined) {
    checkFormula(field, source.formula);
    return { from: { formula: source.formula }, map, nulls };
  }
  const column = source.column ?? '';
  return map ? { from: { column }, map, nulls } : { column, nulls };
}

function checkOneSource(field: string, { column, constant, formula, map, otherwise }: FieldSource): void {
  const given = Object.entries({ column, constant, formula }).flatMap(([name, value]) =>
    value === undefined ? [] : [`a ${name}`],
  );
  if (given.length > 1) throw invalid(field, `it has ${given.join(' and ')}`, 'Keep one of them.');
  if (given.length === 0) {
    const hint = 'Write column: with a column of the source, constant: with a value, or formula: with a formula.';
    throw invalid(field, 'it has neither a column nor a constant nor a formula', hint);
  }
  if (map !== undefined && constant !== undefined)
    throw invalid(field, 'it has a map for a constant', 'Write the value itself as the constant.');
  if (otherwise !== undefined && map === undefined)
    throw invalid(field, 'otherwise is there, but no map', 'Add map: with the values, or leave otherwise out.');
}

function planMap(field: string, { map, otherwise = 'reject' }: FieldSource): ValueMap | null {
  if (map === undefined) return null;
  const plain = (value: string | number | boolean | null) => (value === null ? null : plainText(field, value));
  const values = new Map(Object.entries(map).map(([from, to]) => [from, plain(to)]));
  return { values, otherwise: typeof otherwise === 'string' ? otherwise : { default: plain(otherwise.default) } };
}

/** As far as it can be told before anybody knows what the columns hold. */
export function checkFormula(field: string, formula: string): void {
  try {
    outlineFormula(formula);
  } catch (error) {
    throw formulaInvalid(field, error);
  }
}

/** The error of a formula as that of its field; others stay what they are. */
export function formulaInvalid(field: string, error: unknown): unknown {
  if (!(error instanceof SluiceError) || error.code !== 'FORMULA_INVALID') return error;
  const { line, column, reason, hint } = error.values;
  return invalid(field, `line ${line}, column ${column} of its formula: ${reason}`, String(hint));
}

function planNulls(field: string, nulls: NonNullable<FieldSource['nulls']>): MappedNulls {
  return typeof nulls === 'string' ? nulls : { default: plainText(field, nulls.default) };
}

/** The text of a value that a person wrote. */
export function writtenText(field: string, value: string | number | boolean): string {
  const text = String(value);
  if (typeof value !== 'number' || /^-?\d+(\.\d+)?$/.test(text)) return text;
  throw invalid(field, `the number ${text} cannot be written plainly`, 'Write it in quotes, with all its digits.');
}

function plainText(field: string, value: string | number | boolean): string {
  const text = writtenText(field, value);
  if (text === nullMark)
    throw invalid(field, `${nullMark} would be taken for a null`, 'Write constant: null, or nulls: clear.');
  return text;
}

/** Names of fields count in any case, as in Salesforce; a field and the same field by its parent are two ways to one place. */
function refuseTwice(targets: readonly MappedTarget[], header: readonly string[]): void {
  const fields = targets.map(({ field }) => field.toLowerCase());
  const columns = header.map((name) => name.toLowerCase());
  targets.forEach(({ field }, place) => {
    const twice = fields.indexOf(fields[place] ?? '') < place || columns.indexOf(columns[place] ?? '') < place;
    if (twice)
      throw invalid(
        field,
        'the field is mapped twice',
        'Keep one of the two; upper and lower case are the same to Salesforce.',
      );
  });
}

function checkOperation(targets: readonly MappedTarget[], { operation, externalId }: MappingRules): void {
  const isMapped = (name: string) =>
    targets.some(({ field, parent }) => !parent && field.toLowerCase() === name.toLowerCase());
  if (operation === 'upsert' && externalId !== undefined && !isMapped(externalId)) {
    const nearest = findNearestName(
      externalId,
      targets.map(({ field }) => field),
    );
    const hint = nearest ? `Is ${nearest} meant?` : `Map ${externalId} to the column that holds the key.`;
    throw invalid(externalId, 'an upsert finds its records by this field, which is not mapped', hint);
  }
  if ((operation === 'update' || operation === 'delete') && !isMapped('Id')) {
    throw invalid(
      'Id',
      `${operation} finds its records by Id, which is not mapped`,
      'Map Id to the column that holds the Salesforce id.',
    );
  }
  if (operation === 'insert' && isMapped('Id')) {
    throw invalid('Id', 'an insert makes the Id itself', 'Leave Id out, or use update.');
  }
  const other = targets.find(({ field }) => field.toLowerCase() !== 'id');
  if (operation === 'delete' && other)
    throw invalid(other.field, 'a delete takes the Id and nothing else', 'Map Id only.');
}

export function invalid(where: string, reason: string, hint: string): SluiceError {
  return new SluiceError('MAPPING_INVALID', { where, reason, hint });
}
