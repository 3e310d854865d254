/** Values held against the describe of their fields before they are sent: what Salesforce would refuse for certain, in its words. */
import type { FieldDescribe, SObjectDescribe } from '../salesforce/index.ts';
import { fitsBoolean, fitsDate, fitsId, fitsInstant, fitsNumber } from './plain-forms.ts';
import { findField, findLookup, parseParentColumn } from './record-json.ts';
import type { SentRowError } from './row-error.ts';
import type { Operation } from './run-context.ts';

/** The check of one column. */
export type ColumnCheck = {
  /**
   * True when the cell that stands in `text` from `start` to `end`, in quotes or not, is good at first sight. False may be wrong:
   * then `judge` decides.
   */
  fits(text: string, start: number, end: number): boolean;
  /** Null is a null, '' a cell that leaves the field as it is. `missing`: the field must have a value. */
  judge(value: string | null): SentRowError | 'missing' | null;
  field: string;
};

export type ValueChecks = {
  /** In the order of the header; null for a column that nothing is to be said of. */
  columns: readonly (ColumnCheck | null)[];
  /** Fields that every new record needs, and the mapping does not fill. */
  unfilled: readonly string[];
};

export type Checking = {
  describe: SObjectDescribe;
  header: readonly string[];
  operation: Operation;
  externalId: string | null;
};

/** A delete sends ids alone, and an id that is none says so itself. */
export function createValueChecks({ describe, header, operation, externalId }: Checking): ValueChecks {
  if (operation === 'delete') return { columns: header.map(() => null), unfilled: [] };
  const isKey = (name: string) => name.toLowerCase() === (externalId ?? 'Id').toLowerCase();
  const fields = header.map((name) => fieldOf(name, describe));
  const columns = header.map((name, place) => {
    const field = fields[place];
    if (field === undefined || (isKey(name) && field.type === 'id')) return null;
    if (name.includes('.')) return checkParent(field, operation);
    return checkField(field, isKey(name) ? () => null : nullJudge(field, operation));
  });
  const unfilled = describe.fields.filter((field) => isNeeded(field) && !fields.includes(field));
  return { columns, unfilled: operation === 'insert' ? unfilled.map(({ name }) => name) : [] };
}

function fieldOf(column: string, describe: SObjectDescribe): FieldDescribe | undefined {
  if (!column.includes('.')) return findField(describe, column);
  return findLookup(describe, parseParentColumn(column).relationship);
}

/** A new record cannot be made without it. */
function isNeeded({ nillable, defaultedOnCreate, createable }: FieldDescribe): boolean {
  return createable && !nillable && !defaultedOnCreate;
}

type Judge = (value: string) => SentRowError | null;
type Fits = ColumnCheck['fits'];

type NullJudge = (value: string | null) => 'missing' | null;

/** An empty cell leaves the field as it is, which an upsert may want of a record that is there. */
function nullJudge(field: FieldDescribe, operation: Operation): NullJudge {
  // Where Salesforce has a default, a new record may get it for a null.
  const isNever = field.type !== 'boolean' && !(field.defaultedOnCreate && operation !== 'update');
  const never = !field.nillable && isNever;
  const whenNew = operation === 'insert' && isNeeded(field);
  return (value) => ((value === null ? never : whenNew) ? 'missing' : null);
}

function checkParent(field: FieldDescribe, operation: Operation): ColumnCheck {
  const judgeNull = nullJudge(field, operation);
  return {
    field: field.name,
    fits: field.nillable ? () => true : isFilled,
    judge: (value) => (value === null || value === '' ? judgeNull(value) : null),
  };
}

/** That a key is missing, by which a record is found, Salesforce says in other words. */
function checkField(field: FieldDescribe, judgeNull: NullJudge): ColumnCheck | null {
  const form = formOf(field);
  if (form === null && field.nillable) return null;
  const fitsForm = form?.fits ?? (() => true);
  return {
    field: field.name,
    fits: (text, start, end) => isFilled(text, start, end) && fitsForm(text, start, end),
    judge(value) {
      if (value === null || value === '') return judgeNull(value);
      const meant = value.trim();
      // Salesforce keeps no blanks at the ends of a text, so that one of blanks alone is a null.
      return meant === '' ? judgeNull(null) : (form?.judge(meant) ?? null);
    },
  };
}

const quote = 34;
const numberSign = 35;

/** Neither empty nor what may be a null, nor text that may be blank. */
const isFilled: Fits = (text, start, end) => {
  const first = text.charCodeAt(start);
  return end > start && first !== numberSign && first > 32 && (first !== quote || text.charCodeAt(start + 1) > quote);
};

type Form = { fits: Fits; judge: Judge };

const never: Fits = () => false;

