/** The SQL of a load into PostgreSQL: what the table is, the staging table, and the merge that touches only what differs. */
import type { ColumnKind } from './adapter.ts';
import { findKind, quoteIdentifier, splitTableName } from './postgres-sql.ts';
import type { Deletions, LoadPlan, TargetColumn, TargetKind, TargetTable } from './target.ts';
import type { FoundColumn } from './target-fit.ts';

export const bookmarkTable = 'sluice_bookmark';
export const stagingTable = 'sluice_staging';
/** Says of a staged row that it is gone at the source. */
export const goneColumn = 'sluice_gone';

export const accepts: Readonly<Record<TargetKind, readonly ColumnKind[]>> = {
  text: ['text'],
  integer: ['integer', 'decimal'],
  decimal: ['decimal', 'integer', 'float'],
  float: ['float'],
  boolean: ['boolean'],
  date: ['date'],
  time: ['time'],
  timestamptz: ['timestamptz', 'timestamp'],
};

const plainTypes = {
  integer: 'bigint',
  float: 'double precision',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  timestamptz: 'timestamp with time zone',
} as const;

export function typeOf(column: TargetColumn): string {
  if (column.kind === 'text') return column.length === undefined ? 'text' : `character varying(${column.length})`;
  return column.kind === 'decimal' ? `numeric(${column.precision}, ${column.scale})` : plainTypes[column.kind];
}

export const quoteTable = (name: string) => splitTableName(name).map(quoteIdentifier).join('.');

const list = (names: readonly string[], prefix = '') => names.map((name) => prefix + quoteIdentifier(name)).join(', ');

export function createTable({ table, columns, key }: TargetTable): string {
  const lines = columns.map((column) => `${quoteIdentifier(column.name)} ${typeOf(column)}`);
  return `create table if not exists ${quoteTable(table)} (${lines.join(', ')}, primary key (${list(key)}))`;
}

export const createBookmarks = `create table if not exists ${bookmarkTable}
  (name text primary key, value text not null, changed_at timestamp with time zone not null)`;

export const setBookmark = `insert into ${bookmarkTable} values ($1, $2, now())
  on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`;

/** Columns of `$1::regclass`; a domain is what it is made of. */
export const describeColumns = `select a.attname as name, coalesce(nullif(t.typbasetype, 0), a.atttypid)::int as type_number,
    format_type(a.atttypid, a.atttypmod) as native_type,
    case when t.typbasetype > 0 then t.typtypmod else a.atttypmod end as modifier,
    a.attnotnull and not a.atthasdef and a.attidentity = '' as must_be_given
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`;

export const describeKeys = `select array_agg(a.attname::text) as columns
  from pg_index i cross join unnest(i.indkey::int2[]) with ordinality as k (place, turn)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.place
  where i.indrelid = $1::regclass and i.indisunique and i.indisvalid and i.indimmediate
    and i.indpred is null and i.indexprs is null and k.turn <= i.indnkeyatts
  group by i.indexrelid`;

export type ColumnRow = {
  name: string;
  type_number: number;
  native_type: string;
  modifier: number;
  must_be_given: boolean;
};

/** Digits a number of this type surely holds, by the type's number in pg_type. */
const wholeDigits: Readonly<Record<number, number>> = { 20: 18, 21: 4, 23: 9, 26: 9 };
const [paddedText, numeric, singleFloat, zonedTime] = [1042, 1700, 700, 1266];

/** A modifier of a text is its length and of a numeric its digits, both shifted by four. */
export function foundColumn(row: ColumnRow): FoundColumn {
  const { name, type_number: type, native_type: nativeType, modifier, must_be_given: mustBeGiven } = row;
  const unfit = [paddedText, singleFloat, zonedTime].includes(type);
  const kind = unfit ? 'other' : findKind(type);
  const found = { name, kind, nativeType, mustBeGiven };
  if (kind === 'text' && modifier > 4) return { ...found, length: modifier - 4 };
  if (type !== numeric || modifier < 4)
    return { ...found, whole: wholeDigits[type], scale: kind === 'integer' ? 0 : undefined };
  const scale = (modifier - 4) & 0x7ff;
  return { ...found, whole: ((modifier - 4) >> 16) - scale, scale };
}

