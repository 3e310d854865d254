/** Calls of the integrate API: each is kept whole or not at all. */
import type { SqliteFile } from '../../store/index.ts';
import { insertMessages, type NewMessage, reserveIds } from './accepted-messages.ts';
import { createCallUuid } from './call-uuid.ts';
import type { CallsThread } from './calls-thread.ts';
import type { Writing } from './hub-store.ts';
import { type Answer, findKeptAnswer, finishAnswer, type KeptAnswer, keepAnswer, type Once } from './kept-answers.ts';
import { createRun } from './run-rows.ts';
import { unfoldedBeside, unfoldedForReaders } from './unfold-calls.ts';
import { createUnfoldShortly } from './unfold-shortly.ts';
import { mustWait } from './waiting-messages.ts';
import { type CallState, insertCall, type NewCall, type WrittenCall, writeFoldedCall } from './write-call.ts';

export type KeptCall = NewCall & {
  id: number;
  call: string;
  state: CallState['state'];
  messages: number;
  firstMessage: number | null;
  arrivedAt: number;
  runId: number | null;
};

/** What was written, for the answer to be made of it. */
export type AcceptedCall = { id: number; call: string; ids: readonly number[] };

/** `again`: the call was here before. */
export type Settled = { answer: Answer } | { again: KeptAnswer };

type Accepting = { once: Once | undefined; answerOf(accepted: AcceptedCall): Answer };

/** The run that carries the records of a call whose caller waits. */
export type CarryingRun = { run: string; agentRow: number; leaseUntil: number; wantedMode: 'collections' | null };

export type Begun = AcceptedCall & { runId: number };
export type BegunOrNot = { begun: Begun } | { again: KeptAnswer } | { mustWait: true };

/** `keys`: of the records that it carries. */
type Carrying = CarryingRun & { keys: readonly string[]; once: Once | undefined };

export type CallMessage = {
  id: number;
  interfaceId: number;
  parentId: number | null;
  status: string;
  outcome: 'succeeded' | 'rejected' | 'unknown' | null;
  created: boolean | null;
  code: string | null;
  reason: string | null;
  salesforceId: string | null;
};

export type Calls = {
  findByCall(call: string): KeptCall | undefined;
  find(id: number): KeptCall | undefined;
  /** With all its messages, whose ids are given; on disk when it resolves. */
  accept(call: NewCall, messages: readonly NewMessage[], accepting: Accepting): Promise<Settled>;
  /** Of one whose body comes in pieces; nothing of it is seen until it is accepted. */
  begin(call: NewCall): Promise<number>;
  /** Throws when the call is no longer there. */
  addSlice(id: number, slice: { place: number; messages: readonly NewMessage[] }): Promise<void>;
  acceptSlices(id: number, call: NewCall & { messages: number }, accepting: Accepting): Promise<Settled>;
  /** Nothing of it stays. */
  drop(id: number): Promise<void>;
  /** Calls of which nothing more has come since then are dropped. */
  dropStale(before: number): Promise<number>;
  /** With its run, whose records an agent is asked to carry at once; nothing of it when one of its keys must wait for an older record. */
  beginSynchronous(call: NewCall, messages: readonly NewMessage[], carrying: Carrying): Promise<BegunOrNot>;
  /** `answered`: the agent has it, and its reports will tell the rest; else it is asked for the run once its lease is over. */
  endSynchronous(begun: Begun, answer: Answer, how: { answered: boolean }): Promise<void>;
  /** The messages of a call behind this id, in their order. */
  messagesOf(id: number, after: number, atMost: number): CallMessage[];
  /** The agent never had it: call, run and messages are gone. */
  takeBack(begun: Begun): Promise<void>;
  /** Whether there are accepted calls whose messages are not all there. */
  anyAccepted(): boolean;
  /** How many messages are still to come of accepted calls. */
  countUnready(): number;
  /** What accepted calls brought becomes messages, the oldest first: a few hundred at a time. False when that was all. */
  unfold(): Promise<boolean>;
  /** The same until all of it has, or there is too much to wait for; see unfold-shortly.ts. */
  unfoldShortly(): Promise<void>;
};

