/** The SQL that makes PostgreSQL write Bulk API 2.0's CSV itself: quoting, and one expression for each kind of column. */
import type { Cell, Column, ColumnKind, NullPolicy, ReadPlan, Source } from './adapter.ts';
import { emptyTextIsNull } from './source.ts';

/** By the type's number in pg_type; what is not here is `other`. Domains come with the number of their base type. */
const kinds: Readonly<Record<number, ColumnKind>> = {
  16: 'boolean',
  17: 'bytes',
  18: 'text',
  19: 'text',
  20: 'integer',
  21: 'integer',
  23: 'integer',
  25: 'text',
  26: 'integer',
  700: 'float',
  701: 'float',
  790: 'decimal',
  1042: 'text',
  1043: 'text',
  1082: 'date',
  1083: 'time',
  1114: 'timestamp',
  1184: 'timestamptz',
  1266: 'time',
  1700: 'decimal',
};

const moneyType = 'money';
const singleFloatType = 'real';
const zonedTimeType = 'time with time zone';

export function findKind(typeNumber: number): ColumnKind {
  return kinds[typeNumber] ?? 'other';
}

export const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Right whatever `standard_conforming_strings` says. */
export const quoteText = (text: string) =>
  text.includes('\\')
    ? ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;

/** `sales.accounts`, or with dots inside names `"my.schema"."table"`; case counts. */
export function splitTableName(name: string): string[] {
  const parts = name.match(/"(?:[^"]|"")+"|[^."]+/g) ?? [];
  const names = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
  return parts.join('.') === name ? names : [name];
}

/** What stands behind `from`. The query's own line ends keep a comment at its end from swallowing the bracket. */
export function fromSource(source: Exclude<Source, { file: string }>): string {
  if ('table' in source) return `${splitTableName(source.table).map(quoteIdentifier).join('.')} as source`;
  return `(\n${source.query.trim().replace(/;$/, '')}\n) as source`;
}

/** The whole COPY; a null is a bare `#N/A`, and the same text of a cell comes in quotes. */
export function copyStatement(
  plan: ReadPlan,
  columns: readonly Column[],
  source: Exclude<Source, { file: string }>,
): string {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const cells = plan.cells.map((cell) => cellExpression(cell, byName, plan.timeZone));
  // An empty line would be no row to Salesforce, so a row of one cell is always in quotes.
  const force = cells.length === 1 ? ', force_quote *' : '';
  return `copy (select ${cells.join(', ')} from ${fromSource(source)}) to stdout with (format csv, null '#N/A'${force})`;
}

function cellExpression(cell: Cell, columns: ReadonlyMap<string, Column>, timeZone: string): string {
  if ('constant' in cell) return applyNulls(cell.constant ? quoteText(cell.constant) : 'null::text', cell.nulls);
  const column = columns.get(cell.column);
  if (!column) return 'null';
  const value = `source.${quoteIdentifier(column.name)}`;
  // Without a cast COPY writes these the same way and faster.
  if (cell.nulls === 'clear' && ['integer', 'decimal', 'date'].includes(column.kind) && column.nativeType !== moneyType)
    return value;
  return applyNulls(textExpression(value, column, timeZone), cell.nulls);
}

/** `expression` is a text or null. */
function applyNulls(expression: string, nulls: NullPolicy): string {
  if (nulls === 'clear') return expression;
  return `coalesce(${expression}, ${quoteText(nulls === 'keep' ? '' : nulls.default)})`;
}

/**
 * One value as Salesforce reads it. What has no such form (NaN, infinity, years before 1 or after 9999) goes out as PostgreSQL
 * writes it, so that Salesforce refuses that one row by name instead of getting a wrong value or none.
 */
function textExpression(value: string, { kind, nativeType }: Column, timeZone: string): string {
  switch (kind) {
    case 'text':
    case 'other':
      return withoutEmpty(`${value}::text`);
    case 'decimal':
      return nativeType === moneyType ? `${value}::numeric::text` : `${value}::text`;
    case 'float':
      return plainFloat(value, nativeType);
    case 'timestamp':
      return isoTimestamp(
        value,
        timeZone === 'UTC' ? value : `(${value} at time zone ${quoteText(timeZone)}) at time zone 'UTC'`,
      );
    case 'timestamptz':
      return isoTimestamp(value, `${value} at time zone 'UTC'`);
    case 'time':
      return `to_char((${value}${nativeType.startsWith(zonedTimeType) ? ` at time zone 'UTC'` : ''})::time, 'HH24:MI:SS.MS"Z"')`;
    case 'bytes':
      return `translate(encode(${value}, 'base64'), E'\\n', '')`;
    default:
      return `${value}::text`;
  }
}

/** Salesforce stores an empty text as null, so the null policy counts it as one. */
const withoutEmpty = (text: string) => (emptyTextIsNull ? `nullif(${text}, '')` : text);

/** `to_char` would give null for infinity and lose the era of years before 1. */
function isoTimestamp(value: string, inUtc: string): string {
  const inRange = `${value} >= '0001-01-02' and ${value} < '10000-01-01'`;
  return `case when ${inRange} then to_char(${inUtc}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') else ${value}::text end`;
}

/** Very large and very small numbers come with an exponent, which is written out by way of numeric; digits are kept. */
function plainFloat(value: string, nativeType: string): string {
  const below = nativeType === singleFloatType ? '1e5' : '1e14';
  const isPlain = `${value} = 0 or abs(${value}) between 1e-4 and ${below} or ${value} in ('NaN', 'Infinity', '-Infinity')`;
  return `case when ${isPlain} then ${value}::text else ${value}::text::numeric::text end`;
}
