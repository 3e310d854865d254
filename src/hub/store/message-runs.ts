/** What the beginning and the end of a run mean for the messages it is made of. Inside a transaction only. */
import { passesByItself } from '../../base/index.ts';
import type { ReportBody } from '../../protocol/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import { retriesSql } from './message-events.ts';
import { backOffMs, retryRulesOf } from './message-retry.ts';
import type { RunOfMessages } from './message-rows.ts';
import { byHub, statusesBefore } from './message-states.ts';

/** The agent may begin: what is in the run is in its hands from now on. */
export function runConfirmed(store: SqliteFile, { id }: Pick<RunOfMessages, 'id'>): void {
  const sql = `UPDATE message SET status = 'Processing', next_try_at = NULL
    WHERE run_id = :id AND status IN (${statusesBefore('begin')})`;
  store.run(sql, { id });
}

/** `now`: of the hub. `chance`: of the pause before a retry. */
export type RunEnding = Pick<ReportBody<'runEnded'>, 'status' | 'error' | 'nothingProcessed'> & {
  now: number;
  chance?: (() => number) | undefined;
};

type Ending = { store: SqliteFile; run: RunOfMessages; ending: RunEnding };

/** Messages of the run of which no row was reported. */
const left = `run_id = :run AND status IN ('New', 'Pending', 'Processing') AND outcome IS NULL`;

/** What was not settled is tried again, has failed with its run, or is of unknown outcome. */
export function runEnded(store: SqliteFile, run: RunOfMessages, ending: RunEnding): void {
  const anyLeft = store.prepare(`SELECT 1 FROM message WHERE ${left} LIMIT 1`).get({ run: run.id }) !== undefined;
  if (!anyLeft) return;
  const { status, error, nothingProcessed } = ending;
  const all = { store, run, ending };
  if (nothingProcessed && status !== 'cancelled' && error !== null && passesByItself(error.code)) putBack(all, error);
  if (nothingProcessed || status === 'cancelled') failLeft(all);
  else doubtLeft(all);
}

type RunError = NonNullable<RunEnding['error']>;

/** All come back together, so that they make one run again. */
function putBack({ store, run, ending }: Ending, { code, message }: RunError): void {
  const { now, chance = Math.random } = ending;
  const { maxRetries } = retryRulesOf(store, run.interfaceId);
  const hasTries = `${left} AND ${retriesSql} < :maxRetries`;
  const comment = `Nothing of its run was sent: ${message} Tried again after a pause.`;
  const values = { run: run.id, maxRetries };
  store.run(eventOf('Pending', hasTries), { ...values, now, comment });
  const retry = Number(
    store.prepare(`SELECT max(${retriesSql}) AS n FROM message WHERE ${left}`).get({ run: run.id })?.n ?? 1,
  );
  const sql = `UPDATE message SET status = 'Pending', attempt = attempt + 1, next_try_at = :nextTryAt, code = :code, reason = :reason,
    run_id = NULL, sent_at = NULL, settled_at = NULL
    WHERE ${left} AND (SELECT max(id) FROM message_event WHERE message_id = message.id AND run_id = :run AND status = 'Pending')
      IS NOT NULL`;
  store.run(sql, { run: run.id, nextTryAt: now + backOffMs(Math.max(1, retry), chance()), code, reason: message });
}

function failLeft({ store, run, ending }: Ending): void {
  const { status, error, now } = ending;
  if (status !== 'cancelled' && error !== null && passesByItself(error.code))
    store.run(eventOf('Failed', left), { run: run.id, now, comment: 'Not tried again: it has no retries left.' });
  const reason =
    status === 'cancelled' ? 'Its run was cancelled before it was sent.' : (error?.message ?? 'Its run failed.');
  const code = status === 'cancelled' ? 'RUN_CANCELLED' : (error?.code ?? 'RUN_FAILED');
  const sql = `UPDATE message SET status = 'Failed', code = :code, reason = :reason, settled_at = :now, next_try_at = NULL
    WHERE ${left}`;
  store.run(sql, { run: run.id, code, reason, now });
}

/** The account of the run says nothing of it: it may have been sent. */
function doubtLeft({ store, run, ending: { now } }: Ending): void {
  const reason = 'Its run has ended, and the account of the run says nothing of a row with this key.';
  store.run(eventOf('Processing', left), { run: run.id, now, comment: reason });
  const sql = `UPDATE message SET status = 'Processing', outcome = 'unknown', code = 'ROW_NOT_REPORTED', reason = :reason WHERE ${left}`;
  store.run(sql, { run: run.id, reason });
}

function eventOf(status: string, where: string): string {
  return `INSERT INTO message_event (message_id, at, status, by, comment, run_id, attempt)
    SELECT id, :now, '${status}', '${byHub}', :comment, run_id, attempt FROM message WHERE ${where}`;
}
