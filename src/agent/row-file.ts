/** Reads a CSV file of the spool folder row by row as bytes: digests without a string, cells only for those who ask. */
import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { SluiceError } from '../base/index.ts';
import {
  createRowDigest,
  emptyHigh,
  emptyLow,
  mixHigh,
  mixLow,
  nothingHigh,
  nothingLow,
  type RowDigest,
} from '../mapping/index.ts';

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;
const comma = 44;

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
  /** Whether the cell is this text, of ASCII letters only. */
  is(place: number, text: string): boolean;
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

/** The same memory as bytes and as numbers of four bytes, filled up to `end`; `ended` when the file has no more. */
type Block = { bytes: Buffer; words: DataView; end: number; ended: boolean };

function createBlock(length: number): Block {
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, words: new DataView(bytes.buffer), end: 0, ended: false };
}

/** One block of memory that is filled again and again; a record that is not whole yet moves to its front. */
function createRecords(path: string): Records {
  let block = createBlock(readBytes);
  let from = 0;
  let number = 0;
  const record = createRecord();
  const digest = createRowDigest();

  function next(): boolean {
    if (from === block.end) return false;
    const found = parseRecord(block, from, record);
    if (found === incomplete) return false;
    number++;
    if (found < 0)
      throw new SluiceError('CSV_INVALID', { where: `record ${number} of ${path}`, reason: faults[found] });
    from = found;
    return true;
  }

  function cell(place: number): string {
    if (place < 0 || place >= record.count) return '';
    const text = block.bytes.toString(isAscii(record) ? 'latin1' : 'utf8', record.starts[place], record.ends[place]);
    return (record.kinds[place] ?? 0) & cellWithQuotes ? text.replaceAll('""', '"') : text;
  }

  function is(place: number, text: string): boolean {
    const start = record.starts[place] ?? 0;
    if (place < 0 || place >= record.count || (record.ends[place] ?? 0) - start !== text.length) return false;
    for (let at = 0; at < text.length; at++) if (block.bytes[start + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  const cells = () => Array.from({ length: record.count }, (_, place) => cell(place));

  return {
    view: { digest, cell, cells, is },
    get ended() {
      return block.ended;
    },
    next,
    digestOf(places) {
      if (isAscii(record) || isUtf8(block.bytes.subarray(record.starts[0], from))) digest.takeHashed(record, places);
      else digest.take(cells(), places);
    },
    space() {
      const { bytes, end } = block;
      const left = end - from;
      if (left > maxRecordBytes) {
        const reason = `it is longer than ${maxRecordBytes} bytes, so a quote is probably never closed`;
        throw new SluiceError('CSV_INVALID', { where: `record ${number + 1} of ${path}`, reason });
      }
      if (left > bytes.length / 2) block = createBlock(bytes.length * 2);
      bytes.copy(block.bytes, 0, from, end);
      from = 0;
      block.end = left;
      return block.bytes.subarray(left);
    },
    filled(length) {
      block.end += length;
      block.ended = length === 0;
    },
  };
}

/** A cell that holds `""` has quotes to be undone when it is read. */
const plainCell = 0;
const cellWithQuotes = 1;

type Record = {
  count: number;
  /** All bytes of its cells together, bit by bit: whether any of them is above 127. */
  seen: number;
  /** Of each cell: its bytes without its quotes, what is in it, and its hash. */
  starts: Int32Array;
  ends: Int32Array;
  kinds: Uint8Array;
  low: Int32Array;
  high: Int32Array;
};

function createRecord(cells = 64): Record {
  const numbers = () => new Int32Array(cells);
  return {
    count: 0,
    seen: 0,
    starts: numbers(),
    ends: numbers(),
    kinds: new Uint8Array(cells),
    low: numbers(),
    high: numbers(),
  };
}

const isAscii = ({ seen }: Record): boolean => (seen & notAscii) === 0;

function growRecord(record: Record): void {
  const larger = createRecord(record.starts.length * 2);
  for (const name of ['starts', 'ends', 'kinds', 'low', 'high'] as const) {
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

/** Fills `record` with the cells of the record that begins at `from`; gives the index behind it, or what is wrong. */
function parseRecord(block: Block, from: number, record: Record): number {
  const { bytes, end } = block;
  let at = from;
  record.count = 0;
  record.seen = 0;
  for (;;) {
    if (record.count === record.starts.length) growRecord(record);
    at = at < end && bytes[at] === quote ? scanQuoted(block, at + 1, record) : scanBare(block, at, record);
    if (at < 0) return at;
    if (at >= end || bytes[at] !== comma) return skipRecordEnd(block, at);
    at++;
  }
}

function skipRecordEnd({ bytes, end, ended }: Block, behindCell: number): number {
  const at = behindCell < end && bytes[behindCell] === carriageReturn ? behindCell + 1 : behindCell;
  if (at >= end) return ended ? at : incomplete;
  return bytes[at] === lineFeed ? at + 1 : -4;
}

/** Index behind the closing quote. */
function scanQuoted(block: Block, start: number, record: Record): number {
  const { bytes, end, ended } = block;
  const at = hashPlain(block, start, record, true);
  const isWhole = at < end && bytes[at] === quote && (at + 1 < end ? bytes[at + 1] !== quote : ended);
  if (!isWhole) return scanUnusualQuoted(block, start, record);
  keepCell(block, start, at, record);
  return at + 1;
}

/** Index of the comma, of the record end (its CR, if it has one), or of the end. */
function scanBare(block: Block, start: number, record: Record): number {
  const { bytes, end, ended } = block;
  const at = hashPlain(block, start, record, false);
  if (at >= end && !ended) return incomplete;
  if (at < end && bytes[at] === quote) return -3;
  if (at < end && bytes[at] === carriageReturn) return scanUnusualBare(block, start, record);
  keepCell(block, start, at, record);
  return at;
}

/**
 * Hashes what is to become the next cell, four bytes at a time, up to the first byte that stands for more than itself: a quote or a
 * carriage return, and outside of quotes a comma or a line feed. Gives that byte's index, or the end.
 */
function hashPlain({ bytes, words, end }: Block, start: number, record: Record, quoted: boolean): number {
  let low = emptyLow;
  let high = emptyHigh;
  let seen = 0;
  let word = 0;
  let bits = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    word = words.getInt32(at, true);
    const marks = markQuotesAndReturns(word) | (quoted ? 0 : markCommasAndFeeds(word));
    if (marks !== 0) {
      // The lowest mark is a true one: what stands below it is the last of the cell.
      bits = 24 - Math.clz32(marks & -marks);
      break;
    }
    seen |= word;
    low = mixLow(low, word);
    high = mixHigh(high, word);
  }
  if (at + 4 <= end) {
    word &= (1 << bits) - 1;
    at += bits >>> 3;
  } else {
    word = 0;
    for (; at < end && !isSpecial(bytes[at] as number, quoted); at++, bits += 8) word |= (bytes[at] as number) << bits;
  }
  record.seen |= seen | word;
  const place = record.count;
  record.low[place] = mixLow(mixLow(low, word), bits);
  record.high[place] = mixHigh(mixHigh(high, word), bits);
  return at;
}

const notAscii = 0x80808080 | 0;

function isSpecial(byte: number, quoted: boolean): boolean {
  return byte === quote || byte === carriageReturn || (!quoted && (byte === comma || byte === lineFeed));
}

/** The highest bit of each of the four bytes that is a quote or CR, and perhaps of others above one of these; no bit when none is. */
function markQuotesAndReturns(four: number): number {
  const quotes = four ^ 0x22222222;
  const returns = four ^ 0x0d0d0d0d;
  return (((quotes - 0x01010101) & ~quotes) | ((returns - 0x01010101) & ~returns)) & notAscii;
}

/** The same for a comma or LF. */
function markCommasAndFeeds(four: number): number {
  const commas = four ^ 0x2c2c2c2c;
  const feeds = four ^ 0x0a0a0a0a;
  return (((commas - 0x01010101) & ~commas) | ((feeds - 0x01010101) & ~feeds)) & notAscii;
}

/** With doubled quotes or carriage returns in it, or not whole yet. */
function scanUnusualQuoted(block: Block, start: number, record: Record): number {
  const { bytes, end, ended } = block;
  let kind = plainCell;
  let at = bytes.indexOf(quote, start);
  for (; at >= 0 && at < end && bytes[at + 1] === quote && at + 1 < end; at = bytes.indexOf(quote, at + 2)) {
    kind = cellWithQuotes;
  }
  if (at < 0 || at >= end) return ended ? -2 : incomplete;
  if (at + 1 >= end && !ended) return incomplete;
  hashUnusual(block, start, at, record);
  keepCell(block, start, at, record);
  record.kinds[record.count - 1] = kind;
  return at + 1;
}

/** With a carriage return, which belongs to the record end when a line feed follows. */
function scanUnusualBare(block: Block, start: number, record: Record): number {
  const { bytes, end, ended } = block;
  let at = start;
  while (at < end && (bytes[at] === carriageReturn || !isSpecial(bytes[at] as number, false))) at++;
  if (at >= end && !ended) return incomplete;
  if (at < end && bytes[at] === quote) return -3;
  if (at < end && bytes[at] === lineFeed && at > start && bytes[at - 1] === carriageReturn) at--;
  hashUnusual(block, start, at, record);
  keepCell(block, start, at, record);
  return at;
}

/** Its hash is there already. Four parameters, as an object for each cell would be most of the garbage. */
function keepCell({ bytes }: Block, start: number, stop: number, record: Record): void {
  const place = record.count++;
  record.starts[place] = start;
  record.ends[place] = stop;
  record.kinds[place] = plainCell;
  if (stop - start !== 4 || !isNullMark(bytes, start)) return;
  record.low[place] = nothingLow;
  record.high[place] = nothingHigh;
}

/** Byte by byte, without carriage returns and with each doubled quote as one. */
function hashUnusual({ bytes }: Block, start: number, stop: number, record: Record): void {
  let low = emptyLow;
  let high = emptyHigh;
  let word = 0;
  let bits = 0;
  for (let at = start; at < stop; at++) {
    const byte = bytes[at] as number;
    if (byte === carriageReturn) continue;
    if (byte === quote) at++;
    record.seen |= byte;
    word |= byte << bits;
    bits = (bits + 8) & 31;
    if (bits > 0) continue;
    low = mixLow(low, word);
    high = mixHigh(high, word);
    word = 0;
  }
  const place = record.count;
  record.low[place] = mixLow(mixLow(low, word), bits);
  record.high[place] = mixHigh(mixHigh(high, word), bits);
}

/** `#N/A` */
function isNullMark(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x23 && bytes[at + 1] === 0x4e && bytes[at + 2] === 0x2f && bytes[at + 3] === 0x41;
}
