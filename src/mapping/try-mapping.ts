/** Tries a mapping on sample rows: the cells each gives, or why it is refused; no database and no Salesforce is asked. */
import type { FormulaType } from './formula/index.ts';
import type { Mapping } from './mapping-schema.ts';
import { type MappedNulls, type MappingRules, planMapping } from './plan-mapping.ts';
import { compileRowMapping, RowRefusal, type SourceColumns } from './row-mapping.ts';
import type { TestCase } from './test-cases.ts';

export type SampleRow = TestCase['row'];

/** Null is a null, '' a cell that leaves its field as it is. */
export type TriedRow =
  | { cells: Readonly<Record<string, string | null>>; refused: null }
  | { cells: null; refused: { code: RowRefusal['code']; field: string; message: string } };

export type TriedMapping = {
  mapping: Mapping;
  columns?: Readonly<Record<string, FormulaType>> | undefined;
  rules: MappingRules;
  /** What NOW and TODAY stand for, and the zone of timestamps that carry none. */
  context: { now: number; timeZone: string };
};

/** Errors: MAPPING_INVALID. */
export function tryMapping(
  { mapping, columns, rules, context }: TriedMapping,
  rows: readonly SampleRow[],
): readonly TriedRow[] {
  const plan = planMapping(mapping, rules);
  const { reads, fields } = compileRowMapping(plan, columnsOfRows(columns, rows), context);
  return rows.map((row) => {
    const read = reads.map((cell) => textOf('constant' in cell ? cell.constant : row[cell.column]));
    const cells: [string, string | null][] = [];
    for (const [place, field] of fields.entries()) {
      const name = plan.targets[place]?.field ?? '';
      const value = field.copies === null ? computed(() => field.compute(read)) : (read[field.copies] ?? null);
      if (value instanceof RowRefusal)
        return { cells: null, refused: { code: value.code, field: name, message: value.message } };
      const nulls = field.copies === null ? field.nulls : (reads[field.copies]?.nulls ?? 'clear');
      cells.push([name, value ?? standIn(nulls)]);
    }
    return { cells: Object.fromEntries(cells), refused: null };
  });
}

/** What columns hold: as is said, else as the first value that a row has for a column. */
export function columnsOfRows(
  said: Readonly<Record<string, FormulaType>> = {},
  rows: readonly SampleRow[],
): SourceColumns {
  const found = new Map<string, FormulaType>(Object.entries(said));
  const values = rows.flatMap((row) => Object.entries(row));
  for (const [name, value] of values) {
    if (value === null || found.has(name)) continue;
    found.set(name, typeof value === 'number' ? 'Number' : typeof value === 'boolean' ? 'Boolean' : 'Text');
  }
  for (const [name] of values) if (!found.has(name)) found.set(name, 'Text');
  return found;
}

/** As a database would give it: an empty text is a null to Salesforce. */
export function textOf(value: SampleRow[string] | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : String(value);
}

export function computed(compute: () => string | null): string | null | RowRefusal {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RowRefusal) return error;
    throw error;
  }
}

function standIn(nulls: MappedNulls): string | null {
  if (nulls === 'clear') return null;
  return nulls === 'keep' ? '' : nulls.default;
}
