/** Turns what an interface out of Salesforce says of its columns into columns that are copied and columns that are computed. */
import type { ColumnMapping, ColumnSource } from './column-schema.ts';
import { cellReader, cellWriter, FormulaFault, type FormulaType, outlineFormula } from './formula/index.ts';
import { type ComputedCell, checkFormula, invalid, writtenText } from './plan-mapping.ts';

/** What a column holds, where the field itself does not say it. */
export type ColumnHolds = {
  type: FormulaType;
  length?: number | undefined;
  precision?: number | undefined;
  scale?: number | undefined;
};

export type PlannedColumn =
  /** The field as it is. */
  | { column: string; field: string }
  /** `holds` is null where it is told by the field, or by what the formula gives. */
  | { column: string; cell: ComputedCell; holds: ColumnHolds | null; size: Omit<ColumnHolds, 'type'> }
  | { column: string; constant: string | null; holds: ColumnHolds };

/** Of an interface: `fields` into columns of their names, then the mapping. */
export type ColumnWishes = { fields?: readonly string[] | undefined; mapping?: ColumnMapping | undefined };

/** `Owner.Name` goes into `Owner_Name`. */
export const columnOfField = (path: string): string => path.replaceAll('.', '_');

/**
 * In the order they are written.
 *
 * @throws SluiceError MAPPING_INVALID; `values.where` is the column, `values.reason` what is wrong with it.
 */
export function planColumns({ fields = [], mapping = {} }: ColumnWishes): PlannedColumn[] {
  const named = fields.map((field) => ({ column: columnOfField(field), field }));
  const mapped = Object.entries(mapping).map(([column, written]): PlannedColumn => {
    if (column === '') throw invalid('a column', 'it has no name', 'Name the column of the table.');
    if (named.some((one) => one.column === column))
      throw invalid(column, 'it is filled by fields already', 'Leave it out of fields, or out of the mapping.');
    return typeof written === 'string' ? { column, field: written } : planColumn(column, written);
  });
  return [...named, ...mapped];
}

/** Paths of the fields that a column is made of, as they are written. */
export function fieldsOf(planned: PlannedColumn): readonly string[] {
  if ('field' in planned) return [planned.field];
  if ('constant' in planned) return [];
  const { from } = planned.cell;
  return 'column' in from ? [from.column] : outlineFormula(from.formula).columns;
}

function planColumn(column: string, source: ColumnSource): PlannedColumn {
  checkOneSource(column, source);
  const { field, constant, formula, map, nulls, length, precision, scale } = source;
  if (constant !== undefined) return planConstant(column, constant, source);
  if (formula !== undefined) checkFormula(column, formula);
  const from = formula === undefined ? { column: field ?? '' } : { formula };
  const size = { length, precision, scale };
  if (map === undefined) {
    refuseNeedless(column, source);
    const standIn = nulls === undefined ? 'clear' : { default: writtenText(column, nulls.default) };
    return { column, cell: { from, map: null, nulls: standIn }, holds: null, size };
  }
  const holds = holdsOfMap(source);
  const text = (value: Plain) => valueText(column, value, holds.type);
  const values = new Map(Object.entries(map).map(([name, value]) => [name, text(value)]));
  const { otherwise = 'reject' } = source;
  const others = typeof otherwise === 'string' ? otherwise : { default: text(otherwise.default) };
  const standIn = nulls === undefined ? 'clear' : { default: text(nulls.default) ?? '' };
  return { column, cell: { from, map: { values, otherwise: others }, nulls: standIn }, holds, size };
}

type Plain = string | number | boolean | null;

function checkOneSource(name: string, { field, constant, formula, map, otherwise }: ColumnSource): void {
  const given = Object.entries({ field, constant, formula }).flatMap(([word, value]) =>
    value === undefined ? [] : [`a ${word}`],
  );
  if (given.length > 1) throw invalid(name, `it has ${given.join(' and ')}`, 'Keep one of them.');
  if (given.length === 0) {
    const hint = 'Write field: with a field of the object, constant: with a value, or formula: with a formula.';
    throw invalid(name, 'it has neither a field nor a constant nor a formula', hint);
  }
  if (map !== undefined && constant !== undefined)
    throw invalid(name, 'it has a map for a constant', 'Write the value itself as the constant.');
  if (otherwise !== undefined && map === undefined)
    throw invalid(name, 'otherwise is there, but no map', 'Add map: with the values, or leave otherwise out.');
}

/** A field says itself what it holds, and a formula what it gives. */
function refuseNeedless(column: string, { field, type, length, precision, scale }: ColumnSource): void {
  const said = Object.entries({ type, ...(field === undefined ? {} : { length, precision, scale }) });
  const needless = said.find(([, value]) => value !== undefined)?.[0];
  if (needless === undefined) return;
  const reason = `${needless} is there, but ${field === undefined ? 'a formula says itself what it gives' : 'the field says itself what it holds'}`;
  throw invalid(column, reason, `Leave ${needless} out.`);
}

function planConstant(
  column: string,
  constant: Plain,
  { type, length, precision, scale }: ColumnSource,
): PlannedColumn {
  const found = type ?? typeOf([constant]);
  const text = valueText(column, constant, found);
  const size = {
    length: length ?? (text?.length || undefined),
    precision,
    scale: scale ?? wholeScale([constant], precision),
  };
  return { column, constant: text, holds: { type: found, ...size } };
}

/** A map that keeps what it does not know gives texts. */
function holdsOfMap({ map = {}, otherwise, nulls, type, length, precision, scale }: ColumnSource): ColumnHolds {
  const others = typeof otherwise === 'object' ? [otherwise.default] : [];
  const values = [...Object.values(map), ...others, ...(nulls === undefined ? [] : [nulls.default])];
  const found = type ?? (otherwise === 'keep' ? 'Text' : typeOf(values));
  const longest = Math.max(1, ...values.map((value) => String(value ?? '').length));
  const letters = length ?? (otherwise === 'keep' ? undefined : longest);
  return { type: found, length: letters, precision, scale: scale ?? wholeScale(values, precision) };
}

/** As they are written: all of them numbers, all of them true or false, or else texts. */
function typeOf(values: readonly Plain[]): FormulaType {
  const given = values.filter((value) => value !== null);
  const areAll = (kind: string) => given.length > 0 && given.every((value) => typeof value === kind);
  return areAll('number') ? 'Number' : areAll('boolean') ? 'Boolean' : 'Text';
}

/** Whole numbers go into a column of whole numbers. */
function wholeScale(values: readonly Plain[], precision: number | undefined): number | undefined {
  const areWhole = values.every((value) => value === null || Number.isSafeInteger(value));
  return areWhole && precision === undefined ? 0 : undefined;
}

/** In the one form of its type; an empty text is a null. */
function valueText(column: string, value: Plain, type: FormulaType): string | null {
  if (value === null || value === '') return null;
  try {
    return cellWriter(type)(cellReader(type, column)(writtenText(column, value)));
  } catch (error) {
    if (!(error instanceof FormulaFault)) throw error;
    throw invalid(column, `"${value}" is no ${type}`, 'Correct the value, or the type.');
  }
}
