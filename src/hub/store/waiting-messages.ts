/** Messages that wait to be sent: which may go next, without overtaking an older one of their key, and the run they go in. */
import { randomUUID } from 'node:crypto';
import type { Row, SqliteFile } from '../../store/index.ts';
import { cutKey } from './accepted-messages.ts';
import type { Writing } from './hub-store.ts';
import { createRun } from './run-rows.ts';
import type { CallMode } from './write-call.ts';

export type MessageForm = 'source' | 'target';

/** An interface whose messages may go. */
export type ReadyInterface = {
  id: number;
  version: number;
  agentRow: number;
  /** The key of a payload by this version of the interface, or why there is none. */
  keyOf(payload: string): { key: string } | { code: string; reason: string };
};

export type FormedRun = { id: number; run: string; messages: number };

export type Payload = { id: number; payload: string };

export type WaitingMessages = {
  /** How many there are. */
  count(): number;
  /** Ids of the interfaces that have any. */
  interfaces(): number[];
  /** When the first of those that wait arrived; undefined when none does. */
  oldestArrival(): number | undefined;
  /** A run of those whose turn it is; undefined when there are none, or a run of this interface by records is open. */
  formRun(ready: ReadyInterface, limits: RunLimits): Promise<FormedRun | undefined>;
  /** Whether a record of one of these keys would have to wait for an older one. */
  mustWait(interfaceId: number, keys: readonly string[]): boolean;
  /** The payloads of the messages of a run, in their order, behind this id. */
  payloads(run: number, after: number, atMost: number): Payload[];
  /** The version by which they were mapped. */
  versionOf(run: number): number | undefined;
};

/** Messages of one run. */
export type RunLimits = { usual: number; bulk: number; looked: number };

const isWaiting = `status IN ('New', 'Pending')`;

export function waitingMessagesTable({ store, clock }: Writing): WaitingMessages {
  return {
    count() {
      const sql = `SELECT count(*) AS n FROM message INDEXED BY message_status WHERE ${isWaiting} AND status <> 'Completed'`;
      return Number(store.get(sql)?.n);
    },
    interfaces() {
      // Said by name: else each look goes through all that wait, by their statuses.
      const sql = `SELECT interface_id AS next FROM message INDEXED BY message_waiting
        WHERE ${isWaiting} AND interface_id > :after ORDER BY interface_id LIMIT 1`;
      const found: number[] = [];
      for (let after = -1; ; after = found.at(-1) ?? after) {
        const next = store.get(sql, { after })?.next;
        if (next === undefined) return found;
        found.push(Number(next));
      }
    },
    oldestArrival() {
      const sql = `SELECT arrived_at AS at FROM message INDEXED BY message_waiting WHERE ${isWaiting} AND interface_id = :id ORDER BY id LIMIT 1`;
      const times = this.interfaces().map((id) => Number(store.get(sql, { id })?.at ?? Number.POSITIVE_INFINITY));
      return times.length === 0 ? undefined : Math.min(...times);
    },
    formRun: (ready, limits) => store.gather(() => formRun(store, ready, limits, clock.now())),
    mustWait: (interfaceId, keys) => mustWait(store, interfaceId, keys),
    payloads(run, after, atMost) {
      const sql = `SELECT id, payload FROM message INDEXED BY message_of_run
        WHERE run_id = :run AND id > :after AND payload IS NOT NULL ORDER BY id LIMIT :atMost`;
      return store.all(sql, { run, after, atMost }) as Payload[];
    },
    versionOf(run) {
      const sql = `SELECT interface_version AS version FROM message INDEXED BY message_of_run
        WHERE run_id = :run ORDER BY id LIMIT 1`;
      const row = store.get(sql, { run });
      return row === undefined || row.version === null ? undefined : Number(row.version);
    },
  };
}

const olderOfKey = `SELECT 1 FROM message INDEXED BY message_waiting_key
    WHERE interface_id = :interfaceId AND key = :key AND ${isWaiting}
  UNION ALL SELECT 1 FROM message INDEXED BY message_processing
    WHERE interface_id = :interfaceId AND key = :key AND status = 'Processing' LIMIT 1`;

