/** The life of a Bulk API 2.0 ingest job: create, close, abort, delete, look (Bulk API 2.0 guide, section "Ingest"). */
import type { Call, Rest } from '../rest.ts';
import {
  type AnyJob,
  changeState,
  type JobPlace,
  jsonHeaders,
  lookAtJob,
  readJob,
  removeJob,
  type WaitOptions,
} from './job-calls.ts';

export type BulkOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

/** A job as the org describes it; counters are there from `get` on. All else that was sent is kept beside these. */
export type JobInfo = AnyJob & {
  object: string;
  operation: BulkOperation;
  createdById: string;
  /** ISO 8601, as sent: `2026-11-21T17:50:19.000+0000`. */
  createdDate: string;
  systemModstamp: string;
  externalIdFieldName?: string;
  jobType?: string;
  /** The failed ones included. */
  numberRecordsProcessed?: number;
  numberRecordsFailed?: number;
  errorMessage?: string;
};

export type NewJob = {
  object: string;
  operation: BulkOperation;
  /** For upsert. */
  externalIdFieldName?: string | undefined;
  signal?: AbortSignal | undefined;
};

export function ingestJob(jobId: string): JobPlace {
  return { kind: 'ingest', jobId };
}

/** Makes a job for CSV with commas and LF. A lost answer stays in doubt: the job may be there, Open, and empty. */
export async function createJob(
  rest: Rest,
  { object, operation, externalIdFieldName, signal }: NewJob,
): Promise<JobInfo> {
  const form = { contentType: 'CSV', columnDelimiter: 'COMMA', lineEnding: 'LF' };
  const body = JSON.stringify({ object, operation, ...form, externalIdFieldName });
  const call: Call = { method: 'POST', path: rest.path('/jobs/ingest'), headers: jsonHeaders, body, signal };
  return readJob<JobInfo>(await rest.ask(call), { inDoubt: true });
}

/** The job as it stands. Throws JOB_NOT_FOUND. */
export function getJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<JobInfo> {
  return lookAtJob<JobInfo>(rest, ingestJob(jobId), options);
}

/** Hands the uploaded rows over for processing. After a lost answer the job's state is looked at before it is asked again. */
export function closeJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<JobInfo> {
  return changeState<JobInfo>(rest, ingestJob(jobId), { state: 'UploadComplete', from: ['Open'], ...options });
}

/** Ends a job; rows already processed stay. A job that has ended by itself is given back as it is. */
export function abortJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<JobInfo> {
  const from = ['Open', 'UploadComplete', 'InProgress'] as const;
  return changeState<JobInfo>(rest, ingestJob(jobId), { state: 'Aborted', from, ...options });
}

/** Takes a job that has ended out of the org, with its results. One that is not there any more is deleted. */
export function deleteJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<void> {
  return removeJob(rest, ingestJob(jobId), options);
}
