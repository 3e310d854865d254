/** Numbers that are never given twice, whatever happens to the process: for ids of records and jobs, and automatic numbers. */
import type { DatabaseSync } from 'node:sqlite';

export type IdCounter = {
  /** The next number of this name, from 1. */
  take(name: string): number;
  /** Writes what was taken; call it in the transaction that uses the numbers. */
  flush(): void;
};

export function openIdCounter(database: DatabaseSync): IdCounter {
  database.exec(
    'CREATE TABLE IF NOT EXISTS sluice_counter (name TEXT PRIMARY KEY NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID',
  );
  const read = database.prepare('SELECT last FROM sluice_counter WHERE name = ?');
  const write = database.prepare(
    'INSERT INTO sluice_counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last',
  );
  const last = new Map<string, number>();
  const taken = new Set<string>();
  return {
    take(name) {
      const next = (last.get(name) ?? Number(read.get(name)?.last ?? 0)) + 1;
      last.set(name, next);
      taken.add(name);
      return next;
    },
    flush() {
      for (const name of taken) write.run(name, last.get(name) ?? 0);
      taken.clear();
    },
  };
}
