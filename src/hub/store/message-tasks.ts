/** Acts on all messages that a filter finds: kept in the store, and done in slices, so that no transaction is long and none is lost. */
import type { Row, SqliteFile } from '../../store/index.ts';
import { writeAudit } from './audit.ts';
import { actOnMessages, type ManyAct } from './message-acts.ts';
import { oldestOfBlocks } from './message-blocks.ts';
import { type MessageFilter, planSearch, type Search } from './message-filter.ts';
import { newestId } from './message-ids.ts';
import { entering, rangeOf } from './message-search.ts';

export type MessageTask = {
  id: number;
  act: ManyAct;
  filter: MessageFilter;
  askedAt: number;
  askedBy: string;
  done: number;
  /** Reason to how many. */
  leftOut: Record<string, number>;
  endedAt: number | null;
};

type KeptTask = MessageTask & { upTo: number; reached: number };

const columns = `id, act, filter, asked_at AS "askedAt", asked_by AS "askedBy", up_to AS "upTo", reached, done, left_out AS "leftOut",
  ended_at AS "endedAt"`;

function readTask(row: Row): KeptTask {
  return { ...row, filter: JSON.parse(String(row.filter)), leftOut: JSON.parse(String(row.leftOut)) } as KeptTask;
}

export function findTask(store: SqliteFile, id: number): MessageTask | undefined {
  const row = store.get(`SELECT ${columns} FROM message_task WHERE id = :id`, { id });
  return row && readTask(row);
}

export function hasOpenTask(store: SqliteFile): boolean {
  return store.get('SELECT 1 FROM message_task WHERE ended_at IS NULL LIMIT 1') !== undefined;
}

type Asked = { act: ManyAct; filter: MessageFilter; by: string; now: number };

/** Of the messages that are there now. Inside a transaction only. */
export function addTask(store: SqliteFile, { act, filter, by, now }: Asked): number {
  const sql = `INSERT INTO message_task (act, filter, asked_at, asked_by, up_to) VALUES (:act, :filter, :now, :by, :upTo)`;
  return store.run(sql, { act, by, now, filter: JSON.stringify(filter), upTo: newestId(store) }).id;
}

/** So many are changed in one transaction, and so many looked at. */
const slice = { changed: 500, looked: 5_000 };

/** One slice of the oldest task that has not ended: its id; undefined when there is none. Inside a transaction only. */
export function carryTask(store: SqliteFile, now: number): number | undefined {
  const row = store.prepare(`SELECT ${columns} FROM message_task WHERE ended_at IS NULL ORDER BY id LIMIT 1`).get();
  if (row === undefined) return undefined;
  const task = readTask(row as Row);
  const { ids, reached } = nextSlice(store, task);
  const { done, leftOut } = actOnMessages(store, task.act, ids, { by: task.askedBy, now });
  const all = { ...task, reached, done: task.done + done, leftOut: sumOf(task.leftOut, leftOut) };
  const endedAt = reached >= task.upTo ? now : null;
  const sql =
    'UPDATE message_task SET reached = :reached, done = :done, left_out = :leftOut, ended_at = :endedAt WHERE id = :id';
  store.run(sql, { id: task.id, reached, done: all.done, leftOut: JSON.stringify(all.leftOut), endedAt });
  if (endedAt !== null) auditTask(store, all, now);
  return task.id;
}

/** From the oldest to the newest, so that those of one key go in their order. */
function nextSlice(store: SqliteFile, { filter, upTo, reached }: KeptTask): { ids: number[]; reached: number } {
  const search = planSearch(store, filter, { isInOrder: true });
  const { above, under } = rangeOf(store, filter);
  const range = { above: Math.max(above, reached), under: Math.min(under, upTo + 1) };
  const end = findEnd(store, search, range);
  const where = [
    ...search.along.where,
    'message.id > :above',
    'message.id < :under',
    'message.id <= :end',
    ...search.besides,
  ];
  const sql = `SELECT message.id FROM message ${search.along.index} WHERE ${where.join(' AND ')}
    ORDER BY ${oldestFirst(search)} LIMIT :limit`;
  const rows = store.all(sql, { ...search.values, ...range, end: end ?? upTo, limit: slice.changed });
  const ids = rows.map(({ id }) => Number(id));
  return { ids, reached: ids.length < slice.changed ? (end ?? upTo) : (ids.at(-1) ?? upTo) };
}

function oldestFirst({ along }: Search): string {
  return along.isInBlocks ? oldestOfBlocks : 'message.id';
}

/** The last one to look at; undefined when all of them are few enough. */
function findEnd(store: SqliteFile, search: Search, range: { above: number; under: number }): number | undefined {
  const where = [...search.along.where, 'message.id > :above', 'message.id < :under'].join(' AND ');
  const sql = `SELECT message.id FROM message ${search.along.index} WHERE ${where}
    ORDER BY ${oldestFirst(search)} LIMIT 1 OFFSET :looked`;
  const row = store.get(sql, { ...entering(search), ...range, looked: slice.looked });
  return row && Number(row.id);
}

export function sumOf(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const sum = { ...one };
  for (const [reason, count] of Object.entries(other)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}

export const actWords = {
  reprocess: { action: 'reprocessedMessages', display: 'Reprocessed' },
  cancel: { action: 'cancelledMessages', display: 'Cancelled' },
} as const;

function auditTask(store: SqliteFile, { act, askedBy, done, leftOut, filter }: MessageTask, now: number): void {
  const { action, display } = actWords[act];
  const left = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
  const found = Object.entries(filter).map(([name, value]) => `${name} ${value}`);
  const text = `${display} ${done} messages that were found by ${found.join(', ') || 'nothing in particular'}; ${left} left out`;
  writeAudit(store, { at: now, actor: askedBy, action, section: 'Messages', display: text });
}
