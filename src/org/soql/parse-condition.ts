/** Parses conditions: what stands behind WHERE and HAVING, with its expressions and literals. */
import { isDateRange } from './date-ranges.ts';
import type { Token } from './lexer.ts';
import { refuseAt, unsupported } from './refusals.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Call, ComparisonOperator, Condition, Expression, Literal, Path, Query } from './tree.ts';

export const aggregateNames = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']);
export const dateFunctionNames = new Set([
  'CALENDAR_MONTH',
  'CALENDAR_QUARTER',
  'CALENDAR_YEAR',
  'DAY_IN_MONTH',
  'DAY_IN_WEEK',
  'DAY_IN_YEAR',
  'DAY_ONLY',
  'FISCAL_MONTH',
  'FISCAL_QUARTER',
  'FISCAL_YEAR',
  'HOUR_IN_DAY',
  'WEEK_IN_MONTH',
  'WEEK_IN_YEAR',
]);
const formNames = new Set(['TOLABEL', 'FORMAT']);
const unknownFunctions = new Set([
  'CONVERTCURRENCY',
  'CONVERTTIMEZONE',
  'DISTANCE',
  'GROUPING',
  'FORMULA',
  'GEOLOCATION',
]);

/** A query in parentheses, given in by the parser of queries, since each needs the other. */
export type ParseQuery = (cursor: TokenCursor) => Query;

export function parsePath(cursor: TokenCursor): Path {
  const first = cursor.expectName();
  const parts = [first.text];
  while (cursor.takeSymbol('.')) parts.push(cursor.expectName().text);
  return { parts, at: first.at };
}

/** A field path, or a function of one. */
export function parseExpression(cursor: TokenCursor): Expression {
  if (cursor.isSymbol('(', 1)) return parseCall(cursor);
  return { kind: 'field', path: parsePath(cursor) };
}

function parseCall(cursor: TokenCursor): Call {
  const token = cursor.expectName();
  const name = token.text.toUpperCase();
  if (unknownFunctions.has(name)) throw unsupported(cursor.source, token, `function ${name}`);
  if (!aggregateNames.has(name) && !dateFunctionNames.has(name) && !formNames.has(name)) cursor.fail(token);
  cursor.expectSymbol('(');
  if (name === 'COUNT' && cursor.takeSymbol(')')) return { kind: 'call', name, at: token.at };
  const argument = cursor.nest(() => parseExpression(cursor));
  cursor.expectSymbol(')');
  return { kind: 'call', name, argument, at: token.at };
}

/** A chain of ANDs or of ORs; mixed without parentheses it is refused, as Salesforce does. */
export function parseCondition(cursor: TokenCursor, parseQuery: ParseQuery): Condition {
  const first = parseTerm(cursor, parseQuery);
  const word = cursor.isWord('AND') ? 'AND' : 'OR';
  if (!cursor.isWord(word)) return first;
  const conditions = [first];
  while (cursor.takeWord(word)) conditions.push(parseTerm(cursor, parseQuery));
  if (cursor.isWord('AND') || cursor.isWord('OR')) cursor.fail();
  return { kind: word === 'AND' ? 'and' : 'or', conditions };
}

function parseTerm(cursor: TokenCursor, parseQuery: ParseQuery): Condition {
  if (cursor.isWord('NOT')) {
    cursor.take();
    return { kind: 'not', condition: cursor.nest(() => parseTerm(cursor, parseQuery)) };
  }
  if (cursor.takeSymbol('(')) {
    const condition = cursor.nest(() => parseCondition(cursor, parseQuery));
    cursor.expectSymbol(')');
    return condition;
  }
  return parseComparison(cursor, parseQuery);
}

const comparisonSymbols: Record<string, ComparisonOperator> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function operatorOf({ kind, text }: Token): ComparisonOperator | undefined {
  if (kind === 'name') return text.toUpperCase() === 'LIKE' ? 'LIKE' : undefined;
  return kind === 'symbol' ? comparisonSymbols[text] : undefined;
}

function parseComparison(cursor: TokenCursor, parseQuery: ParseQuery): Condition {
  const at = cursor.peek().at;
  const left = parseExpression(cursor);
  if (cursor.takeWord('IN')) return parseIn({ cursor, parseQuery, left, negated: false, at });
  if (cursor.isWord('NOT') && cursor.isWord('IN', 1)) {
    cursor.take();
    cursor.take();
    return parseIn({ cursor, parseQuery, left, negated: true, at });
  }
  if (cursor.isWord('INCLUDES') || cursor.isWord('EXCLUDES')) {
    const negated = cursor.take().text.toUpperCase() === 'EXCLUDES';
    return { kind: 'includes', left, negated, values: parseList(cursor), at };
  }
  const token = cursor.take();
  const operator = operatorOf(token);
  if (operator === undefined) return cursor.fail(token);
  return { kind: 'compare', left, operator, value: parseLiteral(cursor), at };
}

type InParts = { cursor: TokenCursor; parseQuery: ParseQuery; left: Expression; negated: boolean; at: number };

function parseIn({ cursor, parseQuery, left, negated, at }: InParts): Condition {
  refuseBind(cursor);
  if (!cursor.isSymbol('(') || !cursor.isWord('SELECT', 1))
    return { kind: 'in', left, negated, values: parseList(cursor), at };
  cursor.take();
  const query = cursor.nest(() => parseQuery(cursor));
  cursor.expectSymbol(')');
  return { kind: 'join', left, negated, query, at };
}

function parseList(cursor: TokenCursor): Literal[] {
  cursor.expectSymbol('(');
  const values: Literal[] = [];
  do values.push(parseLiteral(cursor));
  while (cursor.takeSymbol(','));
  cursor.expectSymbol(')');
  return values;
}

function refuseBind(cursor: TokenCursor): void {
  if (cursor.isSymbol(':'))
    throw refuseAt(cursor.source, cursor.peek().at, 'MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
}

function parseLiteral(cursor: TokenCursor): Literal {
  refuseBind(cursor);
  const { kind, text, at } = cursor.take();
  if (kind === 'name') return parseWordLiteral(cursor, { kind, text, at });
  if (kind === 'symbol' || kind === 'end') return cursor.fail({ kind, text, at });
  return { kind, text, at };
}

function parseWordLiteral(cursor: TokenCursor, token: { kind: 'name'; text: string; at: number }): Literal {
  const { at } = token;
  const text = token.text.toUpperCase();
  if (text === 'NULL') return { kind: 'null', text, at };
  if (text === 'TRUE' || text === 'FALSE') return { kind: 'boolean', text, at };
  if (/^[A-Z]{3}\d/.test(text)) throw unsupported(cursor.source, token, 'currency literal');
  if (!isDateRange(text)) return cursor.fail(token);
  if (!/(^|_)N_/.test(text)) return { kind: 'range', text, at };
  cursor.expectSymbol(':');
  const count = cursor.take();
  if (count.kind !== 'number' || !/^\d{1,6}$/.test(count.text)) cursor.fail(count);
  return { kind: 'range', text, count: Number(count.text), at };
}
