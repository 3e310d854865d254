/** Cells that are computed go behind those of the record, under headers of their own. */
import { csvCell, parseCsv, SluiceError } from '../../base/index.ts';
import type { Load, TargetColumn, TargetValue } from '../../database/index.ts';
import { type ColumnHolds, type CompiledColumn, type CompiledColumns, RowRefusal } from '../../mapping/index.ts';

/** No path of a field has a colon. */
export const computedHeader = (column: string): string => `computed:${column}`;

/** `fields` tells what a field holds, by its path. */
export function computedColumn({ column, holds }: CompiledColumn, ofField: TargetValue | undefined): TargetColumn {
  const value = holds === null ? (ofField ?? ({ kind: 'text' } as const)) : valueHeld(holds);
  return { name: column, header: computedHeader(column), ...value };
}

function valueHeld({ type, length, precision, scale }: ColumnHolds): TargetValue {
  if (type === 'Text') return length === undefined ? { kind: 'text' } : { kind: 'text', length };
  if (type !== 'Number') return { kind: kinds[type] };
  if (precision !== undefined) return { kind: 'decimal', precision, scale: scale ?? 0 };
  return { kind: scale === 0 ? 'integer' : 'float' };
}

const kinds = { Boolean: 'boolean', Date: 'date', DateTime: 'timestamptz', Time: 'time' } as const;

type Csv = Parameters<Load['stage']>[0];

/** The same load, for rows that are computed on their way. */
export function computingLoad(
  load: Pick<Load, 'stage'>,
  columns: CompiledColumns,
  object: string,
): Pick<Load, 'stage'> {
  return { stage: (csv, options) => load.stage(addComputed(csv, columns, object), options) };
}

/**
 * The CSV of records with the computed cells behind each row. One that cannot be computed ends it.
 *
 * Errors: RECORD_NOT_MAPPED, CSV_INVALID.
 */
export async function* addComputed(csv: Csv, columns: CompiledColumns, object: string): AsyncGenerator<Buffer> {
  let rows: RowComputer | undefined;
  for await (const batch of parseCsv(csv)) {
    const header = rows === undefined ? batch.shift() : undefined;
    if (header !== undefined) {
      const added = columns.columns.map(({ column }) => computedHeader(column));
      yield Buffer.from(lineOf([...header, ...added]));
    }
    rows ??= createRowComputer(header ?? [], columns, object);
    if (batch.length > 0) yield Buffer.from(batch.map(rows).map(lineOf).join(''));
  }
}

const lineOf = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\n`;

type RowComputer = (row: readonly string[]) => readonly string[];

function createRowComputer(
  header: readonly string[],
  { reads, columns }: CompiledColumns,
  object: string,
): RowComputer {
  const places = reads.map((path) => (path === null ? -1 : header.indexOf(path)));
  const id = header.indexOf('Id');
  return (row) => {
    // What loads it tells of a row that has not the cells it should.
    if (row.length !== header.length) return row;
    const read = places.map((place) => row[place] || null);
    return [...row, ...columns.map((column) => cellOf(column, read, () => refusing(object, row[id])))];
  };
}

type Refusing = (column: string, refusal: RowRefusal) => SluiceError;

function cellOf({ column, compute }: CompiledColumn, read: readonly (string | null)[], refuse: () => Refusing): string {
  try {
    return compute(read) ?? '';
  } catch (error) {
    throw error instanceof RowRefusal ? refuse()(column, error) : error;
  }
}

function refusing(object: string, id: string | undefined): Refusing {
  return (column, { message, code }) =>
    new SluiceError('RECORD_NOT_MAPPED', { object, record: id ?? 'a record', column, reason: message, refused: code });
}
