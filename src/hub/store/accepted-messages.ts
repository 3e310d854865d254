/** Messages that came in over the integrate API, as they are written into the store. */
import { maxKeyLength } from '../../protocol/index.ts';
import type { SqliteFile } from '../../store/index.ts';

/** One record, mapped as far as its key; `refused` when it could not be. */
export type NewMessage = {
  interfaceId: number;
  version: number;
  key: string | null;
  refused: { code: string; reason: string } | null;
  /** JSON object: column to text or null. */
  payload: string;
  /** The place of its parent among the messages of the call. */
  parent: number | null;
};

/** `run`: of the run that was formed for those that are not refused. */
type Writing = { call: number; at: number; run?: number | undefined };

const insertSql = `INSERT INTO message (id, interface_id, key, status, outcome, rejected_by, code, reason, run_id, interface_version,
    arrived_at, settled_at, parent_id, call_id, form, payload)
  VALUES (:id, :interfaceId, :key, :status, :outcome, :rejectedBy, :code, :reason, :run, :version, :at, :settledAt, :parentId, :call,
    'source', :payload)`;

/** Inside a transaction only. Gives the id; `id` is null when any will do. */
export function insertMessage(
  store: SqliteFile,
  { interfaceId, version, key, refused, payload }: NewMessage,
  { call, at, run, id, parentId }: Writing & { id: number | null; parentId: number | null },
): number {
  const common = { id, interfaceId, version, payload, call, at, parentId, key: key === null ? null : cutKey(key) };
  const state =
    refused === null
      ? { status: run === undefined ? 'New' : 'Processing', outcome: null, rejectedBy: null, code: null, reason: null }
      : { status: 'Failed', outcome: 'rejected', rejectedBy: 'sluice', ...refused };
  const inRun = refused === null ? (run ?? null) : null;
  const { lastInsertRowid } = store
    .prepare(insertSql)
    .run({ ...common, ...state, run: inRun, settledAt: refused === null ? null : at });
  return Number(lastInsertRowid);
}

/** As a key is reported. */
export function cutKey(key: string): string {
  return key.slice(0, maxKeyLength);
}

/** The ids of messages that follow each other without a gap. Inside a transaction only. */
export function insertMessages(store: SqliteFile, messages: readonly NewMessage[], writing: Writing): number[] {
  const ids: number[] = [];
  for (const message of messages) {
    const parentId = message.parent === null ? null : (ids[message.parent] ?? null);
    // Those that are nested wait for their parents, and are in no run yet.
    const run = message.parent === null ? writing.run : undefined;
    ids.push(insertMessage(store, message, { ...writing, run, id: null, parentId }));
  }
  return ids;
}

/** Keeps so many ids that follow each other for messages that are written later; gives the first. Inside a transaction only. */
export function reserveIds(store: SqliteFile, count: number): number {
  const grown = store.run(`UPDATE sqlite_sequence SET seq = seq + :count WHERE name = 'message'`, { count });
  if (grown.changes === 0) store.run(`INSERT INTO sqlite_sequence (name, seq) VALUES ('message', :count)`, { count });
  const last = store.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'message'`).get()?.seq;
  return Number(last) - count + 1;
}

/**
 * The next slice of the oldest accepted call becomes messages. Gives false when there was none. Inside a transaction only.
 */
export function unfoldSlice(store: SqliteFile, now: number): boolean {
  const call = store
    .prepare(`SELECT id, first_message AS "first", arrived_at AS "at" FROM call
    WHERE state = 'accepted' ORDER BY id LIMIT 1`)
    .get() as { id: number; first: number; at: number } | undefined;
  if (call === undefined) return false;
  const found = store
    .prepare('SELECT id, place, messages FROM call_slice WHERE call_id = :call ORDER BY place LIMIT 1')
    .get({ call: call.id }) as { id: number; place: number; messages: string } | undefined;
  if (found === undefined) {
    store.run(`UPDATE call SET state = 'ready' WHERE id = :id`, { id: call.id });
    return true;
  }
  const messages = JSON.parse(found.messages) as NewMessage[];
  for (const [index, message] of messages.entries()) {
    const id = call.first + found.place + index;
    const parentId = message.parent === null ? null : call.first + message.parent;
    insertMessage(store, message, { call: call.id, at: Math.min(call.at, now), id, parentId });
  }
  store.run('DELETE FROM call_slice WHERE id = :id', { id: found.id });
  return true;
}
