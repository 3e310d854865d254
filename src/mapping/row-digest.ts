/** A row's digest: 64 bits over its cells, by which rows are told apart and two sets of rows compared without keeping either. */

/** Bulk's word for "set this field to null". */
export const nullMark = '#N/A';

/**
 * Holds the digest of the last row it was given, so that a million rows make no garbage.
 *
 * Each cell's bytes (UTF-8) are hashed by themselves, then the cells together in the order of the columns; so whoever reads bytes
 * can hash a cell while looking for its end. Whether a null comes back from Salesforce as `#N/A` or as an empty cell is not
 * documented, nor whether a line end inside a cell comes back as CRLF: both forms have the same digest.
 */
export type RowDigest = {
  low: number;
  high: number;
  /** Takes `cells[places[0]]`, `cells[places[1]]`, … */
  take(cells: readonly string[], places: readonly number[]): void;
  /** Takes cells that were hashed before, by their places; -1 is an empty one. */
  takeHashed(hashes: CellHashes, places: readonly number[]): void;
  /** 16 hex digits. */
  text(): string;
};

export type CellHashes = { low: Int32Array; high: Int32Array };

const carriageReturn = 13;

/**
 * The hash of a cell: begin with `emptyLow` and `emptyHigh`, mix in each four bytes as one little-endian number, then what is left
 * of them with how many bits that are. Carriage returns do not count. row-file.ts does it four bytes at a time.
 */
export const emptyLow = 0x811c9dc5 | 0;
export const emptyHigh = 0x9e3779b9 | 0;

export function mixLow(low: number, word: number): number {
  const mixed = Math.imul(low ^ word, 0x9e3779b1);
  return (mixed << 15) | (mixed >>> 17);
}

export function mixHigh(high: number, word: number): number {
  const mixed = Math.imul(high + word, 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

export function createRowDigest(): RowDigest {
  let low = 0;
  let high = 0;
  const cell = { low: 0, high: 0 };

  function begin(): void {
    low = emptyLow;
    high = emptyHigh;
  }

  function add(cellLow: number, cellHigh: number): void {
    low = mixLow(low, cellLow);
    high = mixHigh(high, cellHigh);
  }

  function end(): void {
    digest.low = scatter(low ^ (high >>> 7));
    digest.high = scatter(high ^ (low >>> 11));
  }

  const digest: RowDigest = {
    low: 0,
    high: 0,
    take(cells, places) {
      begin();
      for (const place of places) {
        hashCell(cells[place] ?? '', cell);
        add(cell.low, cell.high);
      }
      end();
    },
    takeHashed(hashes, places) {
      begin();
      for (const place of places) {
        if (place < 0) add(nothingLow, nothingHigh);
        else add(hashes.low[place] as number, hashes.high[place] as number);
      }
      end();
    },
    text: () => digest.high.toString(16).padStart(8, '0') + digest.low.toString(16).padStart(8, '0'),
  };
  return digest;
}

const asciiOnly = /^[\0-\x7f]*$/;

function hashCell(text: string, hash: { low: number; high: number }): void {
  // Bytes as one character each.
  const bytes = text === nullMark ? '' : asciiOnly.test(text) ? text : Buffer.from(text).toString('latin1');
  let low = emptyLow;
  let high = emptyHigh;
  let word = 0;
  let bits = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes.charCodeAt(at);
    if (byte === carriageReturn) continue;
    word |= byte << bits;
    bits += 8;
    if (bits < 32) continue;
    low = mixLow(low, word);
    high = mixHigh(high, word);
    word = bits = 0;
  }
  hash.low = mixLow(mixLow(low, word), bits);
  hash.high = mixHigh(mixHigh(high, word), bits);
}

/** The hash of an empty cell. */
const hashOfNothing = { low: 0, high: 0 };
hashCell('', hashOfNothing);
export const { low: nothingLow, high: nothingHigh } = hashOfNothing;

/** Every bit of the input reaches every bit of the output, so that sums of digests do not cancel out. */
function scatter(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The sum of digests of rows in any order. Equal sums and counts: the same rows. */
export type RowSum = {
  add(digest: RowDigest): void;
  equals(other: RowSum): boolean;
  readonly rows: number;
  readonly low: number;
  readonly high: number;
};

export function createRowSum(): RowSum {
  const sum = {
    rows: 0,
    low: 0,
    high: 0,
    add(digest: RowDigest) {
      sum.rows++;
      sum.low = (sum.low + digest.low) >>> 0;
      sum.high = (sum.high + digest.high) >>> 0;
    },
    equals: (other: RowSum) => sum.rows === other.rows && sum.low === other.low && sum.high === other.high,
  };
  return sum;
}
