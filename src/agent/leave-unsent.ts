/** A run that was cancelled behind its commit point: what was handed to Salesforce is accounted for, the rest is not sent. */
import { type Chunk, type Ledger, notSent } from '../ledger/index.ts';
import { abortIfThere } from './bulk-chunk.ts';
import { carryChunk } from './carry-chunk.ts';
import { openCsvFile, placesOf } from './csv-rows.ts';
import { abortOrphans } from './orphan-jobs.ts';
import { afterReconciling, countsOf, createTally, namedCells, settleAsUnknown } from './reconcile.ts';
import { removeChunkFiles } from './result-files.ts';
import type { RunContext } from './run-context.ts';

/** Of rows that Salesforce refused for a reason that can pass, and that were to go again. */
const notTriedAgain = {
  code: 'CANCELLED',
  message: 'Salesforce refused this row for a reason that can pass; the run was cancelled before it went again.',
};

/** Gives the chunks that were handed over, and have to be carried to their end. */
export async function leaveUnsent(context: RunContext, chunks: readonly Chunk[]): Promise<Chunk[]> {
  const carried: Chunk[] = [];
  for (const chunk of chunks) {
    if (await isHandedOver(context, chunk)) carried.push(chunk);
    else if (chunk.parent === null) await leaveChunk(context, chunk);
    else await rejectRetry(context, chunk);
  }
  return carried;
}

const orgGone = {
  code: 'ORG_GONE',
  message: 'It was handed to the org before, which the address does not lead to any more; the run was cancelled.',
};

/** In the org that the address leads to now nobody knows of the run: what was handed over is unknown, the rest was not sent. */
export async function leaveBehind(context: RunContext, chunks: readonly Chunk[]): Promise<void> {
  for (const chunk of chunks) {
    if (chunk.state === 'fetched') await carryChunk(context, chunk);
    else if (mayBeProcessed(chunk)) await settleAsUnknown(context, chunk, orgGone);
    else if (chunk.parent !== null) await rejectUntried(context, chunk);
    else {
      await context.ledger.chunkNotSent(chunk);
      await removeChunkFiles(context, chunk);
    }
  }
}

/** A job that was uploaded may have been closed, with the answer lost. */
function mayBeProcessed({ state, mode, intentAt }: Chunk): boolean {
  if (state === 'spooled') return mode === 'collections' && intentAt !== null;
  return state !== 'created';
}

/** Whether the run was cut short by its cancelling. */
export function leftRowsUnsent(ledger: Ledger, run: number): boolean {
  return ledger.listEvents(run).some(({ what }) => what === notSent);
}

async function isHandedOver(context: RunContext, chunk: Chunk): Promise<boolean> {
  const { state, mode, intentAt, jobId } = chunk;
  if (state === 'spooled') return mode === 'collections' && intentAt !== null;
  if (state === 'created' || jobId === null) return false;
  if (state !== 'uploaded') return true;
  const job = await context.salesforce.bulk.get(jobId, { signal: context.signal });
  return job.state !== 'Open' && job.state !== 'Aborted';
}

async function leaveChunk(context: RunContext, chunk: Chunk): Promise<void> {
  await dropJob(context, chunk);
  await context.ledger.chunkNotSent(chunk);
  await removeChunkFiles(context, chunk);
}

async function dropJob(context: RunContext, { jobId, intentAt, mode }: Chunk): Promise<void> {
  if (jobId !== null) await abortIfThere(context, jobId);
  else if (intentAt !== null && mode === 'bulk') await abortOrphans(context, intentAt);
}

async function rejectRetry(context: RunContext, chunk: Chunk): Promise<void> {
  await dropJob(context, chunk);
  await rejectUntried(context, chunk);
}

async function rejectUntried(context: RunContext, chunk: Chunk): Promise<void> {
  await context.ledger.eventNoted({
    run: chunk.run,
    chunk: chunk.number,
    what: notSent,
    detail: { again: chunk.rows },
  });
  const tally = createTally();
  await context.ledger.chunkReconciled(chunk, async (add) => {
    const { columns, batches } = await openCsvFile(context.spool.path(chunk.file));
    const places = placesOf(context.header, columns);
    for await (const rows of batches) {
      for (const row of rows) {
        const cells = namedCells(context.header, places, row);
        add({ outcome: 'rejected', key: context.key.of(row), by: 'salesforce', ...notTriedAgain, fields: [], cells });
        tally.rejected++;
      }
    }
    return { counts: countsOf(tally) };
  });
  await afterReconciling(context, chunk, tally);
}
