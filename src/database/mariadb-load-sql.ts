/** The SQL of a load into MariaDB or MySQL: what the table is, the staging table, and the merge that touches only what differs. */
import type { ColumnKind } from './adapter.ts';
import { quoteIdentifier, quoteTable } from './mariadb-sql.ts';
import type { LoadPlan, TargetColumn, TargetKind, TargetTable } from './target.ts';
import type { FoundColumn } from './target-fit.ts';

export const stagingTable = 'sluice_staging';
export const bookmarkTable = 'sluice_bookmark';
const goneColumn = 'sluice_gone';

export const accepts: Readonly<Record<TargetKind, readonly ColumnKind[]>> = {
  text: ['text'],
  integer: ['integer', 'decimal'],
  decimal: ['decimal', 'integer', 'float'],
  float: ['float'],
  boolean: ['boolean', 'integer'],
  date: ['date'],
  time: ['time'],
  timestamptz: ['timestamptz', 'timestamp'],
};

const plainTypes = {
  integer: 'bigint',
  float: 'double',
  boolean: 'tinyint(1)',
  date: 'date',
  time: 'time(3)',
  timestamptz: 'datetime(3)',
} as const;

const longestVarchar = 255;
/** All columns of a row but those of the text types share 65,535 bytes, four to a character. */
const mostVarchars = 12_000;

export function typeOf(column: TargetColumn): string {
  if (column.kind === 'decimal') return `decimal(${column.precision}, ${column.scale})`;
  if (column.kind !== 'text') return plainTypes[column.kind];
  const { length = Number.POSITIVE_INFINITY } = column;
  if (length <= longestVarchar) return `varchar(${length})`;
  return length <= 16_383 ? 'text' : length <= 4_194_303 ? 'mediumtext' : 'longtext';
}

const list = (names: readonly string[], prefix = '') => names.map((name) => prefix + quoteIdentifier(name)).join(', ');

/** A collation that takes different texts for different, blanks at their ends too: each kind of server has its own. */
export function exactCollation(version: string): string {
  if (/mariadb/i.test(version)) return 'utf8mb4_nopad_bin';
  return Number(version.split('.')[0]) >= 8 ? 'utf8mb4_0900_bin' : 'utf8mb4_bin';
}

export function createTable({ table, columns, key }: TargetTable, exact: string): string {
  const characters = columns.reduce((sum, column) => sum + (column.kind === 'text' ? (column.length ?? 0) : 0), 0);
  const lines = columns.map((column) => {
    if (key.includes(column.name)) return keyLine(column, exact);
    const isShort = column.kind === 'text' && typeOf(column).startsWith('varchar');
    return `${quoteIdentifier(column.name)} ${isShort && characters > mostVarchars ? 'text' : typeOf(column)} null`;
  });
  return `create table if not exists ${quoteTable(table)} (${lines.join(', ')}, primary key (${list(key)}))
    engine = InnoDB default character set utf8mb4`;
}

function keyLine(column: TargetColumn, exact: string): string {
  if (column.kind !== 'text') return `${quoteIdentifier(column.name)} ${typeOf(column)} not null`;
  return `${quoteIdentifier(column.name)} varchar(${column.length}) character set utf8mb4 collate ${exact} not null`;
}

export const createBookmarks = (exact: string) => `create table if not exists ${bookmarkTable}
  (name varchar(190) character set utf8mb4 collate ${exact} not null primary key,
   value longtext character set utf8mb4 not null, changed_at datetime(3) not null) engine = InnoDB`;

export const setBookmark = (
  name: string,
  value: string,
) => `insert into ${bookmarkTable} values (${name}, ${value}, now(3))
  on duplicate key update value = values(value), changed_at = values(changed_at)`;

export type ColumnRow = {
  name: string;
  data_type: string;
  column_type: string;
  characters: string | null;
  digits: string | null;
  scale: string | null;
  charset: string | null;
  collation: string | null;
  must_be_given: number;
};

