/** What ingest jobs and query jobs have in common: looking at one, changing its state, taking it out of the org, listing all. */
import { SluiceError } from '../../base/index.ts';
import { type Answer, type Call, nextPathIn, objectIn, type Rest } from '../rest.ts';
import { SalesforceError } from '../salesforce-error.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

/** Which job; `ingest` takes records in, `query` gives them out. */
export type JobPlace = { kind: 'ingest' | 'query'; jobId: string };

/** What every job has. */
export type AnyJob = { id: string; state: JobState };

export type WaitOptions = { signal?: AbortSignal | undefined };

/** Longer than elsewhere: a job that is under way is worth minutes of an org that is not there. */
const jobRetryForMs = 600_000;

export const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' };

export function jobPath(rest: Rest, { kind, jobId }: JobPlace, below = ''): string {
  return rest.path(`/jobs/${kind}/${encodeURIComponent(jobId)}${below}`);
}

/** The job as it stands. Throws JOB_NOT_FOUND. */
export async function lookAtJob<Job extends AnyJob>(
  rest: Rest,
  place: JobPlace,
  { signal }: WaitOptions,
): Promise<Job> {
  const call: Call = { method: 'GET', path: jobPath(rest, place), retryForMs: jobRetryForMs, signal };
  return readJob<Job>(await rest.ask(call).catch((error) => explainMissing(error, place.jobId)), { inDoubt: false });
}

/** Takes a job that has ended out of the org, with its results. One that is not there any more is deleted. */
export async function removeJob(rest: Rest, place: JobPlace, { signal }: WaitOptions): Promise<void> {
  const path = jobPath(rest, place);
  const call: Call = { method: 'DELETE', path, repeatable: true, retryForMs: jobRetryForMs, signal };
  await rest.ask(call).catch((error: unknown) => {
    if (!(error instanceof SalesforceError) || error.status !== 404) throw error;
  });
}

export type StateChange = WaitOptions & { state: JobState; from: readonly JobState[] };

/** How often a change of state is asked for, when a look shows each time that it did not arrive. */
const changeTries = 5;

/** After a lost answer the job's state is looked at before it is asked again; a job that has gone on is given back as it is. */
export async function changeState<Job extends AnyJob>(
  rest: Rest,
  place: JobPlace,
  { state, from, signal }: StateChange,
): Promise<Job> {
  const body = JSON.stringify({ state });
  const call: Call = { method: 'PATCH', path: jobPath(rest, place), headers: jsonHeaders, body, signal };
  for (let tries = 1; ; tries++) {
    try {
      return readJob<Job>(await rest.ask({ ...call, retryForMs: jobRetryForMs }), { inDoubt: true });
    } catch (error) {
      if (!isWorthALook(error) || signal?.aborted) return explainMissing(error, place.jobId);
      const job = await lookAtJob<Job>(rest, place, { signal });
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

export function readJob<Job extends AnyJob>(answer: Answer, { inDoubt }: { inDoubt: boolean }): Job {
  const job = objectIn(answer, { what: 'bulk job', inDoubt });
  if (typeof job.id === 'string' && typeof job.state === 'string') return job as Job;
  throw new SluiceError('ANSWER_INVALID', { what: 'bulk job', reason: 'it has no id or state' }, { inDoubt });
}

/** Jobs page after page, 1,000 a page, in no order; `below` is `/jobs/…` with its filter. */
export async function* listJobsAt<Job>(rest: Rest, below: string, { signal }: WaitOptions): AsyncGenerator<Job> {
  let path: string | null = rest.path(below);
  while (path !== null) {
    const page = objectIn(await rest.ask({ method: 'GET', path, signal }), { what: 'list of jobs' });
    if (!Array.isArray(page.records))
      throw new SluiceError('ANSWER_INVALID', { what: 'list of jobs', reason: 'it has no records' });
    yield* page.records as Job[];
    path = page.done === false ? nextPathIn(page.nextRecordsUrl, { what: 'list of jobs' }) : null;
  }
}
