/** The account of chunks: each arrow of a chunk's life is one function and one transaction. */

import type { Row, SqliteFile } from '../store/index.ts';
import type { Writing } from './events.ts';
import { createRowWriter, type RowEntry } from './rows.ts';
import type { Mode } from './runs.ts';

export type ChunkState =
  | 'planned'
  | 'spooled'
  | 'created'
  | 'uploaded'
  | 'closed'
  | 'polled'
  | 'fetched'
  | 'reconciled'
  | 'dropped';

export type ChunkRef = { run: number; number: number };

export type Chunk = ChunkRef & {
  attempt: number;
  mode: Mode;
  state: ChunkState;
  /** For a retry, the chunk whose rows these are. */
  parent: number | null;
  /** 1 is the first try. */
  try: number;
  /** Milliseconds since 1970 on our clock; a retry is not sent before. */
  notBefore: number | null;
  file: string;
  bytes: number;
  rows: number;
  /** The org's time before the first request that was not answered, as far as the ledger knows. */
  intentAt: number | null;
  jobId: string | null;
  jobState: string | null;
  jobError: string | null;
  /** Rows Salesforce says the job has processed, the failed ones included; null before it ended. */
  jobProcessed: number | null;
};

export type RetryChunk = { file: string; bytes: number; rows: number; try: number; notBefore: number };

export type ChunkCounts = { succeeded: number; created: number; rejected: number; retried: number; unknown: number };

export type JobEnd = { state: string; errorMessage?: string | undefined; processed: number; failed: number };

/** What reconciling hands over inside the transaction; when it throws, nothing was written. */
export type Reconciling = (
  add: (entry: RowEntry) => void,
) => Promise<{ counts: ChunkCounts; retry?: RetryChunk | undefined; detail?: object }>;

export type ChunkAccount = {
  /** The number of a retry chunk is known before its transaction, since its file is named by it. */
  chunkPlanned(run: number, plan: { file: (number: number) => string }): Promise<Chunk>;
  rowsRejectedHere(chunk: ChunkRef, entries: readonly RowEntry[]): Promise<void>;
  chunkSpooled(chunk: ChunkRef, spooled: { bytes: number; rows: number }): Promise<void>;
  /** The request is about to be sent; `at` is the org's own time, in milliseconds since 1970. */
  sendingIntended(chunk: ChunkRef, intent: { at: number }): Promise<void>;
  jobCreated(chunk: ChunkRef, job: { jobId: string }): Promise<void>;
  /** The job was aborted before it was closed; its bytes go into a new one. */
  jobGivenUp(chunk: ChunkRef, reason: string): Promise<void>;
  jobUploaded(chunk: ChunkRef): Promise<void>;
  jobClosed(chunk: ChunkRef): Promise<void>;
  jobPolled(chunk: ChunkRef, end: JobEnd): Promise<void>;
  resultsFetched(chunk: ChunkRef): Promise<void>;
  chunkReconciled(chunk: ChunkRef, work: Reconciling): Promise<void>;
  /** Its run was cancelled before it was handed over: its rows count as read and not as sent. */
  chunkNotSent(chunk: ChunkRef): Promise<void>;
  getChunk(chunk: ChunkRef): Chunk;
  /** Those of the attempts that were given up are left out unless asked for. */
  listChunks(run: number, options?: { dropped?: boolean }): Chunk[];
  /** Whether any run of this ledger knows the job. */
  isJobKnown(jobId: string): boolean;
  nextChunkNumber(run: number): number;
};

/** What the ledger calls it when a chunk was left out because its run was cancelled. */
export const notSent = 'not sent';

export function chunkAccount(writing: Writing): ChunkAccount {
  return { ...spoolArrows(writing), ...jobArrows(writing), ...chunkReader(writing.store) };
}

type SpoolArrow = 'chunkPlanned' | 'rowsRejectedHere' | 'chunkSpooled' | 'chunkReconciled' | 'chunkNotSent';
type Reader = 'getChunk' | 'listChunks' | 'isJobKnown' | 'nextChunkNumber';

