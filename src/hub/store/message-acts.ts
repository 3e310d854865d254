/** What people do to messages: reprocess and cancel, many at a time; what does not fit any more is left out, and said why. Inside a transaction only. */
import type { SqliteFile } from '../../store/index.ts';
import { keepLastTry, writeEvent } from './message-events.ts';
import { type MessageStatus, mayFollow } from './message-states.ts';
import { findNewerCompleted } from './message-supersede.ts';

export type ManyAct = 'reprocess' | 'cancel';

/** `leftOut`: reason to how many. */
export type Done = { done: number; leftOut: Record<string, number> };

type Doing = { by: string; now: number };

type Present = {
  id: number;
  interfaceId: number;
  key: string | null;
  status: MessageStatus;
  outcome: string | null;
  supersededBy: number | null;
  nextTryAt: number | null;
  hasPayload: number;
  isInRun: number;
  hasInterface: number;
};

const present = `SELECT message.id, message.interface_id AS "interfaceId", key, message.status, outcome, superseded_by AS "supersededBy",
  next_try_at AS "nextTryAt", payload IS NOT NULL AS "hasPayload", coalesce(run.state <> 'ended', 0) AS "isInRun",
  EXISTS (SELECT 1 FROM interface WHERE interface.id = message.interface_id) AS "hasInterface"
  FROM message LEFT JOIN run ON run.id = message.run_id WHERE message.id = :id`;

/** Each by itself; the order of their ids is the order in which they go. */
export function actOnMessages(store: SqliteFile, act: ManyAct, ids: readonly number[], doing: Doing): Done {
  const all: Done = { done: 0, leftOut: {} };
  for (const id of ids) {
    const reason = actOnOne(store, act, id, doing);
    if (reason === undefined) all.done += 1;
    else all.leftOut[reason] = (all.leftOut[reason] ?? 0) + 1;
  }
  return all;
}

/** Why it was left out; undefined when it was done. */
function actOnOne(store: SqliteFile, act: ManyAct, id: number, doing: Doing): string | undefined {
  const found = store.prepare(present).get({ id }) as Present | undefined;
  if (found === undefined) return 'It is not here any more.';
  const reason = act === 'cancel' ? whyNotCancel(found) : whyNotReprocess(store, found);
  if (reason !== undefined) return reason;
  if (act === 'cancel') cancel(store, found, doing);
  else reprocess(store, found, doing);
  return undefined;
}

const unresolved = 'Nobody knows what became of it: resolve it first, after looking into the org.';
const withAgent = 'It is with an agent just now.';
const inRun = 'It is in a run that has not ended.';

function whyNotCancel({ status, outcome, isInRun }: Present): string | undefined {
  if (status === 'Processing') return outcome === 'unknown' ? unresolved : withAgent;
  if (!mayFollow('cancel', status)) return `It is ${status}, which is an end.`;
  return isInRun === 1 && status !== 'Failed' ? inRun : undefined;
}

export const noPayload = 'The hub has no values of it: process its interface again, which reads them from the source.';

function whyNotReprocess(store: SqliteFile, found: Present): string | undefined {
  const { status, outcome, supersededBy, hasPayload, isInRun, hasInterface } = found;
  if (status === 'Processing') return outcome === 'unknown' ? unresolved : withAgent;
  if (supersededBy !== null)
    return 'A newer message for its key is Completed: this one would bring back what is out of date.';
  if (status === 'New' || (status === 'Pending' && found.nextTryAt === null))
    return isInRun === 1 ? inRun : 'It waits for its turn already.';
  if (!mayFollow('reprocess', status)) return `It is ${status}, which is an end.`;
  if (hasInterface === 0) return 'Its interface has been deleted.';
  if (hasPayload === 0) return noPayload;
  return hasNewer(store, found)
    ? 'A newer message for its key is Completed: edit it, if it is still wanted.'
    : undefined;
}

function hasNewer(store: SqliteFile, { id, interfaceId, key }: Present): boolean {
  return key !== null && findNewerCompleted(store, { id, interfaceId, key }) !== undefined;
}

function cancel(store: SqliteFile, { id }: Present, { by, now }: Doing): void {
  closeMessage(store, id, { by, now, comment: 'Cancelled.' });
}

/** It comes to an end, by a person. */
export function closeMessage(store: SqliteFile, id: number, { by, now, comment }: Doing & { comment: string }): void {
  keepLastTry(store, id);
  const sql = `UPDATE message SET status = 'Cancelled', settled_at = :now, next_try_at = NULL WHERE id = :id`;
  store.run(sql, { id, now });
  writeEvent(store, { message: id, at: now, status: 'Cancelled', by, comment });
}

const again = `UPDATE message SET status = 'Pending', attempt = attempt + 1, next_try_at = NULL, outcome = NULL, rejected_by = NULL,
  run_id = NULL, chunk = NULL, place = NULL, sent_at = NULL, settled_at = NULL WHERE id = :id`;

function reprocess(store: SqliteFile, { id, status }: Present, { by, now }: Doing): void {
  if (status === 'Pending') {
    store.run('UPDATE message SET next_try_at = NULL WHERE id = :id', { id });
    writeEvent(store, { message: id, at: now, status: 'Pending', by, comment: 'To be tried again without a pause.' });
    return;
  }
  keepLastTry(store, id);
  store.run(again, { id });
  writeEvent(store, { message: id, at: now, status: 'Pending', by, comment: 'Reprocessed.' });
}