/** As they are written: inside a transaction with what it has written itself. */
export function mustWait(store: SqliteFile, interfaceId: number, keys: readonly string[]): boolean {
  if (firstUnready(store, interfaceId) !== null) return true;
  const look = store.prepare(olderOfKey);
  return keys.some((key) => look.get({ key: cutKey(key), interfaceId }) !== undefined);
}

type Waiting = {
  id: number;
  key: string | null;
  nextTryAt: number | null;
  parentId: number | null;
  /** Of the run it is in already. */
  runId: number | null;
  callId: number | null;
  form: MessageForm | null;
  version: number | null;
};

/** Of what all messages of a run are alike. */
type Kind = { form: MessageForm; mode: CallMode | null };

type Picked = { kind: Kind; messages: { id: number; key: string | null }[] };

function formRun(store: SqliteFile, ready: ReadyInterface, limits: RunLimits, now: number): FormedRun | undefined {
  const { id: interfaceId, agentRow, version } = ready;
  if (hasOpenRun(store, interfaceId)) return undefined;
  const picked = pick(store, ready, limits, now);
  if (picked === undefined) return undefined;
  const { kind, messages } = picked;
  const run = randomUUID();
  const wantedMode = kind.mode === 'Bulk' ? 'bulk' : kind.mode === 'Batch' ? 'collections' : null;
  const fixed = { direction: 'inbound', trigger: 'records', askedBy: 'messages' } as const;
  const id = createRun(store, { run, interfaceId, agentRow, form: kind.form, wantedMode, at: now, ...fixed });
  const take =
    store.prepare(`UPDATE message SET status = 'Pending', run_id = :run, chunk = NULL, place = NULL, next_try_at = NULL,
    interface_version = :version, key = :key WHERE id = :id`);
  for (const message of messages) take.run({ ...message, run: id, version });
  return { id, run, messages: messages.length };
}

/** Runs of callers who wait are left out: each of their keys is Processing, and so kept from others. */
function hasOpenRun(store: SqliteFile, interfaceId: number): boolean {
  const sql = `SELECT 1 FROM run WHERE state <> 'ended' AND trigger = 'records' AND interface_id = :interfaceId
    AND NOT EXISTS (SELECT 1 FROM call WHERE run_id = run.id)`;
  return store.prepare(sql).get({ interfaceId }) !== undefined;
}

/** Messages of calls that are not all there yet have ids from here on; those behind them wait. */
function firstUnready(store: SqliteFile, interfaceId: number): number | null {
  const sql = `SELECT min(first_message) AS first FROM call WHERE state <> 'ready' AND state = 'accepted'
    AND EXISTS (SELECT 1 FROM json_each(interfaces) WHERE value = :interfaceId)`;
  const first = store.prepare(sql).get({ interfaceId })?.first;
  return first === null || first === undefined ? null : Number(first);
}

/** In the order of their ids. A key that was met is met for good: what comes behind it waits, whatever becomes of the first. */
function pick(store: SqliteFile, ready: ReadyInterface, limits: RunLimits, now: number): Picked | undefined {
  const met = new Set<string>();
  const messages: Picked['messages'] = [];
  let kind: Kind | undefined;
  const look = createLook(store, ready, now);
  for (const row of waitingOf(store, ready.id, limits.looked)) {
    const key = look.keyOf(row);
    if (key === undefined) continue;
    const isFirst = key === null || !met.has(key);
    if (key !== null) met.add(key);
    if (!isFirst || !look.mayGo(row, key)) continue;
    const own = look.kindOf(row);
    kind ??= own;
    // Another kind begins the next run; nothing behind it may overtake it.
    if (own.form !== kind.form || own.mode !== kind.mode) break;
    messages.push({ id: row.id, key });
    if (messages.length >= (kind.mode === 'Bulk' ? limits.bulk : limits.usual)) break;
  }
  return kind === undefined ? undefined : { kind, messages };
}

