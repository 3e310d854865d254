/** Names of sources and columns for sentences, and the errors for those that are not there. */
import { findNearestName, SluiceError } from '../base/index.ts';
import type { Column, ReadPlan, Source } from './adapter.ts';

/** Salesforce stores an empty text as null; so an empty text of a source counts as a null, in every adapter. */
export const emptyTextIsNull = true;

/** A source as part of a sentence: `table "cities"`, `the query`, `file "cities.csv"`. */
export function nameSource(source: Source): string {
  if ('table' in source) return `table "${source.table}"`;
  if ('file' in source) return `file "${source.file}"`;
  return 'the query';
}

/** The adapter has no such kind of source: a file of a database, a query of a folder. */
export function sourceUnfit(source: Source, database: string, kinds: string): SluiceError {
  return new SluiceError('SOURCE_MISSING', {
    source: nameSource(source),
    database,
    hint: `Name ${kinds} as the source.`,
  });
}

export function sourceMissing(source: Source, database: string, names: readonly string[]): SluiceError {
  const name = 'table' in source ? source.table : 'file' in source ? source.file : '';
  const nearest = findNearestName(name, names);
  const hint = nearest ? `Did you mean "${nearest}"?` : listNames('There are', names);
  return new SluiceError('SOURCE_MISSING', { source: nameSource(source), database, hint });
}

/** Throws COLUMN_MISSING for the first column of the plan that the source does not have; case counts. */
export function checkColumns(plan: ReadPlan, columns: readonly Column[]): void {
  const names = columns.map((column) => column.name);
  for (const cell of plan.cells) {
    if ('column' in cell && !names.includes(cell.column)) throw columnMissing(cell.column, plan.source, names);
  }
}

export function columnMissing(column: string, source: Source, names: readonly string[]): SluiceError {
  const nearest = findNearestName(column, names);
  const hint = `${nearest ? `Did you mean "${nearest}"? ` : ''}${listNames('The columns are', names)}`;
  return new SluiceError('COLUMN_MISSING', { column, source: nameSource(source), hint });
}

const namesShown = 20;

function listNames(opening: string, names: readonly string[]): string {
  if (names.length === 0) return 'Check the name, and that this user may see it.';
  const more = names.length > namesShown ? `, and ${names.length - namesShown} more` : '';
  return `${opening}: ${names.slice(0, namesShown).join(', ')}${more}.`;
}

/** Throws SETTING_INVALID for a zone that is no IANA name. */
export function checkTimeZone(timeZone: string): void {
  // Asked for nearly always, and the first look into the table of zones takes 30 ms.
  if (timeZone === 'UTC') return;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    const expected = 'an IANA time zone such as UTC or Europe/Paris';
    throw new SluiceError(
      'SETTING_INVALID',
      { name: 'timeZone', where: 'the interface', value: timeZone, expected },
      { cause },
    );
  }
}
