/** Columns of a table that are computed row by row from the fields of a record, and what each of them holds. */
import {
  type FormulaContext,
  type FormulaType,
  formulaTypes,
  numberOfText,
  round,
  textOfNumber,
} from './formula/index.ts';
import type { ColumnHolds, PlannedColumn } from './plan-columns.ts';
import { type CellRow, compileRowMapping, type RowField, type SourceColumns } from './row-mapping.ts';

export type CompiledColumn = {
  column: string;
  /** Null where it is what the field holds that it is made of. */
  holds: ColumnHolds | null;
  /** The text of the cell, null for a null. Throws RowRefusal. */
  compute(row: CellRow): string | null;
};

export type CompiledColumns = {
  /** Paths of the fields that are computed from, in the order of the cells of a row; null for a cell that nobody looks at. */
  reads: readonly (string | null)[];
  columns: readonly CompiledColumn[];
};

type Computed = Exclude<PlannedColumn, { field: string }>;
type FromRow = Exclude<Computed, { constant: string | null }>;

/** Those that are not copied as they are. */
export function computedColumns(planned: readonly PlannedColumn[]): Computed[] {
  return planned.filter((one): one is Computed => !('field' in one));
}

/**
 * Compiles computed columns for records whose fields, by path, hold these types.
 *
 * Errors: MAPPING_INVALID for a formula that does not fit them.
 */
export function compileColumns(
  computed: readonly Computed[],
  fields: SourceColumns,
  context: FormulaContext,
): CompiledColumns {
  const fromRow = computed.filter((one): one is FromRow => 'cell' in one);
  const header = fromRow.map(({ column }) => column);
  const targets = header.map((field) => ({ field, parent: null }));
  const rows = compileRowMapping({ header, targets, cells: fromRow.map(({ cell }) => cell) }, fields, context);
  const compiled = fromRow.map((one, place) => compileColumn(one, rows.fields[place] as RowField));
  const constants = computed.flatMap((one) =>
    'constant' in one ? [{ column: one.column, holds: one.holds, compute: () => one.constant }] : [],
  );
  const found = new Map([...compiled, ...constants].map((one) => [one.column, one]));
  return {
    reads: rows.reads.map((read) => ('column' in read ? read.column : null)),
    columns: computed.flatMap(({ column }) => found.get(column) ?? []),
  };
}

function compileColumn({ column, cell, holds: said, size }: FromRow, field: RowField): CompiledColumn {
  if (field.copies !== null) throw new Error(`${column} is copied`);
  const { compute, gives, nulls } = field;
  const holds = said ?? ('formula' in cell.from ? { type: typeOf(gives), ...size } : null);
  const standIn = typeof nulls === 'string' ? null : nulls.default;
  const rounded = holds === null || 'column' in cell.from ? compute : rounding(compute, holds);
  return { column, holds, compute: (row) => rounded(row) ?? standIn };
}

const typeOf = (gives: string): FormulaType => formulaTypes.find((type) => type === gives) ?? 'Text';

/** As a formula field of Salesforce rounds. */
function rounding(compute: CompiledColumn['compute'], { type, scale }: ColumnHolds): CompiledColumn['compute'] {
  if (type !== 'Number' || scale === undefined) return compute;
  return (row) => {
    const text = compute(row);
    const number = text === null ? undefined : numberOfText(text);
    return number === undefined ? text : textOfNumber(round(number, scale, 'nearest'));
  };
}
