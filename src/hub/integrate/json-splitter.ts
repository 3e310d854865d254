/** Cuts a body of JSON into the texts of its records, in blocks that end anywhere: a list, { "records": […] }, one object, or one a line. */
import { isUtf8 } from 'node:buffer';
import { bodyProblem, type Place, recordProblem } from './body-problem.ts';
import { maxRecordBytes } from './incoming-record.ts';

export type RecordText = Place & { text: string };

export type JsonSplitter = {
  /** The records that ended in this block. Throws ApiRefused. */
  push(block: Uint8Array): RecordText[];
  /** The last one; throws ApiRefused when the body broke off. */
  end(): RecordText[];
};

/** Far more than is ever needed to see what the body is. */
const headBytes = 4_096;
const maxDepth = 5;

const wrapper = /^\{\s*"records"\s*:\s*\[/;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const [lineFeed, quote, comma, backslash] = [10, 34, 44, 92];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];

/** list: inside […]. lines: objects one behind the other. tail: nothing but the end may come. */
type Form = 'unknown' | 'list' | 'lines' | 'tail';

export function createJsonSplitter(): JsonSplitter {
  let head: Buffer | null = Buffer.alloc(0);
  const scan = new RecordScan();
  const begin = (bytes: Buffer): RecordText[] => {
    head = null;
    return scan.begin(bytes);
  };
  return {
    push(block) {
      if (head === null) return scan.take(bufferOf(block));
      const bytes = Buffer.concat([head, block]);
      if (bytes.length >= headBytes) return begin(bytes);
      head = bytes;
      return [];
    },
    end() {
      const last = head === null ? [] : begin(head);
      scan.end();
      return last;
    },
  };
}

/** Of a body that is there as a whole. Throws ApiRefused. */
export function splitWholeJson(body: Uint8Array): RecordText[] {
  const scan = new RecordScan();
  const records = scan.begin(bufferOf(body));
  scan.end();
  return records;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

class RecordScan {
  #form: Form = 'unknown';
  /** What must still come after the list: the brace of its wrapper. */
  #closing = 0;
  /** Whether a comma, or the first record, came before. */
  #mayBegin = true;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #record = 0;
  #line = 1;
  #recordLine = 1;
  /** Of a record that goes on in the next block. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;

  begin(bytes: Buffer): RecordText[] {
    const start = bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
    const text = bytes.toString('latin1', start, start + headBytes);
    const blank = text.length - text.trimStart().length;
    this.#countLines(bytes.subarray(start, start + blank));
    const found = wrapper.exec(text.slice(blank));
    const first = bytes[start + blank];
    if (first === undefined) return [];
    if (found === null && first !== openBracket && first !== openBrace)
      throw bodyProblem('The body', 'is not JSON: it must be a list of records, { "records": […] }, or one record');
    this.#form = found !== null || first === openBracket ? 'list' : 'lines';
    this.#closing = found === null ? 0 : 1;
    const from = start + blank + (found?.[0].length ?? (first === openBracket ? 1 : 0));
    this.#countLines(bytes.subarray(start + blank, from));
    return this.take(bytes.subarray(from));
  }

  take(bytes: Buffer): RecordText[] {
    const records: RecordText[] = [];
    let from = this.#depth > 0 ? 0 : -1;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (this.#inString) this.#passString(byte);
      else if (this.#depth === 0) {
        if (this.#betweenRecords(byte)) from = at;
      } else if (this.#inside(byte)) {
        records.push(this.#finish(bytes.subarray(from, at + 1)));
        from = -1;
      }
    }
    if (from >= 0) this.#keep(bytes.subarray(from));
    return records;
  }

  end(): void {
    if (this.#depth > 0 || this.#form === 'list' || this.#closing > 0)
      throw bodyProblem('The body', 'broke off before its end');
  }

  #passString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inString = false;
    else if (byte === lineFeed) this.#line++;
  }

  /** Whether a record begins here. */
  #betweenRecords(byte: number): boolean {
    if (byte === 32 || byte === 9 || byte === 13) return false;
    if (byte === lineFeed) {
      this.#line++;
      return false;
    }
    const place = { record: this.#record + 1, line: this.#line };
    if (this.#form === 'tail') return this.#passTail(byte);
    if (byte === openBrace) {
      if (this.#form === 'list' && !this.#mayBegin) throw recordProblem(place, 'stands without a comma before it');
      this.#depth = 1;
      this.#record++;
      this.#recordLine = this.#line;
      return true;
    }
    if (this.#form === 'lines') throw recordProblem(place, 'does not begin with {');
    this.#passComma(byte, place);
    return false;
  }

  #passComma(byte: number, place: Place): void {
    if (byte === comma && !this.#mayBegin) this.#mayBegin = true;
    else if (byte === closeBracket && (!this.#mayBegin || this.#record === 0)) this.#form = 'tail';
    else throw recordProblem(place, 'is not an object with the columns of a record');
  }

  #passTail(byte: number): boolean {
    if (byte !== closeBrace || this.#closing === 0)
      throw bodyProblem(`Line ${this.#line}`, 'has something behind the end of the records');
    this.#closing = 0;
    return false;
  }

  /** Whether the record ends here. */
  #inside(byte: number): boolean {
    if (byte === quote) this.#inString = true;
    else if (byte === openBrace || byte === openBracket) {
      if (++this.#depth > maxDepth)
        throw recordProblem(
          { record: this.#record, line: this.#line },
          `is nested more than ${maxDepth} levels deep; nested records may stand one level below their record`,
        );
    } else if (byte === closeBrace || byte === closeBracket) return --this.#depth === 0;
    else if (byte === lineFeed) this.#line++;
    return false;
  }

  #keep(piece: Buffer): void {
    this.#count(piece);
    // A copy: the block may be used anew for what comes next.
    this.#pieces.push(Buffer.from(piece));
  }

  #count(piece: Buffer): void {
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes > maxRecordBytes)
      throw recordProblem(
        { record: this.#record, line: this.#recordLine },
        `is longer than ${maxRecordBytes} bytes; or a quote or bracket is never closed`,
      );
  }

  #finish(last: Buffer): RecordText {
    this.#count(last);
    const bytes = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#mayBegin = false;
    const place = { record: this.#record, line: this.#recordLine };
    if (!isUtf8(bytes)) throw recordProblem(place, 'has bytes that are not UTF-8');
    return { ...place, text: bytes.toString('utf8') };
  }

  #countLines(bytes: Buffer): void {
    for (const byte of bytes) if (byte === lineFeed) this.#line++;
  }
}