function spoolArrows({ store, event }: Writing): Pick<ChunkAccount, SpoolArrow> {
  return {
    chunkPlanned: (run, { file }) =>
      store.write(() => {
        const number = nextNumber(store, run);
        const values = { run, number, file: file(number) };
        store.run(
          `INSERT INTO chunks (run, number, attempt, mode, state, file)
           VALUES ($run, $number, (SELECT attempt FROM runs WHERE id = $run), COALESCE((SELECT mode FROM runs WHERE id = $run), 'bulk'), 'planned', $file)`,
          values,
        );
        event({ run, chunk: number, what: 'planned' });
        return readChunk(store, { run, number });
      }),
    rowsRejectedHere: (chunk, entries) => store.write(() => addRejectedHere(store, chunk, entries)),
    chunkSpooled: (chunk, { bytes, rows }) =>
      store.write(() => {
        move(store, chunk, { from: ['planned'], to: 'spooled' }, 'bytes = $bytes, rows = $rows', { bytes, rows });
        event({ run: chunk.run, chunk: chunk.number, what: 'spooled', detail: { bytes, rows } });
      }),
    chunkNotSent: (chunk) =>
      store.write(() => {
        const { rows } = readChunk(store, chunk);
        const step: Step = { from: ['spooled', 'created', 'uploaded'], to: 'reconciled' };
        move(store, chunk, step, 'intent_at = NULL, rows = 0', {});
        event({ run: chunk.run, chunk: chunk.number, what: notSent, detail: { rows } });
      }),
    chunkReconciled: (chunk, work) =>
      store.write(async () => {
        const writer = createRowWriter(store, { run: chunk.run, chunk: chunk.number });
        const done = await work(writer.add);
        writer.flush();
        const columns =
          'intent_at = NULL, succeeded = $succeeded, created = $created, rejected = $rejected, retried = $retried, unknown = $unknown';
        move(
          store,
          chunk,
          { from: ['fetched', 'spooled', 'created', 'uploaded', 'closed', 'polled'], to: 'reconciled' },
          columns,
          { ...done.counts },
        );
        if (done.retry) insertRetry(store, chunk, done.retry);
        const retry = done.retry ? { retryRows: done.retry.rows, try: done.retry.try } : {};
        event({
          run: chunk.run,
          chunk: chunk.number,
          what: 'reconciled',
          detail: { ...done.counts, ...retry, ...done.detail },
        });
      }),
  };
}

function jobArrows({ store, event }: Writing): Omit<ChunkAccount, SpoolArrow | Reader> {
  const arrow = (chunk: ChunkRef, step: Step, what: string, detail?: Readonly<Record<string, unknown>>) =>
    store.write(() => {
      move(store, chunk, step, step.columns ?? 'state = state', step.values ?? {});
      event({ run: chunk.run, chunk: chunk.number, what, ...(detail ? { detail } : {}) });
    });

  return {
    sendingIntended: (chunk, { at }) =>
      arrow(
        chunk,
        { from: ['spooled'], to: 'spooled', columns: 'intent_at = COALESCE(intent_at, $at)', values: { at } },
        'intended',
        { at },
      ),
    jobCreated: (chunk, { jobId }) =>
      arrow(
        chunk,
        { from: ['spooled'], to: 'created', columns: 'job_id = $jobId, intent_at = NULL', values: { jobId } },
        'created',
        { jobId },
      ),
    jobGivenUp: (chunk, reason) =>
      arrow(
        chunk,
        { from: ['spooled', 'created', 'uploaded'], to: 'spooled', columns: 'job_id = NULL, intent_at = NULL' },
        'job given up',
        { reason },
      ),
    jobUploaded: (chunk) => arrow(chunk, { from: ['created'], to: 'uploaded' }, 'uploaded'),
    jobClosed: (chunk) => arrow(chunk, { from: ['uploaded'], to: 'closed' }, 'closed'),
    jobPolled: (chunk, { state, errorMessage, processed, failed }) => {
      const values = { state, error: errorMessage ?? null, processed };
      const detail = { state, processed, failed, ...(errorMessage ? { errorMessage } : {}) };
      return arrow(
        chunk,
        {
          from: ['uploaded', 'closed'],
          to: 'polled',
          columns: 'job_state = $state, job_error = $error, job_processed = $processed',
          values,
        },
        'polled',
        detail,
      );
    },
    resultsFetched: (chunk) => arrow(chunk, { from: ['polled'], to: 'fetched' }, 'fetched'),
  };
}

