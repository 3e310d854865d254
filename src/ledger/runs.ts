/** The account of runs: begun, committed, ended, or begun and not ended. */

import type { Row, SqliteFile, Values } from '../store/index.ts';
import type { Writing } from './events.ts';
import type { LoadedCounts } from './outbound.ts';

/** Into Salesforce, or out of it. */
export type Direction = 'inbound' | 'outbound';
export type Mode = 'bulk' | 'collections';
/** Outbound runs go by query or by Bulk. */
export type RunMode = Mode | 'query';
export type RunEnding = 'completed' | 'completed with rejects' | 'failed' | 'unknown rows' | 'cancelled';
/** `running` also stands for a run whose process died; `interrupted` for one that stopped by itself and can be resumed. */
export type RunStatus = RunEnding | 'running' | 'interrupted';
export type RunError = { code: string; message: string; next: string };

export type RowCounts = {
  read: number;
  sent: number;
  succeeded: number;
  created: number;
  updated: number;
  rejected: number;
  unknown: number;
};

export type Run = {
  id: number;
  /** Its id at the hub; null for one that no hub knows. */
  hubRun: string | null;
  direction: Direction;
  interface: string;
  object: string;
  operation: string;
  externalId: string | null;
  keyField: string | null;
  /** Salesforce's id of the org the run began in; null while it has not signed in. */
  organizationId: string | null;
  definition: unknown;
  header: readonly string[] | null;
  mode: RunMode | null;
  modeReason: string | null;
  serial: boolean;
  status: RunStatus;
  attempt: number;
  startedAt: number;
  committedAt: number | null;
  endedAt: number | null;
  error: RunError | null;
  /** read = sent + rejected by the check before sending; sent = succeeded + rejected by Salesforce + unknown, once the run has ended. */
  rows: RowCounts;
  /** What the merge into the target did; of inbound runs null. */
  loaded: LoadedCounts | null;
};

export type NewRun = {
  /** Inbound when left out. */
  direction?: Direction | undefined;
  interface: string;
  object: string;
  operation: string;
  externalId?: string | undefined;
  keyField?: string | undefined;
  definition: unknown;
  /** Its id at the hub, which no other run of this ledger has. */
  hubRun?: string | undefined;
};

export type RunAccount = {
  startRun(run: NewRun): Promise<number>;
  /** The run signed in to this org, and goes on in no other. */
  signedIn(run: number, organizationId: string): Promise<void>;
  /** The mapping is planned: these are the columns of every spool file of this run. */
  headerPlanned(run: number, header: readonly string[]): Promise<void>;
  modeChosen(run: number, choice: { mode: RunMode; reason: string }): Promise<void>;
  goneSerial(run: number, reason: string): Promise<void>;
  /** The commit point: the source was read to its end and every chunk is spooled. */
  runCommitted(run: number, counts: { read: number }): Promise<void>;
  /** Before the commit point only: what was spooled and sent so far is given up; `again`: the run starts over. */
  attemptGivenUp(run: number, options: { again: boolean }): Promise<void>;
  /** An interrupted run goes on. */
  runResumed(run: number): Promise<void>;
  runInterrupted(run: number, error: RunError): Promise<void>;
  runEnded(run: number, ending: { status: RunEnding; error?: RunError | undefined }): Promise<void>;
  eventNoted(happening: {
    run: number;
    chunk?: number;
    what: string;
    detail?: Readonly<Record<string, unknown>>;
  }): Promise<void>;
  findRun(run: number): Run | undefined;
  /** By its id at the hub. */
  findHubRun(hubRun: string): Run | undefined;
  /** The last run of this interface, when it has not ended. */
  findUnfinishedRun(interfaceName: string): Run | undefined;
  /** Newest first. */
  listRuns(options?: { unfinished?: boolean; interface?: string; limit?: number }): Run[];
};

