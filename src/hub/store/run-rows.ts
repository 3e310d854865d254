/** How a run is read out of the store, and the functions that change one inside a transaction of whoever calls them. */
import type { ReportBody, runEndings } from '../../protocol/index.ts';
import type { Row, SqliteFile } from '../../store/index.ts';

export type RunState = 'waiting' | 'given' | 'confirmed' | 'running' | 'ended';
export type RunTrigger = 'manual' | 'schedule' | 'records';
export type RunEnding = (typeof runEndings)[number];
export type RunEnded = ReportBody<'runEnded'>;

export const runStates: readonly RunState[] = ['waiting', 'given', 'confirmed', 'running', 'ended'];
export const runTriggers: readonly RunTrigger[] = ['manual', 'schedule', 'records'];

export type HubRun = {
  id: number;
  /** A UUID, made by whoever started it. */
  run: string;
  interfaceId: number;
  /** As they are called now, or were last. */
  interface: string;
  integration: string;
  interfaceVersion: number | null;
  direction: 'inbound' | 'outbound';
  agentRow: number;
  agent: string | null;
  trigger: RunTrigger;
  /** Out of Salesforce: everything is read, whatever was read before. */
  full: boolean;
  form: 'source' | 'target' | null;
  wantedMode: 'collections' | 'bulk' | null;
  state: RunState;
  lease: number;
  leaseUntil: number | null;
  /** The run that has to end well first. */
  afterId: number | null;
  askedAt: number;
  askedBy: string;
  dueAt: number | null;
  cancelAskedAt: number | null;
  cancelAskedBy: string | null;
  startedAt: number | null;
  endedAt: number | null;
  status: RunEnding | null;
  resumesAt: number | null;
  rows: RunEnded['rows'];
  loaded: Record<string, number> | null;
  mode: string | null;
  modeReason: string | null;
  error: RunEnded['error'];
};

export const runTable = `run JOIN known_interface known ON known.id = run.interface_id
  LEFT JOIN agent ON agent.id = run.agent_row`;

export const runColumns = {
  id: 'run.id',
  run: 'run.run',
  interfaceId: 'run.interface_id',
  interface: 'known.name',
  integration: 'known.integration',
  interfaceVersion: 'run.interface_version',
  direction: 'run.direction',
  agentRow: 'run.agent_row',
  agent: 'coalesce(agent.name, agent.url)',
  trigger: 'run.trigger',
  full: 'run.reads_all',
  form: 'run.form',
  wantedMode: 'run.wanted_mode',
  state: 'run.state',
  lease: 'run.lease',
  leaseUntil: 'run.lease_until',
  afterId: 'run.after_id',
  askedAt: 'run.asked_at',
  askedBy: 'run.asked_by',
  dueAt: 'run.due_at',
  cancelAskedAt: 'run.cancel_asked_at',
  cancelAskedBy: 'run.cancel_asked_by',
  startedAt: 'run.started_at',
  endedAt: 'run.ended_at',
  status: 'run.status',
  resumesAt: 'run.resumes_at',
  read: 'run.rows_read',
  sent: 'run.rows_sent',
  succeeded: 'run.rows_succeeded',
  created: 'run.rows_created',
  updated: 'run.rows_updated',
  rejected: 'run.rows_rejected',
  unknown: 'run.rows_unknown',
  loaded: 'run.loaded',
  mode: 'run.mode',
  modeReason: 'run.mode_reason',
  errorCode: 'run.error_code',
  error: 'run.error',
  errorNext: 'run.error_next',
} as const;

export const selectedRun = Object.entries(runColumns)
  .map(([name, expression]) => `${expression} AS "${name}"`)
  .join(', ');

