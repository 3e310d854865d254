/** The life of query jobs, in the writing thread: what may be asked of one in which state, and what its worker reports. */
import type { Access } from '../rights/index.ts';
import { checkBulkQuery } from '../soql/index.ts';
import { hasEnded } from './job-store.ts';
import { jobsKeptMs } from './jobs.ts';
import { type KeptQueryJob, publicQueryJob, type QueryJobStore } from './query-job-store.ts';
import { type ResultFiles, removeResultFiles } from './query-result-files.ts';
import type { QueryJob, QueryJobRequest, QueryJobs } from './records.ts';
import { OrgRefused } from './refusal.ts';

type JobOf = { userId: string; id: string };

/** What a worker needs to know of a job. */
export type QueryJobTask = Pick<KeptQueryJob, 'id' | 'createdById' | 'soql' | 'columnDelimiter' | 'lineEnding'> & {
  all: boolean;
};

export type QueryJobLife = {
  create(request: QueryJobRequest): QueryJob;
  get(of: JobOf): QueryJob;
  list(request: { userId: string; after?: string }): Awaited<ReturnType<QueryJobs['list']>>;
  abort(of: JobOf): QueryJob;
  remove(of: JobOf): void;
  removeExpired(): void;
  unfinished(): string[];
  /** Undefined for a job that has ended, or is gone. */
  begin(id: string): QueryJobTask | undefined;
  /** Whether the job is still to be worked at. */
  noteProgress(progress: { id: string; records: number }): boolean;
  /** Milliseconds until it is to be tried again; undefined when it has failed for good. */
  noteRetry(stumbled: { id: string; reason: string }): number | undefined;
  end(ending: { id: string; records: number; errorMessage?: string }): void;
};

type QueryJobWork = {
  queryJobs: QueryJobStore;
  accessOf: (userId: string) => Access;
  resultsOf: (id: string) => ResultFiles;
};

/** How often a job is tried again when the org itself stumbles over it (a full disk, say), and how long after. */
const maxRetries = 20;
const firstRetryMs = 200;
const lastRetryMs = 10_000;

export function openQueryJobs({ queryJobs, accessOf, resultsOf }: QueryJobWork): QueryJobLife {
  const find = (of: JobOf) => queryJobs.getOf(of, accessOf);
  const findAtWork = (id: string) => {
    const job = queryJobs.find(id);
    return job === undefined || hasEnded(job.state) ? undefined : job;
  };
  const forget = (job: KeptQueryJob) => {
    queryJobs.remove(job);
    removeResultFiles(resultsOf(job.id));
  };
  return {
    create: (request) => publicQueryJob(createJob(queryJobs, accessOf, request)),
    get: (of) => publicQueryJob(find(of)),
    list({ userId, after }) {
      const { jobs, ...rest } = queryJobs.list(after, accessOf(userId).seesAllJobs ? undefined : userId);
      return { jobs: jobs.map(publicQueryJob), ...rest };
    },
    abort(of) {
      const job = find(of);
      if (hasEnded(job.state)) throw wrongState(job);
      return publicQueryJob(queryJobs.change(job.id, { state: 'Aborted', systemModstamp: Date.now() }));
    },
    remove(of) {
      const job = find(of);
      if (!hasEnded(job.state)) throw notTerminated();
      forget(job);
    },
    removeExpired() {
      for (const job of queryJobs.olderThan(Date.now() - jobsKeptMs)) if (hasEnded(job.state)) forget(job);
    },
    unfinished: () => queryJobs.unfinished().map(({ id }) => id),
    begin(id) {
      const job = findAtWork(id);
      if (job === undefined) return undefined;
      queryJobs.change(id, { state: 'InProgress', systemModstamp: Date.now() });
      const { createdById, soql, columnDelimiter, lineEnding } = job;
      return { id, createdById, soql, columnDelimiter, lineEnding, all: job.operation === 'queryAll' };
    },
    noteProgress({ id, records }) {
      if (findAtWork(id) === undefined) return false;
      queryJobs.change(id, { numberRecordsProcessed: records, systemModstamp: Date.now() });
      return true;
    },
    noteRetry({ id, reason }) {
      const job = findAtWork(id);
      if (job === undefined) return undefined;
      if (job.retries >= maxRetries) {
        queryJobs.change(id, endOf(job, { records: 0, errorMessage: `InternalServerError : ${reason}` }));
        return undefined;
      }
      queryJobs.change(id, { retries: job.retries + 1 });
      return Math.min(firstRetryMs * 2 ** job.retries, lastRetryMs);
    },
    end({ id, ...ending }) {
      const job = findAtWork(id);
      if (job !== undefined) queryJobs.change(id, endOf(job, ending));
      else removeResultFiles(resultsOf(id));
    },
  };
}

function createJob(
  queryJobs: QueryJobStore,
  accessOf: (userId: string) => Access,
  request: QueryJobRequest,
): KeptQueryJob {
  const { operation, soql, userId } = request;
  if (operation !== 'query' && operation !== 'queryAll')
    throw refuse('INVALIDJOB', `InvalidJob : Operation ${operation} is not supported`);
  const object = checkBulkQuery({ soql, all: operation === 'queryAll' }, accessOf(userId));
  return queryJobs.create({ ...request, object });
}

function endOf(
  { createdDate }: KeptQueryJob,
  { records, errorMessage }: { records: number; errorMessage?: string },
): Partial<KeptQueryJob> {
  const nowMs = Date.now();
  const took = nowMs - createdDate;
  const times = { systemModstamp: nowMs, totalProcessingTime: took, apiActiveProcessingTime: took };
  const ended = { ...times, numberRecordsProcessed: records };
  return errorMessage === undefined ? { ...ended, state: 'JobComplete' } : { ...ended, state: 'Failed', errorMessage };
}

function refuse(errorCode: string, message: string): OrgRefused {
  return new OrgRefused({ status: 400, errorCode, message });
}

function wrongState({ id, state }: KeptQueryJob): OrgRefused {
  return refuse('INVALIDJOBSTATE', `Job ${id} is in state ${state} and cannot be aborted`);
}

/** In the words of Salesforce's guide. */
function notTerminated(): OrgRefused {
  return refuse('API_ERROR', 'Error encountered when deleting the job because the job is not terminated');
}
