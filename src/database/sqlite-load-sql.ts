/** The SQL of a load into SQLite: what the table is, the staging table, and the merge, a stretch of staged rows at a time. */
import type { ColumnKind } from './adapter.ts';
import type { LoadPlan, TargetColumn, TargetKind, TargetTable } from './target.ts';

/** SQLite keeps what it is given whatever the column was declared to be, so that only the kind is looked at. */
export const accepts: Readonly<Record<TargetKind, readonly ColumnKind[]>> = {
  text: ['text', 'other'],
  integer: ['integer', 'decimal', 'other'],
  decimal: ['decimal', 'float', 'other'],
  float: ['float', 'decimal', 'other'],
  boolean: ['boolean', 'integer', 'other'],
  date: ['date', 'text', 'other'],
  time: ['time', 'text', 'other'],
  timestamptz: ['timestamptz', 'timestamp', 'text', 'other'],
};

const plainTypes = {
  integer: 'bigint',
  float: 'double',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  timestamptz: 'timestamptz',
} as const;

export function typeOf(column: TargetColumn): string {
  if (column.kind === 'text') return column.length === undefined ? 'text' : `varchar(${column.length})`;
  return column.kind === 'decimal' ? `decimal(${column.precision}, ${column.scale})` : plainTypes[column.kind];
}

export const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[], prefix = '') => names.map((name) => prefix + quoteIdentifier(name)).join(', ');

/** `accounts` or `main.accounts`. */
export const tableName = (table: string) => table.replace(/^main\./, '');
const quoteTable = ({ table }: TargetTable) => `main.${quoteIdentifier(tableName(table))}`;

export function createTable(into: TargetTable): string {
  const lines = into.columns.map((column) => {
    const never = into.key.includes(column.name) ? ' not null' : '';
    return `${quoteIdentifier(column.name)} ${typeOf(column)}${never}`;
  });
  return `create table if not exists ${quoteTable(into)} (${lines.join(', ')}, primary key (${list(into.key)}))`;
}

export const createBookmarks = `create table if not exists main.sluice_bookmark
  (name text not null primary key, value text not null, changed_at timestamptz not null)`;
export const setBookmark = `insert into main.sluice_bookmark values (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
  on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`;

/** Columns are declared as in the table, so that values are kept and compared in the same way; of rows of one key the last one stays. */
export function createStaging({ into }: LoadPlan, declared: ReadonlyMap<string, string>): string {
  const lines = into.columns.map(({ name }) => `${quoteIdentifier(name)} ${declared.get(name) ?? ''}`);
  return `create table staging.sluice_rows
    (sluice_place integer primary key, ${lines.join(', ')}, sluice_gone integer not null, unique (${list(into.key)}))`;
}

export function insertStaged({ into }: LoadPlan): string {
  const names = into.columns.map(({ name }) => name);
  return `insert or replace into staging.sluice_rows (${list(names)}, sluice_gone) values (${'?, '.repeat(names.length)}?)`;
}

const sameKey = ({ key }: TargetTable) =>
  key.map((name) => `t.${quoteIdentifier(name)} = s.${quoteIdentifier(name)}`).join(' and ');

const stretch = 's.sluice_place between ? and ?';

const others = ({ columns, key }: TargetTable) => columns.map(({ name }) => name).filter((name) => !key.includes(name));

const assignments = (into: TargetTable) =>
  others(into)
    .map((name) => `${quoteIdentifier(name)} = s.${quoteIdentifier(name)}`)
    .join(', ');

/** Marks or removes rows that staged ones say are gone; null when the plan has no such thing. */
export function deleteGone({ into, deletions }: LoadPlan): string | null {
  const table = quoteTable(into);
  if (deletions?.by === 'mark') {
    const mark = quoteIdentifier(deletions.column);
    return `update ${table} as t set ${assignments(into)} from staging.sluice_rows as s
      where ${stretch} and ${sameKey(into)} and s.${mark} = 1 and t.${mark} is not 1`;
  }
  if (deletions?.header === undefined) return null;
  return `delete from ${table} where (${list(into.key)}) in
    (select ${list(into.key, 's.')} from staging.sluice_rows as s where ${stretch} and s.sluice_gone)`;
}

export function deleteUnstaged({ into, deletions }: LoadPlan): string | null {
  if (!deletions?.unstaged) return null;
  const unstaged = `not exists (select 1 from staging.sluice_rows as s where ${sameKey(into)})`;
  if (deletions.by === 'remove') return `delete from ${quoteTable(into)} as t where ${unstaged}`;
  const mark = quoteIdentifier(deletions.column);
  return `update ${quoteTable(into)} as t set ${mark} = 1 where t.${mark} is not 1 and ${unstaged}`;
}

/** Null when all columns are key. */
export function updateChanged({ into }: LoadPlan): string | null {
  const differs = others(into).map((name) => `t.${quoteIdentifier(name)} is not s.${quoteIdentifier(name)}`);
  if (differs.length === 0) return null;
  return `update ${quoteTable(into)} as t set ${assignments(into)} from staging.sluice_rows as s
    where ${stretch} and not s.sluice_gone and ${sameKey(into)} and (${differs.join(' or ')})`;
}

export function insertNew({ into }: LoadPlan): string {
  const names = into.columns.map(({ name }) => name);
  return `insert into ${quoteTable(into)} (${list(names)}) select ${list(names, 's.')} from staging.sluice_rows as s
    where ${stretch} and not s.sluice_gone and not exists (select 1 from ${quoteTable(into)} as t where ${sameKey(into)})`;
}
