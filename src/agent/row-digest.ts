/** A row's digest: 64 bits over its cells, by which rows are told apart and two sets of rows compared without keeping either. */

/** Bulk's word for "set this field to null". */
export const nullMark = '#N/A';

/**
 * Holds the digest of the last row it was given, so that a million rows make no garbage.
 *
 * Whether a null comes back from Salesforce as `#N/A` or as an empty cell is not documented, nor whether a line end inside a
 * cell comes back as CRLF: both forms have the same digest.
 */
export type RowDigest = {
  low: number;
  high: number;
  /** Takes `cells[places[0]]`, `cells[places[1]]`, … */
  take(cells: readonly string[], places: readonly number[]): void;
  /** 16 hex digits. */
  text(): string;
};

const carriageReturn = 13;

export function createRowDigest(): RowDigest {
  const digest: RowDigest = {
    low: 0,
    high: 0,
    take(cells, places) {
      let low = 0x811c9dc5;
      let high = 0x9e3779b9;
      for (const place of places) {
        const cell = cells[place] ?? '';
        if (cell !== nullMark) {
          for (let at = 0; at < cell.length; at++) {
            const code = cell.charCodeAt(at);
            if (code === carriageReturn) continue;
            low = Math.imul(low ^ code, 0x01000193);
            high = Math.imul(high + code, 0x85ebca6b) ^ (high >>> 15);
          }
        }
        low = Math.imul(low ^ 0x1ffff, 0x01000193);
        high = Math.imul(high + 0x1ffff, 0xc2b2ae35) ^ (high >>> 13);
      }
      digest.low = scatter(low ^ (high >>> 7));
      digest.high = scatter(high ^ (low >>> 11));
    },
    text: () => digest.high.toString(16).padStart(8, '0') + digest.low.toString(16).padStart(8, '0'),
  };
  return digest;
}

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
