/** Makes the demo's tables in an SQLite file and fills them in one transaction. */
import { DatabaseSync } from 'node:sqlite';
import type { DemoTable } from './demo-tables.ts';

/** Leaves tables that are there as they are. Gives the number of rows of all tables together, as the database counts them. */
export function fillSqlite(file: string, tables: readonly DemoTable[]): number {
  using database = new DatabaseSync(file);
  database.exec('BEGIN');
  for (const table of tables) if (!hasTable(database, table.name)) fillTable(database, table);
  database.exec('COMMIT');
  return tables.reduce((sum, { name }) => sum + countRows(database, name), 0);
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return database.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(name) !== undefined;
}

function fillTable(database: DatabaseSync, { name, columns, rows }: DemoTable): void {
  database.exec(`create table ${name} (${columns.join(', ')})`);
  const insert = database.prepare(`insert into ${name} values (${columns.map(() => '?').join(', ')})`);
  for (const row of rows()) insert.run(...row);
}

function countRows(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`select count(*) as n from ${table}`).get()?.n);
}
