/** Reads a CSV file of the spool folder row by row as bytes: digests without a string, cells only for those who ask. */
import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { SluiceError } from '../base/index.ts';
import {
  createRowDigest,
  emptyHigh,
  emptyLow,
  highFactor,
  highShift,
  lowFactor,
  type RowDigest,
} from './row-digest.ts';

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;
const comma = 44;
/** No byte that ends a cell or may not stand in one is above this. */
const highestSpecial = comma;

const readBytes = 262_144;

/** A record longer than this is taken for an unclosed quote, so that one stray quote cannot fill the memory. */
const maxRecordBytes = 16 * 1024 * 1024;

/** The row that is being looked at; good until the function it was given to returns. */
export type RowView = {
  /** Of the cells at the places asked for; the same that RowDigest.take gives for them as texts. */
  readonly digest: RowDigest;
  /** Empty for a place that is not there. */
  cell(place: number): string;
  cells(): string[];
};

export type RowFile = AsyncDisposable & {
  /** Empty for a file that is empty or not there. */
  readonly columns: readonly string[];
  /** To the end of the file, once. Errors: CSV_INVALID. */
  eachRow(places: readonly number[], take: (row: RowView) => void): Promise<void>;
};

export async function openRowFile(path: string): Promise<RowFile> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!handle) return { columns: [], eachRow: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  const records = createRecords(path);
  const more = createReading(handle, records);
  let columns: string[] = [];
  try {
    if (await more()) columns = records.view.cells().map((name) => name.replace(/^\uFEFF/, ''));
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    columns,
    async eachRow(places, take) {
      while (await more()) {
        do {
          records.digestOf(places);
          take(records.view);
        } while (records.next());
      }
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Resolves with true when a record is there to be looked at, having read on as far as it takes. */
function createReading(handle: FileHandle, records: Records): () => Promise<boolean> {
  return async () => {
    while (!records.next()) {
      if (records.ended) return false;
      const space = records.space();
      const { bytesRead } = await handle.read(space, 0, space.length);
      records.filled(bytesRead);
    }
    return true;
  };
}

type Records = {
  readonly view: RowView;
  readonly ended: boolean;
  /** Goes to the next record; false when more bytes are needed, or none are left. */
  next(): boolean;
  /** Computes the digest of the record, of the cells at these places. */
  digestOf(places: readonly number[]): void;
  /** Where to read to, and how much was read; nothing is the end of the file. */
  space(): Buffer;
  filled(length: number): void;
};

/** One block of memory that is filled again and again; a record that is not whole yet moves to its front. */
function createRecords(path: string): Records {
  let block = Buffer.allocUnsafeSlow(readBytes);
  let from = 0;
  let end = 0;
  let ended = false;
  let number = 0;
  const record = createRecord();
  const digest = createRowDigest();

  function next(): boolean {
    if (from === end) return false;
    const found = parseRecord(block, { from, end, ended }, record);
    if (found === incomplete) return false;
    number++;
    if (found < 0)
      throw new SluiceError('CSV_INVALID', { where: `record ${number} of ${path}`, reason: faults[found] });
    from = found;
    return true;
  }

  function cell(place: number): string {
    if (place < 0 || place >= record.count) return '';
    const text = block.toString('utf8', record.starts[place], record.ends[place]);
    return record.escaped[place] ? text.replaceAll('""', '"') : text;
  }

  const cells = () => Array.from({ length: record.count }, (_, place) => cell(place));

  return {
    view: { digest, cell, cells },
    get ended() {
      return ended;
    },
    next,
    digestOf(places) {
      if (record.ascii || isUtf8(block.subarray(record.starts[0], from))) digest.takeHashed(record, places);
      else digest.take(cells(), places);
    },
    space() {
      const left = end - from;
      if (left > maxRecordBytes) {
        const reason = `it is longer than ${maxRecordBytes} bytes, so a quote is probably never closed`;
        throw new SluiceError('CSV_INVALID', { where: `record ${number + 1} of ${path}`, reason });
      }
      const target = left > block.length / 2 ? Buffer.allocUnsafeSlow(block.length * 2) : block;
      block.copy(target, 0, from, end);
      block = target;
      from = 0;
      end = left;
      return block.subarray(left);
    },
    filled(length) {
      end += length;
      ended = length === 0;
    },
  };
}

type Record = {
  count: number;
  /** Whether the record has no byte above 127. */
  ascii: boolean;
  /** Of each cell: its bytes without its quotes, whether quotes in it are doubled, and its hash. */
  starts: Int32Array;
  ends: Int32Array;
  escaped: Uint8Array;
  low: Int32Array;
  high: Int32Array;
};

function createRecord(cells = 64): Record {
  const numbers = () => new Int32Array(cells);
  return {
    count: 0,
    ascii: true,
    starts: numbers(),
    ends: numbers(),
    escaped: new Uint8Array(cells),
    low: numbers(),
    high: numbers(),
  };
}

function growRecord(record: Record): void {
  const larger = createRecord(record.starts.length * 2);
  for (const name of ['starts', 'ends', 'escaped', 'low', 'high'] as const) {
    larger[name].set(record[name]);
    Object.assign(record, { [name]: larger[name] });
  }
}

const incomplete = -1;
const faults: Readonly<{ [fault: number]: string }> = {
  [-2]: 'a quote is opened and never closed',
  [-3]: 'a quote stands inside a cell that does not begin with one',
  [-4]: 'text stands behind a closing quote',
};

type Range = { from: number; end: number; ended: boolean };

/** Fills `record` with the cells of the record that begins at `from`; gives the index behind it, or what is wrong. */
function parseRecord(block: Buffer, { from, end, ended }: Range, record: Record): number {
  const limit = { end, ended };
  let at = from;
  record.count = 0;
  record.ascii = true;
  for (;;) {
    if (record.count === record.starts.length) growRecord(record);
    const quoted = at < end && block[at] === quote;
    at = quoted ? scanQuoted(block, at + 1, limit, record) : scanBare(block, at, limit, record);
    if (at < 0) return at;
    if (at >= end || block[at] !== comma) return skipRecordEnd(block, at, limit);
    at++;
  }
}

function skipRecordEnd(block: Buffer, behindCell: number, { end, ended }: Limit): number {
  const at = behindCell < end && block[behindCell] === carriageReturn ? behindCell + 1 : behindCell;
  if (at >= end) return ended ? at : incomplete;
  return block[at] === lineFeed ? at + 1 : -4;
}

type Limit = { end: number; ended: boolean };

/** Index behind the closing quote. */
function scanQuoted(block: Buffer, start: number, { end, ended }: Limit, record: Record): number {
  let low = emptyLow;
  let high = emptyHigh;
  let seen = 0;
  let escaped = 0;
  let at = start;
  for (;;) {
    if (at >= end) return ended ? -2 : incomplete;
    const byte = block[at++] as number;
    if (byte === quote) {
      if (at >= end && !ended) return incomplete;
      if (at >= end || block[at] !== quote) break;
      escaped = 1;
      at++;
    } else if (byte === carriageReturn) continue;
    seen |= byte;
    low = Math.imul(low ^ byte, lowFactor);
    high = Math.imul(high + byte, highFactor) ^ (high >>> highShift);
  }
  if (seen > 127) record.ascii = false;
  keepCell(block, { start, stop: at - 1, low, high, escaped }, record);
  return at;
}

/** Index of the comma, of the record end (its CR, if it has one), or of the end. */
function scanBare(block: Buffer, start: number, { end, ended }: Limit, record: Record): number {
  let low = emptyLow;
  let high = emptyHigh;
  let seen = 0;
  let at = start;
  for (; at < end; at++) {
    const byte = block[at] as number;
    if (byte <= highestSpecial) {
      if (byte === comma || byte === lineFeed) break;
      if (byte === quote) return -3;
      if (byte === carriageReturn) continue;
    }
    seen |= byte;
    low = Math.imul(low ^ byte, lowFactor);
    high = Math.imul(high + byte, highFactor) ^ (high >>> highShift);
  }
  if (at >= end && !ended) return incomplete;
  if (at < end && block[at] === lineFeed && at > start && block[at - 1] === carriageReturn) at--;
  if (seen > 127) record.ascii = false;
  keepCell(block, { start, stop: at, low, high, escaped: 0 }, record);
  return at;
}

type Cell = { start: number; stop: number; low: number; high: number; escaped: number };

function keepCell(block: Buffer, { start, stop, low, high, escaped }: Cell, record: Record): void {
  const place = record.count++;
  const isNull = stop - start === 4 && isNullMark(block, start);
  record.starts[place] = start;
  record.ends[place] = stop;
  record.escaped[place] = escaped;
  record.low[place] = isNull ? emptyLow : low;
  record.high[place] = isNull ? emptyHigh : high;
}

/** `#N/A` */
function isNullMark(block: Buffer, at: number): boolean {
  return block[at] === 0x23 && block[at + 1] === 0x4e && block[at + 2] === 0x2f && block[at + 3] === 0x41;
}
