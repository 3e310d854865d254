/** The life of ingest jobs: what may be asked of one in which state, and the queue of those at work. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from '../rights/index.ts';
import { toId18 } from '../schema/ids.ts';
import { createJobQueue } from './job-queue.ts';
import type { JobWork } from './job-run.ts';
import { getJobOf, hasEnded, type KeptJob, publicJob } from './job-store.ts';
import type { Job, JobRequest, Records } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { externalIdFieldOf } from './save.ts';
import type { SaveTable } from './save-table.ts';

/** Bytes of one upload. */
export const maxUploadBytes = 150_000_000;

/** How long jobs and their results are kept. */
export const jobsKeptMs = 7 * 24 * 60 * 60 * 1000;

const operations = ['insert', 'update', 'upsert', 'delete', 'hardDelete'];

/** A job, and who asks for it: one that another user made is not there for those who may not view all data. */
export type JobOf = { userId: string; id: string };

export type Jobs = {
  create(request: JobRequest): Job;
  get(of: JobOf): Job;
  list(request: { userId: string; after?: string }): Awaited<ReturnType<Records['listJobs']>>;
  beginUpload(of: JobOf): { file: string };
  finishUpload(of: JobOf & { bytes: number }): void;
  dropUpload(of: JobOf): void;
  setState(of: JobOf & { state: 'UploadComplete' | 'Aborted' }): Job;
  remove(of: JobOf): void;
  removeExpired(): void;
  /** Takes up what was left unfinished. */
  resume(): void;
  /** Ends the work between two transactions; a job left over is taken up at the next start. */
  stop(): Promise<void>;
};

/** `folder/jobs/<id>.csv` for the upload of a job. */
export function uploadFile(folder: string): (id: string) => string {
  return (id) => join(folder, 'jobs', `${toId18(id) ?? 'unknown'}.csv`);
}

export function openJobs(work: JobWork, folder: string): Jobs {
  mkdirSync(join(folder, 'jobs'), { recursive: true, mode: 0o700 });
  const { jobs, store } = work;
  const queue = createJobQueue(work);
  const find = ({ userId, id }: JobOf) => getJobOf({ jobs, accessOf: store.accessOf }, { userId, id });
  return {
    create: (request) => publicJob(jobs.create(checkRequest(work, request))),
    get: (of) => publicJob(find(of)),
    list({ userId, after }) {
      const { jobs: page, ...rest } = jobs.list(after, store.accessOf(userId).seesAllJobs ? undefined : userId);
      return { jobs: page.map(publicJob), ...rest };
    },
    beginUpload: (of) => beginUpload(work, find(of)),
    finishUpload: (of) => finishUpload(work, find(of), of.bytes),
    dropUpload: (of) => dropUpload(work, find(of)),
    setState({ state, ...of }) {
      const job = changeState(work, find(of), state);
      if (state === 'UploadComplete') queue.add(job.id);
      return publicJob(job);
    },
    remove: (of) => removeJob(work, find(of)),
    removeExpired() {
      for (const job of jobs.olderThan(Date.now() - jobsKeptMs))
        if (hasEnded(job.state) || job.state === 'Open') forget(work, job);
    },
    resume() {
      forgetBrokenUploads(work);
      for (const job of jobs.unfinished()) queue.add(job.id);
    },
    stop: queue.stop,
  };
}

function checkRequest({ store, tables }: JobWork, request: JobRequest): JobRequest {
  const access = store.accessOf(request.userId);
  if (request.operation === 'hardDelete' && !access.mayHardDelete)
    throw refuse('FEATURENOTENABLED', 'hardDelete operation requires the Bulk API Hard Delete permission');
  if (!operations.includes(request.operation))
    throw refuse('INVALIDJOB', `InvalidJob : Operation ${request.operation} is not supported`);
  const object = access.schema.findObject(request.object);
  if (object === undefined || object.store !== 'records')
    throw refuse('INVALIDENTITY', `Entity '${request.object}' is not supported by the Bulk API.`);
  const checked = { ...request, object: object.name };
  if (request.operation !== 'upsert') return checked;
  if (request.externalIdFieldName === undefined)
    throw refuse('INVALIDJOB', 'InvalidJob : External ID field name is required for upsert');
  const externalIdFieldName = upsertField(access, tables.get(object.name), request.externalIdFieldName);
  return { ...checked, externalIdFieldName };
}

function upsertField({ schema }: Access, table: SaveTable, name: string): string {
  try {
    return externalIdFieldOf(schema, table, name).name;
  } catch (error) {
    if (!(error instanceof OrgRefused)) throw error;
    throw refuse(
      'INVALIDJOB',
      `InvalidJob : Field name provided, ${name} is not an External ID for ${table.object.name}`,
    );
  }
}

function refuse(errorCode: string, message: string): OrgRefused {
  return new OrgRefused({ status: 400, errorCode, message });
}

function beginUpload({ jobs, fileOf }: JobWork, job: KeptJob): { file: string } {
  if (job.upload !== 'none') throw secondUpload(job);
  if (job.state !== 'Open') throw wrongState(job, 'uploaded to');
  jobs.change(job.id, { upload: 'begun' });
  return { file: fileOf(job.id) };
}

function secondUpload({ id }: KeptJob): OrgRefused {
  const message = `Found multiple contents for job: <${id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`;
  return refuse('CLIENTINPUTERROR', message);
}

function wrongState({ id, state }: KeptJob, act: string): OrgRefused {
  return refuse('INVALIDJOBSTATE', `Job ${id} is in state ${state} and cannot be ${act}`);
}

function finishUpload(work: JobWork, job: KeptJob, bytes: number): void {
  if (job.state !== 'Open' || job.upload !== 'begun') throw wrongState(job, 'uploaded to');
  if (bytes > maxUploadBytes) {
    dropUpload(work, job);
    throw refuse(
      'CLIENTINPUTERROR',
      `ClientInputError : The upload has ${bytes} bytes, the maximum is ${maxUploadBytes}`,
    );
  }
  work.jobs.change(job.id, { upload: 'done' });
}

function dropUpload({ jobs, fileOf }: JobWork, job: KeptJob): void {
  if (job.upload !== 'begun') return;
  rmSync(fileOf(job.id), { force: true });
  jobs.change(job.id, { upload: 'none' });
}

/** The process ended while something was sent: those jobs are as before the upload. */
function forgetBrokenUploads(work: JobWork): void {
  let after: string | undefined;
  do {
    const page = work.jobs.list(after);
    for (const job of page.jobs) dropUpload(work, job);
    after = page.next;
  } while (after !== undefined);
}

function changeState({ jobs }: JobWork, job: KeptJob, state: 'UploadComplete' | 'Aborted'): KeptJob {
  const nowMs = Date.now();
  if (state === 'Aborted') {
    if (hasEnded(job.state)) throw wrongState(job, 'aborted');
    return jobs.change(job.id, { state, systemModstamp: nowMs });
  }
  if (job.state !== 'Open' || job.upload === 'begun') throw wrongState(job, 'closed');
  return jobs.change(job.id, { state, systemModstamp: nowMs, closedDate: nowMs });
}

function removeJob(work: JobWork, job: KeptJob): void {
  if (!hasEnded(job.state)) throw wrongState(job, 'deleted');
  forget(work, job);
}

function forget({ jobs, fileOf }: JobWork, job: KeptJob): void {
  jobs.remove(job);
  rmSync(fileOf(job.id), { force: true });
}
