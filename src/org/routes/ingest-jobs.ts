/** Bulk API 2.0 ingest, the jobs: create, look, close, abort, delete, list. */
import type { Job, JobRequest } from '../records/index.ts';
import { readJsonObject } from './body.ts';
import { type Answer, type Call, type OrgParts, param, type Resource } from './call.ts';
import { isMultipart, readMultipartJob } from './ingest-multipart.ts';
import { downloadResults } from './ingest-results.ts';
import { takeUpload, writeUpload } from './ingest-upload.ts';
import { csvFormOf, datetime, optionalText, requiredText } from './job-request.ts';
import { decimalOf } from './json.ts';
import { refuse } from './refusals.ts';

const jobType = 'V2Ingest';

async function createJob(call: Call, org: OrgParts): Promise<Answer> {
  if (isMultipart(call.headers)) return createWithContent(call, org);
  const job = await org.records.createJob(readRequest(call, await readJsonObject(call)));
  return { status: 200, json: jobHead(call, job) };
}

/** A small load in one request: made, filled and closed. */
async function createWithContent(call: Call, org: OrgParts): Promise<Answer> {
  const { job: given, content } = await readMultipartJob(call);
  const { userId } = call.session;
  const { id } = await org.records.createJob(readRequest(call, given));
  await writeUpload(org, { userId, id }, content);
  org.usage.countBulkBatch();
  return { status: 200, json: jobHead(call, await org.records.setJobState({ userId, id, state: 'UploadComplete' })) };
}

function readRequest(call: Call, given: Readonly<Record<string, unknown>>): JobRequest {
  const externalIdFieldName = optionalText(given, 'externalIdFieldName');
  const assignmentRuleId = optionalText(given, 'assignmentRuleId');
  return {
    userId: call.session.userId,
    operation: requiredText(given, 'operation'),
    object: requiredText(given, 'object'),
    ...csvFormOf(given),
    apiVersion: call.apiVersion,
    ...(externalIdFieldName === undefined ? {} : { externalIdFieldName }),
    ...(assignmentRuleId === undefined ? {} : { assignmentRuleId }),
  };
}

async function getJob(call: Call, org: OrgParts): Promise<Answer> {
  return { status: 200, json: jobInfo(call, await org.records.getJob(jobOf(call))) };
}

/** Which job a call is about, and for whom. */
function jobOf(call: Call): { userId: string; id: string } {
  return { userId: call.session.userId, id: param(call, 'id') };
}

/** Close or abort; the body may carry more than `state`. */
async function setState(call: Call, org: OrgParts): Promise<Answer> {
  const { state } = await readJsonObject(call);
  if (state !== 'UploadComplete' && state !== 'Aborted') {
    throw refuse(
      400,
      'INVALIDJOBSTATE',
      `A job can be set to UploadComplete or Aborted, not to ${JSON.stringify(state ?? null)}`,
    );
  }
  const job = await org.records.setJobState({ ...jobOf(call), state });
  if (state === 'UploadComplete') org.usage.countBulkBatch();
  return { status: 200, json: jobHead(call, job) };
}

async function deleteJob(call: Call, org: OrgParts): Promise<Answer> {
  await org.records.deleteJob(jobOf(call));
  return { status: 204 };
}

async function listJobs(call: Call, org: OrgParts): Promise<Answer> {
  const path = `${call.base}/jobs/ingest`;
  const type = call.query.get('jobType');
  if (type !== null && type !== jobType)
    return { status: 200, json: { done: true, records: [], nextRecordsUrl: null } };
  const after = call.query.get('queryLocator');
  const { userId } = call.session;
  const { jobs, next } = await org.records.listJobs(after === null ? { userId } : { userId, after });
  const records = jobs.map((job) => ({ ...jobHead(call, job), jobType }));
  const nextRecordsUrl = next === undefined ? null : `${path}?queryLocator=${encodeURIComponent(next)}`;
  return { status: 200, json: { done: next === undefined, records, nextRecordsUrl } };
}

/** What create and state changes answer: the job without its counters. */
function jobHead(call: Call, job: Job): object {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: datetime(job.createdDate),
    systemModstamp: datetime(job.systemModstamp),
    state: job.state,
    ...(job.externalIdFieldName === undefined ? {} : { externalIdFieldName: job.externalIdFieldName }),
    ...(job.assignmentRuleId === undefined ? {} : { assignmentRuleId: job.assignmentRuleId }),
    concurrencyMode: 'Parallel',
    contentType: job.contentType,
    apiVersion: decimalOf(job.apiVersion),
    contentUrl: `${call.base.slice(1)}/jobs/ingest/${job.id}/batches`,
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}

function jobInfo(call: Call, job: Job): object {
  return {
    ...jobHead(call, job),
    jobType,
    retries: job.retries,
    totalProcessingTime: job.totalProcessingTime,
    apiActiveProcessingTime: job.apiActiveProcessingTime,
    apexProcessingTime: job.apexProcessingTime,
    numberRecordsProcessed: job.numberRecordsProcessed,
    numberRecordsFailed: job.numberRecordsFailed,
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
  };
}

export const ingestResources: readonly Resource[] = [
  { path: '/jobs/ingest', methods: { GET: listJobs, POST: createJob } },
  { path: '/jobs/ingest/:id', methods: { GET: getJob, PATCH: setState, DELETE: deleteJob } },
  { path: '/jobs/ingest/:id/batches', methods: { PUT: takeUpload } },
  { path: '/jobs/ingest/:id/successfulResults', methods: { GET: downloadResults('successfulResults') } },
  { path: '/jobs/ingest/:id/failedResults', methods: { GET: downloadResults('failedResults') } },
  { path: '/jobs/ingest/:id/unprocessedrecords', methods: { GET: downloadResults('unprocessedrecords') } },
];