export function createStaging({ into, deletions }: LoadPlan): string {
  const lines = into.columns.map((column) => {
    const never = into.key.includes(column.name) ? ' not null' : '';
    return `${quoteIdentifier(column.name)} ${typeOf(column)}${never}`;
  });
  if (goneHeader(deletions) !== undefined) lines.push(`${goneColumn} boolean`);
  return `create temporary table ${stagingTable} (${lines.join(', ')})`;
}

export function goneHeader(deletions: Deletions | undefined): string | undefined {
  return deletions?.by === 'remove' ? deletions.header : undefined;
}

/** A column of the CSV that the table does not name needs a place all the same. */
export const ignoredColumn = (place: number) => `sluice_ignored_${place}`;

export function copyIn(columns: readonly string[]): string {
  const names = list(columns);
  return `copy ${stagingTable} (${names}) from stdin with (format csv, force_null (${names}))`;
}

const sameKey = (key: readonly string[], one: string, other: string) =>
  key.map((name) => `${one}.${quoteIdentifier(name)} = ${other}.${quoteIdentifier(name)}`).join(' and ');

/** Of rows staged more than once the last one stays: a temporary table is read in the order in which it was written. */
export function keepLast({ into }: LoadPlan): string {
  return `delete from ${stagingTable} s using (select ${list(into.key)}, max(ctid) as last from ${stagingTable}
    group by ${list(into.key)} having count(*) > 1) d where ${sameKey(into.key, 's', 'd')} and s.ctid <> d.last`;
}

/** Marks or removes rows that the staged ones say are gone; null when the plan has no such thing. */
export function deleteGone({ into, deletions }: LoadPlan): string | null {
  const table = quoteTable(into.table);
  const same = sameKey(into.key, 't', 's');
  if (deletions?.by === 'mark') {
    const mark = quoteIdentifier(deletions.column);
    return `update ${table} t set ${assignments(into, 's')} from ${stagingTable} s
      where ${same} and s.${mark} and t.${mark} is distinct from true`;
  }
  if (goneHeader(deletions) === undefined) return null;
  return `delete from ${table} t using ${stagingTable} s where ${same} and s.${goneColumn}`;
}

export function deleteUnstaged({ into, deletions }: LoadPlan): string | null {
  if (!deletions?.unstaged) return null;
  const table = quoteTable(into.table);
  const unstaged = `not exists (select from ${stagingTable} s where ${sameKey(into.key, 't', 's')})`;
  if (deletions.by === 'remove') return `delete from ${table} t where ${unstaged}`;
  const mark = quoteIdentifier(deletions.column);
  return `update ${table} t set ${mark} = true where t.${mark} is distinct from true and ${unstaged}`;
}

/** Gives one row: how many were inserted, and how many updated because they differed. */
export function upsert({ into, deletions }: LoadPlan): string {
  const names = into.columns.map(({ name }) => name);
  const alive = goneHeader(deletions) === undefined ? '' : ` where ${goneColumn} is not true`;
  const others = into.columns.filter(({ name }) => !into.key.includes(name));
  const act =
    others.length === 0
      ? 'nothing'
      : `update set ${assignments(into, 'excluded')} where (${compared(others, 't')}) is distinct from (${compared(others, 'excluded')})`;
  return `with merged as (insert into ${quoteTable(into.table)} as t (${list(names)})
      select ${list(names)} from ${stagingTable}${alive} on conflict (${list(into.key)}) do ${act} returning t.xmax = 0 as is_new)
    select count(*) filter (where is_new)::int as inserted, count(*) filter (where not is_new)::int as updated from merged`;
}

function assignments({ columns, key }: TargetTable, from: string): string {
  return columns
    .filter(({ name }) => !key.includes(name))
    .map(({ name }) => `${quoteIdentifier(name)} = ${from}.${quoteIdentifier(name)}`)
    .join(', ');
}

/** Texts by their bytes: a collation may take two different ones for equal. */
const compared = (columns: readonly TargetColumn[], from: string) =>
  columns
    .map(({ name, kind }) => `${from}.${quoteIdentifier(name)}${kind === 'text' ? ' collate "C"' : ''}`)
    .join(', ');
