/** What was begun and must not stay: the open jobs of an attempt that never came to its commit point. */
import type { Chunk, Run } from '../ledger/index.ts';
import { abortIfThere } from './bulk-chunk.ts';
import { abortOrphans, type OrphanSearch } from './orphan-jobs.ts';

/** Aborts every job of the attempt, those whose creation was not answered too. Nothing of them was processed. */
export async function abortAttempt(search: OrphanSearch, chunks: readonly Chunk[]): Promise<void> {
  for (const chunk of chunks) {
    if (chunk.jobId === null) continue;
    await abortIfThere(search, chunk.jobId);
    await search.ledger.eventNoted({
      run: search.run,
      chunk: chunk.number,
      what: 'job aborted',
      detail: { jobId: chunk.jobId },
    });
  }
  const intents = chunks
    .filter(({ jobId, mode }) => jobId === null && mode === 'bulk')
    .flatMap(({ intentAt }) => intentAt ?? []);
  if (intents.length > 0) await abortOrphans(search, Math.min(...intents));
}

/** Whether the attempt left anything in the org that has to be cleaned up there. */
export function hasTraces(run: Run, chunks: readonly Chunk[]): boolean {
  return run.committedAt === null && chunks.some(({ jobId, intentAt }) => jobId !== null || intentAt !== null);
}
