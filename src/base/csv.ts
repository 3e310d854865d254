/** Comma-separated values (RFC 4180): finding record ends in bytes, reading rows, writing rows. */
import { SluiceError } from './errors.ts';

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;

/** A record longer than this is taken for an unclosed quote, so that one stray quote cannot fill the memory. */
const maxRecordBytes = 16 * 1024 * 1024;

export type RecordScan = {
  /** Records that ended in this block. */
  records: number;
  /** Index just behind the last record end in this block; 0 when none ended here. */
  lastEnd: number;
  /** Line feeds in this block, those inside quotes too. */
  lines: number;
};

export type RecordScanner = { scan(block: Uint8Array): RecordScan };

/**
 * Counts records in blocks that are cut anywhere. A record ends at a line feed that is not inside quotes; whether one is
 * inside is the parity of the quotes before it, which is carried from block to block.
 *
 * Four bytes are looked at together (1.2 to 1.5 GB/s; 0.9 GB/s one by one): only a word that holds a quote or a line feed is opened.
 */
export function createRecordScanner(): RecordScanner {
  let quoted = false;
  let records = 0;
  let lines = 0;
  let lastEnd = 0;

  function scanBytes(block: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const byte = block[at];
      if (byte === quote) quoted = !quoted;
      else if (byte === lineFeed) {
        lines++;
        if (quoted) continue;
        records++;
        lastEnd = at + 1;
      }
    }
  }

  function scanWords(block: Uint8Array, from: number, to: number): void {
    const words = new Int32Array(block.buffer, block.byteOffset + from, (to - from) / 4);
    for (let word = 0; word < words.length; word++) {
      if (hasQuoteOrLineFeed(words[word] as number)) scanBytes(block, from + word * 4, from + word * 4 + 4);
    }
  }

  return {
    scan(block) {
      records = lines = lastEnd = 0;
      // Words must begin at a multiple of four; a block too short for one is read byte by byte.
      const head = Math.min(-block.byteOffset & 3, block.length);
      const tail = head + ((block.length - head) & ~3);
      scanBytes(block, 0, head);
      if (tail > head) scanWords(block, head, tail);
      scanBytes(block, tail, block.length);
      return { records, lastEnd, lines };
    },
  };
}

/** May say yes wrongly for a byte above a true one; never no wrongly. */
function hasQuoteOrLineFeed(word: number): boolean {
  const feeds = word ^ 0x0a0a0a0a;
  const quotes = word ^ 0x22222222;
  return ((((feeds - 0x01010101) & ~feeds) | ((quotes - 0x01010101) & ~quotes)) & 0x80808080) !== 0;
}

export type CsvBlocks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export type CsvOptions = {
  /** One character; the default is a comma. */
  delimiter?: string;
  /** `latin1` gives each byte as one character, for those who must hand on bytes unchanged; the default is `utf8`. */
  encoding?: 'utf8' | 'latin1';
  /** Told the line of a batch's first row before the batch is given. */
  onBatch?: (line: number) => void;
};

/**
 * Reads rows from blocks that are cut anywhere, a batch of rows for each block that ends a record.
 *
 * Records end at LF or CRLF, the last one may lack its end. An empty line is a row of one empty cell. With `nullText` a cell
 * that is exactly this text and has no quotes is `null`, while the same text in quotes stays a text. A byte order mark stays in
 * the first cell. The cells of a batch share its memory: who keeps a few for long should copy them.
 *
 * Errors: CSV_INVALID with the line, for a quote that is never closed, a quote inside a cell without quotes, or text behind a
 * closing quote.
 *
 * @example for await (const rows of parseCsv(createReadStream(file))) for (const [id, name] of rows) …
 */
