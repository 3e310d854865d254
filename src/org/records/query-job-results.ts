/** Pages of a query job's results: which rows a locator and a number mean, and what comes behind them. */
import type { Access } from '../rights/index.ts';
import { invalidLocator, type QueryJobStore } from './query-job-store.ts';
import { countResults, findResultRange, type ResultFiles, type ResultRange } from './query-result-files.ts';
import type { QueryResultRequest } from './records.ts';
import { OrgRefused } from './refusal.ts';

export type QueryResultSource = {
  queryJobs: QueryJobStore;
  accessOf: (userId: string) => Access;
  resultsOf: (id: string) => ResultFiles;
};

export type FoundPage = ResultRange & { file: string; records: number; nextLocator?: string };

/** Rows of a page where nobody says how many: few, so that every client meets more than one page early. */
const rowsPerPage = 10_000;
const pagesAtOnce = 5;

export function findQueryPage(
  source: QueryResultSource,
  { maxRecords = rowsPerPage, ...request }: QueryResultRequest & { maxRecords?: number | undefined },
): FoundPage {
  const { files, total, from } = openResults(source, request);
  const to = Math.min(total, from + maxRecords);
  const found = { ...findResultRange(files, { from, to }), file: files.csv, records: to - from };
  return to < total ? { ...found, nextLocator: locatorOf(to) } : found;
}

export function listQueryPages(
  source: QueryResultSource,
  request: QueryResultRequest,
): { locators: string[]; next?: string } {
  const { total, from } = openResults(source, request);
  const locators: string[] = [];
  let at = from;
  do {
    locators.push(locatorOf(at));
    at += rowsPerPage;
  } while (at < total && locators.length < pagesAtOnce);
  return at < total ? { locators, next: locatorOf(at) } : { locators };
}

function openResults(
  { queryJobs, accessOf, resultsOf }: QueryResultSource,
  { userId, id, apiVersion, locator }: QueryResultRequest,
) {
  const job = queryJobs.getOf({ userId, id }, accessOf);
  if (job.state !== 'JobComplete') throw notComplete(job.state);
  if (job.apiVersion !== apiVersion) throw otherVersion(job.apiVersion, apiVersion);
  const files = resultsOf(job.id);
  const total = countResults(files);
  const from = locator === undefined ? 0 : placeOf(locator);
  if (from > 0 && from >= total) throw invalidLocator();
  return { files, total, from };
}

function notComplete(state: string): OrgRefused {
  const message = `Results are not available while the job is in state ${state}`;
  return new OrgRefused({ status: 400, errorCode: 'INVALIDJOBSTATE', message });
}

function otherVersion(made: number, asked: number): OrgRefused {
  const message = `The job was created with API version ${made.toFixed(1)}, its results cannot be read with ${asked.toFixed(1)}`;
  return new OrgRefused({ status: 409, errorCode: 'API_ERROR', message });
}

/** `MTAwMDA` for the row behind the first 10,000: base64 of the number, as Salesforce's own examples have it. */
function locatorOf(row: number): string {
  return Buffer.from(String(row)).toString('base64url');
}

function placeOf(locator: string): number {
  const text = Buffer.from(locator, 'base64url').toString('latin1');
  if (!/^\d{1,15}$/.test(text) || locatorOf(Number(text)) !== locator) throw invalidLocator();
  return Number(text);
}