/** By the index of all that are not ready: of those, they alone have no first message yet. */
const stale = `state <> 'ready' AND first_message IS NULL AND state = 'arriving' AND moved_at < :before`;

const columns = {
  id: 'id',
  call: 'call',
  caller: 'caller',
  callerName: 'caller_name',
  interfaceId: 'interface_id',
  interfaces: 'interfaces',
  mode: 'mode',
  modeReason: 'mode_reason',
  state: 'state',
  records: 'records',
  messages: 'messages',
  firstMessage: 'first_message',
  arrivedAt: 'arrived_at',
  runId: 'run_id',
} as const;

const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

export function callsTable({ store, clock }: Writing, thread: CallsThread): Calls {
  const findWhere = (column: 'id' | 'call', value: number | string): KeptCall | undefined => {
    const row = store.get(`SELECT ${selected} FROM call WHERE ${column} = :value`, { value });
    return row && readCall(row);
  };
  const now = () => clock.now();
  let came = 0;
  const anyAccepted = () =>
    store.get(`SELECT 1 FROM call WHERE state <> 'ready' AND state = 'accepted' LIMIT 1`) !== undefined;
  return {
    findByCall: (call) => findWhere('call', call),
    find: (id) => findWhere('id', id),
    async accept(made, messages, { once, answerOf }) {
      came += messages.length;
      const call = { made, call: createCallUuid(now()), messages: messages.length, folded: JSON.stringify(messages) };
      const acceptedAs = ({ id, first }: WrittenCall) => ({ ...idsOf(messages, first), id, call: call.call });
      if (once === undefined) return { answer: answerOf(acceptedAs(await thread.accept(call))) };
      const write = () => acceptedAs(writeFoldedCall(store, { ...call, now: now() }));
      return await store.gather(() => unlessAgain(store, made, { once, answerOf }, now(), write));
    },
    begin: (made) =>
      store.gather(() => insertCall(store, { ...made, call: createCallUuid(now()) }, { ...arriving, now: now() })),
    addSlice: (id, { place, messages }) =>
      store.gather(() => {
        const moved = store.run(`UPDATE call SET moved_at = :now WHERE id = :id AND state = 'arriving'`, {
          id,
          now: now(),
        });
        if (moved.changes === 0) throw new Error('the call was dropped, since nothing more of it had come');
        const sql = 'INSERT INTO call_slice (call_id, place, messages) VALUES (:id, :place, :messages)';
        store.run(sql, { id, place, messages: JSON.stringify(messages) });
      }),
    acceptSlices: (id, call, accepting) =>
      store.gather(() => unlessAgain(store, call, accepting, now(), () => acceptSlices(store, id, call))),
    drop: (id) => store.gather(() => dropCall(store, id)),
    async dropStale(before) {
      if (store.get(`SELECT 1 FROM call WHERE ${stale} LIMIT 1`, { before }) === undefined) return 0;
      return await store.gather(() => {
        const found = store.prepare(`SELECT id FROM call WHERE ${stale}`).all({ before });
        for (const { id } of found) dropCall(store, Number(id));
        return found.length;
      });
    },
    beginSynchronous: (call, messages, carrying) =>
      store.gather(() => writeSynchronous(store, call, messages, { ...carrying, now: now() })),
    messagesOf: (id, after, atMost) => readMessages(store, { id, after, atMost }),
    endSynchronous: ({ id, runId }, answer, { answered }) =>
      store.gather(() => {
        if (answered) store.run('UPDATE run SET lease_until = NULL WHERE id = :runId', { runId });
        finishAnswer(store, id, answer);
      }),
    takeBack: ({ id, runId }) =>
      store.gather(() => {
        store.run('DELETE FROM message WHERE call_id = :id', { id });
        store.run('DELETE FROM run WHERE id = :runId', { runId });
        store.run('DELETE FROM kept_answer WHERE call_id = :id', { id });
        dropCall(store, id);
      }),
    anyAccepted,
    countUnready: () => Number(store.get(`SELECT coalesce(sum(messages), 0) AS n FROM call WHERE state <> 'ready'`)?.n),
    unfold() {
      const atOnce = unfoldedBeside(came);
      came = 0;
      return thread.unfold(atOnce);
    },
    unfoldShortly: createUnfoldShortly({ anyAccepted, unfold: () => thread.unfold(unfoldedForReaders) }),
  };
}

