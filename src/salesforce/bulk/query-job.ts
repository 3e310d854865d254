/** The life of a Bulk API 2.0 query job: create, abort, delete, look, list (Bulk API 2.0 guide, section "Query"). */
import type { Call, Rest } from '../rest.ts';
import {
  type AnyJob,
  changeState,
  type JobPlace,
  jsonHeaders,
  listJobsAt,
  lookAtJob,
  readJob,
  removeJob,
  type WaitOptions,
} from './job-calls.ts';

/** A query job as the org describes it; counters are there from `get` on. All else that was sent is kept beside these. */
export type QueryJobInfo = AnyJob & {
  operation: 'query' | 'queryAll';
  object: string;
  createdById: string;
  /** ISO 8601, as sent: `2026-11-21T17:50:19.000+0000`. */
  createdDate: string;
  systemModstamp: string;
  jobType?: string;
  /** Records found so far; of a job that is JobComplete, those in its results. */
  numberRecordsProcessed?: number;
  errorMessage?: string;
};

export type NewQueryJob = WaitOptions & {
  soql: string;
  /** Deleted and archived records too (queryAll). */
  all?: boolean | undefined;
};

export function queryJob(jobId: string): JobPlace {
  return { kind: 'query', jobId };
}

/**
 * Makes a job, which begins at once. It changes no record, so after a lost answer it is made again; the first one, if there is
 * one, is of no use to anybody and goes with the org's own clearing after seven days.
 */
export async function createQueryJob(rest: Rest, { soql, all = false, signal }: NewQueryJob): Promise<QueryJobInfo> {
  const form = { contentType: 'CSV', columnDelimiter: 'COMMA', lineEnding: 'LF' };
  const body = JSON.stringify({ operation: all ? 'queryAll' : 'query', query: soql, ...form });
  const path = rest.path('/jobs/query');
  const call: Call = { method: 'POST', path, headers: jsonHeaders, body, repeatable: true, signal };
  return readJob<QueryJobInfo>(await rest.ask(call), { inDoubt: true });
}

/** The job as it stands. Throws JOB_NOT_FOUND. */
export function getQueryJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<QueryJobInfo> {
  return lookAtJob<QueryJobInfo>(rest, queryJob(jobId), options);
}

/** Ends a job. One that has ended by itself is given back as it is. */
export function abortQueryJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<QueryJobInfo> {
  const from = ['UploadComplete', 'InProgress'] as const;
  return changeState<QueryJobInfo>(rest, queryJob(jobId), { state: 'Aborted', from, ...options });
}

/** Takes a job that has ended out of the org, with its results. One that is not there any more is deleted. */
export function deleteQueryJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<void> {
  return removeJob(rest, queryJob(jobId), options);
}

/** All query jobs of Bulk API 2.0 that this user may see, in no order. */
export function listQueryJobs(rest: Rest, options: WaitOptions = {}): AsyncGenerator<QueryJobInfo> {
  return listJobsAt<QueryJobInfo>(rest, '/jobs/query?jobType=V2Query', options);
}
