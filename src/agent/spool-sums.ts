/** The sums of what was sent, counted while Salesforce is at work on it, so that its results have less to wait for. */
import type { Chunk } from '../ledger/index.ts';
import { createRowSum, type RowSum } from '../mapping/index.ts';
import type { Backlog } from './backlog.ts';
import { placesOf } from './csv-rows.ts';
import { createGate } from './gate.ts';
import { openRowFile } from './row-file.ts';
import type { Spool } from './spool.ts';

export type SpoolSums = {
  /** Counts the chunk's rows once nothing waits to go up any more, one chunk after the other. */
  begin(chunk: Chunk): void;
  /** The sum, counted now where that was not begun. */
  take(chunk: Chunk): Promise<RowSum>;
};

type Counting = { spool: Spool; header: readonly string[]; uploads: Backlog; signal: AbortSignal };

export function createSpoolSums({ spool, header, uploads, signal }: Counting): SpoolSums {
  const begun = new Map<string, Promise<RowSum>>();
  const turn = createGate(1);

  async function count(chunk: Chunk): Promise<RowSum> {
    const sum = createRowSum();
    await using file = await openRowFile(spool.path(chunk.file));
    await file.eachRow(placesOf(header, file.columns), ({ digest }) => sum.add(digest));
    return sum;
  }

  async function countInTurn(chunk: Chunk): Promise<RowSum> {
    await uploads.whenEmpty();
    return await turn.use(() => {
      signal.throwIfAborted();
      return count(chunk);
    });
  }

  return {
    begin(chunk) {
      if (begun.has(chunk.file)) return;
      const sum = countInTurn(chunk);
      // Whoever takes it is told.
      sum.catch(() => undefined);
      begun.set(chunk.file, sum);
    },
    async take(chunk) {
      const sum = begun.get(chunk.file) ?? count(chunk);
      begun.delete(chunk.file);
      return await sum;
    },
  };
}
