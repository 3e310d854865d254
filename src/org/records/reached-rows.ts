/** Which rows of a table a user reaches, asked of the rows that are there. */
import { type Access, type AccessLevel, reachSql } from '../rights/index.ts';
import type { SObject } from '../schema/schema.ts';
import { quoted, type Statements } from './statements.ts';
import type { Table } from './tables.ts';

/** The user for whom something is done, and what they may do. */
export type Asker = { userId: string; access: Access };

/** A condition on the rows of the table called `reached`, and what is to be bound for it. */
export type ReachCondition = { sql: string; values: string[] };

/** The name under which a table stands in a statement with such a condition. */
export const reachedAlias = 'reached';

/** Undefined when the user reaches every row. */
export function reachCondition(
  { userId, access }: Asker,
  object: SObject,
  level: AccessLevel = 'read',
): ReachCondition | undefined {
  const values: string[] = [];
  const bindUser = () => {
    values.push(userId);
    return '?';
  };
  const sql = reachSql(access.reach(object, level), reachedAlias, { bindUser, tableSql: ({ name }) => quoted(name) });
  return sql === undefined ? undefined : { sql, values };
}

/** Whether the user reaches this row, which is there. */
export function reaches(
  statements: Statements,
  asker: Asker,
  { table, id, level = 'read' }: { table: Table; id: string; level?: AccessLevel },
): boolean {
  const condition = reachCondition(asker, table.object, level);
  if (condition === undefined) return true;
  const sql = `SELECT 1 FROM ${table.sqlName} AS ${reachedAlias} WHERE "Id" = ? AND ${condition.sql}`;
  return statements(sql).get(id, ...condition.values) !== undefined;
}
