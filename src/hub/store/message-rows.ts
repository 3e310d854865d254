/** Rows that an agent reports become messages, or settle the messages that the run was made of. Inside a transaction only. */
import { passesByItself } from '../../base/index.ts';
import type { ReportBody, ReportedRow } from '../../protocol/index.ts';
import type { Row, SqliteFile } from '../../store/index.ts';
import { reserveIds } from './accepted-messages.ts';
import { writeEvent } from './message-events.ts';
import { type RetryRules, retryFailed, retryRulesOf } from './message-retry.ts';
import { byAgent, type MessageStatus, statusesBefore } from './message-states.ts';
import { closeAs, closeOlder, findNewerCompleted, keysToClose } from './message-supersede.ts';
import { writeThrough } from './rows-through.ts';
import { toLongId } from './salesforce-id.ts';
import { countRows, sumOutcomes } from './throughput.ts';

/** What messages must know of their run. */
export type RunOfMessages = {
  id: number;
  interfaceId: number;
  interfaceVersion: number | null;
  /** null: its rows are those of the source of its interface. */
  form: 'source' | 'target' | null;
};

/** `now`: of the hub. `chance`: of the pauses before retries. */
export type RowsReport = Pick<ReportBody<'rows'>, 'chunk' | 'first' | 'sentAt' | 'settledAt'> & {
  rows: readonly ReportedRow[];
  now: number;
  chance?: (() => number) | undefined;
};

export type RowsOfRun = { run: RunOfMessages; report: RowsReport };
type Reporting = RowsOfRun & { store: SqliteFile };
type Settled = { id: number; row: ReportedRow };

/**
 * A row is named by run, chunk and place: one that was had already changes nothing, but settles a message of unknown outcome. A row
 * of a run by records finds its message by key.
 */
export function rowsReported(store: SqliteFile, run: RunOfMessages, report: RowsReport): void {
  const reporting = { store, run, report };
  const had = messagesAt(reporting);
  const settled = run.form === null && had.size === 0 ? addAll(reporting) : settleEach(reporting, had);
  follow(reporting, settled);
  const rows = sumOutcomes(settled.map(({ row }) => row));
  countRows(store, { interfaceId: run.interfaceId, at: report.settledAt, now: report.now, rows });
}

/** Rows of a source that nothing was reported of before. */
function addAll(reporting: Reporting): Settled[] {
  const { store, report } = reporting;
  const firstId = reserveIds(store, report.rows.length);
  const through = writeThrough(store, reporting, firstId);
  for (const [offset, row] of report.rows.entries())
    if (row.outcome === 'succeeded') through.add(offset, row);
    else add(reporting, { row, place: report.first + offset, id: firstId + offset });
  through.flush();
  return report.rows.map((row, offset) => ({ id: firstId + offset, row }));
}

function settleEach(reporting: Reporting, had: ReadonlyMap<number, Had>): Settled[] {
  const { report } = reporting;
  const settled: Settled[] = [];
  for (const [index, row] of report.rows.entries()) {
    const place = report.first + index;
    const id = settleOne(reporting, { row, place, had: had.get(place) });
    if (id !== undefined) settled.push({ id, row });
  }
  return settled;
}

type Had = { id: number; isOpen: boolean };

/** The messages that stand at the places of these rows: none, unless they are reported again. */
function messagesAt({ store, run, report: { chunk, first, rows } }: Reporting): Map<number, Had> {
  const sql = `SELECT id, place, status = 'Processing' AS "isOpen" FROM message INDEXED BY message_run
    WHERE run_id = :run AND chunk = :chunk AND place >= :first AND place < :end`;
  const found = store.prepare(sql).all({ run: run.id, chunk, first, end: first + rows.length }) as Row[];
  return new Map(found.map(({ id, place, isOpen }) => [Number(place), { id: Number(id), isOpen: isOpen === 1 }]));
}

type Placed = { row: ReportedRow; place: number; had: Had | undefined };

/** The id of the message that was settled or made; undefined where nothing changed. */
function settleOne(reporting: Reporting, { row, place, had }: Placed): number | undefined {
  if (had !== undefined) return had.isOpen ? settle(reporting, { id: had.id, row, place }) : undefined;
  const known = reporting.run.form === null ? undefined : findByKey(reporting, row.key);
  if (known !== undefined) return settle(reporting, { id: known, row, place });
  return add(reporting, { row, place, id: null });
}

/** The oldest message of the run with this key that nothing was reported of yet. */
function findByKey({ store, run }: Reporting, key: string): number | undefined {
  const sql = `SELECT id FROM message INDEXED BY message_processing
    WHERE interface_id = :interfaceId AND key = :key AND status = 'Processing'
    AND run_id = :run AND place IS NULL ORDER BY id LIMIT 1`;
  const row = store.prepare(sql).get({ interfaceId: run.interfaceId, key, run: run.id });
  return row && Number(row.id);
}

