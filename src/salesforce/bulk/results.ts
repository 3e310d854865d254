/** The three results of a job, as CSV bytes that are never held whole. */
import { readBlocks } from '../answer-body.ts';
import type { Rest } from '../rest.ts';
import { ingestJob } from './job.ts';
import { explainMissing, jobPath } from './job-calls.ts';

export type ResultKind = 'successfulResults' | 'failedResults' | 'unprocessedrecords';

/** Columns `sf__Id`, `sf__Created` (or `sf__Error`), then those sent; in no order. A broken stream has to be read from its start. */
export async function* readResults(
  rest: Rest,
  jobId: string,
  { kind, signal }: { kind: ResultKind; signal?: AbortSignal | undefined },
): AsyncGenerator<Buffer> {
  const path = jobPath(rest, ingestJob(jobId), `/${kind}`);
  const answer = await rest
    .open({ method: 'GET', path, headers: { accept: 'text/csv' }, signal })
    .catch((error) => explainMissing(error, jobId));
  yield* readBlocks(answer);
}
