/** Translates the tree of a query into one SQLite statement and the shape of its records. */
import type { SObject } from '../schema/schema.ts';
import { checkOrder, groupSql, isAggregate, isPlainCount, selectGroups } from './aggregates.ts';
import { whereSql } from './conditions.ts';
import { orderSql, sizeSql } from './order.ts';
import type { Shape } from './record-shape.ts';
import { refuse, unexpectedToken } from './refusals.ts';
import { createScope, fromSql, type Scope } from './scope.ts';
import { selectRecords } from './select-list.ts';
import { createTranslation, type Parameter, type Translating } from './translation.ts';
import type { Query } from './tree.ts';

export type Plan = {
  /** `count`: one row with the number of matching rows. `groups`: results of aggregates. */
  kind: 'records' | 'groups' | 'count';
  object: SObject;
  sql: string;
  /** Bound by the names `p1`, `p2`, … in this order. */
  parameters: readonly Parameter[];
  /** Columns of each row. */
  width: number;
  shape: Shape;
};

export type TranslateRequest = Translating & { query: Query };

/** The statement for a query. Throws OrgRefused where Salesforce would refuse the query. */
export function translate({ query, ...translating }: TranslateRequest): Plan {
  const translation = createTranslation(translating);
  const scope = createScope(translation, query);
  const made = isPlainCount(query)
    ? countSql(scope, query)
    : isAggregate(query)
      ? groupsSql(scope, query)
      : recordsSql(scope, query);
  return { ...made, object: scope.object, parameters: translation.parameters };
}

type Made = Pick<Plan, 'kind' | 'sql' | 'width' | 'shape'>;

function recordsSql(scope: Scope, query: Query): Made {
  if (query.having) throw unexpectedToken(scope.translation.source, { text: 'HAVING', at: query.at });
  const { columns, shape } = selectRecords(scope, query);
  const where = whereSql(scope, query);
  const order = orderSql(scope, query);
  const sql = `SELECT ${columns.join(', ')} ${fromSql(scope)} ${where}${order}${sizeSql(scope, query)}`;
  return { kind: 'records', sql, width: columns.length, shape };
}

function groupsSql(scope: Scope, query: Query): Made {
  const { columns, shape } = selectGroups(scope, query);
  checkOrder(scope, query);
  const where = whereSql(scope, query);
  const tail = `${groupSql(scope, query)}${orderSql(scope, query)}${sizeSql(scope, query)}`;
  const sql = `SELECT ${columns.join(', ')} ${fromSql(scope)} ${where}${tail}`;
  return { kind: 'groups', sql, width: columns.length, shape };
}

function countSql(scope: Scope, query: Query): Made {
  if (query.groupBy.length > 0 || query.having) throw refuse('MALFORMED_QUERY', 'Grouped query cannot use COUNT()');
  if (query.orderBy.length > 0) throw refuse('MALFORMED_QUERY', 'Ordered queries cannot use COUNT()');
  const where = whereSql(scope, query);
  const rows = `SELECT 1 ${fromSql(scope)} ${where}`;
  const size = sizeSql(scope, query);
  const sql = size === '' ? rows.replace('SELECT 1', 'SELECT count(*)') : `SELECT count(*) FROM (${rows}${size})`;
  return { kind: 'count', sql, width: 1, shape: { type: 'AggregateResult', id: undefined, entries: [] } };
}