function chunkReader(store: SqliteFile): Pick<ChunkAccount, Reader> {
  return {
    getChunk(chunk) {
      const row = store.get('SELECT * FROM chunks WHERE run = $run AND number = $number', {
        run: chunk.run,
        number: chunk.number,
      });
      if (!row) throw new Error(`run ${chunk.run} has no chunk ${chunk.number}`);
      return chunkOf(row);
    },
    listChunks: (run, { dropped = false } = {}) =>
      store
        .all(`SELECT * FROM chunks WHERE run = $run AND ($dropped OR state <> 'dropped') ORDER BY number`, {
          run,
          dropped: Number(dropped),
        })
        .map(chunkOf),
    isJobKnown: (jobId) => store.get('SELECT 1 FROM chunks WHERE job_id = $jobId', { jobId }) !== undefined,
    nextChunkNumber: (run) => Number(store.get(nextNumberSql, { run })?.next),
  };
}

type Step = {
  from: readonly ChunkState[];
  to: ChunkState;
  columns?: string;
  values?: Record<string, string | number | null>;
};

/** A chunk goes only along its arrows: anything else is a mistake of ours, and the transaction fails. */
function move(
  store: SqliteFile,
  chunk: ChunkRef,
  step: Step,
  columns: string,
  values: Record<string, string | number | null>,
): void {
  const sql = `UPDATE chunks SET state = $to, ${columns === 'state = state' ? 'file = file' : columns}
    WHERE run = $run AND number = $number AND state IN (${step.from.map((state) => `'${state}'`).join(', ')})`;
  const { changes } = store.run(sql, { to: step.to, run: chunk.run, number: chunk.number, ...values });
  if (changes !== 1) throw new Error(`chunk ${chunk.number} of run ${chunk.run} cannot become ${step.to} now`);
}

const nextNumberSql = 'SELECT COALESCE(MAX(number), 0) + 1 AS next FROM chunks WHERE run = $run';

/** Read by the writing connection: the number must be right inside the transaction. */
function nextNumber(store: SqliteFile, run: number): number {
  return Number(store.prepare(nextNumberSql).get({ run })?.next);
}

function insertRetry(store: SqliteFile, parent: ChunkRef, retry: RetryChunk): void {
  const number = nextNumber(store, parent.run);
  store.run(
    `INSERT INTO chunks (run, number, attempt, mode, state, parent, try, not_before, file, bytes, rows)
     SELECT run, $number, attempt, mode, 'spooled', $parent, $try, $notBefore, $file, $bytes, $rows FROM chunks WHERE run = $run AND number = $parent`,
    { number, run: parent.run, parent: parent.number, ...retry },
  );
}

function addRejectedHere(store: SqliteFile, chunk: ChunkRef, entries: readonly RowEntry[]): void {
  const writer = createRowWriter(store, { run: chunk.run, chunk: chunk.number });
  for (const entry of entries) writer.add(entry);
  writer.flush();
  const values = { run: chunk.run, number: chunk.number, count: entries.length };
  store.run('UPDATE chunks SET rejected_here = rejected_here + $count WHERE run = $run AND number = $number', values);
}

function readChunk(store: SqliteFile, chunk: ChunkRef): Chunk {
  return chunkOf(
    store.prepare('SELECT * FROM chunks WHERE run = ? AND number = ?').get(chunk.run, chunk.number) as Row,
  );
}

function chunkOf(row: Row): Chunk {
  const text = (name: string) => (row[name] === null ? null : String(row[name]));
  const count = (name: string) => (row[name] === null ? null : Number(row[name]));
  return {
    run: Number(row.run),
    number: Number(row.number),
    attempt: Number(row.attempt),
    mode: String(row.mode) as Mode,
    state: String(row.state) as ChunkState,
    parent: count('parent'),
    try: Number(row.try),
    notBefore: count('not_before'),
    file: String(row.file),
    bytes: Number(row.bytes),
    rows: Number(row.rows),
    intentAt: count('intent_at'),
    jobId: text('job_id'),
    jobState: text('job_state'),
    jobError: text('job_error'),
    jobProcessed: count('job_processed'),
  };
}
