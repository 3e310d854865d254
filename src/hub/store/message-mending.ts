/** What a person does to one message: says what became of it, or sends it with other values. Inside a transaction only. */
import type { SqliteFile } from '../../store/index.ts';
import { closeMessage } from './message-acts.ts';
import { keepLastTry, writeEvent } from './message-events.ts';
import { closeOlder } from './message-supersede.ts';
import { toLongId } from './salesforce-id.ts';

type Doing = { by: string; now: number };

/** `salesforceId`: it is there, as this record; null: it is not there, and may be sent again. */
export type Resolution = { salesforceId: string | null; comment: string };

/** Of a message of unknown outcome. False when it is no longer one. */
export function resolveMessage(
  store: SqliteFile,
  id: number,
  { salesforceId, comment, by, now }: Resolution & Doing,
): boolean {
  const found = store
    .prepare(
      `SELECT interface_id AS "interfaceId", key FROM message WHERE id = :id AND status = 'Processing' AND outcome = 'unknown'`,
    )
    .get({ id }) as { interfaceId: number; key: string | null } | undefined;
  if (found === undefined) return false;
  keepLastTry(store, id);
  const status = salesforceId === null ? 'Failed' : 'Completed';
  const values =
    salesforceId === null
      ? {
          outcome: null,
          code: 'NOT_THERE',
          reason: `Looked for in the org, and not found. ${comment}`.trim(),
          longId: null,
        }
      : { outcome: 'succeeded', code: null, reason: null, longId: toLongId(salesforceId) };
  store.run(
    `UPDATE message SET status = :status, outcome = :outcome, code = :code, reason = :reason,
      salesforce_id = coalesce(:longId, salesforce_id), settled_at = :now WHERE id = :id`,
    { id, status, now, ...values },
  );
  const text =
    salesforceId === null ? 'Looked for in the org, and not found.' : `Found in the org as ${values.longId}.`;
  writeEvent(store, { message: id, at: now, status, by, comment: `${text} ${comment}`.trim() });
  if (status === 'Completed' && found.key !== null)
    closeOlder(store, { id, interfaceId: found.interfaceId, key: found.key }, now);
  return true;
}

/** `key`: of a message in target form; null: the hub finds it when its turn comes. */
export type Edit = { payload: string; key: string | null };

/** A copy with other values waits in the place of the original, which is kept. Undefined when the original may not be edited any more. */
export function copyEdited(store: SqliteFile, id: number, { payload, key, by, now }: Edit & Doing): number | undefined {
  const sql = `INSERT INTO message (interface_id, key, status, arrived_at, parent_id, original_id, call_id, form, payload)
    SELECT interface_id, coalesce(:key, key), 'Pending', :now, parent_id, id, call_id, form, :payload FROM message
    WHERE id = :id AND payload IS NOT NULL AND (status = 'Failed' OR (status = 'Pending' AND run_id IS NULL))`;
  const made = store.run(sql, { id, key, now, payload });
  if (made.changes === 0) return undefined;
  closeMessage(store, id, { by, now, comment: `Edited: message ${made.id} goes in its place.` });
  const comment = `Edited by ${by}, from message ${id}.`;
  writeEvent(store, { message: made.id, at: now, status: 'Pending', by, comment });
  return made.id;
}
