/** Rows of calls as they are written, on whichever thread. Inside a transaction only. */
import type { SqliteFile } from '../../store/index.ts';
import { reserveIds } from './accepted-messages.ts';

export type CallMode = 'Synchronous' | 'Asynchronous' | 'Batch' | 'Bulk';

/** `identity` stays the same when the name changes. */
export type CallerName = { identity: string; name: string };

export type NewCall = {
  caller: CallerName;
  interfaceId: number;
  /** All that it brings messages for. */
  interfaces: readonly number[];
  mode: CallMode;
  modeReason: string;
  records: number;
};

export type CallState = {
  state: 'arriving' | 'accepted' | 'ready';
  messages: number;
  first: number | null;
  folded: string | null;
  runId: number | null;
  now: number;
};

/** One row with all its messages, as JSON, whose ids are kept for them: who calls waits for no index of the messages. */
export type FoldedCall = { made: NewCall; call: string; messages: number; folded: string; now: number };

/** A folded call as it goes to the thread that writes it, in the order of `insertFolded`: what is flat is quickly copied. */
export type CallRow = readonly [...(string | number)[], messages: number];

/** `id` of the row, and `first` of the ids of its messages, which follow each other. */
export type WrittenCall = { id: number; first: number };

const insertFolded = `INSERT INTO call (call, caller, caller_name, interface_id, interfaces, mode, mode_reason, records, folded,
    arrived_at, moved_at, messages, state, first_message)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, 'accepted', ?12)`;

export function rowOfCall({ made, call, messages, folded, now }: FoldedCall): CallRow {
  const { caller, interfaceId, interfaces, mode, modeReason, records } = made;
  const what = [interfaceId, JSON.stringify(interfaces), mode, modeReason, records, folded, now] as const;
  return [call, caller.identity, caller.name, ...what, messages];
}

/** Ids of rows and of first messages in turns, in the order of the calls. */
export function writeCallRows(store: SqliteFile, rows: readonly CallRow[]): number[] {
  const insert = store.prepare(insertFolded);
  let first = reserveIds(
    store,
    rows.reduce((sum, row) => sum + messagesOf(row), 0),
  );
  return rows.flatMap((row) => {
    const written = [Number(insert.run(...row, first).lastInsertRowid), first];
    first += messagesOf(row);
    return written;
  });
}

const messagesOf = (row: CallRow) => row.at(-1) as number;

export function writeFoldedCall(store: SqliteFile, { made, call, ...folded }: FoldedCall): WrittenCall {
  const first = reserveIds(store, folded.messages);
  return { id: insertCall(store, { ...made, call }, { ...folded, state: 'accepted', first, runId: null }), first };
}

/** `call`: its UUID. Gives the id of the row. */
export function insertCall(store: SqliteFile, made: NewCall & { call: string }, state: CallState): number {
  const { call, caller, interfaceId, interfaces, mode, modeReason, records } = made;
  const sql = `INSERT INTO call (call, caller, caller_name, interface_id, interfaces, mode, mode_reason, state, records, messages,
      first_message, folded, arrived_at, moved_at, run_id)
    VALUES (:call, :caller, :callerName, :interfaceId, :interfaces, :mode, :modeReason, :state, :records, :messages,
      :first, :folded, :now, :now, :runId)`;
  const who = { caller: caller.identity, callerName: caller.name };
  const values = { call, ...who, interfaceId, interfaces: JSON.stringify(interfaces), mode, modeReason, records };
  return store.run(sql, { ...values, ...state }).id;
}
