/** The rows that go again, in a spool file of their own: the very cells that were sent before. */
import { csvRow } from '../base/index.ts';
import type { Chunk, RetryChunk } from '../ledger/index.ts';
import { createRowDigest, nullMark } from '../mapping/index.ts';
import { openCsvFile, placesOf } from './csv-rows.ts';
import type { RunContext } from './run-context.ts';

export type RetryWriter = {
  /** Copies the rows with these digests out of the chunk's own file, each as often as counted. */
  copy(wanted: ReadonlyMap<string, number>): Promise<void>;
  /** Resolves when the file is on disk. */
  finish(plan: { try: number; notBefore: number }): Promise<RetryChunk>;
};

export async function createRetryWriter({ spool, header }: RunContext, chunk: Chunk): Promise<RetryWriter> {
  const name = `${chunk.number}-again.csv`;
  const file = await spool.createCsv(name, header);
  const digest = createRowDigest();
  let rows = 0;
  return {
    async copy(wanted) {
      const left = new Map(wanted);
      const { columns, batches } = await openCsvFile(spool.path(chunk.file));
      const places = placesOf(header, columns);
      for await (const batch of batches) {
        const chosen = batch.filter((cells) => {
          digest.take(cells, places);
          return takeOne(left, digest.text());
        });
        rows += chosen.length;
        await file.write(Buffer.from(chosen.map(rowText).join('')));
      }
    },
    async finish(plan) {
      await file.finish();
      return { file: name, bytes: file.bytes, rows, ...plan };
    },
  };
}

/** A text that is exactly `#N/A` never comes into the spool, so this one is a null. */
function rowText(cells: readonly string[]): string {
  return csvRow(cells.map((cell) => (cell === nullMark ? null : cell)));
}

function takeOne(left: Map<string, number>, digest: string): boolean {
  const count = left.get(digest) ?? 0;
  if (count === 0) return false;
  left.set(digest, count - 1);
  return true;
}