export function parseCsv(
  blocks: CsvBlocks,
  options: CsvOptions & { nullText: string },
): AsyncGenerator<(string | null)[][]>;
export function parseCsv(blocks: CsvBlocks, options?: CsvOptions): AsyncGenerator<string[][]>;
export async function* parseCsv(
  blocks: CsvBlocks,
  { delimiter = ',', encoding = 'utf8', onBatch, nullText }: CsvOptions & { nullText?: string } = {},
): AsyncGenerator<(string | null)[][]> {
  const scanner = createRecordScanner();
  let line = 1;
  let linesAhead = 0;
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const block of blocks) {
    const { lastEnd, lines } = scanner.scan(block);
    linesAhead += lines;
    if (lastEnd > 0) {
      pending.push(block.subarray(0, lastEnd));
      const text = Buffer.concat(pending).toString(encoding);
      const rest = block.subarray(lastEnd);
      const restLines = countLineFeeds(rest);
      onBatch?.(line);
      yield parseRows(text, { delimiter, nullText, line });
      line += linesAhead - restLines;
      linesAhead = restLines;
      pending = rest.length > 0 ? [Buffer.from(rest)] : [];
      pendingBytes = rest.length;
    } else if (block.length > 0) {
      pending.push(Buffer.from(block));
      pendingBytes += block.length;
      if (pendingBytes > maxRecordBytes) throw recordTooLong(line);
    }
  }
  if (pendingBytes === 0) return;
  onBatch?.(line);
  yield parseRows(Buffer.concat(pending).toString(encoding), { delimiter, nullText, line });
}

function recordTooLong(line: number): SluiceError {
  const reason = `the record is longer than ${maxRecordBytes} bytes, so a quote is probably never closed`;
  return new SluiceError('CSV_INVALID', { where: `line ${line}`, reason });
}

function countLineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
  return count;
}

type RowReading = { delimiter: string; nullText: string | undefined; line: number };

/** Whole records only. */
function parseRows(text: string, reading: RowReading): (string | null)[][] {
  const separator = reading.delimiter.charCodeAt(0);
  const nullText = reading.nullText ?? null;
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let at = 0;
  while (at < text.length) {
    let end: number;
    if (text.charCodeAt(at) === quote) {
      end = findQuotedEnd(text, at, reading);
      const cell = text.slice(at + 1, end - 1);
      row.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
    } else {
      end = findBareEnd(text, at, separator, reading);
      const cell = text.slice(at, end);
      row.push(cell === nullText ? null : cell);
    }
    at = end + 1;
    if (text.charCodeAt(end) === separator) {
      if (at < text.length) continue;
      row.push('');
    } else at = skipRecordEnd(text, end, reading);
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Index behind the closing quote. */
function findQuotedEnd(text: string, start: number, reading: RowReading): number {
  let at = start + 1;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0) throw invalidCsv(text, start, reading, 'a quote is opened and never closed');
    if (text.charCodeAt(at + 1) !== quote) return at + 1;
    at += 2;
  }
}

/** Index of the separator, of the record end (its CR, if it has one), or of the end of the text. */
function findBareEnd(text: string, start: number, separator: number, reading: RowReading): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator) return at;
    if (code === quote)
      throw invalidCsv(text, at, reading, 'a quote stands inside a cell that does not begin with one');
    if (code === lineFeed) return at > start && text.charCodeAt(at - 1) === carriageReturn ? at - 1 : at;
  }
  return at;
}

/** Index of the next record. */
function skipRecordEnd(text: string, at: number, reading: RowReading): number {
  if (at >= text.length) return at;
  if (text.charCodeAt(at) === lineFeed) return at + 1;
  if (text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed) return at + 2;
  throw invalidCsv(text, at, reading, 'text stands behind a closing quote');
}

function invalidCsv(text: string, at: number, { line }: RowReading, reason: string): SluiceError {
  const linesBefore = text.slice(0, at).split('\n').length - 1;
  return new SluiceError('CSV_INVALID', { where: `line ${line + linesBefore}`, reason });
}

const needsQuotes = /[",\r\n]/;

/**
 * One cell as text: in quotes where RFC 4180 wants them, and always when the text is exactly `#N/A`, which without quotes is
 * Bulk API 2.0's null.
 */
export function csvCell(text: string): string {
  return needsQuotes.test(text) || text === '#N/A' ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One record with its LF. A null is the bare `#N/A` of Bulk API 2.0. A row of one empty text is `""`, since an empty line may be skipped. */
export function csvRow(cells: readonly (string | null)[]): string {
  if (cells.length === 1 && cells[0] === '') return '""\n';
  return `${cells.map((cell) => (cell === null ? '#N/A' : csvCell(cell))).join(',')}\n`;
}