/** Of the schema and table that stand in the place of the two question marks. */
export const describeColumns = (schema: string, table: string) => `select column_name as name, data_type as data_type,
    column_type as column_type, character_maximum_length as characters, numeric_precision as digits, numeric_scale as scale,
    character_set_name as charset, collation_name as collation,
    is_nullable = 'NO' and column_default is null and extra not regexp 'auto_increment|generated' as must_be_given
  from information_schema.columns where table_schema = ${schema} and table_name = ${table} order by ordinal_position`;

export const describeKeys = (schema: string, table: string) => `select index_name as name, column_name as column_name,
    sub_part as sub_part from information_schema.statistics
  where table_schema = ${schema} and table_name = ${table} and non_unique = 0 order by index_name, seq_in_index`;

export const describeTable = (schema: string, table: string) => `select t.table_type as table_type, t.engine as engine,
    coalesce(e.transactions, 'NO') as transactions from information_schema.tables t
  left join information_schema.engines e on e.engine = t.engine
  where t.table_schema = ${schema} and t.table_name = ${table}`;

const kinds: Readonly<Record<string, ColumnKind>> = {
  varchar: 'text',
  char: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'integer',
  decimal: 'decimal',
  double: 'float',
  date: 'date',
  time: 'time',
  datetime: 'timestamp',
  timestamp: 'timestamptz',
};
const wholeDigits: Readonly<Record<string, number>> = { smallint: 4, mediumint: 6, int: 9, bigint: 18 };

export function foundColumn(row: ColumnRow): FoundColumn {
  const { name, data_type: type, column_type: nativeType } = row;
  const isTruth = /^(tinyint|bit)\(1\)/.test(nativeType) || nativeType === 'tinyint';
  const found = {
    name,
    nativeType,
    kind: isTruth ? 'boolean' : (kinds[type] ?? 'other'),
    mustBeGiven: Boolean(row.must_be_given),
  } as const;
  if (found.kind === 'text') return { ...found, length: textLength(type, Number(row.characters)) };
  if (found.kind === 'integer') return { ...found, whole: wholeDigits[type], scale: 0 };
  if (found.kind !== 'decimal') return found;
  return { ...found, whole: Number(row.digits) - Number(row.scale), scale: Number(row.scale) };
}

/** The text types count bytes, of which a character may take four. */
function textLength(type: string, characters: number): number | undefined {
  if (type === 'longtext') return undefined;
  return type.endsWith('text') ? Math.floor(characters / 4) : characters;
}

/** How the key of the table compares: where not as the staging table does, a second column of the staging table compares so too. */
export type KeyColumn = { name: string; joinedBy: string; charset: string | null; collation: string | null };

export function keyColumns({ key }: TargetTable, rows: readonly ColumnRow[], exact: string): KeyColumn[] {
  return key.map((name, place) => {
    const { charset = null, collation = null } = rows.find((row) => row.name === name) ?? {};
    const differs = collation !== null && collation !== exact;
    return { name, charset, collation, joinedBy: differs ? `sluice_same_${place}` : name };
  });
}

/** Of rows of one key the last one stays, since they are put in by `replace`. */
export function createStaging({ into }: LoadPlan, keys: readonly KeyColumn[], exact: string): string {
  const lines = into.columns.map((column) => {
    if (into.key.includes(column.name)) return keyLine(column, exact);
    return `${quoteIdentifier(column.name)} ${column.kind === 'text' ? 'longtext character set utf8mb4' : typeOf(column)} null`;
  });
  const others = keys.filter(({ name, joinedBy }) => joinedBy !== name);
  for (const { name, joinedBy, charset, collation } of others) {
    const column = into.columns.find((one) => one.name === name);
    const length = column?.kind === 'text' ? column.length : longestVarchar;
    lines.push(`${joinedBy} varchar(${length}) character set ${charset} collate ${collation} not null`);
  }
  if (others.length > 0) lines.push(`index (${list(keys.map(({ joinedBy }) => joinedBy))})`);
  lines.push(`${goneColumn} tinyint not null`, `primary key (${list(into.key)})`);
  return `create temporary table ${stagingTable} (${lines.join(', ')}) engine = InnoDB`;
}

