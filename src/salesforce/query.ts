/** SOQL over REST, page after page. */
import { SluiceError } from '../base/index.ts';
import { nextPathIn, objectIn, type Rest } from './rest.ts';

export type QueryOptions = {
  /** Deleted and archived records too (queryAll). */
  all?: boolean | undefined;
  /** Records a page, 200 to 2000; the org may send fewer. */
  batchSize?: number | undefined;
  /** Where to go on: what the last page that is done with named; the query itself is not sent again. */
  nextRecordsUrl?: string | undefined;
  signal?: AbortSignal | undefined;
};

export type QueryPage = {
  /** Of all pages together. */
  totalSize: number;
  /** As sent, `attributes` included. */
  records: readonly Record<string, unknown>[];
  /** Null with the last page. The org forgets it after a quarter of an hour, up to two days. */
  nextRecordsUrl: string | null;
};

/** Pages in the order of the org; the next one is asked for when it is needed. */
export async function* queryPages(rest: Rest, soql: string, options: QueryOptions = {}): AsyncGenerator<QueryPage> {
  const { all = false, batchSize, signal } = options;
  const headers = batchSize === undefined ? {} : { 'sforce-query-options': `batchSize=${batchSize}` };
  const first = rest.path(`/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`);
  let path: string | null = nextPathIn(options.nextRecordsUrl, { what: 'query' }) ?? first;
  while (path !== null) {
    const page = readPage(objectIn(await rest.ask({ method: 'GET', path, headers, signal }), { what: 'query' }));
    yield page;
    path = page.nextRecordsUrl;
  }
}

/** Records as sent, `attributes` included, in the order of the org; the next page is asked for when it is needed. */
export async function* query(
  rest: Rest,
  soql: string,
  options: QueryOptions = {},
): AsyncGenerator<Record<string, unknown>> {
  for await (const { records } of queryPages(rest, soql, options)) yield* records;
}

function readPage({ records, done, totalSize, nextRecordsUrl }: Record<string, unknown>): QueryPage {
  if (!Array.isArray(records)) throw invalidPage('it has no records');
  const next = nextPathIn(nextRecordsUrl, { what: 'query' });
  if (done === false && next === null) throw invalidPage('it is not the last page, but names no next one');
  return {
    totalSize: typeof totalSize === 'number' ? totalSize : records.length,
    records: records as Record<string, unknown>[],
    nextRecordsUrl: done === true ? null : next,
  };
}

function invalidPage(reason: string): SluiceError {
  return new SluiceError('ANSWER_INVALID', { what: 'query', reason });
}
