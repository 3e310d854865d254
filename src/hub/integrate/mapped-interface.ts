/** An interface as far as the hub works with it: which columns it reads, and the key that a record gets. */
import {
  type CellRow,
  compileRowMapping,
  createRowKey,
  type FormulaType,
  isComputed,
  keyFieldOf,
  nullMark,
  planMapping,
  type RowMapping,
  RowRefusal,
} from '../../mapping/index.ts';
import type { KeptInbound } from '../store/index.ts';
import type { Cells } from './incoming-record.ts';

export type Keyed = { key: string } | { code: string; reason: string };

export type MappedInterface = {
  /** What its agent is given of each record, in this order. */
  columns: readonly string[];
  /** The key its agent will find. Never throws. */
  keyOf(cells: Cells): Keyed;
  /** Its key differs from moment to moment, so that an outcome would not be known for that of the record. */
  changesWithTime: boolean;
};

/** Errors: MAPPING_INVALID. */
export function mapInterface(definition: KeptInbound, now: number): MappedInterface {
  const { mapping, operation, externalId, nulls = 'clear', timeZone = 'UTC', columns: said = {} } = definition;
  const plan = planMapping(mapping, { operation, externalId, defaultNulls: nulls });
  const compiled = compileRowMapping(plan, new EveryColumn(said), { now, timeZone });
  const read = compiled.reads.flatMap((cell) => ('column' in cell ? [cell.column] : []));
  const rowKey = createRowKey(plan.header, keyFieldOf(definition) ?? null);
  const keyName = plan.header[rowKey.place];
  return {
    columns: [...new Set([...read, ...Object.keys(said)])],
    changesWithTime: plan.cells.some(
      (cell, place) => (rowKey.place < 0 || place === rowKey.place) && isComputed(cell) && readsTime(cell.from),
    ),
    keyOf(cells) {
      if (read.length > 0 && !read.some((column) => findColumn(cells, column) !== undefined)) return noneOf(read);
      try {
        const key = rowKey.of(textsOf(compiled, cells));
        return keyName !== undefined && (key === '' || key === nullMark) ? withoutKey(keyName) : { key };
      } catch (error) {
        if (!(error instanceof RowRefusal)) throw error;
        return { code: error.code, reason: error.message };
      }
    },
  };
}

/** Records may have any column; what is not there is null. As in a CSV file, a column is text where the interface does not say more. */
class EveryColumn extends Map<string, FormulaType> {
  constructor(said: Readonly<Record<string, FormulaType>>) {
    super(Object.entries(said));
  }

  override has(): boolean {
    return true;
  }

  override get(name: string): FormulaType {
    return super.get(name) ?? 'Text';
  }
}

function readsTime(from: { formula: string } | { column: string }): boolean {
  return 'formula' in from && /\b(NOW|TODAY|TIMENOW)\s*\(/i.test(from.formula);
}

/** As it is written, else the only one that is the same in any case. */
export function findColumn(cells: Cells, column: string): string | undefined {
  if (column in cells) return column;
  const folded = Object.keys(cells).filter((name) => name.toLowerCase() === column.toLowerCase());
  return folded.length === 1 ? folded[0] : undefined;
}

export function cellOf(cells: Cells, column: string): string | null {
  const found = findColumn(cells, column);
  return found === undefined ? null : (cells[found] ?? null);
}

/** What is to be sent, as texts; a null is the mark that clears a field. */
function textsOf({ reads, fields }: RowMapping, cells: Cells): string[] {
  const row: CellRow = reads.map((cell) => ('constant' in cell ? cell.constant : cellOf(cells, cell.column)));
  return fields.map((field) => {
    const value = field.copies === null ? field.compute(row) : (row[field.copies] ?? null);
    if (value !== null) return value;
    const nulls = field.copies === null ? field.nulls : (reads[field.copies]?.nulls ?? 'clear');
    if (nulls === 'clear') return nullMark;
    return nulls === 'keep' ? '' : nulls.default;
  });
}

function noneOf(columns: readonly string[]): Keyed {
  const shown = columns.slice(0, 5).join(', ');
  return { code: 'COLUMNS_MISSING', reason: `The record has none of the columns that the interface reads: ${shown}.` };
}

function withoutKey(field: string): Keyed {
  return { code: 'KEY_MISSING', reason: `The record has no value for ${field}, by which records are told apart.` };
}
