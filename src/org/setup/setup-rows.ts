/** Rows of setup.sqlite: writing them by their columns, and giving them ids. */
import { idAt, instancePart } from '../schema/index.ts';
import type { SetupDatabase } from './setup-database.ts';

export type Value = string | number | null | Uint8Array;
export type Row = Record<string, unknown>;
type Database = SetupDatabase['database'];

export function insertRow(database: Database, table: string, values: Readonly<Record<string, Value>>): void {
  const keys = Object.keys(values);
  const columns = keys.map((key) => `"${key}"`).join(', ');
  database
    .prepare(`INSERT INTO "${table}" (${columns}) VALUES (${keys.map(() => '?').join(', ')})`)
    .run(...Object.values(values));
}

/** Changes the one row whose key (its column and value) this is; no columns, no change. */
export function updateRow(
  database: Database,
  table: string,
  { key, values }: { key: readonly [column: string, value: string]; values: Readonly<Record<string, Value>> },
): void {
  const columns = Object.keys(values);
  if (columns.length === 0) return;
  database
    .prepare(`UPDATE "${table}" SET ${columns.map((column) => `"${column}" = ?`).join(', ')} WHERE "${key[0]}" = ?`)
    .run(...Object.values(values), key[1]);
}

/** The next id of a kind; inside a transaction. Another instance part makes ids of the same prefix that are never the same. */
export function nextId(database: Database, prefix: string, instance: string = instancePart): string {
  const counter = instance === instancePart ? prefix : prefix + instance;
  const row = database
    .prepare(
      'INSERT INTO id_counter (prefix, last) VALUES (?, 1) ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last',
    )
    .get(counter);
  return idAt(prefix + instance, Number(row?.last));
}

/** The first user is said to have made the org, and what was set up in it. */
export const firstUserId = idAt(`005${instancePart}`, 1);

export function auditFields(now: number): Record<string, Value> {
  return {
    CreatedDate: now,
    CreatedById: firstUserId,
    LastModifiedDate: now,
    LastModifiedById: firstUserId,
    SystemModstamp: now,
  };
}

export function changedFields(now: number): Record<string, Value> {
  return { LastModifiedDate: now, LastModifiedById: firstUserId, SystemModstamp: now };
}

/** Of the values those that the row has not. */
export function difference(values: Readonly<Record<string, Value>>, row: Row): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => row[key] !== value));
}
