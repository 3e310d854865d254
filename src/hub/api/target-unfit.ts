/** What the columns of a table would not take of the cells of a row, as far as their describe says it. */
import type { Static } from 'typebox';
import type { columnSchema } from '../../protocol/index.ts';

export type TableColumn = Static<typeof columnSchema>;

export type Unfit = { column: string; message: string };

type Cells = Readonly<Record<string, string | null>>;

/** Columns that the table has not are told once for the whole table, not here. */
export function unfitCells(cells: Cells, table: readonly TableColumn[]): Unfit[] {
  const known = new Map(table.map((column) => [column.name, column]));
  return Object.entries(cells).flatMap(([name, cell]) => {
    const column = known.get(name);
    const message = column && problemOf(cell, column);
    return message ? [{ column: name, message }] : [];
  });
}

function problemOf(cell: string | null, { kind, nullable, nativeType }: TableColumn): string | undefined {
  if (cell === null || cell === '')
    return nullable ? undefined : 'The column takes no null, and the record has no value for it.';
  const form = forms[kind];
  if (form !== undefined && !form.test(cell)) return `The column is ${nativeType}, which "${shorten(cell)}" is not.`;
  const letters = kind === 'text' ? lettersOf(nativeType) : undefined;
  if (letters !== undefined && [...cell].length > letters)
    return `The column takes ${letters} letters, and the value has ${[...cell].length}.`;
  return undefined;
}

/** Of the kinds that take one form only; what is not listed takes any text. */
const forms: Readonly<Record<string, RegExp>> = {
  integer: /^[+-]?\d+$/,
  decimal: /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i,
  float: /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i,
  boolean: /^(true|false)$/i,
  date: /^\d{4}-\d\d-\d\d$/,
  timestamp: /^\d{4}-\d\d-\d\dT/,
  timestamptz: /^\d{4}-\d\d-\d\dT/,
  time: /^\d\d:\d\d/,
};

/** `character varying(80)`, `varchar(80)`. */
function lettersOf(nativeType: string): number | undefined {
  const found = /^(?:n?var)?char(?:acter)?(?: varying)?\((\d+)\)/i.exec(nativeType)?.[1];
  return found === undefined ? undefined : Number(found);
}

const shorten = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
