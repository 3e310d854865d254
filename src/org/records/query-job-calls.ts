/** Query jobs as the front door asks for them: the writing thread keeps them, the runner works at them, pages come off the disk. */
import { createReadStream } from 'node:fs';
import type { FoundPage } from './query-job-results.ts';
import type { QueryJobRunner } from './query-job-runner.ts';
import type { QueryJob, QueryJobs, QueryResultPage } from './records.ts';
import type { WorkerThread } from './worker-thread.ts';

type Quick = (method: string, input: unknown) => Promise<unknown>;

/** Bytes of a piece. */
const pieceBytes = 256 * 1024;

export function queryJobsOver(writer: Pick<WorkerThread, 'call'>, runner: QueryJobRunner, quick: Quick): QueryJobs {
  const write =
    <Name extends keyof QueryJobs>(method: string) =>
    (input: unknown) =>
      writer.call(method, input) as ReturnType<QueryJobs[Name]>;
  return {
    async create(request) {
      const job = (await writer.call('createQueryJob', request)) as QueryJob;
      runner.add(job.id);
      return job;
    },
    get: write<'get'>('getQueryJob'),
    list: write<'list'>('listQueryJobs'),
    abort: write<'abort'>('abortQueryJob'),
    delete: write<'delete'>('deleteQueryJob'),
    results: async (request) => toPage((await quick('findQueryPage', request)) as FoundPage),
    pages: (request) => quick('listQueryPages', request) as ReturnType<QueryJobs['pages']>,
  };
}

function toPage({ records, nextLocator, ...range }: FoundPage): QueryResultPage {
  const page = { records, bytes: readRange(range) };
  return nextLocator === undefined ? page : { ...page, nextLocator };
}

async function* readRange({
  file,
  header,
  start,
  end,
}: Omit<FoundPage, 'records' | 'nextLocator'>): AsyncGenerator<Uint8Array> {
  yield header;
  if (end > start) yield* createReadStream(file, { start, end: end - 1, highWaterMark: pieceBytes });
}
