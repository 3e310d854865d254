/** Expressions in SQL: fields, date functions of fields, and aggregates, with the type their values have. */
import type { Field, FieldType } from '../schema/schema.ts';
import { aggregateNames, dateFunctionNames } from './parse-condition.ts';
import { refuseAt, unsupported } from './refusals.ts';
import { type Column, type Place, resolvePath, type Scope } from './scope.ts';
import { isLongText, isText } from './translation.ts';
import type { Call, Expression } from './tree.ts';

export type Operand = {
  sql: string;
  type: FieldType;
  /** As Salesforce names it in refusals. */
  name: string;
  at: number;
  /** The field it is made of; none for COUNT(). */
  field?: Field;
  place?: Place;
  /** Compared and sorted regardless of case. */
  folded: boolean;
  aggregate: boolean;
  /** Where it is compared with a picklist's labels instead of its values. */
  byLabel: boolean;
  /** The field itself, not a function of it. */
  plain: boolean;
};

/** The operand behind an expression. Throws OrgRefused for unknown fields and functions that do not fit. */
export function resolveOperand(scope: Scope, expression: Expression): Operand {
  if (expression.kind === 'field') return fieldOperand(resolvePath(scope, expression.path), expression.path.at);
  const { name, argument, at } = expression;
  if (argument === undefined) return operand({ sql: 'count(*)', type: 'int', name: 'COUNT()', at, aggregate: true });
  const inner = resolveOperand(scope, argument);
  if (name === 'TOLABEL') return { ...inner, byLabel: true };
  if (!inner.plain) throw unsupported(scope.translation.source, { text: name, at }, `${name} of a function`);
  if (aggregateNames.has(name)) return aggregateOperand(scope, expression, inner);
  if (dateFunctionNames.has(name)) return dateFunctionOperand(scope, expression, inner);
  return inner;
}

function operand(given: Pick<Operand, 'sql' | 'type' | 'name' | 'at'> & Partial<Operand>): Operand {
  return { folded: false, aggregate: false, byLabel: false, plain: false, ...given };
}

function fieldOperand({ place, field, sql }: Column, at: number): Operand {
  const folded = isText(field) && !field.caseSensitive;
  return operand({ sql, type: field.type, name: field.name, at, field, place, folded, plain: true });
}

const numberTypes = new Set<FieldType>(['int', 'double', 'currency', 'percent']);

function aggregateOperand(scope: Scope, { name, at }: Call, inner: Operand): Operand {
  if (!canAggregate(name, inner)) {
    const sentence = `field ${inner.name} does not support aggregate operator ${name}`;
    throw refuseAt(scope.translation.source, at, 'INVALID_FIELD', sentence);
  }
  const { field, place } = inner;
  const kept = field && place ? { field, place } : {};
  const made = { name: `${name}(${inner.name})`, at, aggregate: true, ...kept };
  if (name === 'COUNT') return operand({ ...made, sql: `count(${inner.sql})`, type: 'int' });
  if (name === 'COUNT_DISTINCT') return operand({ ...made, sql: `count(DISTINCT ${inner.sql})`, type: 'int' });
  if (name === 'SUM' || name === 'AVG')
    return operand({ ...made, sql: `${name}(CAST(${inner.sql} AS REAL))`, type: 'double' });
  return operand({ ...made, sql: `${name}(${inner.sql})`, type: inner.type, folded: inner.folded });
}

function canAggregate(name: string, { type, field }: Operand): boolean {
  if (type === 'address' || (field && isLongText(field))) return false;
  if (name === 'SUM' || name === 'AVG') return numberTypes.has(type);
  if (name === 'MIN' || name === 'MAX') return !['boolean', 'multipicklist', 'id', 'reference'].includes(type);
  return true;
}

const strftimeFormats: Record<string, string> = {
  CALENDAR_MONTH: '%m',
  FISCAL_MONTH: '%m',
  CALENDAR_YEAR: '%Y',
  FISCAL_YEAR: '%Y',
  DAY_IN_MONTH: '%d',
  DAY_IN_YEAR: '%j',
  HOUR_IN_DAY: '%H',
};

function dateFunctionOperand(scope: Scope, { name, at }: Call, inner: Operand): Operand {
  const fits = inner.type === 'datetime' || (inner.type === 'date' && name !== 'HOUR_IN_DAY');
  if (!fits || inner.field === undefined || inner.place === undefined) {
    const sentence = `field ${inner.name} does not support date function ${name}`;
    throw refuseAt(scope.translation.source, at, 'INVALID_FIELD', sentence);
  }
  const { field, place } = inner;
  const date = inner.type === 'datetime' ? `${inner.sql} / 1000.0, 'unixepoch'` : inner.sql;
  const type = name === 'DAY_ONLY' ? 'date' : 'int';
  return operand({ sql: dateFunctionSql(name, date), type, name: `${name}(${inner.name})`, at, field, place });
}

/** Days and hours are those of UTC, as in Salesforce without convertTimezone(). */
function dateFunctionSql(name: string, date: string): string {
  const part = (format: string) => `CAST(strftime('${format}', ${date}) AS INTEGER)`;
  const format = strftimeFormats[name];
  if (format !== undefined) return part(format);
  if (name === 'DAY_ONLY') return `date(${date})`;
  if (name === 'DAY_IN_WEEK') return `(${part('%w')} + 1)`;
  if (name === 'WEEK_IN_MONTH') return `((${part('%d')} + 6) / 7)`;
  if (name === 'WEEK_IN_YEAR') return `((${part('%j')} + 6) / 7)`;
  return `((${part('%m')} + 2) / 3)`;
}

/** What is compared, sorted or grouped: text in small letters, where case does not count. */
export function comparable({ sql, folded }: Operand): string {
  return folded ? `fold(${sql})` : sql;
}

/** Refuses a field that cannot be used in this way: filtered, sorted or grouped. */
export function refuseUnless(
  scope: Scope,
  { field, type, name, at, aggregate }: Operand,
  use: 'filtered' | 'sorted' | 'grouped',
) {
  const long = field !== undefined && !aggregate && isLongText(field);
  const several = type === 'multipicklist' && use !== 'filtered';
  if (!long && !several && type !== 'address') return;
  const sentence = `field '${name}' can not be ${use} in a query call`;
  throw refuseAt(scope.translation.source, at, 'INVALID_FIELD', sentence);
}
