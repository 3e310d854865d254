/** A sample row as a test case: its cells with their types, and what was seen to become of it. */
import type { ColumnType } from './advanced-values.ts';
import type { InterfaceValues } from './interface-values.ts';
import { formulaTypeOfColumn, type SourceColumn } from './offers.ts';
import type { TriedRow } from './try-definition.ts';

/** As a test case holds it: a number or truth value where the column holds one. */
export function caseOf(
  name: string,
  { row, cells, code }: TriedRow,
  { type }: InterfaceValues,
  columns: readonly SourceColumn[],
) {
  const typed =
    type === 'outbound' ? row : Object.fromEntries(Object.entries(row).map((cell) => typedCell(cell, columns)));
  return code === null ? { name, row: typed, expect: { ...cells } } : { name, row: typed, refused: code };
}

const holdsOf = (name: string, columns: readonly SourceColumn[]) => {
  const column = columns.find((one) => one.name === name);
  return column === undefined ? 'Text' : formulaTypeOfColumn(column);
};

function typedCell([name, value]: [string, string | null], columns: readonly SourceColumn[]) {
  const holds = holdsOf(name, columns);
  if (value === null) return [name, null];
  if (holds === 'Boolean') return [name, value === 'true'];
  return [name, holds === 'Number' && String(Number(value)) === value ? Number(value) : value];
}

/** What formulas must be told of columns whose values do not show it. */
export function typedColumns(
  { row }: TriedRow,
  columns: readonly SourceColumn[],
  { type }: InterfaceValues,
): readonly ColumnType[] {
  if (type === 'outbound') return [];
  const told = Object.keys(row).map((name) => ({ name, holds: holdsOf(name, columns) }));
  return told.filter(({ holds }) => holds !== 'Text');
}
