/** The query jobs, in the same database as the records. */
import type { DatabaseSync } from 'node:sqlite';
import type { Access } from '../rights/index.ts';
import { idAt, instancePart, toId18 } from '../schema/ids.ts';
import type { IdCounter } from './id-counter.ts';
import type { QueryJob, QueryJobRequest } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { createStatements, inTransaction, type Statements } from './statements.ts';

/** A job with what only the inside needs. */
export type KeptQueryJob = QueryJob & { number: number; soql: string };

export type QueryJobStore = {
  create(request: QueryJobRequest & { object: string }): KeptQueryJob;
  find(id: string): KeptQueryJob | undefined;
  /** For one who asks; throws NOT_FOUND where it is another's and not all data may be viewed. */
  getOf(of: { userId: string; id: string }, accessOf: (userId: string) => Access): KeptQueryJob;
  /** Newest first; `madeBy`: those of this user alone. */
  list(after: string | undefined, madeBy?: string): { jobs: KeptQueryJob[]; next?: string };
  unfinished(): KeptQueryJob[];
  olderThan(timeMs: number): KeptQueryJob[];
  change(id: string, changes: Partial<KeptQueryJob>): KeptQueryJob;
  remove(job: KeptQueryJob): void;
};

const jobsPerPage = 1000;
const jobKeyPrefix = '750';

const tables = `
CREATE TABLE IF NOT EXISTS sluice_query_job (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, operation TEXT NOT NULL, object TEXT NOT NULL, soql TEXT NOT NULL,
  createdById TEXT NOT NULL, createdDate INTEGER NOT NULL, systemModstamp INTEGER NOT NULL, state TEXT NOT NULL,
  contentType TEXT NOT NULL, apiVersion REAL NOT NULL, lineEnding TEXT NOT NULL, columnDelimiter TEXT NOT NULL,
  retries INTEGER NOT NULL DEFAULT 0, totalProcessingTime INTEGER NOT NULL DEFAULT 0,
  apiActiveProcessingTime INTEGER NOT NULL DEFAULT 0, numberRecordsProcessed INTEGER NOT NULL DEFAULT 0, errorMessage TEXT
);
`;

/** `ids` only for the writer; a reader's store may be asked, not changed. */
export function openQueryJobStore(database: DatabaseSync, ids: IdCounter | undefined): QueryJobStore {
  if (ids !== undefined) database.exec(tables);
  const statements = createStatements(database);
  const rowsOf = (rest: string, ...values: (string | number)[]) =>
    statements(`SELECT * FROM sluice_query_job ${rest}`)
      .all(...values)
      .map(jobOf);
  const find = (id: string) => rowsOf('WHERE id = ?', toId18(id) ?? '')[0];
  return {
    create: (request) => createJob(database, { statements, ids }, request),
    find,
    getOf({ userId, id }, accessOf) {
      const job = find(id);
      if (job === undefined) throw unknownJob();
      if (job.createdById !== userId && !accessOf(userId).seesAllJobs) throw unknownJob();
      return job;
    },
    list(after, madeBy) {
      const before = after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);
      if (!Number.isSafeInteger(before)) throw invalidLocator();
      const own = madeBy === undefined ? '' : ' AND createdById = ?';
      const values = [before, ...(madeBy === undefined ? [] : [madeBy]), jobsPerPage + 1];
      const jobs = rowsOf(`WHERE number < ?${own} ORDER BY number DESC LIMIT ?`, ...values);
      const page = jobs.slice(0, jobsPerPage);
      return jobs.length > jobsPerPage ? { jobs: page, next: String(page.at(-1)?.number) } : { jobs: page };
    },
    unfinished: () => rowsOf("WHERE state IN ('UploadComplete', 'InProgress') ORDER BY number"),
    olderThan: (timeMs) => rowsOf('WHERE createdDate < ?', timeMs),
    change(id, changes) {
      const names = Object.keys(changes).map((name) => `${name} = ?`);
      const values = Object.values(changes) as (string | number | null)[];
      statements(`UPDATE sluice_query_job SET ${names.join(', ')} WHERE id = ?`).run(...values, id);
      return rowsOf('WHERE id = ?', id)[0] as KeptQueryJob;
    },
    remove({ number }) {
      statements('DELETE FROM sluice_query_job WHERE number = ?').run(number);
    },
  };
}

type Creating = { statements: Statements; ids: IdCounter | undefined };
type NewJob = QueryJobRequest & { object: string };

function createJob(database: DatabaseSync, { statements, ids }: Creating, request: NewJob): KeptQueryJob {
  const { userId, operation, object, soql, apiVersion, lineEnding, columnDelimiter } = request;
  return inTransaction(database, () => {
    const number = ids?.take(jobKeyPrefix) ?? 0;
    ids?.flush();
    const id = idAt(jobKeyPrefix + instancePart, number);
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    const sql = `INSERT INTO sluice_query_job (number, id, operation, object, soql, createdById, createdDate, systemModstamp, state,
      contentType, apiVersion, lineEnding, columnDelimiter) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'UploadComplete', 'CSV', ?, ?, ?)`;
    const values = [number, id, operation, object, soql, userId, nowMs, nowMs, apiVersion, lineEnding, columnDelimiter];
    statements(sql).run(...values);
    return jobOf(statements('SELECT * FROM sluice_query_job WHERE number = ?').get(number) ?? {});
  });
}

/** Columns are called as the job's own properties; those that are null are left out. */
function jobOf(row: Record<string, unknown>): KeptQueryJob {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as KeptQueryJob;
}

function unknownJob(): OrgRefused {
  return new OrgRefused({ status: 404, errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' });
}

export function invalidLocator(): OrgRefused {
  return new OrgRefused({ status: 400, errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' });
}

/** The job as callers see it. */
export function publicQueryJob({ number, soql, ...shown }: KeptQueryJob): QueryJob {
  return shown;
}
