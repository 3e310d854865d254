/** Decides by which way rows go: as the database writes them, or row by row because something is computed or checked. */
import { findNearestName, SluiceError } from '../base/index.ts';
import type { Cell, ColumnKind, Database } from '../database/index.ts';
import {
  compileRowMapping,
  type FormulaType,
  isComputed,
  type MappingPlan,
  type ReadCell,
  type SourceColumns,
} from '../mapping/index.ts';
import type { InterfaceDefinition } from '../protocol/index.ts';
import type { SObjectDescribe } from '../salesforce/index.ts';
import type { KeyOf, Records } from './check-before-sending.ts';
import { createValueChecks, type ValueChecks } from './check-values.ts';
import { createRowMapper, type MappedRecords } from './map-rows.ts';

export type SourceReading = {
  /** What the database is asked for. */
  cells: readonly Cell[];
  /** Null when that is what is sent, as it is. */
  mapRows: ((records: Records) => MappedRecords) | null;
};

export type ReadingPlan = {
  definition: InterfaceDefinition;
  plan: MappingPlan;
  database: Database;
  describe: SObjectDescribe;
  keyOf: KeyOf;
  /** What NOW and TODAY stand for. */
  now: number;
  signal: AbortSignal;
};

/** Errors: those of Database.columns, MAPPING_INVALID for a formula that does not fit the columns. */
export async function planReading(reading: ReadingPlan): Promise<SourceReading> {
  const { definition, plan, describe, keyOf, now } = reading;
  const { operation, externalId = null, timeZone = 'UTC', check = 'on' } = definition;
  const checks = check === 'off' ? null : createValueChecks({ describe, header: plan.header, operation, externalId });
  const plain = plan.cells.filter((cell): cell is ReadCell => !isComputed(cell));
  if (plain.length === plan.cells.length && !saysAnything(checks)) return { cells: plain, mapRows: null };
  const columns = plan.cells.some((cell) => isComputed(cell) && 'formula' in cell.from)
    ? await readColumns(reading)
    : new Map<string, FormulaType>();
  const mapping = compileRowMapping(plan, columns, { now, timeZone });
  return { cells: mapping.reads, mapRows: createRowMapper({ mapping, header: plan.header, keyOf, checks }) };
}

function saysAnything(checks: ValueChecks | null): boolean {
  return checks !== null && (checks.unfilled.length > 0 || checks.columns.some((check) => check !== null));
}

const typeOfKind: Readonly<Record<ColumnKind, FormulaType>> = {
  text: 'Text',
  integer: 'Number',
  decimal: 'Number',
  float: 'Number',
  boolean: 'Boolean',
  date: 'Date',
  timestamp: 'DateTime',
  timestamptz: 'DateTime',
  time: 'Time',
  bytes: 'Text',
  other: 'Text',
};

/** As the database says, unless the interface says otherwise. */
export async function readColumns({
  definition,
  database,
  signal,
}: Pick<ReadingPlan, 'definition' | 'database' | 'signal'>): Promise<SourceColumns> {
  const described = await database.columns(definition.source, { signal });
  const columns = new Map(described.map(({ name, kind }) => [name, typeOfKind[kind]]));
  for (const [name, type] of Object.entries(definition.columns ?? {})) {
    if (!columns.has(name)) throw columnMissing(name, [...columns.keys()]);
    columns.set(name, type);
  }
  return columns;
}

function columnMissing(name: string, names: readonly string[]): SluiceError {
  const nearest = findNearestName(name, names);
  const hint = nearest ? `Is ${nearest} meant?` : `The columns are: ${names.join(', ')}.`;
  return new SluiceError('MAPPING_INVALID', { where: 'columns', reason: `the source has no column ${name}`, hint });
}
