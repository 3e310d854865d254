/** The row by row side of a mapping: which cells are to be read, and how each field is copied or computed from them. */
import {
  cellReader,
  cellWriter,
  compileFormula,
  type ExpressionType,
  type FormulaContext,
  FormulaFault,
  type FormulaScope,
  type FormulaType,
  type Value,
} from './formula/index.ts';
import {
  type ComputedCell,
  formulaInvalid,
  isComputed,
  type MappedNulls,
  type MappingPlan,
  type ReadCell,
  type ValueMap,
} from './plan-mapping.ts';

/** The cells of one row as they are read, by their places; null for a null. Only places that are asked for are filled. */
export type CellRow = readonly (string | null)[];

export type RowField =
  /** Copied as it was read. */
  | { copies: number }
  | {
      copies: null;
      /** Places that `compute` looks at. */
      inputs: readonly number[];
      /** The text of the cell, null for a null. Throws RowRefusal. */
      compute(row: CellRow): string | null;
      /** What a formula gives, or a column holds; before any value map. */
      gives: ExpressionType;
      nulls: MappedNulls;
    };

export type RowMapping = {
  /** What is to be read, each once. */
  reads: readonly ReadCell[];
  /** In the order of the header. */
  fields: readonly RowField[];
};

/** A row that cannot be mapped. */
export class RowRefusal extends Error {
  override readonly name = 'RowRefusal';
  readonly code: 'FORMULA_FAILED' | 'VALUE_NOT_MAPPED';

  constructor(code: RowRefusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Unknown: nobody says what it holds, and no row has a value for it. */
export type SourceColumns = ReadonlyMap<string, FormulaType | 'Unknown'>;

type Reads = { cells: ReadCell[]; placeOf(column: string): number };

/**
 * Compiles a plan for a source with these columns.
 *
 * Errors: MAPPING_INVALID for a formula that does not fit them.
 */
export function compileRowMapping(
  { cells, targets }: MappingPlan,
  columns: SourceColumns,
  context: FormulaContext,
): RowMapping {
  const reads = collectReads(cells.filter((cell): cell is ReadCell => !isComputed(cell)));
  let plain = 0;
  const fields = cells.map((cell, place): RowField => {
    if (!isComputed(cell)) return { copies: plain++ };
    const field = targets[place]?.field ?? '';
    try {
      return { copies: null, nulls: cell.nulls, ...computeCell(cell, { field, reads, columns, context }) };
    } catch (error) {
      throw formulaInvalid(field, error);
    }
  });
  // A source must be asked for something, so that it tells how many rows there are.
  if (reads.cells.length === 0) reads.cells.push({ constant: '1', nulls: 'clear' });
  return { reads: reads.cells, fields };
}

/** What plain fields read comes first, as they want it; what formulas look at is read with bare nulls. */
function collectReads(plain: readonly ReadCell[]): Reads {
  const cells = [...plain];
  return {
    cells,
    placeOf(column) {
      const known = cells.findIndex((cell) => 'column' in cell && cell.column === column && cell.nulls === 'clear');
      return known >= 0 ? known : cells.push({ column, nulls: 'clear' }) - 1;
    },
  };
}

type Computing = { field: string; reads: Reads; columns: SourceColumns; context: FormulaContext };

function computeCell({ from, map }: ComputedCell, computing: Computing) {
  const { compute, ...rest } =
    'formula' in from ? computeFormula(from.formula, computing) : readColumn(from.column, computing);
  return { ...rest, compute: map ? mapValues(compute, map, computing.field) : compute };
}

type Compute = (row: CellRow) => string | null;
type Computed = { inputs: readonly number[]; compute: Compute; gives: ExpressionType };

function readColumn(column: string, { reads, columns }: Computing): Computed {
  const place = reads.placeOf(column);
  return { inputs: [place], compute: (row) => row[place] ?? null, gives: columns.get(column) ?? 'Unknown' };
}

function computeFormula(formula: string, { reads, columns, context }: Computing): Computed {
  const inputs = new Set<number>();
  const scope: FormulaScope = {
    names: [...columns.keys()],
    find(name) {
      const column = findColumn(name, columns);
      if (column === undefined) return undefined;
      const type = columns.get(column) ?? 'Text';
      const place = reads.placeOf(column);
      inputs.add(place);
      const read = type === 'Unknown' ? () => null : cellReader(type, column);
      return { type, read: (row) => read((row[place] ?? null) as string | null) };
    },
  };
  const { type, run } = compileFormula(formula, scope, context);
  const write = cellWriter(type);
  return { inputs: [...inputs], compute: (row) => write(runInRow(run, row)), gives: type };
}

/** As it is written, else the only one that is the same in any case. */
function findColumn(name: string, columns: SourceColumns): string | undefined {
  if (columns.has(name)) return name;
  const folded = [...columns.keys()].filter((column) => column.toLowerCase() === name.toLowerCase());
  return folded.length === 1 ? folded[0] : undefined;
}

function runInRow(run: (row: CellRow) => Value, row: CellRow): Value {
  try {
    return run(row);
  } catch (error) {
    if (!(error instanceof FormulaFault)) throw error;
    throw new RowRefusal('FORMULA_FAILED', `The formula cannot be computed: ${shorten(error.message)}.`);
  }
}

const lettersAtStart = 300;
const lettersAtEnd = 80;

/** A value of any length may stand in a message; the place in the formula is at its end. */
function shorten(text: string): string {
  if (text.length <= lettersAtStart + lettersAtEnd) return text;
  return `${text.slice(0, lettersAtStart)}…${text.slice(-lettersAtEnd)}`;
}

/** A null is no value: it goes by the field's null policy, not by the map. */
function mapValues(compute: Compute, { values, otherwise }: ValueMap, field: string): Compute {
  return (row) => {
    const value = compute(row);
    if (value === null || value === '') return null;
    const mapped = values.get(value);
    if (mapped !== undefined) return mapped;
    if (otherwise === 'keep') return value;
    if (otherwise !== 'reject') return otherwise.default;
    throw new RowRefusal('VALUE_NOT_MAPPED', `The map of ${field} has no entry for the value ${shorten(value)}.`);
  };
}
