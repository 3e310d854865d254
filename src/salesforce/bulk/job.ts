/** The life of a Bulk API 2.0 ingest job: create, close, abort, delete, look (Bulk API 2.0 guide, section "Ingest"). */
import { SluiceError } from '../../base/index.ts';
import { type Answer, type Call, objectIn, type Rest } from '../rest.ts';
import { SalesforceError } from '../salesforce-error.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

export type BulkOperation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete';

/** A job as the org describes it; counters are there from `get` on. All else that was sent is kept beside these. */
export type JobInfo = {
  id: string;
  object: string;
  operation: BulkOperation;
  state: JobState;
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

export type WaitOptions = { signal?: AbortSignal | undefined };

/** Longer than elsewhere: a job that is under way is worth minutes of an org that is not there. */
const jobRetryForMs = 600_000;

const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' };

/** Makes a job for CSV with commas and LF. A lost answer stays in doubt: the job may be there, Open, and empty. */
export async function createJob(
  rest: Rest,
  { object, operation, externalIdFieldName, signal }: NewJob,
): Promise<JobInfo> {
  const wish = {
    object,
    operation,
    contentType: 'CSV',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    externalIdFieldName,
  };
  const call: Call = {
    method: 'POST',
    path: rest.path('/jobs/ingest'),
    headers: jsonHeaders,
    body: JSON.stringify(wish),
    signal,
  };
  return readJob(await rest.ask(call), { inDoubt: true });
}

/** The job as it stands. Throws JOB_NOT_FOUND. */
export async function getJob(rest: Rest, jobId: string, { signal }: WaitOptions = {}): Promise<JobInfo> {
  const call: Call = { method: 'GET', path: jobPath(rest, jobId), retryForMs: jobRetryForMs, signal };
  return readJob(await rest.ask(call).catch((error) => explainMissing(error, jobId)), { inDoubt: false });
}

/** Hands the uploaded rows over for processing. After a lost answer the job's state is looked at before it is asked again. */
export function closeJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<JobInfo> {
  return changeState(rest, jobId, { state: 'UploadComplete', from: ['Open'], ...options });
}

/** Ends a job; rows already processed stay. A job that has ended by itself is given back as it is. */
export function abortJob(rest: Rest, jobId: string, options: WaitOptions = {}): Promise<JobInfo> {
  return changeState(rest, jobId, { state: 'Aborted', from: ['Open', 'UploadComplete', 'InProgress'], ...options });
}

/** Takes a job that has ended out of the org, with its results. One that is not there any more is deleted. */
export async function deleteJob(rest: Rest, jobId: string, { signal }: WaitOptions = {}): Promise<void> {
  const call: Call = {
    method: 'DELETE',
    path: jobPath(rest, jobId),
    repeatable: true,
    retryForMs: jobRetryForMs,
    signal,
  };
  await rest.ask(call).catch((error: unknown) => {
    if (!(error instanceof SalesforceError) || error.status !== 404) throw error;
  });
}

type StateChange = WaitOptions & { state: JobState; from: readonly JobState[] };

/** How often a change of state is asked for, when a look shows each time that it did not arrive. */
const changeTries = 5;

async function changeState(rest: Rest, jobId: string, { state, from, signal }: StateChange): Promise<JobInfo> {
  const call: Call = {
    method: 'PATCH',
    path: jobPath(rest, jobId),
    headers: jsonHeaders,
    body: JSON.stringify({ state }),
    signal,
  };
  for (let tries = 1; ; tries++) {
    try {
      return readJob(await rest.ask({ ...call, retryForMs: jobRetryForMs }), { inDoubt: true });
    } catch (error) {
      if (!isWorthALook(error) || signal?.aborted) return explainMissing(error, jobId);
      const job = await getJob(rest, jobId, { signal });
      if (!from.includes(job.state)) return job;
      if (!isInDoubt(error) || tries >= changeTries) throw error;
    }
  }
}

/** A lost answer, or a refusal that may only mean that an earlier try went through. */
function isWorthALook(error: unknown): boolean {
  return isInDoubt(error) || (error instanceof SalesforceError && (error.status === 400 || error.status === 409));
}

function isInDoubt(error: unknown): boolean {
  return error instanceof SluiceError && error.inDoubt;
}

/** A 404 becomes JOB_NOT_FOUND; all else is thrown as it came. */
export function explainMissing(error: unknown, jobId: string): never {
  throw error instanceof SalesforceError && error.status === 404 ? missingJob(error, jobId) : error;
}

export function missingJob(cause: SalesforceError, jobId: string): SluiceError {
  return new SluiceError('JOB_NOT_FOUND', { jobId }, { cause });
}

export function jobPath(rest: Rest, jobId: string, below = ''): string {
  return rest.path(`/jobs/ingest/${encodeURIComponent(jobId)}${below}`);
}

function readJob(answer: Answer, { inDoubt }: { inDoubt: boolean }): JobInfo {
  const job = objectIn(answer, { what: 'bulk job', inDoubt });
  if (typeof job.id === 'string' && typeof job.state === 'string') return job as JobInfo;
  throw new SluiceError('ANSWER_INVALID', { what: 'bulk job', reason: 'it has no id or state' }, { inDoubt });
}
