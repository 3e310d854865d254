/** What happened to a message after its first steps, and the tries it has behind it. Written inside a transaction only. */
import type { SqliteFile } from '../../store/index.ts';
import { byAgent, byHub, bySalesforce, type MessageStatus } from './message-states.ts';

export type MessageEvent = {
  at: number;
  status: MessageStatus;
  by: string;
  comment: string;
  run: string | null;
  attempt: number;
};

type NewEvent = {
  message: number;
  at: number;
  status: MessageStatus;
  by: string;
  comment: string;
  run?: number | null;
};

const insert = `INSERT INTO message_event (message_id, at, status, by, comment, run_id, attempt)
  SELECT id, :at, :status, :by, :comment, :run, attempt FROM message WHERE id = :message`;

/** Of its present try. */
export function writeEvent(store: SqliteFile, { run = null, ...event }: NewEvent): void {
  store.run(insert, { ...event, run });
}

/** How the last try went stands in the columns of the message; before they are used again it becomes part of the history. */
export function keepLastTry(store: SqliteFile, message: number): void {
  store.run(
    `INSERT INTO message_event (message_id, at, status, by, comment, run_id, attempt)
      SELECT id, sent_at, 'Processing', '${byAgent}', 'Sent to Salesforce.', run_id, attempt FROM message
      WHERE id = :message AND sent_at IS NOT NULL`,
    { message },
  );
  store.run(
    `INSERT INTO message_event (message_id, at, status, by, comment, run_id, attempt)
      SELECT id, settled_at, 'Failed', ${bySql}, ${commentSql}, run_id, attempt FROM message
      WHERE id = :message AND status = 'Failed' AND settled_at IS NOT NULL`,
    { message },
  );
}

const bySql = `CASE rejected_by WHEN 'salesforce' THEN '${bySalesforce}' WHEN 'sluice' THEN '${byAgent}' ELSE '${byHub}' END`;
const commentSql = `CASE WHEN code IS NULL THEN coalesce(reason, 'It failed.') ELSE code || ': ' || coalesce(reason, '') END`;

/** How often the hub itself has put it back, since a person did so last. */
export const retriesSql = `(SELECT count(*) FROM message_event AS again
  WHERE again.message_id = message.id AND again.status = 'Pending' AND again.by = '${byHub}' AND again.id >
    coalesce((SELECT max(id) FROM message_event AS asked
      WHERE asked.message_id = message.id AND asked.status = 'Pending' AND asked.by <> '${byHub}'), 0))`;
