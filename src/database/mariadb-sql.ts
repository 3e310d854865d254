/** The SQL that makes MariaDB and MySQL write Bulk API 2.0's CSV themselves: quoting, and one expression for each kind of column. */
import { csvCell } from '../base/index.ts';
import type { Cell, Column, ColumnKind, NullPolicy, ReadPlan, Source } from './adapter.ts';
import { nullCell } from './null-cell.ts';

/** What the server says of a column of a result. */
export type FieldOfServer = { name: string; type: number; flags: number; length: number; charset: number };

const [notNull, unsigned, zerofill] = [1, 32, 64];
const binaryCharset = 63;
const tinyint = 1;
const bit = 16;

/** By the number of the type in the protocol; what is not here is `other`. Texts and bytes share their numbers. */
const types: Readonly<Record<number, readonly [ColumnKind, string]>> = {
  0: ['decimal', 'decimal'],
  1: ['integer', 'tinyint'],
  2: ['integer', 'smallint'],
  3: ['integer', 'int'],
  4: ['float', 'float'],
  5: ['float', 'double'],
  7: ['timestamptz', 'timestamp'],
  8: ['integer', 'bigint'],
  9: ['integer', 'mediumint'],
  10: ['date', 'date'],
  11: ['time', 'time'],
  12: ['timestamp', 'datetime'],
  13: ['integer', 'year'],
  14: ['date', 'date'],
  15: ['text', 'varchar'],
  16: ['integer', 'bit'],
  245: ['other', 'json'],
  246: ['decimal', 'decimal'],
  247: ['text', 'enum'],
  248: ['text', 'set'],
  249: ['text', 'text'],
  250: ['text', 'text'],
  251: ['text', 'text'],
  252: ['text', 'text'],
  253: ['text', 'varchar'],
  254: ['text', 'char'],
  255: ['bytes', 'geometry'],
};

export function describeField({ name, type, flags, length, charset }: FieldOfServer): Column {
  const [kind, native] = types[type] ?? ['other', `type ${type}`];
  const isTruth = (type === tinyint || type === bit) && length === 1;
  const isBytes = kind === 'text' && charset === binaryCharset;
  const words = [isTruth ? `${native}(1)` : isBytes ? 'binary' : native];
  if (kind === 'integer' && flags & unsigned) words.push('unsigned');
  if (flags & zerofill) words.push('zerofill');
  return {
    name,
    kind: isTruth ? 'boolean' : isBytes ? 'bytes' : kind,
    nullable: (flags & notNull) === 0,
    nativeType: words.join(' '),
  };
}

export const quoteIdentifier = (name: string) => `\`${name.replaceAll('`', '``')}\``;

/** In hexadecimal, which is right whatever the server's mode says of quotes and backslashes. */
export const quoteText = (text: string) => (text === '' ? `''` : `_utf8mb4 x'${Buffer.from(text).toString('hex')}'`);

/** `sales.accounts`, or with dots inside names `` `my.base`.`table` ``. */
export function splitTableName(name: string): string[] {
  const parts = name.match(/`(?:[^`]|``)+`|[^.`]+/g) ?? [];
  const names = parts.map((part) => (part.startsWith('`') ? part.slice(1, -1).replaceAll('``', '`') : part));
  return parts.join('.') === name ? names : [name];
}

export const quoteTable = (name: string) => splitTableName(name).map(quoteIdentifier).join('.');

/** What stands behind `from`. The query's own line ends keep a comment at its end from swallowing the bracket. */
export function fromSource(source: Exclude<Source, { file: string }>): string {
  if ('table' in source) return `${quoteTable(source.table)} as source`;
  return `(\n${source.query.trim().replace(/;$/, '')}\n) as source`;
}

/** What the server sends for a row: bytes of the CSV, and between them timestamps that are still to be moved out of their zone. */
export type Piece = 'bytes' | { timestamp: NullPolicy };

/**
 * The whole select, and what its columns are. The server writes the line; only a timestamp without a zone, when the zone is not UTC,
 * comes by itself, since few servers have the tables of zones loaded.
 */
