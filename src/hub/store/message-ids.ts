/** Ids of messages grow with the time of their arrival, so that a time is found among them without an index of its own. */
import type { SqliteFile } from '../../store/index.ts';

export function newestId(store: SqliteFile): number {
  return Number(store.get('SELECT max(id) AS id FROM message')?.id ?? 0);
}

/** The first message that arrived at this time or later; one more than the newest when there is none. */
export function firstIdSince(store: SqliteFile, time: number): number {
  const sql = 'SELECT id, arrived_at AS "arrivedAt" FROM message WHERE id >= :id ORDER BY id LIMIT 1';
  let low = Number(store.get('SELECT min(id) AS id FROM message')?.id ?? 1);
  let high = newestId(store) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = store.get(sql, { id: middle });
    if (row === undefined || Number(row.arrivedAt) >= time) high = middle;
    else low = Number(row.id) + 1;
  }
  return low;
}
