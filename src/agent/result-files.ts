/** The three results of a job, fetched into the spool folder, so that the org is not needed any more. */
import type { Chunk } from '../ledger/index.ts';
import type { ResultKind } from '../salesforce/index.ts';
import type { RunContext } from './run-context.ts';

export const resultKinds: readonly ResultKind[] = ['successfulResults', 'failedResults', 'unprocessedrecords'];

export const resultFile = (chunk: Chunk, kind: ResultKind): string => chunk.file.replace(/\.csv$/, `.${kind}.csv`);

/** All three are on disk when it resolves; a fetch that broke off begins its file anew. */
export async function fetchResultFiles(
  { salesforce, spool, signal }: RunContext,
  chunk: Chunk,
  jobId: string,
): Promise<void> {
  for (const kind of resultKinds) {
    const file = await spool.create(resultFile(chunk, kind));
    try {
      for await (const bytes of salesforce.bulk.results(jobId, kind, { signal })) await file.write(bytes);
    } catch (error) {
      await file.abandon();
      throw error;
    }
    await file.finish();
  }
}

export async function removeChunkFiles({ spool }: RunContext, chunk: Chunk): Promise<void> {
  for (const file of [chunk.file, ...resultKinds.map((kind) => resultFile(chunk, kind))]) await spool.remove(file);
}
