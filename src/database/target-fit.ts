/** Whether the columns of a table can take what a load brings, and the sentences for those that cannot. */
import { findNearestName, SluiceError } from '../base/index.ts';
import type { ColumnKind } from './adapter.ts';
import type { LoadPlan, TargetColumn, TargetKind, TargetTable } from './target.ts';

/** A column as the database describes it; what has no limit is left out. */
export type FoundColumn = {
  name: string;
  kind: ColumnKind;
  nativeType: string;
  /** Characters of a text. */
  length?: number | undefined;
  /** Digits before the point of a number, and behind it. */
  whole?: number | undefined;
  scale?: number | undefined;
  /** A row without a value for it is refused: not null, and no default. */
  mustBeGiven: boolean;
};

export type FoundTable = { columns: readonly FoundColumn[]; uniqueKeys: readonly (readonly string[])[] };

/** What databases differ in: kinds that a column may be of, for what it is to hold; and the type that would be right. */
export type FitRules = {
  accepts: Readonly<Record<TargetKind, readonly ColumnKind[]>>;
  typeOf(column: TargetColumn): string;
};

/** Digits that a 64-bit float keeps. */
const floatDigits = 15;
const integerDigits = 9;

/**
 * Errors: TARGET_COLUMN_MISSING, TARGET_COLUMN_UNFIT, TARGET_UNFIT when nothing in the table keeps keys apart, or when a row would lack a
 * value that the table wants.
 */
export function checkFit(into: TargetTable, found: FoundTable, rules: FitRules & { database: string }): void {
  const byName = new Map(found.columns.map((column) => [column.name, column]));
  for (const column of into.columns) {
    const there = byName.get(column.name);
    if (!there) throw columnMissing(into, column, found);
    if (!canTake(column, there, rules)) throw columnUnfit(into, { column, there, rules });
  }
  const key = new Set(into.key);
  const isKey = (columns: readonly string[]) => columns.length === key.size && columns.every((name) => key.has(name));
  if (!found.uniqueKeys.some(isKey)) {
    const hint = `Give the table a primary key or a unique index over exactly ${into.key.join(', ')}.`;
    throw unfit(into, { ...rules, reason: `nothing in it keeps ${into.key.join(', ')} unique`, hint });
  }
  const given = new Set(into.columns.map(({ name }) => name));
  const lacking = found.columns.find(({ name, mustBeGiven }) => mustBeGiven && !given.has(name));
  if (lacking) {
    const hint = `Load something into "${lacking.name}", give it a default, or let it be null.`;
    throw unfit(into, {
      ...rules,
      reason: `its column "${lacking.name}" must have a value, and the load has none`,
      hint,
    });
  }
}

/** Errors: TARGET_UNFIT for a plan that contradicts itself, whatever the database. */
export function checkPlan({ into, deletions }: LoadPlan, database: string): void {
  const names = into.columns.map(({ name }) => name);
  const refuse = (reason: string) => unfit(into, { database, reason, hint: 'Correct the interface.' });
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw refuse(`the column "${twice}" is filled twice`);
  if (into.key.length === 0) throw refuse('no key is named');
  const lost = into.key.find((name) => !names.includes(name));
  if (lost !== undefined) throw refuse(`the key "${lost}" is not among the columns that are filled`);
  if (deletions?.by !== 'mark') return;
  const mark = into.columns.find(({ name }) => name === deletions.column);
  if (mark?.kind !== 'boolean')
    throw refuse(`"${deletions.column}", which marks deleted rows, is no boolean column of the load`);
}

function canTake(wanted: TargetColumn, found: FoundColumn, { accepts }: FitRules): boolean {
  if (!accepts[wanted.kind].includes(found.kind)) return false;
  const { length = Infinity, whole = Infinity, scale = Infinity } = found;
  if (wanted.kind === 'text') return length >= (wanted.length ?? Infinity);
  if (wanted.kind === 'integer') return whole >= integerDigits;
  if (wanted.kind !== 'decimal') return true;
  if (found.kind === 'float') return wanted.precision <= floatDigits;
  return whole >= wanted.precision - wanted.scale && scale >= wanted.scale;
}

/** `text of 255 characters`, `decimal(18, 2)`. */
function nameValue(column: TargetColumn): string {
  if (column.kind === 'text')
    return column.length === undefined ? 'text of any length' : `text of ${column.length} characters`;
  return column.kind === 'decimal' ? `decimal(${column.precision}, ${column.scale})` : column.kind;
}

function columnMissing(into: TargetTable, column: TargetColumn, found: FoundTable): SluiceError {
  const names = found.columns.map(({ name }) => name);
  const nearest = findNearestName(column.name, names);
  const hint = `${nearest ? `Did you mean "${nearest}"? ` : ''}Add the column, or leave it out of the interface; the columns are ${names.join(', ')}.`;
  return new SluiceError('TARGET_COLUMN_MISSING', { column: column.name, table: into.table, hint });
}

type Misfit = { column: TargetColumn; there: FoundColumn; rules: FitRules };

function columnUnfit(into: TargetTable, { column, there, rules }: Misfit): SluiceError {
  return new SluiceError('TARGET_COLUMN_UNFIT', {
    column: column.name,
    table: into.table,
    found: there.nativeType || 'of no type',
    wanted: nameValue(column),
    hint: `Make the column ${rules.typeOf(column)}, or load into another one.`,
  });
}

export function unfit(
  { table }: TargetTable,
  { database, reason, hint }: { database: string; reason: string; hint: string },
): SluiceError {
  return new SluiceError('TARGET_UNFIT', { table, database, reason, hint });
}

export function targetMissing({ table }: TargetTable, database: string, names: readonly string[]): SluiceError {
  const nearest = findNearestName(table, names);
  const hint = `${nearest ? `Did you mean "${nearest}"? ` : ''}Create it, or let the interface create it.`;
  return new SluiceError('TARGET_MISSING', { table, database, hint });
}