const pageRows = 2_000;

/** Page by page, since what is found is changed meanwhile. */
function* waitingOf(store: SqliteFile, interfaceId: number, atMost: number): Iterable<Waiting> {
  const sql = `SELECT id, key, next_try_at AS "nextTryAt", parent_id AS "parentId", run_id AS "runId", call_id AS "callId", form,
      interface_version AS "version"
    FROM message INDEXED BY message_waiting
    WHERE interface_id = :interfaceId AND ${isWaiting} AND id > :after AND id < :before ORDER BY id LIMIT ${pageRows}`;
  const before = firstUnready(store, interfaceId) ?? Number.MAX_SAFE_INTEGER;
  let after = 0;
  for (let looked = 0; looked < atMost; looked += pageRows) {
    const page = store.prepare(sql).all({ interfaceId, after, before }) as Waiting[];
    yield* page;
    if (page.length < pageRows) return;
    after = page.at(-1)?.id ?? after;
  }
}

type Look = {
  /** Undefined: it has failed just now. */
  keyOf(row: Waiting): string | null | undefined;
  mayGo(row: Waiting, key: string | null): boolean;
  kindOf(row: Waiting): Kind;
};

function createLook(store: SqliteFile, ready: ReadyInterface, now: number): Look {
  const processing = store.prepare(
    `SELECT 1 FROM message INDEXED BY message_processing WHERE interface_id = :id AND key = :key AND status = 'Processing'`,
  );
  const parent = store.prepare('SELECT status FROM message WHERE id = :id');
  const call = store.prepare('SELECT mode FROM call WHERE id = :id');
  const modes = new Map<number, CallMode | null>();
  const modeOf = (id: number) => {
    const known = modes.get(id) ?? (call.get({ id })?.mode as CallMode | undefined) ?? null;
    modes.set(id, known);
    return known;
  };
  return {
    keyOf(row) {
      if (row.version === ready.version || row.form !== 'source') return row.key;
      return keyAnew(store, row.id, ready, now);
    },
    mayGo({ id, nextTryAt, parentId, runId }, key) {
      if (runId !== null) return false;
      if (nextTryAt !== null && nextTryAt > now) return false;
      if (key !== null && processing.get({ id: ready.id, key }) !== undefined) return false;
      if (parentId === null) return true;
      return isParentThrough(store, id, (parent.get({ id: parentId }) as Row | undefined)?.status, now);
    },
    kindOf: ({ form, callId }) => ({ form: form ?? 'source', mode: callId === null ? null : modeOf(callId) }),
  };
}

/** The interface was changed since it came: what it is mapped to has changed with it. */
function keyAnew(store: SqliteFile, id: number, { keyOf }: ReadyInterface, now: number): string | undefined {
  const payload = store.prepare('SELECT payload FROM message WHERE id = :id').get({ id })?.payload;
  const found = keyOf(String(payload));
  if ('key' in found) return cutKey(found.key);
  refuse(store, id, found, now);
  return undefined;
}

/** One whose parent was refused is refused with it. */
function isParentThrough(store: SqliteFile, id: number, status: unknown, now: number): boolean {
  if (status === 'Completed') return true;
  if (status === 'Failed')
    refuse(store, id, { code: 'PARENT_REFUSED', reason: 'The record in which it was nested was refused.' }, now);
  if (status === 'Cancelled' || status === undefined)
    refuse(store, id, { code: 'PARENT_CANCELLED', reason: 'The record in which it was nested was cancelled.' }, now);
  return false;
}

function refuse(store: SqliteFile, id: number, { code, reason }: { code: string; reason: string }, now: number): void {
  const sql = `UPDATE message SET status = 'Failed', outcome = 'rejected', rejected_by = 'sluice', code = :code, reason = :reason,
    settled_at = :now, next_try_at = NULL WHERE id = :id`;
  store.run(sql, { id, code, reason, now });
}