export function selectLines(
  plan: ReadPlan,
  columns: readonly Column[],
  source: Exclude<Source, { file: string }>,
): { sql: string; pieces: Piece[] } {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const pieces: Piece[] = [];
  const selected: string[] = [];
  let glued: string[] = [];
  const flush = () => {
    if (glued.length === 0) return;
    selected.push(`concat(${glued.join(', ')})`);
    pieces.push('bytes');
    glued = [];
  };
  for (const [place, cell] of plan.cells.entries()) {
    if (place > 0) glued.push(`','`);
    const column = 'column' in cell ? byName.get(cell.column) : undefined;
    if (column?.kind === 'timestamp' && plan.timeZone !== 'UTC') {
      flush();
      selected.push(`cast(source.${quoteIdentifier(column.name)} as char)`);
      pieces.push({ timestamp: cell.nulls });
    } else glued.push(cellExpression(cell, column, plan.cells.length));
  }
  glued.push('char(10 using utf8mb4)');
  flush();
  return { sql: `select ${selected.join(', ')} from ${fromSource(source)}`, pieces };
}

/** Never null. */
function cellExpression(cell: Cell, column: Column | undefined, cellsInRow: number): string {
  const ofNull = quoteText(nullCell(cell.nulls, cellsInRow));
  if ('constant' in cell) return cell.constant ? quoteText(csvCell(cell.constant)) : ofNull;
  if (!column) return ofNull;
  return `coalesce(${valueExpression(`source.${quoteIdentifier(column.name)}`, column)}, ${ofNull})`;
}

/**
 * The whole cell with its quotes, or null. What has no form in Salesforce (days and years that are zero, times of more than a day)
 * goes out as the server writes it, so that its row is refused there.
 */
function valueExpression(value: string, { kind, nativeType }: Column): string {
  const number = nativeType.endsWith('zerofill') ? `${value} + 0` : value;
  switch (kind) {
    case 'integer':
      return `cast(${nativeType.startsWith('bit') ? `${value} + 0` : number} as char)`;
    case 'decimal':
      return `cast(${number} as char)`;
    case 'date':
      return `cast(${value} as char)`;
    case 'boolean':
      return `case ${value} + 0 when 0 then 'false' when 1 then 'true' else cast(${value} + 0 as char) end`;
    case 'float':
      return plainFloat(value, nativeType);
    case 'timestamp':
    case 'timestamptz':
      return isoTimestamp(value);
    case 'time':
      return `if(${value} between '00:00:00' and '23:59:59.999999', concat(left(time_format(${value}, '%H:%i:%s.%f'), 12), 'Z'), cast(${value} as char))`;
    case 'bytes':
      return filled(value, `replace(to_base64(${value}), char(10 using utf8mb4), '')`);
    default:
      return filled(value, `concat('"', replace(convert(${value} using utf8mb4), '"', '""'), '"')`);
  }
}

/** By its length: compared with '', a text of blanks would be empty too. */
const filled = (value: string, then: string) => `if(octet_length(${value}) > 0, ${then}, null)`;

function isoTimestamp(value: string): string {
  const isReal = `year(${value}) > 0 and month(${value}) > 0 and dayofmonth(${value}) > 0`;
  return `if(${isReal}, concat(left(date_format(${value}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z'), cast(${value} as char))`;
}

/** The server writes a single float with six digits: where that is not the number, all digits of it as a double. */
function plainFloat(value: string, nativeType: string): string {
  const short = `cast(${value} as char)`;
  if (nativeType !== 'float') return withoutExponent(value, short);
  const exact = `cast(${value} + 0e0 as char)`;
  const isExact = `abs(${value} + 0e0 - (${short} + 0e0)) <= abs(${value} + 0e0) * 2.9e-8`;
  return `if(${isExact}, ${withoutExponent(value, short)}, ${withoutExponent(value, exact)})`;
}

/** `1.25e20` has one digit before the point; zeros are added behind or before, or the point is moved. */
function withoutExponent(value: string, text: string): string {
  const sign = `if(${value} < 0, '-', '')`;
  const digits = `replace(substring_index(trim(leading '-' from ${text}), 'e', 1), '.', '')`;
  const exponent = `cast(substring_index(${text}, 'e', -1) as signed)`;
  const fraction = `(char_length(${digits}) - 1)`;
  return `case when locate('e', ${text}) = 0 then ${text}
    when ${exponent} < 0 then concat(${sign}, '0.', repeat('0', -${exponent} - 1), ${digits})
    when ${exponent} >= ${fraction} then concat(${sign}, ${digits}, repeat('0', ${exponent} - ${fraction}))
    else concat(${sign}, left(${digits}, ${exponent} + 1), '.', substring(${digits}, ${exponent} + 2)) end`;
}
