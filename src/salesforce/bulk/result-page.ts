/** One page of a query job's results: opened, and read to its end even if the connection breaks on the way. */
import { crc32 } from 'node:zlib';
import { type Clock, createRecordScanner, type Log, SluiceError, withRetry } from '../../base/index.ts';
import { readBlocks } from '../answer-body.ts';
import type { Incoming } from '../connection.ts';
import type { Rest } from '../rest.ts';
import { explainMissing, jobPath } from './job-calls.ts';
import { queryJob } from './query-job.ts';

export type PageRequest = {
  jobId: string;
  /** Null for the first page. */
  locator: string | null;
  maxRecords: number;
  signal: AbortSignal | undefined;
};

/** How often and how long something is tried again. */
export type RetryMeans = { clock: Clock; random: () => number; log: Log | undefined; retryForMs: number | undefined };

export type OpenPage = { request: PageRequest; records: number; nextLocator: string | null; answer: Incoming };

/** What Salesforce sends instead of a locator with the last page. */
const lastLocator = 'null';

/** Asks for a page; its headers are there, its rows are still to be read. Throws JOB_NOT_FOUND. */
export async function openPage(rest: Rest, request: PageRequest): Promise<OpenPage> {
  const { jobId, locator, maxRecords, signal } = request;
  const asked = new URLSearchParams({ maxRecords: String(maxRecords), ...(locator !== null && { locator }) });
  const path = jobPath(rest, queryJob(jobId), `/results?${asked}`);
  const answer = await rest
    .open({ method: 'GET', path, headers: { accept: 'text/csv' }, signal })
    .catch((error) => explainMissing(error, jobId));
  return { request, answer, ...readPageHeaders(answer, jobId) };
}

function readPageHeaders(answer: Incoming, jobId: string): { records: number; nextLocator: string | null } {
  const records = answer.headers['sforce-numberofrecords'];
  const locator = answer.headers['sforce-locator'];
  if (!/^\d{1,15}$/.test(String(records)) || typeof locator !== 'string' || locator === '') {
    closePage({ answer });
    throw invalidPage(jobId, 'a page lacks its number of records or its locator');
  }
  return { records: Number(records), nextLocator: locator === lastLocator ? null : locator };
}

export function closePage({ answer }: Pick<OpenPage, 'answer'>): void {
  answer.body.on('error', () => undefined).destroy();
  answer.done();
}

/** What was given on so far: its length and checksum, and how many records ended in it. */
type Given = { bytes: number; crc: number; records: number };

/**
 * The rows as sent, header first. Where the connection breaks, or fewer records came than the page was said to have, the page
 * is asked for again and read on behind what was given already; that it is the same page is checked byte by byte.
 */
export async function* readPage(rest: Rest, page: OpenPage, means: RetryMeans): AsyncGenerator<Buffer> {
  const { request, records } = page;
  const { jobId, signal } = request;
  const scanner = createRecordScanner();
  const given: Given = { bytes: 0, crc: 0, records: 0 };
  let source: AsyncGenerator<Buffer> | undefined = readBlocks(page.answer);
  const nextBlock = async () => {
    source ??= await readAgain(rest, page, given);
    const { value, done } = await source.next().catch((error: unknown) => {
      source = undefined;
      throw error;
    });
    if (done !== true) return value;
    source = undefined;
    checkWhole(given, { jobId, records });
    return null;
  };
  const what = `results of the bulk job ${jobId}`;
  try {
    for (;;) {
      const block = await withRetry(nextBlock, { repeatable: true, what, forMs: means.retryForMs, ...means, signal });
      if (block === null) return;
      note(given, block, scanner.scan(block).records);
      yield block;
    }
  } finally {
    await source?.return(undefined);
  }
}

function note(given: Given, block: Buffer, records: number): void {
  given.bytes += block.length;
  given.crc = crc32(block, given.crc);
  given.records += records;
}

/** The header is always there, and each record ends with a line end. Too few may have been lost on the way, too many cannot. */
function checkWhole(given: Given, { jobId, records }: { jobId: string; records: number }): void {
  const rows = given.records - 1;
  if (rows === records) return;
  const reason = `a page ended after ${Math.max(0, rows)} of ${records} records`;
  if (rows < records) throw lostPage(jobId, reason);
  throw invalidPage(jobId, reason);
}

/** The page once more, without what was given already. */
async function readAgain(rest: Rest, { request, records, nextLocator }: OpenPage, given: Given) {
  const again = await openPage(rest, request);
  if (again.records === records && again.nextLocator === nextLocator)
    return skip(readBlocks(again.answer), given, request);
  closePage(again);
  throw changedPage(request.jobId);
}

async function* skip(blocks: AsyncGenerator<Buffer>, given: Given, { jobId }: PageRequest): AsyncGenerator<Buffer> {
  const { bytes, crc } = given;
  let left = bytes;
  let seen = 0;
  for await (const block of blocks) {
    const known = block.subarray(0, left);
    seen = crc32(known, seen);
    left -= known.length;
    if (left > 0) continue;
    if (seen !== crc) throw changedPage(jobId);
    if (block.length > known.length) yield block.subarray(known.length);
  }
  if (left > 0) throw lostPage(jobId, 'a page that broke off came back shorter');
}

function lostPage(jobId: string, reason: string): SluiceError {
  return new SluiceError('ANSWER_LOST', { what: `results of the bulk job ${jobId}`, reason });
}

function changedPage(jobId: string): SluiceError {
  return invalidPage(jobId, 'a page that broke off came back with other bytes');
}

export function invalidPage(jobId: string, reason: string): SluiceError {
  return new SluiceError('ANSWER_INVALID', { what: `results of the bulk job ${jobId}`, reason });
}