/** By the describe's type; null for types whose values Salesforce alone can judge. */
function formOf(field: FieldDescribe): Form | null {
  switch (field.type) {
    case 'boolean':
      return { fits: fitsBoolean, judge: typeJudge(field, booleanForm) };
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return numberForm(field);
    case 'date':
      return { fits: fitsDate, judge: typeJudge(field, dateForm, dayExists) };
    case 'datetime':
      return { fits: fitsInstant, judge: typeJudge(field, instantForm, dayExists) };
    case 'time':
      return { fits: never, judge: typeJudge(field, timeForm) };
    case 'id':
    case 'reference':
      return { fits: fitsId, judge: idJudge(field) };
    case 'email':
      return { fits: never, judge: emailJudge(field) };
    case 'picklist':
    case 'multipicklist':
      return picklistForm(field);
    default:
      return lengthForm(field);
  }
}

/** Bulk API 2.0's words for true and false, in any case. */
const booleanForm = /^(true|false|yes|no|y|n|on|off|1|0)$/i;
const numberText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const dateForm = /^\d{4}-\d\d-\d\d$/;
const instantForm = /^\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const timeForm = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?Z?$/;
const idForm = /^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/;
const emailForm = /^[^\s@]+@[^\s@]+$/;

function dayExists(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function typeJudge(field: FieldDescribe, form: RegExp, holds: (text: string) => boolean = () => true): Judge {
  return (value) => (form.test(value) && holds(value) ? null : wrongType(field, value));
}

const wrongType = (field: FieldDescribe, value: string) =>
  refuse(field, 'INVALID_TYPE_ON_FIELD_IN_RECORD', `value not of required type: ${shorten(value)}`);

function numberForm(field: FieldDescribe): Form {
  const { precision, scale, type } = field;
  const limit = precision > 0 ? 10 ** (precision - scale) : type === 'int' ? 2 ** 31 : Number.POSITIVE_INFINITY;
  return {
    fits: fitsNumber(precision > 0 ? precision - scale : 9, type === 'int'),
    judge(value) {
      if (!numberText.test(value)) return wrongType(field, value);
      const number = Number(value);
      if (type === 'int' && !Number.isInteger(number)) return wrongType(field, value);
      if (Math.abs(number) < limit) return null;
      const message = `value outside of valid range on numeric field: ${shorten(value)}`;
      return refuse(field, 'NUMBER_OUTSIDE_VALID_RANGE', message);
    },
  };
}

function idJudge(field: FieldDescribe): Judge {
  return (value) =>
    idForm.test(value) ? null : refuse(field, 'MALFORMED_ID', `id value of incorrect type: ${shorten(value)}`);
}

function lengthForm(field: FieldDescribe): Form | null {
  const { length } = field;
  if (length <= 0) return null;
  return { fits: (_, start, end) => end - start <= length, judge: lengthJudge(field) };
}

/** Letters that take two UTF-16 units count once, so that nothing is refused that might go through. */
function lengthJudge(field: FieldDescribe): Judge {
  const { length } = field;
  return (value) => {
    if (length <= 0 || value.length <= length || [...value].length <= length) return null;
    const message = `data value too large: ${shorten(value)} (max length=${length})`;
    return refuse(field, 'STRING_TOO_LONG', message);
  };
}

function emailJudge(field: FieldDescribe): Judge {
  const judgeLength = lengthJudge(field);
  return (value) => {
    if (emailForm.test(value)) return judgeLength(value);
    return refuse(field, 'INVALID_EMAIL_ADDRESS', `invalid email address: ${shorten(value)}`);
  };
}

/** Only a restricted picklist refuses values; in which case they are written is left to Salesforce. */
function picklistForm(field: FieldDescribe): Form | null {
  if (!field.restrictedPicklist) return lengthForm(field);
  const active = field.picklistValues.filter((entry) => entry.active).map(({ value }) => value);
  const exact = new Set(active);
  const folded = new Set(active.map((value) => value.toLowerCase()));
  const chosenOf = (value: string) =>
    field.type === 'multipicklist'
      ? value
          .split(';')
          .map((part) => part.trim())
          .filter(Boolean)
      : [value];
  return {
    fits: (text, start, end) => exact.has(text.slice(start, end)),
    judge(value) {
      const bad = chosenOf(value).find((chosen) => !folded.has(chosen.toLowerCase()));
      if (bad === undefined) return null;
      const message = `bad value for restricted picklist field: ${shorten(bad)}`;
      return refuse(field, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message);
    },
  };
}

const refuse = ({ label, name }: FieldDescribe, code: string, message: string): SentRowError => ({
  code,
  message: `${label}: ${message}`,
  fields: [name],
});

const maxLettersShown = 255;

const shorten = (value: string) => (value.length > maxLettersShown ? `${value.slice(0, maxLettersShown)}...` : value);
