/** Bulk API 2.0 query: create, look, abort, delete, list, and the results page by page or several pages at once. */
import { dailyQueryJobs } from '../limits.ts';
import type { QueryJob, QueryJobRequest } from '../records/index.ts';
import { readJsonObject } from './body.ts';
import { type Answer, type Call, type Handler, type OrgParts, param, type Resource } from './call.ts';
import { csvFormOf, datetime, requiredText } from './job-request.ts';
import { decimalOf } from './json.ts';
import { refuse, resourceNotFound } from './refusals.ts';

const jobType = 'V2Query';

/** The versions with which these resources came. */
const queryJobsSince = 47;
const resultPagesSince = 58;

/** How the last page names its successor. */
const noLocator = 'null';

async function createJob(call: Call, org: OrgParts): Promise<Answer> {
  const request = readRequest(call, await readJsonObject(call));
  if (!org.usage.countQueryJob()) throw tooManyJobs();
  return { status: 200, json: jobHead(await org.records.queryJobs.create(request)) };
}

function readRequest(call: Call, given: Readonly<Record<string, unknown>>): QueryJobRequest {
  return {
    userId: call.session.userId,
    operation: requiredText(given, 'operation'),
    soql: requiredText(given, 'query'),
    ...csvFormOf(given),
    apiVersion: call.apiVersion,
  };
}

function tooManyJobs() {
  return refuse(400, 'LIMIT_EXCEEDED', `Max bulk v2 query jobs (${dailyQueryJobs}) per 24 hrs has been exceeded`);
}

/** Which job a call is about, and for whom. */
function jobOf(call: Call): { userId: string; id: string } {
  return { userId: call.session.userId, id: param(call, 'id') };
}

async function getJob(call: Call, org: OrgParts): Promise<Answer> {
  return { status: 200, json: jobInfo(await org.records.queryJobs.get(jobOf(call))) };
}

/** A query job can be aborted and nothing else. */
async function setState(call: Call, org: OrgParts): Promise<Answer> {
  const { state } = await readJsonObject(call);
  if (state !== 'Aborted') {
    const message = `A query job can be set to Aborted, not to ${JSON.stringify(state ?? null)}`;
    throw refuse(400, 'INVALIDJOBSTATE', message);
  }
  return { status: 200, json: jobHead(await org.records.queryJobs.abort(jobOf(call))) };
}

async function deleteJob(call: Call, org: OrgParts): Promise<Answer> {
  await org.records.queryJobs.delete(jobOf(call));
  return { status: 204 };
}

async function listJobs(call: Call, org: OrgParts): Promise<Answer> {
  if (!asksForJobsOfHere(call.query)) return { status: 200, json: { done: true, records: [], nextRecordsUrl: null } };
  const after = call.query.get('queryLocator');
  const { userId } = call.session;
  const { jobs, next } = await org.records.queryJobs.list(after === null ? { userId } : { userId, after });
  const records = jobs.map((job) => ({ ...jobHead(job), jobType }));
  const nextRecordsUrl = next === undefined ? null : `${call.base}/jobs/query?queryLocator=${encodeURIComponent(next)}`;
  return { status: 200, json: { done: next === undefined, records, nextRecordsUrl } };
}

/** All jobs here are V2Query, parallel and without PK chunking; what asks for others finds none. */
function asksForJobsOfHere(query: URLSearchParams): boolean {
  const mode = query.get('concurrencyMode')?.toLowerCase() ?? 'parallel';
  const chunking = query.get('isPkChunkingEnabled')?.toLowerCase() === 'true';
  return (query.get('jobType') ?? jobType) === jobType && mode === 'parallel' && !chunking;
}

/** What create and abort answer: the job without its counters. */
function jobHead(job: QueryJob): object {
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: datetime(job.createdDate),
    systemModstamp: datetime(job.systemModstamp),
    state: job.state,
    concurrencyMode: 'Parallel',
    contentType: job.contentType,
    apiVersion: decimalOf(job.apiVersion),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
  };
}

function jobInfo(job: QueryJob): object {
  return {
    ...jobHead(job),
    jobType,
    numberRecordsProcessed: job.numberRecordsProcessed,
    retries: job.retries,
    totalProcessingTime: job.totalProcessingTime,
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
    isPkChunkingSupported: false,
  };
}

async function getResults(call: Call, org: OrgParts): Promise<Answer> {
  const { query, apiVersion } = call;
  const maxRecords = readMaxRecords(query.get('maxRecords'));
  const page = await org.records.queryJobs.results({
    ...jobOf(call),
    apiVersion,
    locator: locatorIn(query),
    maxRecords,
  });
  const headers = {
    'Sforce-Locator': page.nextLocator ?? noLocator,
    'Sforce-NumberOfRecords': String(page.records),
  };
  return { status: 200, contentType: 'text/csv', bytes: page.bytes, headers };
}

function readMaxRecords(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw refuse(400, 'CLIENTINPUTERROR', 'maxRecords must be a number above 0');
}

function locatorIn(query: URLSearchParams): string | undefined {
  const locator = query.get('locator');
  return locator === null || locator === '' ? undefined : locator;
}

async function listResultPages(call: Call, org: OrgParts): Promise<Answer> {
  const { query, apiVersion, base } = call;
  const request = { ...jobOf(call), apiVersion, locator: locatorIn(query) };
  const { locators, next } = await org.records.queryJobs.pages(request);
  const path = `${base}/jobs/query/${param(call, 'id')}`;
  const resultPages = locators.map((locator) => ({ resultUrl: `${path}/results?locator=${locator}` }));
  const nextRecordsUrl = next === undefined ? {} : { nextRecordsUrl: `${path}/resultPages?locator=${next}` };
  return { status: 200, json: { resultPages, ...nextRecordsUrl, done: next === undefined } };
}

function since(version: number, handler: Handler): Handler {
  return (call, org) => {
    if (call.apiVersion < version) throw resourceNotFound();
    return handler(call, org);
  };
}

const inQueryJobs = (handler: Handler) => since(queryJobsSince, handler);

export const queryJobResources: readonly Resource[] = [
  { path: '/jobs/query', methods: { GET: inQueryJobs(listJobs), POST: inQueryJobs(createJob) } },
  {
    path: '/jobs/query/:id',
    methods: { GET: inQueryJobs(getJob), PATCH: inQueryJobs(setState), DELETE: inQueryJobs(deleteJob) },
  },
  { path: '/jobs/query/:id/results', methods: { GET: inQueryJobs(getResults) } },
  { path: '/jobs/query/:id/resultPages', methods: { GET: since(resultPagesSince, listResultPages) } },
];
