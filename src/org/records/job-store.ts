/** The ingest jobs and what became of their rows, in the same database as the records. */
import type { DatabaseSync } from 'node:sqlite';
import type { Access } from '../rights/index.ts';
import { idAt, instancePart, toId18 } from '../schema/ids.ts';
import type { IdCounter } from './id-counter.ts';
import type { Job, JobRequest, JobState } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { createStatements, inTransaction, type Statements } from './statements.ts';

/** A job with what only the inside needs. */
export type KeptJob = Job & {
  number: number;
  upload: 'none' | 'begun' | 'done';
  /** Bytes of the upload file that are done with, the header included. */
  position: number;
  chunks: number;
  /** When the job was closed; 0 before. */
  closedDate: number;
};

/** One row of a job: where it stands in the upload file, its id, 1 when it was created, and its error, if it has one. */
export type JobRow = [offset: number, length: number, id: string, created: 0 | 1, error?: string];

export type JobStore = {
  create(request: JobRequest): KeptJob;
  get(id: string): KeptJob;
  find(id: string): KeptJob | undefined;
  /** Newest first; `madeBy`: those of this user alone. */
  list(after: string | undefined, madeBy?: string): { jobs: KeptJob[]; next?: string };
  unfinished(): KeptJob[];
  olderThan(timeMs: number): KeptJob[];
  change(id: string, changes: Partial<KeptJob>): KeptJob;
  addChunk(job: KeptJob, rows: readonly JobRow[]): void;
  chunk(job: KeptJob, chunk: number): JobRow[] | undefined;
  remove(job: KeptJob): void;
};

const jobsPerPage = 1000;
/** Chunks of one job lie under job number times this, plus their own number. */
const placesPerJob = 1_000_000;
const jobKeyPrefix = '750';

const tables = `
CREATE TABLE IF NOT EXISTS sluice_job (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, operation TEXT NOT NULL, object TEXT NOT NULL, createdById TEXT NOT NULL,
  createdDate INTEGER NOT NULL, systemModstamp INTEGER NOT NULL, state TEXT NOT NULL, contentType TEXT NOT NULL, apiVersion REAL NOT NULL,
  lineEnding TEXT NOT NULL, columnDelimiter TEXT NOT NULL, externalIdFieldName TEXT, assignmentRuleId TEXT,
  retries INTEGER NOT NULL DEFAULT 0, totalProcessingTime INTEGER NOT NULL DEFAULT 0, apiActiveProcessingTime INTEGER NOT NULL DEFAULT 0,
  apexProcessingTime INTEGER NOT NULL DEFAULT 0, numberRecordsProcessed INTEGER NOT NULL DEFAULT 0,
  numberRecordsFailed INTEGER NOT NULL DEFAULT 0, errorMessage TEXT,
  upload TEXT NOT NULL DEFAULT 'none', position INTEGER NOT NULL DEFAULT 0, chunks INTEGER NOT NULL DEFAULT 0, closedDate INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS sluice_job_chunk (place INTEGER PRIMARY KEY, rows TEXT NOT NULL);
`;

/** `ids` only for the writer; a reader's store may be asked, not changed. */
export function openJobStore(database: DatabaseSync, ids: IdCounter | undefined): JobStore {
  if (ids !== undefined) database.exec(tables);
  const statements = createStatements(database);
  const find = (id: string) => jobOf(statements('SELECT * FROM sluice_job WHERE id = ?').get(toId18(id) ?? ''));
  const get = (id: string) => find(id) ?? refuseUnknown();
  return {
    create: (request) => createJob(database, { statements, ids }, request),
    get,
    find,
    list: (after, madeBy) => listJobs(statements, after, madeBy),
    unfinished: () =>
      jobsOf(
        statements("SELECT * FROM sluice_job WHERE state IN ('UploadComplete', 'InProgress') ORDER BY number").all(),
      ),
    olderThan: (timeMs) => jobsOf(statements('SELECT * FROM sluice_job WHERE createdDate < ?').all(timeMs)),
    change(id, changes) {
      const names = Object.keys(changes);
      const values = Object.values(changes) as (string | number | null)[];
      statements(`UPDATE sluice_job SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`).run(
        ...values,
        id,
      );
      return get(id);
    },
    addChunk(job, rows) {
      statements('INSERT INTO sluice_job_chunk VALUES (?, ?)').run(
        job.number * placesPerJob + job.chunks,
        JSON.stringify(rows),
      );
    },
    chunk(job, chunk) {
      const row = statements('SELECT rows FROM sluice_job_chunk WHERE place = ?').get(
        job.number * placesPerJob + chunk,
      );
      return row === undefined ? undefined : (JSON.parse(String(row.rows)) as JobRow[]);
    },
    remove: (job) => inTransaction(database, () => removeJob(statements, job)),
  };
}

