/** A newer message for a key that came through closes the older ones that did not: they would bring back what is out of date. */
import type { Row, SqliteFile } from '../../store/index.ts';
import { inBlocks, listBlocks, newestOfBlocks } from './message-blocks.ts';
import { keepLastTry, writeEvent } from './message-events.ts';
import { byHub } from './message-states.ts';

type Keyed = { id: number; interfaceId: number; key: string };

/** Which of these keys have messages that could be closed: asked once for many rows. */
export function keysToClose(store: SqliteFile, interfaceId: number, keys: readonly string[]): Set<string> {
  if (keys.length === 0 || !hasOpenOnes(store, interfaceId)) return new Set();
  const sql = `SELECT message.key FROM json_each(:keys) AS given CROSS JOIN message INDEXED BY message_failed
      WHERE interface_id = :interfaceId AND message.key = given.value AND status = 'Failed'
    UNION ALL SELECT message.key FROM json_each(:keys) AS given CROSS JOIN message INDEXED BY message_waiting_key
      WHERE interface_id = :interfaceId AND message.key = given.value AND status IN ('New', 'Pending')`;
  const rows = store.prepare(sql).all({ interfaceId, keys: JSON.stringify(keys) }) as Row[];
  return new Set(rows.map(({ key }) => String(key)));
}

function hasOpenOnes(store: SqliteFile, interfaceId: number): boolean {
  const sql = `SELECT 1 FROM message INDEXED BY message_failed WHERE interface_id = :interfaceId AND status = 'Failed'
    UNION ALL SELECT 1 FROM message INDEXED BY message_waiting_key WHERE interface_id = :interfaceId AND status IN ('New', 'Pending') LIMIT 1`;
  return store.prepare(sql).get({ interfaceId }) !== undefined;
}

/** Failed ones, and those that wait for another try; what is in a run already goes its way. */
const older = `SELECT id FROM message INDEXED BY message_failed
    WHERE interface_id = :interfaceId AND key = :key AND status = 'Failed' AND id < :id
  UNION ALL SELECT id FROM message INDEXED BY message_waiting_key
    WHERE interface_id = :interfaceId AND key = :key AND status IN ('New', 'Pending') AND id < :id
    AND attempt > 1 AND run_id IS NULL`;

/** This message is Completed. */
export function closeOlder(store: SqliteFile, completed: Keyed, now: number): void {
  for (const { id } of store.prepare(older).all(completed) as Row[])
    closeAs(store, Number(id), { by: completed.id, now });
}

const newer = `SELECT id FROM message INDEXED BY message_key WHERE ${inBlocks} AND key = :key AND id > :id
    AND interface_id = :interfaceId AND status = 'Completed' ORDER BY ${newestOfBlocks} LIMIT 1`;

/** The newest message for the same key that is Completed and came after this one. */
export function findNewerCompleted(store: SqliteFile, { id, interfaceId, key }: Keyed): number | undefined {
  const newest = Number(store.prepare('SELECT max(id) AS id FROM message').get()?.id ?? 0);
  const blocks = JSON.stringify(listBlocks(id, newest));
  const row = store.prepare(newer).get({ id, interfaceId, key, blocks });
  return row && Number(row.id);
}

export function closeAs(store: SqliteFile, id: number, { by, now }: { by: number; now: number }): void {
  keepLastTry(store, id);
  const sql = `UPDATE message SET status = 'Cancelled', superseded_by = :by, settled_at = :now, next_try_at = NULL WHERE id = :id`;
  store.run(sql, { id, by, now });
  const comment = `Message ${by} for the same key is newer, and Completed.`;
  writeEvent(store, { message: id, at: now, status: 'Cancelled', by: byHub, comment });
}
