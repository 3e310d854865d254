/** Parses the text of a query into its tree, by recursive descent; refuses with Salesforce's words and the place. */
import { type ParseQuery, parseCondition, parseExpression, parsePath } from './parse-condition.ts';
import { refuse, refuseAt, unsupported } from './refusals.ts';
import { createTokenCursor, type TokenCursor } from './token-cursor.ts';
import type { Expression, OrderTerm, Query, SelectItem } from './tree.ts';

/** Words that cannot be an alias, because a clause begins with them. */
const clauseWords = new Set(
  'FROM USING WHERE WITH GROUP HAVING ORDER LIMIT OFFSET FOR UPDATE ALL AS NULLS ASC DESC AND OR'.split(' '),
);

const maxOffset = 2000;
const maxInteger = 2_147_483_647;

/** The tree of a query. Throws OrgRefused, or SoqlUnsupported for what Salesforce knows and this org does not. */
export function parseSoql(source: string): Query {
  const cursor = createTokenCursor(source);
  const query = parseQuery(cursor);
  if (cursor.peek().kind !== 'end') cursor.fail();
  return query;
}

const parseQuery: ParseQuery = (cursor) => {
  const { at } = cursor.expectWord('SELECT');
  const items = parseSelectList(cursor);
  cursor.expectWord('FROM');
  const from = parsePath(cursor);
  const alias = parseAlias(cursor);
  const query: Query = { items, from, joins: parseJoins(cursor), groupBy: [], orderBy: [], at };
  if (alias !== undefined) query.alias = alias;
  parseFilters(cursor, query);
  parseGrouping(cursor, query);
  parseOrderAndSize(cursor, query);
  parseTail(cursor);
  return query;
};

function parseSelectList(cursor: TokenCursor): SelectItem[] {
  const items: SelectItem[] = [];
  do items.push(parseSelectItem(cursor));
  while (cursor.takeSymbol(','));
  return items;
}

function parseSelectItem(cursor: TokenCursor): SelectItem {
  const token = cursor.peek();
  if (cursor.isWord('TYPEOF') && cursor.peek(1).kind === 'name') throw unsupported(cursor.source, token, 'TYPEOF');
  if (cursor.isWord('FROM')) cursor.fail();
  if (cursor.takeSymbol('(')) {
    const query = cursor.nest(() => parseQuery(cursor));
    cursor.expectSymbol(')');
    return { kind: 'children', query, at: token.at };
  }
  if (cursor.isWord('FIELDS') && cursor.isSymbol('(', 1)) return parseFieldsFunction(cursor);
  const expression = parseExpression(cursor);
  const aliasAt = cursor.peek().at;
  const alias = parseAlias(cursor);
  if (alias === undefined) return { kind: 'expression', expression };
  return { kind: 'expression', expression, alias: { text: alias, at: aliasAt } };
}

function parseFieldsFunction(cursor: TokenCursor): SelectItem {
  const { at } = cursor.take();
  cursor.expectSymbol('(');
  const which = cursor.expectName();
  cursor.expectSymbol(')');
  const word = which.text.toUpperCase();
  if (word !== 'ALL' && word !== 'CUSTOM' && word !== 'STANDARD') return cursor.fail(which);
  return { kind: 'fields', which: word, at };
}

function parseAlias(cursor: TokenCursor): string | undefined {
  if (cursor.isWord('AS') && cursor.peek(1).kind === 'name') cursor.take();
  const token = cursor.peek();
  if (token.kind !== 'name' || clauseWords.has(token.text.toUpperCase())) return undefined;
  return cursor.take().text;
}

function parseJoins(cursor: TokenCursor): Query['joins'] {
  const joins: { path: Query['from']; alias?: string }[] = [];
  while (cursor.takeSymbol(',')) {
    const path = parsePath(cursor);
    const alias = parseAlias(cursor);
    joins.push(alias === undefined ? { path } : { path, alias });
  }
  return joins;
}

function parseFilters(cursor: TokenCursor, query: Query): void {
  if (cursor.takeWord('USING')) {
    cursor.expectWord('SCOPE');
    const scope = cursor.expectName();
    const word = scope.text.toLowerCase();
    if (word !== 'everything' && word !== 'mine') throw unsupported(cursor.source, scope, `USING SCOPE ${word}`);
    query.scope = word;
  }
  if (cursor.takeWord('WHERE')) query.where = parseCondition(cursor, parseQuery);
  if (cursor.isWord('WITH'))
    throw unsupported(cursor.source, cursor.peek(), `WITH ${cursor.peek(1).text.toUpperCase()}`);
}

function parseGrouping(cursor: TokenCursor, query: Query): void {
  if (cursor.takeWord('GROUP')) {
    cursor.expectWord('BY');
    query.groupBy = parseGroups(cursor);
  }
  if (cursor.takeWord('HAVING')) query.having = parseCondition(cursor, parseQuery);
}

function parseGroups(cursor: TokenCursor): Expression[] {
  const groups: Expression[] = [];
  do {
    if ((cursor.isWord('ROLLUP') || cursor.isWord('CUBE')) && cursor.isSymbol('(', 1))
      throw unsupported(cursor.source, cursor.peek(), `GROUP BY ${cursor.peek().text.toUpperCase()}`);
    groups.push(parseExpression(cursor));
  } while (cursor.takeSymbol(','));
  return groups;
}

function parseOrderAndSize(cursor: TokenCursor, query: Query): void {
  if (cursor.takeWord('ORDER')) {
    cursor.expectWord('BY');
    query.orderBy = parseOrder(cursor);
  }
  if (cursor.takeWord('LIMIT')) query.limit = parseCount(cursor).value;
  if (!cursor.takeWord('OFFSET')) return;
  const offset = parseCount(cursor);
  if (offset.value > maxOffset)
    throw refuse('NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${maxOffset}`);
  query.offset = offset;
}

function parseOrder(cursor: TokenCursor): OrderTerm[] {
  const terms: OrderTerm[] = [];
  do {
    const expression = parseExpression(cursor);
    const descending = cursor.takeWord('DESC');
    if (!descending) cursor.takeWord('ASC');
    terms.push({ expression, descending, nullsLast: parseNullsLast(cursor) });
  } while (cursor.takeSymbol(','));
  return terms;
}

function parseNullsLast(cursor: TokenCursor): boolean {
  if (!cursor.takeWord('NULLS')) return false;
  if (cursor.takeWord('LAST')) return true;
  cursor.expectWord('FIRST');
  return false;
}

function parseCount(cursor: TokenCursor): { value: number; at: number } {
  if (cursor.isSymbol(':'))
    throw refuseAt(cursor.source, cursor.peek().at, 'MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
  const token = cursor.take();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) cursor.fail(token);
  const value = Number(token.text);
  if (value > maxInteger)
    throw refuseAt(cursor.source, token.at, 'MALFORMED_QUERY', `numeric value out of range: ${token.text}`);
  return { value, at: token.at };
}

/** FOR VIEW, REFERENCE and UPDATE change nothing in what is read: nobody's list of recent items is kept, and no lock outlives the call. */
function parseTail(cursor: TokenCursor): void {
  if (cursor.takeWord('FOR')) {
    do if (!['VIEW', 'REFERENCE', 'UPDATE'].some((word) => cursor.takeWord(word))) cursor.fail();
    while (cursor.takeSymbol(','));
  }
  if (cursor.isWord('UPDATE') && (cursor.isWord('TRACKING', 1) || cursor.isWord('VIEWSTAT', 1)))
    throw unsupported(cursor.source, cursor.peek(), `UPDATE ${cursor.peek(1).text.toUpperCase()}`);
}
