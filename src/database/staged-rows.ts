/** Rows of a CSV on their way into a staging table: in the order of its columns, each cell checked and in one form. */
import { parseCsv, SluiceError } from '../base/index.ts';
import { checkHeader, splitHeader } from './csv-header.ts';
import { toInstant, toTime } from './instant.ts';
import type { Load, LoadPlan, TargetKind } from './target.ts';

/** One staged row: the cells of the plan's columns, then whether the row is gone. A null is null. */
export type StagedRow = { cells: (string | null)[]; isGone: boolean };

export type StagingOptions = { signal?: AbortSignal | undefined };

/**
 * Batches of staged rows: booleans `true` or `false`, dates `YYYY-MM-DD`, instants ISO 8601 in UTC with milliseconds, times with
 * milliseconds and without a zone, numbers plain or with an exponent.
 *
 * Errors: CSV_INVALID, LOAD_COLUMN_MISSING, LOAD_ROW_UNFIT.
 */
export async function* readStagedRows(
  csv: Parameters<Load['stage']>[0],
  plan: LoadPlan,
  { signal }: StagingOptions = {},
): AsyncGenerator<StagedRow[]> {
  const headed = await splitHeader(csv);
  if (!headed) return;
  checkHeader(headed.header, plan);
  const readRow = createRowReader(headed.header, plan);
  // The header is taken to be the first line, which it is unless a name has a line end in it.
  let line = 2;
  const onBatch = (first: number) => {
    line = first + 1;
  };
  for await (const batch of parseCsv(headed.rows, { onBatch })) {
    signal?.throwIfAborted();
    const rows: StagedRow[] = [];
    for (let place = 0; place < batch.length; place++) {
      const row = batch[place] as string[];
      if (row.length === 1 && row[0] === '' && headed.header.length > 1) continue;
      rows.push(readRow(row, () => line + linesOf(batch.slice(0, place))));
    }
    yield rows;
  }
}

const linesOf = (rows: readonly (readonly string[])[]) =>
  rows.reduce((lines, row) => lines + row.reduce((inRow, cell) => inRow + cell.split('\n').length - 1, 1), 0);

type RowReader = (row: readonly string[], findLine: () => number) => StagedRow;

function createRowReader(header: readonly string[], { into, deletions }: LoadPlan): RowReader {
  const columns = into.columns.map((column) => ({
    ...column,
    place: header.indexOf(column.header ?? column.name),
    isKey: into.key.includes(column.name),
  }));
  const gone = deletions?.by === 'remove' && deletions.header !== undefined ? header.indexOf(deletions.header) : -1;
  const refuse = (line: number, reason: string) =>
    new SluiceError('LOAD_ROW_UNFIT', { table: into.table, reason: `line ${line}, ${reason}` });
  return (row, findLine) => {
    if (row.length !== header.length) throw refuse(findLine(), `has ${row.length} cells, the header ${header.length}`);
    const cells = columns.map(({ name, kind, place, isKey }) => {
      const text = row[place] as string;
      if (text === '') {
        if (isKey) throw refuse(findLine(), `column "${name}", which tells rows apart, is empty`);
        return null;
      }
      const cell = forms[kind](text);
      if (cell === null) throw refuse(findLine(), `column "${name}" holds "${shorten(text)}", which is no ${kind}`);
      return cell;
    });
    return { cells, isGone: gone >= 0 && forms.boolean(row[gone] as string) === 'true' };
  };
}

const shorten = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const number = (text: string) => (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text) ? text : null);

/** The one form of a cell that is not empty, or null when it is not of the kind. */
const forms: Readonly<Record<TargetKind, (text: string) => string | null>> = {
  text: (text) => text,
  integer: (text) => (/^[+-]?\d+$/.test(text) ? text : null),
  decimal: number,
  float: number,
  boolean(text) {
    const lower = text.toLowerCase();
    return lower === 'true' || lower === 'false' ? lower : null;
  },
  date: (text) => (/^\d{4}-\d\d-\d\d$/.test(text) && toInstant(`${text} 00:00`, 'UTC') ? text : null),
  time: (text) => toTime(text)?.slice(0, -1) ?? null,
  timestamptz: (text) => toInstant(text, 'UTC'),
};
