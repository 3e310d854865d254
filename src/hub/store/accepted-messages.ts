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
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'source', ?)`;

/** Inside a transaction only. Gives the id. */
export function insertMessage(
  store: SqliteFile,
  { interfaceId, version, key, refused, payload }: NewMessage,
  { call, at, run, id, parentId }: Writing & { id: number; parentId: number | null },
): number {
  const shown = key === null ? null : cutKey(key);
  const inRun = refused === null ? (run ?? null) : null;
  const [status, outcome, by, code, reason, settledAt] =
    refused === null
      ? [run === undefined ? 'New' : 'Processing', null, null, null, null, null]
      : ['Failed', 'rejected', 'sluice', refused.code, refused.reason, at];
  const of = [parentId, call, payload] as const;
  const state = [status, outcome, by, code, reason, inRun, version, at, settledAt] as const;
  store.prepare(insertSql).run(id, interfaceId, shown, ...state, ...of);
  return id;
}

/** As a key is reported. */
export function cutKey(key: string): string {
  return key.slice(0, maxKeyLength);
}

/** Their ids follow each other, and `first` is that of the first of the call; `place`: of the first of these. Inside a transaction only. */
export function insertMessages(
  store: SqliteFile,
  messages: readonly NewMessage[],
  { first, place = 0, ...writing }: Writing & { first: number; place?: number },
): number[] {
  return messages.map((message, index) => {
    const parentId = message.parent === null ? null : first + message.parent;
    // Those that are nested wait for their parents, and are in no run yet.
    const run = message.parent === null ? writing.run : undefined;
    return insertMessage(store, message, { ...writing, run, id: first + place + index, parentId });
  });
}

/** Keeps so many ids that follow each other for messages that are written later; gives the first. Inside a transaction only. */
export function reserveIds(store: SqliteFile, count: number): number {
  const grown = store
    .prepare(`UPDATE sqlite_sequence SET seq = seq + :count WHERE name = 'message' RETURNING seq`)
    .get({ count });
  if (grown !== undefined) return Number(grown.seq) - count + 1;
  store.run(`INSERT INTO sqlite_sequence (name, seq) VALUES ('message', :count)`, { count });
  return 1;
}
