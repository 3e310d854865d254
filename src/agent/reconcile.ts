/** Settles a chunk: every row that was sent gets its outcome from Salesforce's result files, or stays unknown; never by position. */
import { findPaceOfRow, type PaceName, paces, pauseMs } from '../base/index.ts';
import type { Chunk, ChunkCounts, RetryChunk, RowEntry } from '../ledger/index.ts';
import { createRowSum, type RowSum } from '../mapping/index.ts';
import type { ResultKind } from '../salesforce/index.ts';
import { openCsvFile, placesOf } from './csv-rows.ts';
import { findMissing, type Missing } from './missing-rows.ts';
import { findPaceOfJob } from './passing-reasons.ts';
import { removeChunkFiles, resultFile, resultKinds } from './result-files.ts';
import { createRetryWriter } from './retry-chunk.ts';
import { parseJobError, parseRowError, type SentRowError } from './row-error.ts';
import { openRowFile, type RowView } from './row-file.ts';
import { type RunContext, refOf } from './run-context.ts';

/** Tries in all for a row that is refused for a reason that can pass. */
export const maxTries = 6;

/** Chunks with locked rows before jobs go one at a time. */
const lockedChunksBeforeSerial = 2;

export type Add = (entry: RowEntry) => void;

export type Tally = ChunkCounts & {
  /** Digests of rows to send again, with how many of each; and the slowest pace any of them asks for. */
  again: Map<string, number>;
  pace: PaceName | null;
};

export async function reconcileChunk(context: RunContext, chunk: Chunk): Promise<void> {
  const { ledger, observe } = context;
  const sent = await context.sums.take(chunk);
  let tally = createTally();
  await ledger.chunkReconciled(chunk, async (add) => {
    tally = createTally();
    const answered = await recordResults(context, chunk, { add, tally });
    const missing = answered.equals(sent) ? null : await findMissing(context, chunk);
    if (missing) recordUnprocessedOrUnknown(context, chunk, { missing, answered, add, tally });
    const retry = await writeRetry(context, chunk, { tally, missing });
    observe('reconciled:answered', refOf(chunk));
    const { again: _, pace: __, ...counts } = tally;
    const detail = missing ? { sent: sent.rows, answered: answered.rows, notSent: missing.strangers } : {};
    return { counts, retry, detail };
  });
  await afterReconciling(context, chunk, tally);
}

export function createTally(): Tally {
  return { succeeded: 0, created: 0, rejected: 0, retried: 0, unknown: 0, again: new Map(), pace: null };
}

type Recording = { add: Add; tally: Tally };

/** Reads the three files once; what they say goes into the ledger as it is read. */
async function recordResults(context: RunContext, chunk: Chunk, { add, tally }: Recording): Promise<RowSum> {
  const sum = createRowSum();
  for (const kind of resultKinds) {
    await using file = await openRowFile(context.spool.path(resultFile(chunk, kind)));
    const places = placesOf(context.header, file.columns);
    const record = recorderOf(kind, { context, chunk, columns: file.columns, places, add, tally });
    await file.eachRow(places, (row) => {
      sum.add(row.digest);
      record(row);
    });
  }
  return sum;
}

type RecorderParts = Recording & {
  context: RunContext;
  chunk: Chunk;
  columns: readonly string[];
  places: readonly number[];
};

function recorderOf(
  kind: ResultKind,
  { context, chunk, columns, places, add, tally }: RecorderParts,
): (row: RowView) => void {
  const [idPlace = -1, createdPlace = -1, errorPlace = -1] = placesOf(['sf__Id', 'sf__Created', 'sf__Error'], columns);
  const keyPlace = context.key.place < 0 ? -1 : (places[context.key.place] ?? -1);
  const keyOf = (row: RowView) => (keyPlace < 0 ? row.digest.text() : row.cell(keyPlace));
  if (kind === 'successfulResults') {
    return (row) => {
      const created = row.is(createdPlace, 'true');
      add({ outcome: 'succeeded', key: keyOf(row), salesforceId: row.cell(idPlace), created });
      tally.succeeded++;
      if (created) tally.created++;
    };
  }
  const jobError = kind === 'unprocessedrecords' ? whyUnprocessed(chunk) : null;
  return (row) => {
    const error = jobError ?? { ...parseRowError(row.cell(errorPlace)), pace: undefined };
    const pace = error.pace === undefined ? findPaceOfRow(error.code) : error.pace;
    settleRefused(chunk, {
      error,
      pace,
      key: keyOf(row),
      salesforceId: row.cell(idPlace) || undefined,
      digest: () => row.digest.text(),
      cells: () => namedCells(context.header, places, row.cells()),
      add,
      tally,
    });
  };
}

type Refused = Recording & {
  error: SentRowError;
  pace: PaceName | null;
  key: string;
  digest: () => string;
  cells: () => Record<string, string>;
  salesforceId?: string | undefined;
};

/** A row refused for a reason that can pass goes again, up to a number of tries; any other is rejected in Salesforce's words. */
export function settleRefused(chunk: Chunk, refused: Refused): void {
  const { error, pace, key, add, tally, salesforceId } = refused;
  if (pace !== null && chunk.try < maxTries) {
    const digest = refused.digest();
    tally.again.set(digest, (tally.again.get(digest) ?? 0) + 1);
    tally.retried++;
    if (tally.pace === null || paces[pace].firstMs > paces[tally.pace].firstMs) tally.pace = pace;
    return;
  }
  add({
    outcome: 'rejected',
    key,
    by: 'salesforce',
    ...error,
    fields: error.fields,
    salesforceId,
    cells: refused.cells(),
  });
  tally.rejected++;
}

