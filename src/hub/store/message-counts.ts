/** How many messages there are, counted no further than a person reads: a board costs the same, however many there are. */
import type { SqliteFile } from '../../store/index.ts';
import type { ManyAct } from './message-acts.ts';
import { type MessageFilter, planSearch } from './message-filter.ts';
import { rangeOf } from './message-search.ts';
import { type MessageStatus, messageStatuses, statusesBefore } from './message-states.ts';

/** `more`: counting stopped there. */
export type Count = { count: number; more: boolean };

export const mostCounted = 100_000;

/** Of all interfaces, or of this one. */
export function countByStatus(store: SqliteFile, interfaceIds?: readonly number[]): Record<MessageStatus, Count> {
  const counts = messageStatuses.map((status) => {
    const parts = interfaceIds?.map((id) => countOf(store, status, id)) ?? [countOf(store, status)];
    return [status, sumOf(parts)] as const;
  });
  return Object.fromEntries(counts) as Record<MessageStatus, Count>;
}

/** Statuses at which something is still to be done, by the hub or by a person. */
const openStatuses = ['New', 'Pending', 'Processing', 'Failed'] as const;

export type OpenCounts = Record<(typeof openStatuses)[number], number>;

/** Of all interfaces. What is at its end, as most is, is not looked at. */
export function countOpen(store: SqliteFile): OpenCounts {
  return Object.fromEntries(openStatuses.map((status) => [status, countOf(store, status).count])) as OpenCounts;
}

function sumOf(parts: readonly Count[]): Count {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  return { count, more: parts.some((part) => part.more) };
}

function countOf(store: SqliteFile, status: MessageStatus, interfaceId?: number): Count {
  if (interfaceId === undefined)
    return status === 'Completed' ? countAllCompleted(store) : counted(store, ofStatus, { status });
  if (status === 'Completed') return countCompleted(store, interfaceId);
  const sql = `SELECT 1 FROM message INDEXED BY message_open
    WHERE interface_id = :interfaceId AND status = :status AND status <> 'Completed'`;
  return counted(store, sql, { interfaceId, status });
}

const ofStatus = `SELECT 1 FROM message INDEXED BY message_status WHERE status = :status AND status <> 'Completed'`;

/** Each was settled. */
function countAllCompleted(store: SqliteFile): Count {
  const sql = `SELECT 1 FROM message INDEXED BY message_settled WHERE status = 'Completed' AND settled_at IS NOT NULL`;
  return counted(store, sql, {});
}

/** Most are Completed: all of the interface but those that are not. Beside too many others, those among its newest are told. */
function countCompleted(store: SqliteFile, interfaceId: number): Count {
  const open = `SELECT 1 FROM message INDEXED BY message_open WHERE interface_id = :interfaceId AND status <> 'Completed'`;
  const others = counted(store, open, { interfaceId });
  const all = 'FROM message INDEXED BY message_interface WHERE interface_id = :interfaceId';
  if (others.more) {
    const newest = `SELECT status ${all} ORDER BY id DESC LIMIT ${mostCounted}`;
    const row = store.get(`SELECT count(*) AS n FROM (${newest}) WHERE status = 'Completed'`, { interfaceId });
    return { count: Number(row?.n ?? 0), more: true };
  }
  const { count, more } = counted(store, `SELECT 1 ${all}`, { interfaceId }, mostCounted + others.count);
  return { count: count - others.count, more };
}

function counted(store: SqliteFile, sql: string, values: Record<string, string | number>, most = mostCounted): Count {
  const row = store.get(`SELECT count(*) AS n FROM (${sql} LIMIT ${most + 1})`, values);
  const count = Number(row?.n ?? 0);
  return { count: Math.min(count, most), more: count > most };
}

/** Of what a filter finds, how much an act would change: before it is done. */
export type Preview = { found: Count; possible: number };

const fitting = {
  reprocess: `(status = 'Failed' OR (status = 'Pending' AND next_try_at IS NOT NULL)) AND payload IS NOT NULL`,
  cancel: `status IN (${statusesBefore('cancel')}) AND (run_id IS NULL OR status = 'Failed')`,
} as const satisfies Record<ManyAct, string>;

/** As it is now; what is done later may find some of them changed. */
export function previewAct(store: SqliteFile, act: ManyAct, filter: MessageFilter): Preview {
  const search = planSearch(store, filter);
  const along = [...search.along.where, 'message.id < :under', 'message.id > :above'].join(' AND ');
  const near = `SELECT message.* FROM message ${search.along.index} WHERE ${along} LIMIT ${mostCounted + 1}`;
  const isFound = search.besides.length === 0 ? '1' : search.besides.map((one) => `(${one})`).join(' AND ');
  const sql = `SELECT count(*) AS looked, sum(found) AS found, sum(found AND (${fitting[act]})) AS possible FROM
    (SELECT message.status, message.payload, message.next_try_at, message.run_id,
      ${isFound} AS found FROM (${near}) AS message)`;
  const row = store.get(sql, { ...search.values, ...rangeOf(store, filter) });
  const more = Number(row?.looked ?? 0) > mostCounted;
  return { found: { count: Number(row?.found ?? 0), more }, possible: Number(row?.possible ?? 0) };
}
