/** From what a row says to what the table keeps: one checker per field, made once. */
import { toId18 } from '../schema/ids.ts';
import type { Field } from '../schema/schema.ts';
import type { RowError } from './records.ts';
import { OrgRefused } from './refusal.ts';

/** What a column holds. */
export type Stored = string | number | null;

/** Gives what is to be kept, or the refusal. */
export type FromText = (text: string) => Stored | RowError;
export type FromJson = (value: unknown) => Stored | RowError;

/** Characters of a value that are repeated in a message about it. */
const maxCharactersShown = 255;

/** Datetimes are kept to this step. */
const datetimeStepMs = 1;

const emailPattern = /^[^\s@<>()[\],;:"\\]+@[^\s@.<>()[\],;:"\\]+(\.[^\s@.<>()[\],;:"\\]+)+$/;
const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const datetimePattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/;
const timePattern = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?Z?$/;

export function isRefused(value: Stored | RowError): value is RowError {
  return value !== null && typeof value === 'object';
}

/** The checker of a field for text as it stands in a CSV cell, already known not to be empty. */
export function compileFromText(field: Field): FromText {
  const check = checkerOf(field);
  return (text) => {
    const trimmed = text.trim();
    return trimmed === '' ? null : check(trimmed);
  };
}

/** The checker of a field for a JSON value; a value of the wrong kind refuses the whole call, as Salesforce's parser does. */
export function compileFromJson(field: Field): FromJson {
  const fromText = compileFromText(field);
  const kind = jsonKinds[field.type] ?? 'string';
  return (value) => {
    if (value === null || value === undefined) return field.type === 'boolean' ? wrongType(field, 'null') : null;
    if (typeof value === 'object' || !isKind(kind, value)) throw unreadableJson(kind, value);
    const stored = fromText(String(value));
    if (kind !== 'string' && isRefused(stored) && stored.statusCode === 'INVALID_TYPE_ON_FIELD_IN_RECORD')
      throw unreadableJson(kind, value);
    return stored;
  };
}

const jsonKinds: Partial<Record<Field['type'], string>> = {
  boolean: 'boolean',
  int: 'int',
  double: 'double',
  currency: 'double',
  percent: 'double',
  date: 'date',
  datetime: 'datetime',
  time: 'time',
};

function isKind(kind: string, value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (kind === 'boolean') return typeof value === 'boolean';
  return (kind === 'int' || kind === 'double') && typeof value === 'number';
}

function unreadableJson(kind: string, value: unknown): OrgRefused {
  const shown = Array.isArray(value) ? '[' : typeof value === 'object' ? '{' : shorten(String(value));
  const message = `Cannot deserialize instance of ${kind} from ${jsonToken(value)} value ${shown} or request may be missing a required field at [line:1, column:1]`;
  return new OrgRefused({ status: 400, errorCode: 'JSON_PARSER_ERROR', message });
}

function jsonToken(value: unknown): string {
  if (typeof value === 'string') return 'VALUE_STRING';
  if (typeof value === 'boolean') return value ? 'VALUE_TRUE' : 'VALUE_FALSE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'VALUE_NUMBER_INT' : 'VALUE_NUMBER_FLOAT';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}

function checkerOf(field: Field): FromText {
  switch (field.type) {
    case 'boolean':
      return booleanChecker(field);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return numberChecker(field);
    case 'date':
      return (text) => readDate(text) ?? wrongType(field, text);
    case 'datetime':
      return (text) => readDatetime(text) ?? wrongType(field, text);
    case 'time':
      return (text) => readTime(text) ?? wrongType(field, text);
    case 'id':
    case 'reference':
      return (text) =>
        toId18(text) ?? refuse('MALFORMED_ID', `${field.label}: id value of incorrect type: ${shorten(text)}`, field);
    case 'email':
      return emailChecker(field);
    case 'picklist':
      return picklistChecker(field);
    case 'multipicklist':
      return multipicklistChecker(field);
    default:
      return textChecker(field);
  }
}

function textChecker(field: Field): FromText {
  const { length } = field;
  return (text) => (length > 0 && text.length > length ? tooLong(field, text) : text);
}

function tooLong(field: Field, text: string): RowError {
  return refuse(
    'STRING_TOO_LONG',
    `${field.label}: data value too large: ${shorten(text)} (max length=${field.length})`,
    field,
  );
}

function emailChecker(field: Field): FromText {
  const check = textChecker(field);
  return (text) =>
    emailPattern.test(text)
      ? check(text)
      : refuse('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${shorten(text)}`, field);
}

function picklistChecker(field: Field): FromText {
  if (!field.restrictedPicklist) return textChecker(field);
  const allowed = activeValues(field);
  return (text) => (allowed.has(text) ? text : badPicklistValue(field, text));
}

function multipicklistChecker(field: Field): FromText {
  const allowed = activeValues(field);
  const check = textChecker(field);
  return (text) => {
    const chosen = text
      .split(';')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    const bad = field.restrictedPicklist ? chosen.find((value) => !allowed.has(value)) : undefined;
    return bad === undefined ? check(chosen.join(';')) : badPicklistValue(field, bad);
  };
}

function activeValues(field: Field): ReadonlySet<string> {
  return new Set(field.picklistValues.filter(({ active }) => active).map(({ value }) => value));
}

function badPicklistValue(field: Field, text: string): RowError {
  const message = `${field.label}: bad value for restricted picklist field: ${shorten(text)}`;
  return refuse('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, field);
}

function booleanChecker(field: Field): FromText {
  return (text) => {
    const folded = text.toLowerCase();
    if (folded === 'true' || folded === '1') return 1;
    return folded === 'false' || folded === '0' ? 0 : wrongType(field, text);
  };
}

function numberChecker(field: Field): FromText {
  const whole = field.type === 'int';
  const scale = whole ? 0 : field.scale;
  const limit = whole && field.precision === 0 ? 2 ** 31 : 10 ** (field.precision - scale);
  const factor = 10 ** scale;
  return (text) => {
    if (!numberPattern.test(text)) return wrongType(field, text);
    const exact = Number(text);
    if (whole && !Number.isInteger(exact)) return wrongType(field, text);
    const size = Math.abs(exact);
    const rounded =
      Number.isInteger(exact) || field.precision === 0
        ? size
        : Math.round(size * factor * (1 + Number.EPSILON)) / factor;
    if (!Number.isFinite(exact) || (limit > 1 && rounded >= limit)) return outsideRange(field, text);
    return exact < 0 ? -rounded : rounded;
  };
}

function outsideRange(field: Field, text: string): RowError {
  const message = `${field.label}: value outside of valid range on numeric field: ${shorten(text)}`;
  return refuse('NUMBER_OUTSIDE_VALID_RANGE', message, field);
}

function readDate(text: string): string | undefined {
  const parts = datePattern.exec(text);
  return parts !== null && isDay(Number(parts[1]), Number(parts[2]), Number(parts[3])) ? text : undefined;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function readDatetime(text: string): number | undefined {
  const parts = datetimePattern.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const millisecond = Number((parts[7] ?? '0').padEnd(3, '0').slice(0, 3));
  const offsetMinutes =
    parts[8] === undefined ? 0 : (Number(parts[9]) * 60 + Number(parts[10])) * (parts[8] === '-' ? -1 : 1);
  const exactMs = Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offsetMinutes * 60_000;
  return Math.floor(exactMs / datetimeStepMs) * datetimeStepMs;
}

function readTime(text: string): string | undefined {
  const parts = timePattern.exec(text);
  if (parts === null) return undefined;
  const [, hour = '', minute = '', second = '00', fraction = ''] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
}

function wrongType(field: Field, text: string): RowError {
  return refuse(
    'INVALID_TYPE_ON_FIELD_IN_RECORD',
    `${field.label}: value not of required type: ${shorten(text)}`,
    field,
  );
}

function refuse(statusCode: string, message: string, field: Field): RowError {
  return { statusCode, message, fields: [field.name] };
}

function shorten(text: string): string {
  return text.length > maxCharactersShown ? `${text.slice(0, maxCharactersShown)}...` : text;
}
