/** What calls of the integrate API brought becomes rows of `message`, in the order in which the calls were accepted. */
import type { SqliteFile } from '../../store/index.ts';
import { insertMessages, type NewMessage } from './accepted-messages.ts';

/**
 * Messages of one transaction, or a little more: a call that is kept in one row is unfolded whole. Calls that come meanwhile wait for
 * its end, so that beside them it is short; those who want to see what came wait for fewer and larger ones.
 */
const beside = { least: 64, most: 256 };
export const unfoldedForReaders = 1_000;

/** As many as `came` since the last time, so that what waits does not grow; much at once when nothing comes whose caller would wait. */
export function unfoldedBeside(came: number): number {
  return came === 0 ? unfoldedForReaders : Math.min(Math.max(came, beside.least), beside.most);
}

type Accepted = { id: number; first: number; arrivedAt: number; folded: string | null };

/** The state is said twice, since the index is of all that are not ready. */
const isAccepted = `state <> 'ready' AND state = 'accepted'`;
const oldestCalls = `SELECT id, first_message AS "first", arrived_at AS "arrivedAt", folded FROM call WHERE ${isAccepted}
  ORDER BY first_message`;

/** False when that was all. Inside a transaction only. */
export function unfold(store: SqliteFile, now: number, mostMessages: number): boolean {
  let made = 0;
  let upTo: number | undefined;
  let isMore = false;
  for (const call of store.prepare(oldestCalls).iterate() as Iterable<Accepted>) {
    isMore = made >= mostMessages || call.folded === null;
    // Of a large one there may be more, and what was accepted later comes behind it.
    if (isMore) break;
    made += unfoldSmall(store, call, now);
    upTo = call.first;
  }
  if (upTo !== undefined) setReady(store, upTo);
  else if (isMore) unfoldSlice(store, store.prepare(oldestCalls).get() as Accepted, now);
  return isMore;
}

function unfoldSmall(store: SqliteFile, { id, first, arrivedAt, folded }: Accepted, now: number): number {
  const messages = JSON.parse(folded ?? '[]') as NewMessage[];
  insertMessages(store, messages, { call: id, at: Math.min(arrivedAt, now), first });
  return messages.length;
}

/** All that were accepted until then; a call that brings no message is not kept, so that no two begin with the same. */
function setReady(store: SqliteFile, upTo: number): void {
  store.run(`UPDATE call SET state = 'ready', folded = NULL WHERE ${isAccepted} AND first_message <= :upTo`, { upTo });
}

function unfoldSlice(store: SqliteFile, { id, first, arrivedAt }: Accepted, now: number): void {
  const slice = store
    .prepare('SELECT id, place, messages FROM call_slice WHERE call_id = :id ORDER BY place LIMIT 1')
    .get({ id }) as { id: number; place: number; messages: string } | undefined;
  if (slice === undefined) {
    setReady(store, first);
    return;
  }
  const messages = JSON.parse(slice.messages) as NewMessage[];
  insertMessages(store, messages, { call: id, at: Math.min(arrivedAt, now), first, place: slice.place });
  store.run('DELETE FROM call_slice WHERE id = :id', { id: slice.id });
}