export function readRun(row: Row): HubRun {
  const { read, sent, succeeded, created, updated, rejected, unknown, loaded, errorCode, error, errorNext, ...rest } =
    row;
  return {
    ...rest,
    full: rest.full === 1,
    rows: { read, sent, succeeded, created, updated, rejected, unknown },
    loaded: loaded === null ? null : JSON.parse(String(loaded)),
    error: errorCode === null ? null : { code: errorCode, message: error, next: errorNext },
  } as HubRun;
}

/** As the transaction sees it that is under way. */
export function findRunInside(store: SqliteFile, run: string): HubRun | undefined {
  const row = store.prepare(`SELECT ${selectedRun} FROM ${runTable} WHERE run.run = :run`).get({ run });
  return row && readRun(row as Row);
}

export type NewRun = Pick<HubRun, 'run' | 'interfaceId' | 'direction' | 'agentRow' | 'trigger' | 'askedBy'> &
  Partial<Pick<HubRun, 'full' | 'form' | 'wantedMode' | 'state' | 'lease' | 'leaseUntil' | 'afterId' | 'dueAt'>> & {
    at: number;
  };

/** Inside a transaction only; the id of its row. It waits to be given to its agent, unless another state is said. */
export function createRun(store: SqliteFile, { at, full = false, ...given }: NewRun): number {
  const defaults = { form: null, wantedMode: null, state: 'waiting', lease: 0, leaseUntil: null, afterId: null };
  const sql = `INSERT INTO run (run, interface_id, direction, agent_row, trigger, reads_all, form, wanted_mode, state, lease,
      lease_until, after_id, asked_at, asked_by, due_at)
    VALUES (:run, :interfaceId, :direction, :agentRow, :trigger, :readsAll, :form, :wantedMode, :state, :lease, :leaseUntil,
      :afterId, :at, :askedBy, :dueAt)`;
  return store.run(sql, { ...defaults, dueAt: null, ...given, readsAll: Number(full), at }).id;
}

type Began = Pick<ReportBody<'runStarted'>, 'version' | 'startedAt'>;

/** Inside a transaction only: it says that it began, or that it goes on. */
export function runBegan(store: SqliteFile, { id }: Pick<HubRun, 'id'>, { version, startedAt }: Began): void {
  const sql = `UPDATE run SET state = 'running', interface_version = :version, started_at = coalesce(started_at, :startedAt),
    resumes_at = NULL, lease_until = NULL WHERE id = :id AND state <> 'ended'`;
  store.run(sql, { id, version, startedAt });
}

/** Inside a transaction only: it stopped by itself, and goes on at this time. */
export function runInterrupted(
  store: SqliteFile,
  { id }: Pick<HubRun, 'id'>,
  { error: { code, message, next }, resumesAt }: Pick<ReportBody<'runInterrupted'>, 'error' | 'resumesAt'>,
): void {
  const sql = `UPDATE run SET resumes_at = :resumesAt, error_code = :code, error = :message, error_next = :next
    WHERE id = :id AND state <> 'ended'`;
  store.run(sql, { id, resumesAt, code, message, next });
}

/** Inside a transaction only: its end is written down, whatever it was before. */
export function writeEnding(store: SqliteFile, { id }: Pick<HubRun, 'id'>, ended: RunEnded): void {
  const { status, endedAt, rows, loaded, mode, modeReason, error } = ended;
  const sql = `UPDATE run SET state = 'ended', status = :status, ended_at = :endedAt, lease_until = NULL, resumes_at = NULL,
    rows_read = :read, rows_sent = :sent, rows_succeeded = :succeeded, rows_created = :created, rows_updated = :updated,
    rows_rejected = :rejected, rows_unknown = :unknown, loaded = :loaded, mode = :mode, mode_reason = :modeReason,
    error_code = :code, error = :message, error_next = :next WHERE id = :id`;
  const { code = null, message = null, next = null } = error ?? {};
  const values = { id, status, endedAt, mode, modeReason, code, message, next, ...rows };
  store.run(sql, { ...values, loaded: loaded === null ? null : JSON.stringify(loaded) });
}
