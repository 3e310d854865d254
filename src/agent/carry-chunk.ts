/** Takes a chunk to its end by the way of its mode, and after it the rows that are to be tried again. */
import type { ChunkRef } from '../ledger/index.ts';
import { carryBulkChunk } from './bulk-chunk.ts';
import { carryCollection } from './collections-chunk.ts';
import type { RunContext } from './run-context.ts';

export async function carryChunk(context: RunContext, ref: ChunkRef): Promise<void> {
  const { ledger } = context;
  if (ledger.getChunk(ref).mode === 'bulk') await carryBulkChunk(context, ref);
  else await carryCollection(context, ref);
  if (context.cancelling) return;
  const retries = ledger
    .listChunks(ref.run)
    .filter((chunk) => chunk.parent === ref.number && chunk.state !== 'reconciled');
  for (const retry of retries) await carryChunk(context, retry);
}