/** In the order in which the cells of a staged row are written: columns, doubled keys, gone. */
function stagedColumns({ into }: LoadPlan, keys: readonly KeyColumn[]): string {
  const doubled = keys.filter(({ name, joinedBy }) => joinedBy !== name).map(({ joinedBy }) => joinedBy);
  return list([...into.columns.map(({ name }) => name), ...doubled, goneColumn]);
}

export const loadStaged = (plan: LoadPlan, keys: readonly KeyColumn[]) =>
  String.raw`load data local infile 'sluice' replace into table ${stagingTable} character set utf8mb4
    fields terminated by '\t' escaped by '\\' lines terminated by '\n' (${stagedColumns(plan, keys)})`;

export const insertStaged = (plan: LoadPlan, keys: readonly KeyColumn[]) =>
  `replace into ${stagingTable} (${stagedColumns(plan, keys)}) values `;

/** Gives two keys that the staging table tells apart and the table does not; null when it tells all apart. */
export function findSameKeys(keys: readonly KeyColumn[]): string | null {
  if (keys.every(({ name, joinedBy }) => name === joinedBy)) return null;
  const shown = keys.map(({ name }) => quoteIdentifier(name)).join(", ', ', ");
  return `select min(concat(${shown}) collate utf8mb4_bin) as one, max(concat(${shown}) collate utf8mb4_bin) as other
    from ${stagingTable} group by ${list(keys.map(({ joinedBy }) => joinedBy))} having count(*) > 1 limit 1`;
}

type Merging = { plan: LoadPlan; keys: readonly KeyColumn[] };

const sameKey = (keys: readonly KeyColumn[]) =>
  keys.map(({ name, joinedBy }) => `t.${quoteIdentifier(name)} = s.${quoteIdentifier(joinedBy)}`).join(' and ');

const others = ({ columns, key }: TargetTable) => columns.map(({ name }) => name).filter((name) => !key.includes(name));

const assignments = (into: TargetTable) =>
  others(into)
    .map((name) => `t.${quoteIdentifier(name)} = s.${quoteIdentifier(name)}`)
    .join(', ');

const joined = ({ plan, keys }: Merging, how = 'join') =>
  `${quoteTable(plan.into.table)} t ${how} ${stagingTable} s on ${sameKey(keys)}`;

/** Marks or removes rows that staged ones say are gone; null when the plan has no such thing. */
export function deleteGone(merging: Merging): string | null {
  const { into, deletions } = merging.plan;
  if (deletions?.by === 'mark') {
    const mark = quoteIdentifier(deletions.column);
    return `update ${joined(merging)} set ${assignments(into)} where s.${mark} = 1 and not (t.${mark} <=> 1)`;
  }
  return deletions?.header === undefined ? null : `delete t from ${joined(merging)} where s.${goneColumn} = 1`;
}

export function deleteUnstaged(merging: Merging): string | null {
  const { plan, keys } = merging;
  if (!plan.deletions?.unstaged) return null;
  const unstaged = `s.${quoteIdentifier(keys[0]?.joinedBy ?? '')} is null`;
  if (plan.deletions.by === 'remove') return `delete t from ${joined(merging, 'left join')} where ${unstaged}`;
  const mark = quoteIdentifier(plan.deletions.column);
  return `update ${joined(merging, 'left join')} set t.${mark} = 1 where ${unstaged} and not (t.${mark} <=> 1)`;
}

/** The server itself leaves rows alone that would not change, by their bytes, and does not count them. Null when all columns are key. */
export function updateChanged(merging: Merging): string | null {
  const { into } = merging.plan;
  if (others(into).length === 0) return null;
  return `update ${joined(merging)} set ${assignments(into)} where s.${goneColumn} = 0`;
}

export function insertNew({ plan: { into }, keys }: Merging): string {
  const names = into.columns.map(({ name }) => name);
  return `insert into ${quoteTable(into.table)} (${list(names)}) select ${list(names, 's.')}
    from ${stagingTable} s left join ${quoteTable(into.table)} t on ${sameKey(keys)}
    where s.${goneColumn} = 0 and t.${quoteIdentifier(into.key[0] ?? '')} is null`;
}
