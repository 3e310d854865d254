/** Tries the columns of an interface out of Salesforce on sample records: the cells each gives, or why it is refused. */
import { compileColumns, computedColumns } from './compile-columns.ts';
import type { FormulaType } from './formula/index.ts';
import { type ColumnWishes, fieldsOf, type PlannedColumn, planColumns } from './plan-columns.ts';
import { type CellRow, RowRefusal, type SourceColumns } from './row-mapping.ts';
import { columnsOfRows, computed, type SampleRow, type TriedRow, textOf } from './try-mapping.ts';

export type TriedColumns = ColumnWishes & {
  /** What fields hold, by path, where the values of the samples do not show it. */
  types?: Readonly<Record<string, FormulaType>> | undefined;
  /** What NOW and TODAY stand for, and the zone of timestamps that carry none. */
  context: { now: number; timeZone: string };
};

/** Without fields and mapping all that the samples have is taken. Errors: MAPPING_INVALID. */
export function tryColumns(
  { fields, mapping, types, context }: TriedColumns,
  rows: readonly SampleRow[],
): readonly TriedRow[] {
  const isAll = fields === undefined && Object.keys(mapping ?? {}).length === 0;
  const all = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const planned = planColumns(isAll ? { fields: all } : { fields, mapping });
  const compiled = compileColumns(computedColumns(planned), typesOfFields(planned, types, rows), context);
  const computes = new Map(compiled.columns.map(({ column, compute }) => [column, compute]));
  return rows.map((row) => {
    const read = compiled.reads.map((path) => (path === null ? null : textOf(row[path])));
    const cells: [string, string | null][] = [];
    for (const one of planned) {
      const cell = cellOf(one, { row, read, computes });
      if (cell instanceof RowRefusal)
        return { cells: null, refused: { code: cell.code, field: one.column, message: cell.message } };
      cells.push([one.column, cell]);
    }
    return { cells: Object.fromEntries(cells), refused: null };
  });
}

/** As is said, else as the first value shows that a sample has; a field that none of them has is a null everywhere. */
export function typesOfFields(
  planned: readonly PlannedColumn[],
  said: Readonly<Record<string, FormulaType>> | undefined,
  rows: readonly SampleRow[],
): SourceColumns {
  const unknown = planned.flatMap(fieldsOf).map((path) => [path, 'Unknown'] as const);
  return new Map([...unknown, ...columnsOfRows(said, rows)]);
}

type Trying = { row: SampleRow; read: CellRow; computes: ReadonlyMap<string, (row: CellRow) => string | null> };

function cellOf(planned: PlannedColumn, { row, read, computes }: Trying): string | null | RowRefusal {
  if ('field' in planned) return textOf(row[planned.field]);
  return computed(() => computes.get(planned.column)?.(read) ?? null);
}
