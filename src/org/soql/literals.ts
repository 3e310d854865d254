/** Literals as values of SQLite, checked against the type of what they are compared with. */

import { toId18 } from '../schema/ids.ts';
import type { FieldType } from '../schema/schema.ts';
import { dayText, rangeOfDays, startOfDay } from './date-ranges.ts';
import { unescapeString } from './lexer.ts';
import type { Operand } from './operands.ts';
import { refuseAt } from './refusals.ts';
import { isText, type Parameter, type Translation } from './translation.ts';
import type { Literal } from './tree.ts';

/** A value, or the two ends of a half-open range of days. */
export type LiteralValue = { value: Parameter } | { start: Parameter; end: Parameter };

/** Turns a literal into what it is compared with. Throws OrgRefused when the types do not fit. */
export function literalValue(translation: Translation, operand: Operand, literal: Literal): LiteralValue {
  if (literal.kind === 'null') return { value: operand.type === 'boolean' ? 0 : null };
  if (literal.kind === 'range') return rangeValue(translation, operand, literal);
  const value = plainValue(translation, operand, literal);
  if (value === undefined) throw refuseType(translation, operand);
  return { value };
}

function plainValue(translation: Translation, operand: Operand, literal: Literal): Parameter | undefined {
  const { type } = operand;
  const { kind, text } = literal;
  if (type === 'id' || type === 'reference')
    return kind === 'string' ? idValue(translation, operand, literal) : undefined;
  if (isText(operand)) return kind === 'string' ? textValue(translation, operand, literal) : undefined;
  if (type === 'boolean') return kind === 'boolean' ? Number(text === 'TRUE') : undefined;
  if (type === 'date') return kind === 'date' ? dateValue(translation, literal) : undefined;
  if (type === 'datetime') return kind === 'datetime' ? instantValue(translation, literal) : undefined;
  if (type === 'time') return kind === 'time' ? timeValue(text) : undefined;
  return kind === 'number' ? Number(text) : undefined;
}

/** Empty text is kept as null, so it is looked for as null. */
function textValue({ source }: Translation, { folded }: Operand, literal: Literal): string | null {
  const text = unescapeString(source, literal);
  if (text === '') return null;
  return folded ? text.toLowerCase() : text;
}

function idValue({ source }: Translation, operand: Operand, literal: Literal): string {
  const text = unescapeString(source, literal);
  const id = toId18(text);
  if (id === undefined)
    throw refuseAt(source, operand.at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
  return id;
}

function dateValue({ source }: Translation, { text, at }: Literal): string {
  const instant = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(instant) || dayText(instant) !== text)
    throw refuseAt(source, at, 'MALFORMED_QUERY', `Invalid date: ${text}`);
  return text;
}

function instantValue(translation: Translation, literal: Literal): number {
  dateValue(translation, { ...literal, text: literal.text.slice(0, 10) });
  const instant = Date.parse(literal.text.toUpperCase().replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(instant))
    throw refuseAt(translation.source, literal.at, 'MALFORMED_QUERY', `Invalid datetime: ${literal.text}`);
  return instant;
}

function timeValue(text: string): string {
  const [, clock = '', fraction = ''] = /^([\d:]+)(?:\.(\d+))?/.exec(text) ?? [];
  return `${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

function rangeValue(translation: Translation, operand: Operand, literal: Literal & { kind: 'range' }): LiteralValue {
  const { text, count = 0 } = literal;
  if (operand.type === 'date')
    return {
      start: (occasion) => dayText(rangeOfDays(text, count, occasion).start),
      end: (occasion) => dayText(rangeOfDays(text, count, occasion).end),
    };
  if (operand.type !== 'datetime') throw refuseType(translation, operand);
  return {
    start: (occasion) => startOfDay(rangeOfDays(text, count, occasion).start, occasion.timeZone),
    end: (occasion) => startOfDay(rangeOfDays(text, count, occasion).end, occasion.timeZone),
  };
}

function refuseType({ source }: Translation, operand: Operand) {
  const quoted = isText(operand) || operand.type === 'id' || operand.type === 'reference';
  const sentence = `value of filter criterion for field '${operand.name}' must be of type ${typeName(operand.type)} and should ${quoted ? '' : 'not '}be enclosed in quotes`;
  return refuseAt(source, operand.at, 'INVALID_FIELD', sentence);
}

function typeName(type: FieldType): string {
  if (type === 'datetime') return 'dateTime';
  if (type === 'id' || type === 'reference') return 'ID';
  return isText({ type }) ? 'string' : type;
}