/** Rows of a job that failed or was aborted, and that Salesforce says it did not touch. */
function whyUnprocessed(chunk: Chunk): SentRowError & { pace: PaceName | null } {
  const aborted = { code: 'JOB_ABORTED', message: 'The job was aborted before this row was processed.' };
  const said = chunk.jobError === null ? aborted : parseJobError(chunk.jobError);
  return { ...said, fields: [], pace: findPaceOfJob({ state: chunk.jobState, error: chunk.jobError }) };
}

export function namedCells(
  header: readonly string[],
  places: readonly number[],
  cells: readonly string[],
): Record<string, string> {
  return Object.fromEntries(header.map((name, index) => [name, cells[places[index] ?? -1] ?? '']));
}

type Lacking = Recording & { missing: Missing; answered: RowSum };

/**
 * Rows that no result file has. A job that ended without processing anything, and gave no files, has not touched them; else
 * what became of them is unknown.
 */
function recordUnprocessedOrUnknown(
  context: RunContext,
  chunk: Chunk,
  { missing, answered, add, tally }: Lacking,
): void {
  const untouched = chunk.jobState !== 'JobComplete' && chunk.jobProcessed === 0 && answered.rows === 0;
  for (const row of missing.rows) {
    const cells = () =>
      namedCells(
        context.header,
        context.header.map((_, index) => index),
        row.cells,
      );
    if (untouched) {
      const error = whyUnprocessed(chunk);
      settleRefused(chunk, { error, pace: error.pace, key: row.key, digest: () => row.digest, cells, add, tally });
    } else {
      const message = `Salesforce ended the job ${chunk.jobId} and named this row in none of its results.`;
      add({ outcome: 'unknown', key: row.key, code: 'NO_RESULT', message, cells: cells() });
      tally.unknown++;
    }
  }
}

async function writeRetry(
  context: RunContext,
  chunk: Chunk,
  { tally, missing }: { tally: Tally; missing: Missing | null },
): Promise<RetryChunk | undefined> {
  if (tally.again.size === 0) return undefined;
  for (const [answeredDigest, sentDigest] of missing?.renamed ?? []) moveCount(tally.again, answeredDigest, sentDigest);
  const writer = await createRetryWriter(context, chunk);
  await writer.copy(tally.again);
  const pace = paces[tally.pace ?? 'fault'];
  const notBefore = Math.round(context.clock.now() + pauseMs(pace, chunk.try, context.random()));
  return await writer.finish({ try: chunk.try + 1, notBefore });
}

/** The spool knows the row by the digest of what was sent. */
function moveCount(counts: Map<string, number>, from: string, to: string): void {
  const count = counts.get(from) ?? 0;
  if (count === 0) return;
  if (count === 1) counts.delete(from);
  else counts.set(from, count - 1);
  counts.set(to, (counts.get(to) ?? 0) + 1);
}

export async function afterReconciling(context: RunContext, chunk: Chunk, tally: Tally): Promise<void> {
  const { ledger, run, lockedChunks, gates, progress } = context;
  progress.add({ succeeded: tally.succeeded, rejected: tally.rejected, unknown: tally.unknown });
  await removeChunkFiles(context, chunk);
  if (tally.pace !== 'lock') return;
  lockedChunks.count++;
  if (lockedChunks.count < lockedChunksBeforeSerial || gates.process.limit === 1) return;
  gates.process.limit = 1;
  await ledger.goneSerial(run, `${lockedChunks.count} chunks came back with locked rows`);
}

export async function settleEmptyChunk(context: RunContext, chunk: Chunk): Promise<void> {
  await context.ledger.chunkReconciled(chunk, async () => ({ counts: countsOf(createTally()) }));
  await removeChunkFiles(context, chunk);
}

/** The org does not know the job any more: what became of its rows cannot be known from it. */
export async function settleVanishedJob(context: RunContext, chunk: Chunk): Promise<void> {
  const message = `Salesforce does not know the job ${chunk.jobId} any more, so that its results cannot be read.`;
  await settleAsUnknown(context, chunk, { code: 'JOB_VANISHED', message });
}

export async function settleAsUnknown(
  context: RunContext,
  chunk: Chunk,
  why: { code: string; message: string },
): Promise<void> {
  const tally = createTally();
  await context.ledger.chunkReconciled(chunk, async (add) => {
    const { columns, batches } = await openCsvFile(context.spool.path(chunk.file));
    const places = placesOf(context.header, columns);
    for await (const rows of batches) {
      for (const cells of rows) {
        add({
          outcome: 'unknown',
          key: context.key.of(cells),
          ...why,
          cells: namedCells(context.header, places, cells),
        });
        tally.unknown++;
      }
    }
    return { counts: countsOf(tally) };
  });
  await afterReconciling(context, chunk, tally);
}

export function countsOf({ succeeded, created, rejected, retried, unknown }: Tally): ChunkCounts {
  return { succeeded, created, rejected, retried, unknown };
}
