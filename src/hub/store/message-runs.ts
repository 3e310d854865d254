/** What the beginning and the end of a run mean for the messages it is made of. Inside a transaction only. */
import { passesByItself } from '../../base/index.ts';
import type { ReportBody } from '../../protocol/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import { retriesSql } from './message-events.ts';
import { backOffMs, retryRulesOf } from './message-retry.ts';
import type { RunOfMessages } from './message-rows.ts';
import { byHub, type MessageStatus, statusesBefore } from './message-states.ts';

/** Said by name, and of what: most messages of a run are Completed, and are not looked at. */
const openOnes = 'message INDEXED BY message_run_open';
const isOpen = `status <> 'Completed'`;

/** The agent may begin: what is in the run is in its hands from now on. */
export function runConfirmed(store: SqliteFile, { id }: Pick<RunOfMessages, 'id'>): void {
  const sql = `UPDATE ${openOnes} SET status = 'Processing', next_try_at = NULL
    WHERE run_id = :id AND status IN (${statusesBefore('begin')}) AND ${isOpen}`;
  store.run(sql, { id });
}

/** `now`: of the hub. `chance`: of the pause before a retry. */
export type RunEnding = Pick<ReportBody<'runEnded'>, 'status' | 'error' | 'nothingProcessed'> & {
  now: number;
  chance?: (() => number) | undefined;
};

/** What becomes of the messages that were not settled: decided once, however many steps it is carried out in. */
export type LeftDecided = Omit<RunEnding, 'chance'> & {
  /** null: none of them is tried again. */
  again: { maxRetries: number; nextTryAt: number } | null;
};

/** Ids behind `after`, up to `upTo`. */
export type LeftRange = { after: number; upTo: number };

type Settling = { store: SqliteFile; run: number; decided: LeftDecided; range: LeftRange };

/** Messages of the run of which no row was reported. */
const leftStatuses = ['New', 'Pending', 'Processing'] as const satisfies MessageStatus[];
const left = `run_id = :run AND status IN (${leftStatuses.map((status) => `'${status}'`).join(', ')}) AND ${isOpen} AND outcome IS NULL`;
const leftInRange = `${left} AND id > :after AND id <= :upTo`;

/** What was not settled is tried again, has failed with its run, or is of unknown outcome. */
export function runEnded(store: SqliteFile, run: RunOfMessages, ending: RunEnding): void {
  if (endOfLeft(store, run.id, { after: 0, atMost: 1 }) === undefined) return;
  settleLeft({ store, run: run.id, decided: decideLeft(store, run, ending), range: { after: 0, upTo: maxId } });
}

const maxId = Number.MAX_SAFE_INTEGER;

/** Each status is in the order of its ids; they are brought together without being sorted. */
const endOfLeftSql = `SELECT max(id) AS last FROM (${leftStatuses
  .map((status) => `SELECT id FROM ${openOnes} WHERE ${left} AND status = '${status}' AND id > :after`)
  .join(' UNION ALL ')} ORDER BY id LIMIT :atMost)`;

/** The id of the last of the next so many that are left; undefined when none is. */
export function endOfLeft(
  store: SqliteFile,
  run: number,
  { after, atMost }: { after: number; atMost: number },
): number | undefined {
  const last = store.prepare(endOfLeftSql).get({ run, after, atMost })?.last;
  return typeof last === 'number' ? last : undefined;
}

/** Those that are tried again come back together, so that they make one run again. */
export function decideLeft(store: SqliteFile, run: RunOfMessages, ending: RunEnding): LeftDecided {
  const { status, error, nothingProcessed, now, chance = Math.random } = ending;
  const decided = { status, error, nothingProcessed, now, again: null };
  if (!nothingProcessed || status === 'cancelled' || error === null || !passesByItself(error.code)) return decided;
  const { maxRetries } = retryRulesOf(store, run.interfaceId);
  const sql = `SELECT max(min(had + 1, max(had, :maxRetries))) AS retry FROM (SELECT ${retriesSql} AS had FROM ${openOnes} WHERE ${left})`;
  const retry = Number(store.prepare(sql).get({ run: run.id, maxRetries })?.retry ?? 1);
  return { ...decided, again: { maxRetries, nextTryAt: now + backOffMs(Math.max(1, retry), chance()) } };
}

export function settleLeft(settling: Settling): void {
  const { status, error, nothingProcessed, again } = settling.decided;
  if (again !== null && error !== null) putBack(settling, error, again);
  if (nothingProcessed || status === 'cancelled') failLeft(settling);
  else doubtLeft(settling);
}

type RunError = NonNullable<RunEnding['error']>;
type Again = NonNullable<LeftDecided['again']>;

function putBack({ store, run, decided, range }: Settling, { code, message }: RunError, again: Again): void {
  const { maxRetries, nextTryAt } = again;
  const comment = `Nothing of its run was sent: ${message} Tried again after a pause.`;
  const hasTries = `${leftInRange} AND ${retriesSql} < :maxRetries`;
  store.run(eventOf('Pending', hasTries), { run, ...range, maxRetries, now: decided.now, comment });
  const sql = `UPDATE ${openOnes} SET status = 'Pending', attempt = attempt + 1, next_try_at = :nextTryAt, code = :code, reason = :reason,
    run_id = NULL, sent_at = NULL, settled_at = NULL
    WHERE ${leftInRange} AND (SELECT max(id) FROM message_event WHERE message_id = message.id AND run_id = :run AND status = 'Pending')
      IS NOT NULL`;
  store.run(sql, { run, ...range, nextTryAt, code, reason: message });
}

function failLeft({ store, run, decided: { status, error, now, again }, range }: Settling): void {
  const comment = 'Not tried again: it has no retries left.';
  if (again !== null) store.run(eventOf('Failed', leftInRange), { run, ...range, now, comment });
  const reason =
    status === 'cancelled' ? 'Its run was cancelled before it was sent.' : (error?.message ?? 'Its run failed.');
  const code = status === 'cancelled' ? 'RUN_CANCELLED' : (error?.code ?? 'RUN_FAILED');
  const sql = `UPDATE ${openOnes} SET status = 'Failed', code = :code, reason = :reason, settled_at = :now, next_try_at = NULL
    WHERE ${leftInRange}`;
  store.run(sql, { run, ...range, code, reason, now });
}

/** The account of the run says nothing of it: it may have been sent. */
function doubtLeft({ store, run, decided: { now }, range }: Settling): void {
  const reason = 'Its run has ended, and the account of the run says nothing of a row with this key.';
  store.run(eventOf('Processing', leftInRange), { run, ...range, now, comment: reason });
  const sql = `UPDATE ${openOnes} SET status = 'Processing', outcome = 'unknown', code = 'ROW_NOT_REPORTED', reason = :reason
    WHERE ${leftInRange}`;
  store.run(sql, { run, ...range, reason });
}

function eventOf(status: string, where: string): string {
  return `INSERT INTO message_event (message_id, at, status, by, comment, run_id, attempt)
    SELECT id, :now, '${status}', '${byHub}', :comment, run_id, attempt FROM ${openOnes} WHERE ${where}`;
}
