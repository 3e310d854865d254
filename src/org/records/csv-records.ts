/** Cuts an uploaded CSV file into records and knows where each stands, so that results can show the row as it was sent. */
import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';

export type LineEnding = 'LF' | 'CRLF';

/** `offset` and `length` in bytes, without the line ending; `end` behind it. */
export type CsvRecord = { offset: number; length: number; end: number; text: string };

export type CsvRecords = {
  /** The next record that is not empty; undefined at the end of the file. Throws CsvBroken where no record can be read. */
  next(): CsvRecord | undefined;
};

/** The file cannot be read on from here; `message` is what the job says of it. */
export class CsvBroken extends Error {}

/** Bytes of one record, so that a quote that is never closed does not pull a whole file into memory. */
const maxRecordBytes = 2_000_000;
const firstBlockBytes = 256 * 1024;
const quoteByte = 34;
const newlineByte = 10;
const returnByte = 13;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads from an open file, from a byte that begins a record. */
export function readCsvRecords(
  file: number,
  { position, lineEnding }: { position: number; lineEnding: LineEnding },
): CsvRecords {
  const block = openBlock(file, position);
  const nextRecord = (): CsvRecord | undefined => {
    for (;;) {
      const record = takeRecord(block, lineEnding);
      if (record === undefined || record.length > 0) return record;
    }
  };
  return { next: nextRecord };
}

/** A window on the file: `bytes[start]` begins the next record and stands at `offset + start` in the file. */
type Block = {
  file: number;
  bytes: Buffer;
  filled: number;
  start: number;
  offset: number;
  atEnd: boolean;
  quoteAt: number;
};

function openBlock(file: number, position: number): Block {
  const block: Block = {
    file,
    bytes: Buffer.allocUnsafe(firstBlockBytes),
    filled: 0,
    start: 0,
    offset: position,
    atEnd: false,
    quoteAt: -1,
  };
  fill(block);
  if (position === 0 && block.bytes.subarray(0, 3).equals(byteOrderMark) && block.filled >= 3) block.start = 3;
  return block;
}

/** Moves what is not yet read to the front and reads on; a record that fills the window makes it twice as large. */
function fill(block: Block): void {
  const rest = block.filled - block.start;
  if (rest > maxRecordBytes) throw new CsvBroken('InvalidBatch : A record is too long, or a quote in it is not closed');
  const target = rest > block.bytes.length / 2 ? Buffer.allocUnsafe(block.bytes.length * 2) : block.bytes;
  block.bytes.copy(target, 0, block.start, block.filled);
  block.bytes = target;
  block.offset += block.start;
  block.start = 0;
  const read = readSync(block.file, target, rest, target.length - rest, block.offset + rest);
  block.filled = rest + read;
  block.atEnd = read === 0;
  block.quoteAt = -1;
}

function takeRecord(block: Block, lineEnding: LineEnding): CsvRecord | undefined {
  for (;;) {
    const newline = findRecordEnd(block);
    if (newline >= 0) return cut(block, recordEnd(block, newline, lineEnding), newline + 1);
    if (block.atEnd) return takeLast(block);
    fill(block);
  }
}

function takeLast(block: Block): CsvRecord | undefined {
  if (block.start >= block.filled) return undefined;
  if (hasOpenQuote(block)) throw new CsvBroken('InvalidBatch : A quote is not closed at the end of the file');
  return cut(block, block.filled, block.filled);
}

function hasOpenQuote({ bytes, start, filled }: Block): boolean {
  let open = false;
  for (let at = bytes.indexOf(quoteByte, start); at >= 0 && at < filled; at = bytes.indexOf(quoteByte, at + 1))
    open = !open;
  return open;
}

/** The first newline outside of quotes; -1 when the window ends before it. */
function findRecordEnd(block: Block): number {
  const { bytes, filled, start } = block;
  let newline = indexIn(bytes, newlineByte, start, filled);
  if (block.quoteAt < start) block.quoteAt = indexOrEnd(bytes, quoteByte, start, filled);
  while (newline >= 0 && block.quoteAt < newline) {
    const close = indexIn(bytes, quoteByte, block.quoteAt + 1, filled);
    if (close < 0) {
      block.quoteAt = -1;
      return -1;
    }
    if (newline < close) newline = indexIn(bytes, newlineByte, close + 1, filled);
    block.quoteAt = indexOrEnd(bytes, quoteByte, close + 1, filled);
  }
  if (newline < 0) block.quoteAt = -1;
  return newline;
}

function indexIn(bytes: Buffer, byte: number, from: number, filled: number): number {
  const at = bytes.indexOf(byte, from);
  return at < filled ? at : -1;
}

function indexOrEnd(bytes: Buffer, byte: number, from: number, filled: number): number {
  const at = indexIn(bytes, byte, from, filled);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

function recordEnd({ bytes, start }: Block, newline: number, lineEnding: LineEnding): number {
  const hasReturn = newline > start && bytes[newline - 1] === returnByte;
  if (hasReturn !== (lineEnding === 'CRLF')) {
    throw new CsvBroken(
      `ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${lineEnding}`,
    );
  }
  return hasReturn ? newline - 1 : newline;
}

function cut(block: Block, end: number, next: number): CsvRecord {
  const bytes = block.bytes.subarray(block.start, end);
  if (!isUtf8(bytes)) throw new CsvBroken('InvalidBatch : Failed to parse input: the file is not UTF-8');
  const record = {
    offset: block.offset + block.start,
    length: bytes.length,
    end: block.offset + next,
    text: bytes.toString('utf8'),
  };
  block.start = next;
  return record;
}

/** The cells of one record, quotes taken off. */
export function splitCells(text: string, delimiter: string): string[] {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at, delimiter) : plainCell(text, at, delimiter);
    cells.push(cell.value);
    at = cell.next;
  }
  return cells;
}

type Cell = { value: string; next: number };

function plainCell(text: string, at: number, delimiter: string): Cell {
  const end = text.indexOf(delimiter, at);
  return end < 0 ? { value: text.slice(at), next: text.length + 1 } : { value: text.slice(at, end), next: end + 1 };
}

function quotedCell(text: string, at: number, delimiter: string): Cell {
  let value = '';
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { value: value + text.slice(from), next: text.length + 1 };
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const rest = plainCell(text, quote + 1, delimiter);
      return { value: value + rest.value, next: rest.next };
    }
    value += '"';
    from = quote + 2;
  }
}

/** A cell as it stands in result files: always quoted. */
export function quotedResultCell(value: string): string {
  return `"${value.includes('"') ? value.replaceAll('"', '""') : value}"`;
}

const delimiters = { BACKQUOTE: '`', CARET: '^', COMMA: ',', PIPE: '|', SEMICOLON: ';', TAB: '\t' } as const;

export function delimiterOf(name: keyof typeof delimiters): string {
  return delimiters[name];
}