type Creating = { statements: Statements; ids: IdCounter | undefined };

function createJob(database: DatabaseSync, { statements, ids }: Creating, request: JobRequest): KeptJob {
  const { userId, operation, object, apiVersion, lineEnding, columnDelimiter, externalIdFieldName, assignmentRuleId } =
    request;
  return inTransaction(database, () => {
    const number = ids?.take(jobKeyPrefix) ?? 0;
    ids?.flush();
    const id = idAt(jobKeyPrefix + instancePart, number);
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    const sql = `INSERT INTO sluice_job (number, id, operation, object, createdById, createdDate, systemModstamp, state, contentType, apiVersion,
      lineEnding, columnDelimiter, externalIdFieldName, assignmentRuleId) VALUES (?, ?, ?, ?, ?, ?, ?, 'Open', 'CSV', ?, ?, ?, ?, ?)`;
    const optional = [externalIdFieldName ?? null, assignmentRuleId ?? null];
    statements(sql).run(
      number,
      id,
      operation,
      object,
      userId,
      nowMs,
      nowMs,
      apiVersion,
      lineEnding,
      columnDelimiter,
      ...optional,
    );
    return jobOf(statements('SELECT * FROM sluice_job WHERE number = ?').get(number)) ?? refuseUnknown();
  });
}

/** A job for one who asks; throws NOT_FOUND where it is another's and not all data may be viewed. */
export function getJobOf(
  { jobs, accessOf }: { jobs: JobStore; accessOf: (userId: string) => Access },
  { userId, id }: { userId: string; id: string },
): KeptJob {
  const job = jobs.get(id);
  return job.createdById === userId || accessOf(userId).seesAllJobs ? job : refuseUnknown();
}

function listJobs(
  statements: Statements,
  after: string | undefined,
  madeBy: string | undefined,
): { jobs: KeptJob[]; next?: string } {
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
  if (!Number.isSafeInteger(before)) throw badLocator();
  const jobs = jobsOf(
    statements(
      `SELECT * FROM sluice_job WHERE number < ?${madeBy === undefined ? '' : ' AND createdById = ?'} ORDER BY number DESC LIMIT ?`,
    ).all(before, ...(madeBy === undefined ? [] : [madeBy]), jobsPerPage + 1),
  );
  const page = jobs.slice(0, jobsPerPage);
  const last = page.at(-1);
  return jobs.length > jobsPerPage && last !== undefined ? { jobs: page, next: String(last.number) } : { jobs: page };
}

function badLocator(): OrgRefused {
  return new OrgRefused({ status: 400, errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' });
}

function removeJob(statements: Statements, { number }: KeptJob): void {
  statements('DELETE FROM sluice_job_chunk WHERE place BETWEEN ? AND ?').run(
    number * placesPerJob,
    (number + 1) * placesPerJob - 1,
  );
  statements('DELETE FROM sluice_job WHERE number = ?').run(number);
}

function jobsOf(rows: readonly Record<string, unknown>[]): KeptJob[] {
  return rows.flatMap((row) => jobOf(row) ?? []);
}

/** Columns are called as the job's own properties; those that are null are left out. */
function jobOf(row: Record<string, unknown> | undefined): KeptJob | undefined {
  if (row === undefined) return undefined;
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as KeptJob;
}

function refuseUnknown(): never {
  throw new OrgRefused({ status: 404, errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' });
}

/** The job as callers see it. */
export function publicJob(job: KeptJob): Job {
  const { number, upload, position, chunks, closedDate, ...shown } = job;
  return shown;
}

export function hasEnded(state: JobState): boolean {
  return state === 'JobComplete' || state === 'Failed' || state === 'Aborted';
}
