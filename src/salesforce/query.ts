/** SOQL over REST, page after page. */
import { SluiceError } from '../base/index.ts';
import { nextPathIn, objectIn, type Rest } from './rest.ts';

export type QueryOptions = {
  /** Deleted and archived records too (queryAll). */
  all?: boolean;
  /** Records a page, 200 to 2000; the org may send fewer. */
  batchSize?: number;
  signal?: AbortSignal | undefined;
};

/** Records as sent, `attributes` included, in the order of the org; the next page is asked for when it is needed. */
export async function* query(
  rest: Rest,
  soql: string,
  options: QueryOptions = {},
): AsyncGenerator<Record<string, unknown>> {
  const { all = false, batchSize, signal } = options;
  const headers = batchSize === undefined ? {} : { 'sforce-query-options': `batchSize=${batchSize}` };
  let path: string | null = rest.path(`/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`);
  while (path !== null) {
    const page = readPage(objectIn(await rest.ask({ method: 'GET', path, headers, signal }), { what: 'query' }));
    yield* page.records;
    path = page.nextPath;
  }
}

function readPage({ records, done, nextRecordsUrl }: Record<string, unknown>) {
  if (!Array.isArray(records)) throw invalidPage('it has no records');
  const nextPath = nextPathIn(nextRecordsUrl, { what: 'query' });
  if (done === false && nextPath === null) throw invalidPage('it is not the last page, but names no next one');
  return { records: records as Record<string, unknown>[], nextPath: done === true ? null : nextPath };
}

function invalidPage(reason: string): SluiceError {
  return new SluiceError('ANSWER_INVALID', { what: 'query', reason });
}
