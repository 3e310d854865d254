/** What calls of the integrate API brought becomes rows of `message`, in the order in which the calls were accepted. */
import type { SqliteFile } from '../../store/index.ts';
import { insertMessages, type NewMessage } from './accepted-messages.ts';

/**
 * Messages of one transaction, or a little more: a call that is kept in one row is unfolded whole. Calls that come meanwhile wait for
 * its end; so do those who want to see what came, who wait for fewer and larger ones.
 */
export const unfoldedAtOnce = { beside: 256, awaited: 1_000 } as const;

const mostCalls = 1_000;

type Accepted = { id: number; first: number; arrivedAt: number; isSmall: number };

/** The state is said twice, since the index is of all that are not ready. */
const oldestCalls = `SELECT id, first_message AS "first", arrived_at AS "arrivedAt", folded IS NOT NULL AS "isSmall" FROM call
  WHERE state <> 'ready' AND state = 'accepted' ORDER BY first_message LIMIT ${mostCalls}`;

/** False when that was all. Inside a transaction only. */
export function unfold(store: SqliteFile, now: number, mostMessages: number): boolean {
  let made = 0;
  const oldest = store.prepare(oldestCalls).all() as Accepted[];
  for (const call of oldest) {
    const at = Math.min(call.arrivedAt, now);
    // Of a large one there may be more, and what was accepted later comes behind it.
    if (!call.isSmall) {
      if (made === 0) unfoldSlice(store, call, at);
      return true;
    }
    made += unfoldSmall(store, call, at);
    if (made >= mostMessages) return true;
  }
  return oldest.length === mostCalls;
}

function unfoldSmall(store: SqliteFile, { id, first }: Accepted, at: number): number {
  const { folded } = store.prepare('SELECT folded FROM call WHERE id = :id').get({ id }) as { folded: string };
  const messages = JSON.parse(folded) as NewMessage[];
  insertMessages(store, messages, { call: id, at, first });
  setReady(store, id);
  return messages.length;
}

function unfoldSlice(store: SqliteFile, { id, first }: Accepted, at: number): void {
  const slice = store
    .prepare('SELECT id, place, messages FROM call_slice WHERE call_id = :id ORDER BY place LIMIT 1')
    .get({ id }) as { id: number; place: number; messages: string } | undefined;
  if (slice === undefined) {
    setReady(store, id);
    return;
  }
  const messages = JSON.parse(slice.messages) as NewMessage[];
  insertMessages(store, messages, { call: id, at, first, place: slice.place });
  store.run('DELETE FROM call_slice WHERE id = :id', { id: slice.id });
}

function setReady(store: SqliteFile, id: number): void {
  store.run(`UPDATE call SET state = 'ready', folded = NULL WHERE id = :id`, { id });
}