/** `which`: a condition on chunks, so that for one run not the chunks of all are added up. */
const runsWithTotals = (which: string) => `SELECT runs.*, totals.*
  FROM runs LEFT JOIN (
    SELECT run, SUM(CASE WHEN parent IS NULL THEN rows ELSE 0 END) AS sent, SUM(succeeded) AS succeeded, SUM(created) AS created,
           SUM(rejected) AS rejected, SUM(rejected_here) AS rejected_here, SUM(unknown) AS unknown
    FROM chunks WHERE state <> 'dropped' AND ${which} GROUP BY run
  ) AS totals ON totals.run = runs.id`;

const oneRunSql = `${runsWithTotals('run = $id')} WHERE runs.id = $id`;

export function runAccount(writing: Writing): RunAccount {
  return { ...runWriter(writing), ...runReader(writing.store) };
}

type RunReading = 'findRun' | 'findHubRun' | 'findUnfinishedRun' | 'listRuns';

function runReader(store: SqliteFile): Pick<RunAccount, RunReading> {
  function findRun(id: number): Run | undefined {
    const row = store.get(oneRunSql, { id });
    return row ? runOf(row) : undefined;
  }

  /** The one whose id this statement gives. */
  function findBy(sql: string, values: Values): Run | undefined {
    const found = store.get(sql, values);
    return found ? findRun(Number(found.id)) : undefined;
  }

  return {
    findRun,
    findHubRun: (hubRun) => findBy('SELECT id FROM runs WHERE hub_run = $hubRun', { hubRun }),
    findUnfinishedRun(name) {
      const last = findBy('SELECT id FROM runs WHERE interface = $name ORDER BY id DESC LIMIT 1', { name });
      return last?.endedAt === null ? last : undefined;
    },
    listRuns({ unfinished = false, interface: name, limit = 1_000 } = {}) {
      const where = `(NOT $unfinished OR ended_at IS NULL) AND ($name IS NULL OR interface = $name)`;
      const sql = `${runsWithTotals('TRUE')} WHERE ${where} ORDER BY runs.id DESC LIMIT $limit`;
      return store.all(sql, { unfinished: Number(unfinished), name: name ?? null, limit }).map(runOf);
    },
  };
}

function runWriter({ store, clock, event }: Writing): Omit<RunAccount, RunReading> {
  const write = store.write;
  const set = (run: number, columns: string, values: Record<string, string | number | null> = {}) =>
    store.run(`UPDATE runs SET ${columns} WHERE id = $run`, { run, ...values });

  return {
    startRun: (run) => write(() => insertRun({ store, clock, event }, run)),
    signedIn: (run, organizationId) =>
      write(() => {
        set(run, 'organization = $organizationId', { organizationId });
        event({ run, what: 'signed in', detail: { organizationId } });
      }),
    headerPlanned: (run, header) => write(() => void set(run, 'header = $header', { header: JSON.stringify(header) })),
    modeChosen: (run, { mode, reason }) =>
      write(() => {
        set(run, 'mode = $mode, mode_reason = $reason', { mode, reason });
        store.run(`UPDATE chunks SET mode = $mode WHERE run = $run AND state IN ('planned', 'spooled')`, { run, mode });
        event({ run, what: 'mode chosen', detail: { mode, reason } });
      }),
    goneSerial: (run, reason) =>
      write(() => {
        set(run, 'serial = 1');
        event({ run, what: 'jobs go one at a time', detail: { reason } });
      }),
    runCommitted: (run, { read }) =>
      write(() => {
        set(run, 'committed_at = $now, rows_read = $read', { now: clock.now(), read });
        event({ run, what: 'source read to its end', detail: { rows: read } });
      }),
    attemptGivenUp: (run, { again }) => write(() => giveUpAttempt({ store, clock, event }, run, again)),
    runResumed: (run) =>
      write(() => {
        set(run, `status = 'running', error_code = NULL, error = NULL, error_next = NULL`);
        event({ run, what: 'resumed' });
      }),
    runInterrupted: (run, error) =>
      write(() => {
        set(run, `status = 'interrupted', error_code = $code, error = $message, error_next = $next`, { ...error });
        event({ run, what: 'interrupted', detail: { ...error } });
      }),
    runEnded: (run, { status, error }) =>
      write(() => {
        set(run, 'status = $status, ended_at = $now', { status, now: clock.now() });
        const { code = null, message = null, next = null } = error ?? {};
        set(run, 'error_code = $code, error = $message, error_next = $next', { code, message, next });
        event({ run, what: 'ended', detail: { status, ...error } });
      }),
    eventNoted: (happening) => write(() => event(happening)),
  };
}