/** What was answered before is answered again; else the work is done, and its answer kept. */
function unlessAgain(
  store: SqliteFile,
  { caller: { identity: caller } }: NewCall,
  { once, answerOf }: Accepting,
  now: number,
  work: () => AcceptedCall,
): Settled {
  const kept = once && findKeptAnswer(store, caller, once.key, now);
  if (kept !== undefined) return { again: kept };
  const accepted = work();
  const answer = answerOf(accepted);
  if (once !== undefined) keepAnswer(store, { caller, once, callId: accepted.id, answer, now });
  return { answer };
}

function idsOf(messages: readonly NewMessage[], first: number): Pick<AcceptedCall, 'ids'> {
  return { ids: messages.map((_, place) => first + place) };
}

function acceptSlices(store: SqliteFile, id: number, call: NewCall & { messages: number }): AcceptedCall {
  const first = reserveIds(store, call.messages);
  const sql = `UPDATE call SET state = 'accepted', records = :records, messages = :messages, first_message = :first,
    interfaces = :interfaces, mode = :mode, mode_reason = :modeReason WHERE id = :id AND state = 'arriving' RETURNING call`;
  const { records, messages, mode, modeReason } = call;
  const values = { id, records, messages, first, mode, modeReason, interfaces: JSON.stringify(call.interfaces) };
  const row = store.prepare(sql).get(values);
  if (row === undefined) throw new Error('the call was dropped, since nothing more of it had come');
  return { id, call: String(row.call), ids: [] };
}

function writeSynchronous(
  store: SqliteFile,
  call: NewCall,
  messages: readonly NewMessage[],
  { once, now, keys, ...run }: Carrying & { now: number },
): BegunOrNot {
  const { caller, interfaceId } = call;
  const kept = once && findKeptAnswer(store, caller.identity, once.key, now);
  if (kept !== undefined) return { again: kept };
  if (mustWait(store, interfaceId, keys)) return { mustWait: true };
  const fixed = { direction: 'inbound', trigger: 'records', form: 'source', state: 'confirmed', lease: 0 } as const;
  const runId = createRun(store, { ...run, ...fixed, interfaceId, askedBy: caller.name, at: now });
  const first = reserveIds(store, messages.length);
  const state = { state: 'ready', messages: messages.length, first, folded: null, runId, now } as const;
  const uuid = createCallUuid(now);
  const id = insertCall(store, { ...call, call: uuid }, state);
  const ids = insertMessages(store, messages, { call: id, at: now, first, run: runId });
  if (once !== undefined) keepAnswer(store, { caller: caller.identity, once, callId: id, answer: null, now });
  return { begun: { id, call: uuid, ids, runId } };
}

const arriving = { state: 'arriving', messages: 0, first: null, folded: null, runId: null } as const;

function dropCall(store: SqliteFile, id: number): void {
  store.run('DELETE FROM call_slice WHERE call_id = :id', { id });
  store.run('DELETE FROM call WHERE id = :id', { id });
}

function readMessages(store: SqliteFile, page: { id: number; after: number; atMost: number }): CallMessage[] {
  const sql = `SELECT id, interface_id AS "interfaceId", parent_id AS "parentId", status, outcome, created, code, reason,
      salesforce_id AS "salesforceId" FROM message WHERE call_id = :id AND id > :after ORDER BY id LIMIT :atMost`;
  return store.all(sql, page).map(({ created, ...rest }) => {
    return { ...rest, created: created === null ? null : Boolean(created) } as CallMessage;
  });
}

function readCall({ caller, callerName, interfaces, ...rest }: Record<string, unknown>): KeptCall {
  const who = { identity: String(caller), name: String(callerName) };
  return { ...rest, caller: who, interfaces: JSON.parse(String(interfaces)) } as unknown as KeptCall;
}
