/** The slow way, taken only when the sums of a chunk's rows and of its results differ: which rows have no result? */
import type { Chunk } from '../ledger/index.ts';
import { createRowDigest } from '../mapping/index.ts';
import { openCsvFile, placesOf } from './csv-rows.ts';
import { resultFile, resultKinds } from './result-files.ts';
import type { RunContext } from './run-context.ts';

export type MissingRow = { key: string; digest: string; cells: readonly string[] };

export type Missing = {
  /** Sent, and named in no result. */
  rows: readonly MissingRow[];
  /** Results whose cells came back changed, tied by their key: the digest answered, and the digest sent. */
  renamed: readonly (readonly [answered: string, sent: string])[];
  /** Results for rows that were not sent. */
  strangers: number;
};

/**
 * Ties results to rows by key and digest first, what is left by key alone. Keeps the digests of one chunk in memory, and the
 * cells of missing rows only.
 */
export async function findMissing(context: RunContext, chunk: Chunk): Promise<Missing> {
  const answered = await countResults(context, chunk);
  const left: LeftRow[] = [];
  for await (const row of readSpool(context, chunk)) {
    if (!takeAnswer(answered, row.digest)) left.push({ key: context.key.of(row.cells), digest: row.digest });
  }
  const { missing, ...tied } = tieByKey(left, answered);
  return { ...tied, rows: await collectCells(context, chunk, missing) };
}

type LeftRow = { key: string; digest: string };

async function* readSpool(
  { spool, header }: RunContext,
  chunk: Chunk,
): AsyncGenerator<{ digest: string; cells: readonly string[] }> {
  const digest = createRowDigest();
  const { columns, batches } = await openCsvFile(spool.path(chunk.file));
  const places = placesOf(header, columns);
  for await (const rows of batches) {
    for (const cells of rows) {
      digest.take(cells, places);
      yield { digest: digest.text(), cells };
    }
  }
}

async function collectCells(context: RunContext, chunk: Chunk, missing: readonly LeftRow[]): Promise<MissingRow[]> {
  if (missing.length === 0) return [];
  const wanted: Answered = new Map();
  for (const { key, digest } of missing) wanted.set(digest, { key, count: (wanted.get(digest)?.count ?? 0) + 1 });
  const rows: MissingRow[] = [];
  for await (const { digest, cells } of readSpool(context, chunk)) {
    if (takeAnswer(wanted, digest)) rows.push({ key: context.key.of(cells), digest, cells: [...cells] });
  }
  return rows;
}

type Answered = Map<string, { key: string; count: number }>;

async function countResults({ spool, header, key }: RunContext, chunk: Chunk): Promise<Answered> {
  const answered: Answered = new Map();
  const digest = createRowDigest();
  for (const kind of resultKinds) {
    const { columns, batches } = await openCsvFile(spool.path(resultFile(chunk, kind)));
    const places = placesOf(header, columns);
    const keyPlace = key.place < 0 ? -1 : (places[key.place] ?? -1);
    for await (const rows of batches) {
      for (const cells of rows) {
        digest.take(cells, places);
        const text = digest.text();
        const known = answered.get(text);
        if (known) known.count++;
        else answered.set(text, { key: keyPlace < 0 ? text : (cells[keyPlace] ?? ''), count: 1 });
      }
    }
  }
  return answered;
}

function takeAnswer(answered: Answered, digest: string): boolean {
  const found = answered.get(digest);
  if (!found || found.count === 0) return false;
  found.count--;
  return true;
}

function tieByKey(left: readonly LeftRow[], answered: Answered): Omit<Missing, 'rows'> & { missing: LeftRow[] } {
  const digestsByKey = new Map<string, string[]>();
  for (const [digest, { key, count }] of answered) {
    if (count > 0) digestsByKey.set(key, [...(digestsByKey.get(key) ?? []), ...Array<string>(count).fill(digest)]);
  }
  const renamed: [string, string][] = [];
  const missing = left.filter((row) => {
    const tied = digestsByKey.get(row.key)?.pop();
    if (tied !== undefined) renamed.push([tied, row.digest]);
    return tied === undefined;
  });
  const strangers = [...digestsByKey.values()].reduce((sum, digests) => sum + digests.length, 0);
  return { missing, renamed, strangers };
}
