/** The results of a query job: pages in order, several under way at once, as bytes or as rows; counted against the job. */
import { parseCsv, SluiceError } from '../../base/index.ts';
import type { Rest } from '../rest.ts';
import { getQueryJob, type QueryJobInfo } from './query-job.ts';
import { type AheadBlocks, readAhead } from './read-ahead.ts';
import { closePage, invalidPage, type OpenPage, openPage, type RetryMeans, readPage } from './result-page.ts';

export type ResultOptions = {
  /** Records a page at most; the org may send fewer. Default 50,000. */
  maxRecords?: number | undefined;
  /** Pages under way at once, 1 to 10; default 4. */
  pagesAtOnce?: number | undefined;
  /** Where to go on: `nextLocator` of the last page that is done with; without it the results begin with the first page. */
  locator?: string | undefined;
  /** Records before that locator; then the whole is still counted against the job. */
  recordsBefore?: number | undefined;
  signal?: AbortSignal | undefined;
};

export type ResultPage = {
  /** Null for the first page. */
  locator: string | null;
  /** Where the next page begins; null with the last one. */
  nextLocator: string | null;
  records: number;
  /** CSV with a header, commas and LF; to be read before the next page is asked for. */
  bytes: AsyncIterable<Buffer>;
};

const defaultMaxRecords = 50_000;
const defaultPagesAtOnce = 4;
const maxPagesAtOnce = 10;

/** Bytes of each page that are read before they are wanted. */
const aheadBytes = 4 * 1024 * 1024;

/**
 * The pages of a job that is JobComplete, in the order of its results, each record in one of them.
 *
 * A page whose connection breaks is read on from where it broke. Throws QUERY_JOB_FAILED for a job that failed or was aborted,
 * JOB_NOT_FOUND, and ANSWER_INVALID when the pages do not hold the number of records that the job names.
 */
export async function* readResultPages(
  rest: Rest,
  jobId: string,
  { signal, ...options }: ResultOptions,
  means: RetryMeans,
): AsyncGenerator<ResultPage> {
  const job = await getQueryJob(rest, jobId, { signal });
  checkComplete(job);
  const given = new AbortController();
  const both = signal === undefined ? given.signal : AbortSignal.any([signal, given.signal]);
  const line = openLine(rest, { jobId, ...options, signal: both }, means);
  let records = options.recordsBefore ?? 0;
  try {
    for (let page = await line.next(); page !== null; page = await line.next()) {
      records += page.records;
      yield page;
    }
    const { numberRecordsProcessed: said = records } = job;
    const counted = options.locator === undefined || options.recordsBefore !== undefined;
    if (counted && records !== said) throw invalidPage(jobId, `they hold ${records} records, the job says ${said}`);
  } finally {
    line.close();
    given.abort();
  }
}

/** The bytes of all pages as one CSV, with one header. */
export async function* readResultCsv(pages: AsyncIterable<ResultPage>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const { bytes } of pages) {
    yield* first ? bytes : withoutHeader(bytes);
    first = false;
  }
}

/** The rows by the names of their columns, such as `Account.Name`; what is empty is null, since Salesforce keeps no empty texts. */
export async function* readResultRows(pages: AsyncIterable<ResultPage>): AsyncGenerator<Record<string, string | null>> {
  for await (const { bytes } of pages) {
    let names: string[] | undefined;
    for await (const batch of parseCsv(bytes)) {
      for (const cells of batch) {
        if (names === undefined) names = cells;
        else yield toRecord(names, cells);
      }
    }
  }
}

function toRecord(names: readonly string[], cells: readonly string[]): Record<string, string | null> {
  const record: Record<string, string | null> = {};
  for (const [index, name] of names.entries()) record[name] = cells[index] || null;
  return record;
}

const lineFeed = 10;

/** The names of columns hold no line ends, so the header ends with the first one. */
async function* withoutHeader(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let behind = false;
  for await (const block of blocks) {
    const end = behind ? 0 : block.indexOf(lineFeed) + 1;
    if (!behind && end === 0) continue;
    behind = true;
    if (end < block.length) yield block.subarray(end);
  }
}

function checkComplete({ id: jobId, state, errorMessage }: QueryJobInfo): void {
  if (state === 'JobComplete') return;
  if (state === 'Failed' || state === 'Aborted')
    throw new SluiceError('QUERY_JOB_FAILED', { jobId, reason: errorMessage ?? `it is ${state}` });
  const reason = `the job is still ${state}; its end has to be waited for first`;
  throw new SluiceError('SALESFORCE_REFUSED', { what: `results of the bulk job ${jobId}`, sentStatus: 200, reason });
}

type LineRequest = Omit<ResultOptions, 'recordsBefore'> & { jobId: string };

type Ahead = { opened: OpenPage; bytes: AheadBlocks };

/** Pages under way. The head of each names the next, which is asked for while the rows of those before it still come. */
function openLine(rest: Rest, request: LineRequest, means: RetryMeans) {
  const { jobId, locator = null, maxRecords = defaultMaxRecords, signal } = request;
  const pagesAtOnce = Math.min(Math.max(request.pagesAtOnce ?? defaultPagesAtOnce, 1), maxPagesAtOnce);
  const ahead: Promise<Ahead>[] = [];
  let waiting: { locator: string | null } | undefined = { locator };
  let current: Ahead | undefined;
  const begin = async (from: string | null): Promise<Ahead> => {
    const opened = await openPage(rest, { jobId, locator: from, maxRecords, signal });
    const { nextLocator } = opened;
    if (nextLocator !== null) waiting = { locator: nextLocator };
    const bytes = readAhead(readPage(rest, opened, means), { maxBytes: aheadBytes });
    fill();
    return { opened, bytes };
  };
  const fill = () => {
    if (waiting === undefined || ahead.length + (current ? 1 : 0) >= pagesAtOnce) return;
    const page = begin(waiting.locator);
    waiting = undefined;
    // Whoever comes to this page hears of it.
    page.catch(() => undefined);
    ahead.push(page);
  };
  return {
    async next(): Promise<ResultPage | null> {
      await current?.bytes.return();
      current = undefined;
      fill();
      current = await ahead.shift();
      if (current === undefined) return null;
      const { opened, bytes } = current;
      return { locator: opened.request.locator, nextLocator: opened.nextLocator, records: opened.records, bytes };
    },
    close() {
      const giveUp = ({ opened, bytes }: Ahead) => {
        void bytes.return();
        closePage(opened);
      };
      if (current) giveUp(current);
      for (const page of ahead) page.then(giveUp).catch(() => undefined);
    },
  };
}