const statusOf = { succeeded: 'Completed', rejected: 'Failed', unknown: 'Processing' } as const satisfies Record<
  ReportedRow['outcome'],
  MessageStatus
>;

const added = `INSERT INTO message (id, interface_id, interface_version, run_id, arrived_at, sent_at, chunk, place, key, status, outcome,
  created, rejected_by, code, reason, salesforce_id, settled_at, form, payload)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** `id`: null for the next one. Gives it. */
function add(
  { store, run, report }: Reporting,
  { row, place, id }: Omit<Placed, 'had'> & { id: number | null },
): number {
  const { key, outcome, created, rejectedBy, code, reason, salesforceId, cells } = row;
  const payload = cells === null ? null : JSON.stringify(cells);
  const { lastInsertRowid } = store
    .prepare(added)
    .run(
      id,
      run.interfaceId,
      run.interfaceVersion,
      run.id,
      report.now,
      sentAt(row, report),
      report.chunk,
      place,
      key,
      statusOf[outcome],
      outcome,
      flag(created),
      rejectedBy,
      code,
      reason,
      salesforceId === null ? null : toLongId(salesforceId),
      outcome === 'unknown' ? null : report.settledAt,
      payload === null ? null : 'target',
      payload,
    );
  return Number(lastInsertRowid);
}

/** What was refused here was not sent. */
function sentAt({ rejectedBy }: ReportedRow, report: RowsReport): number | null {
  return rejectedBy === 'sluice' ? null : report.sentAt;
}

const flag = (value: boolean | null): number | null => (value === null ? null : Number(value));

const settledSql = `UPDATE message SET status = :status, outcome = :outcome, created = :created, rejected_by = :rejectedBy, code = :code,
  reason = :reason, salesforce_id = coalesce(:salesforceId, salesforce_id), chunk = :chunk, place = :place,
  interface_version = coalesce(:version, interface_version), sent_at = :sentAt, settled_at = :settledAt, next_try_at = NULL,
  form = CASE WHEN payload IS NULL AND :payload IS NOT NULL THEN 'target' ELSE form END, payload = coalesce(payload, :payload)
  WHERE id = :id AND status IN (${statusesBefore('complete')})`;

function settle(
  { store, run, report }: Reporting,
  { id, row, place }: { id: number; row: ReportedRow; place: number },
) {
  const { outcome, created, rejectedBy, code, reason, salesforceId, cells } = row;
  store.run(settledSql, {
    id,
    status: statusOf[outcome],
    outcome,
    created: flag(created),
    rejectedBy,
    code,
    reason,
    salesforceId: salesforceId === null ? null : toLongId(salesforceId),
    chunk: report.chunk,
    place,
    version: run.interfaceVersion,
    sentAt: sentAt(row, report),
    settledAt: outcome === 'unknown' ? null : report.settledAt,
    payload: cells === null ? null : JSON.stringify(cells),
  });
  return id;
}

/** What follows from it: retries, doubts that are written down, older messages that are closed. */
function follow(reporting: Reporting, settled: readonly Settled[]): void {
  const { store, run } = reporting;
  let rules: RetryRules | undefined;
  const rulesOfRun = () => {
    rules ??= retryRulesOf(store, run.interfaceId);
    return rules;
  };
  const through = settled.filter(({ row }) => row.outcome === 'succeeded').map(({ row }) => row.key);
  const toClose = keysToClose(store, run.interfaceId, through);
  const mayClose = (key: string) => toClose.has(key) && rulesOfRun().hasKeys;
  for (const { id, row } of settled) {
    if (row.outcome === 'rejected') followRefused(reporting, { id, row }, rulesOfRun());
    else if (row.outcome === 'unknown') writeDoubt(reporting, { id, row });
    else if (mayClose(row.key))
      closeOlder(store, { id, interfaceId: run.interfaceId, key: row.key }, reporting.report.now);
  }
}

function followRefused({ store, run, report }: Reporting, { id, row }: Settled, rules: RetryRules): void {
  const { now, chance = Math.random } = report;
  const keyed = { id, interfaceId: run.interfaceId, key: row.key };
  const newer = rules.hasKeys ? findNewerCompleted(store, keyed) : undefined;
  if (newer !== undefined) closeAs(store, id, { by: newer, now });
  else if (row.code !== null && passesByItself(row.code))
    retryFailed(store, { id, code: row.code }, { rules, now, chance: chance() });
}

function writeDoubt({ store, run, report }: Reporting, { id, row: { code, reason } }: Settled): void {
  const comment = `Its outcome is not known. ${[code, reason].filter((part) => part !== null).join(': ')}`.trim();
  writeEvent(store, { message: id, at: report.settledAt, status: 'Processing', by: byAgent, comment, run: run.id });
}
