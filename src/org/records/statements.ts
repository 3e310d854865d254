/** Prepared statements, kept by their text, and transactions over them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Statements = (sql: string) => StatementSync;

/** Statements kept before all are let go; updates make one for each set of columns they meet. */
const maxKept = 2000;

export function createStatements(database: DatabaseSync): Statements {
  const kept = new Map<string, StatementSync>();
  return (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    if (kept.size >= maxKept) kept.clear();
    const statement = database.prepare(sql);
    kept.set(sql, statement);
    return statement;
  };
}

/** Runs `act` in one transaction; what it throws undoes it. */
export function inTransaction<T>(database: DatabaseSync, act: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = act();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** A name as SQL takes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