function insertRun({ store, clock, event }: Writing, run: NewRun): number {
  const { id } = store.run(
    `INSERT INTO runs (hub_run, direction, interface, object, operation, external_id, key_field, definition, status, started_at)
     VALUES ($hubRun, $direction, $interface, $object, $operation, $externalId, $keyField, $definition, 'running', $now)`,
    {
      hubRun: run.hubRun ?? null,
      direction: run.direction ?? 'inbound',
      interface: run.interface,
      object: run.object,
      operation: run.operation,
      externalId: run.externalId ?? null,
      keyField: run.keyField ?? null,
      definition: JSON.stringify(run.definition),
      now: clock.now(),
    },
  );
  event({
    run: id,
    what: 'started',
    detail: { interface: run.interface, object: run.object, operation: run.operation },
  });
  return id;
}

function giveUpAttempt({ store, event }: Writing, run: number, again: boolean): void {
  const begun = store.prepare('SELECT committed_at FROM runs WHERE id = ?').get(run);
  if (begun?.committed_at !== null) throw new Error(`run ${run} has passed its commit point and cannot start over`);
  store.run(`UPDATE chunks SET state = 'dropped' WHERE run = $run`, { run });
  store.run('DELETE FROM rows WHERE run = $run', { run });
  event({
    run,
    what: 'attempt given up',
    detail: { reason: 'its source was not read to the end; nothing was processed' },
  });
  if (!again) return;
  const anew = `attempt = attempt + 1, serial = 0, mode = NULL, mode_reason = NULL, header = NULL, status = 'running', error_code = NULL, error = NULL, error_next = NULL`;
  store.run(`UPDATE runs SET ${anew} WHERE id = $run`, { run });
  event({ run, what: 'started over' });
}

function runOf(row: Row): Run {
  const text = (name: string) => (row[name] === null ? null : String(row[name]));
  const time = (name: string) => (row[name] === null ? null : Number(row[name]));
  const header = text('header');
  const error = text('error_code');
  return {
    id: Number(row.id),
    hubRun: text('hub_run'),
    direction: String(row.direction) as Direction,
    interface: String(row.interface),
    object: String(row.object),
    operation: String(row.operation),
    externalId: text('external_id'),
    keyField: text('key_field'),
    organizationId: text('organization'),
    definition: JSON.parse(String(row.definition)),
    header: header === null ? null : JSON.parse(header),
    mode: text('mode') as RunMode | null,
    modeReason: text('mode_reason'),
    serial: row.serial === 1,
    status: String(row.status) as RunStatus,
    attempt: Number(row.attempt),
    startedAt: Number(row.started_at),
    committedAt: time('committed_at'),
    endedAt: time('ended_at'),
    error: error === null ? null : { code: error, message: text('error') ?? '', next: text('error_next') ?? '' },
    rows: countsOf(row),
    loaded: row.direction === 'outbound' ? loadedOf(row) : null,
  };
}

function countsOf(row: Row): RowCounts {
  const count = (name: string) => Number(row[name] ?? 0);
  const succeeded = count('succeeded');
  return {
    read: Math.max(count('rows_read'), count('sent') + count('rejected_here')),
    sent: count('sent'),
    succeeded,
    created: count('created'),
    updated: row.operation === 'delete' ? 0 : succeeded - count('created'),
    rejected: count('rejected') + count('rejected_here'),
    unknown: count('unknown'),
  };
}

function loadedOf(row: Row): LoadedCounts {
  return {
    read: Number(row.rows_read),
    inserted: Number(row.rows_inserted),
    updated: Number(row.rows_updated),
    unchanged: Number(row.rows_unchanged),
    deleted: Number(row.rows_deleted),
  };
}
