/** Reads a source once, to its end, into the spool: checked, cut into chunks, each on disk before it is told of. */
import type { CheckedRecords, Records, Rejected } from './check-before-sending.ts';
import { findRecordEnds } from './check-before-sending.ts';
import type { SpoolFile } from './spool.ts';

/** Rejected rows wait for company before they are written to the ledger. */
const rejectedTogether = 500;

export type ChunkLimits = { maxBytes: number; maxRows: number };

export type OpenChunk<Chunk> = { chunk: Chunk; file: SpoolFile };

export type SpoolSource<Chunk> = {
  records: AsyncIterable<Records>;
  check(records: Records): Promise<CheckedRecords>;
  limits: ChunkLimits;
  openChunk(): Promise<OpenChunk<Chunk>>;
  onRejected(chunk: Chunk, rejected: readonly Rejected[]): Promise<void>;
  /** The chunk's file is on disk. */
  onChunk(chunk: Chunk, spooled: { bytes: number; rows: number }): Promise<void>;
  /** After each piece; rows in all so far. */
  onProgress(counts: { read: number; rejected: number }): Promise<void>;
};

/** Resolves with the rows read, those that were rejected included. */
export async function spoolSource<Chunk>(source: SpoolSource<Chunk>): Promise<{ read: number }> {
  const writer = createChunkWriter(source);
  let read = 0;
  let rejected = 0;
  try {
    for await (const records of source.records) {
      const checked = await source.check(records);
      read += records.rows;
      rejected += checked.rejected.length;
      await writer.take(checked);
      await source.onProgress({ read, rejected });
    }
    await writer.end();
    return { read };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

function createChunkWriter<Chunk>({ limits, openChunk, onRejected, onChunk }: SpoolSource<Chunk>) {
  let open: (OpenChunk<Chunk> & { rows: number }) | undefined;
  let waiting: Rejected[] = [];
  let finishing: Promise<void> = Promise.resolve();

  async function current(): Promise<OpenChunk<Chunk> & { rows: number }> {
    open ??= { ...(await openChunk()), rows: 0 };
    return open;
  }

  async function flushRejected(): Promise<void> {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    await onRejected((await current()).chunk, batch);
  }

  /** The source is read on into the next file while the disk takes this one. */
  async function finish(): Promise<void> {
    await flushRejected();
    await finishing;
    if (!open) return;
    const { chunk, file, rows } = open;
    open = undefined;
    finishing = file.finish().then(() => onChunk(chunk, { bytes: file.bytes, rows }));
    finishing.catch(() => undefined);
  }

  async function append({ bytes, rows }: Records): Promise<void> {
    if (rows === 0) return;
    const chunk = await current();
    chunk.rows += rows;
    await chunk.file.write(bytes);
    if (chunk.rows >= limits.maxRows || chunk.file.bytes >= limits.maxBytes) await finish();
  }

  async function fits({ bytes, rows }: Records): Promise<boolean> {
    const { file, rows: held } = await current();
    return held + rows <= limits.maxRows && file.bytes + bytes.length <= limits.maxBytes;
  }

  /** Record by record, only where a piece crosses the border between two chunks. */
  async function appendAcross({ bytes }: Records): Promise<void> {
    let from = 0;
    for (const part of await nextParts(bytes)) {
      if (part.cutBefore) await finish();
      await append({ bytes: bytes.subarray(from, part.end), rows: part.rows });
      from = part.end;
    }
  }

  async function nextParts(bytes: Buffer): Promise<Part[]> {
    const { file, rows } = await current();
    return planParts(findRecordEnds(bytes), { held: { bytes: file.bytes, rows }, limits });
  }

  return {
    async take({ bytes, rows, rejected }: CheckedRecords): Promise<void> {
      waiting.push(...rejected);
      if (waiting.length >= rejectedTogether) await flushRejected();
      if (rows === 0) return;
      if (await fits({ bytes, rows })) await append({ bytes, rows });
      else await appendAcross({ bytes, rows });
    },
    async end(): Promise<void> {
      await finish();
      await finishing;
    },
    async abandon(): Promise<void> {
      await finishing.catch(() => undefined);
      await open?.file.abandon();
      open = undefined;
    },
  };
}

/** Records up to `end`, `rows` of them, going into a new chunk when `cutBefore`. */
type Part = { end: number; rows: number; cutBefore: boolean };

function planParts(
  ends: readonly number[],
  { held, limits }: { held: { bytes: number; rows: number }; limits: ChunkLimits },
): Part[] {
  const parts: Part[] = [];
  let part: Part = { end: 0, rows: 0, cutBefore: false };
  let { bytes, rows } = held;
  let from = 0;
  for (const end of ends) {
    const tooMuch = rows > 0 && (rows + 1 > limits.maxRows || bytes + end - from > limits.maxBytes);
    if (tooMuch) {
      if (part.rows > 0) parts.push(part);
      part = { end: from, rows: 0, cutBefore: true };
      bytes = 0;
      rows = 0;
    }
    part = { ...part, end, rows: part.rows + 1 };
    bytes += end - from;
    rows++;
    from = end;
  }
  if (part.rows > 0) parts.push(part);
  return parts;
}
