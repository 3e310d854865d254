/**
 * Failures counted by pairs in a fixed amount of memory: arrays of numbers made once, so that a flood of new pairs leaves no
 * garbage. A pair has one of the eight slots of its set; when all are taken, the pair that failed longest ago goes.
 */

/** Where a pair belongs: its set, and two numbers that tell it from the others there. */
export type Place = { first: number; high: number; low: number };

export type FailureTable = {
  /** `digest`: at least 12 bytes of a keyed hash, a character each, so that nobody can choose whose slot to take. */
  placeOf(digest: string): Place;
  /** 0 when it is not known, or not locked. */
  lockedUntil(place: Place): number;
  /** How often the pair has failed; a `mark` among the last four is not counted again, and then 0. */
  addFailure(place: Place, mark: number): number;
  lock(place: Place, until: number): void;
  forget(place: Place): void;
  readonly size: number;
};

const slotsPerSet = 8;
/** Of so many guesses it is known whether they were made before. */
const marksKept = 4;
const noMark = -1;

type Slots = {
  sets: number;
  highs: Uint32Array;
  lows: Uint32Array;
  /** 0: the slot is free. */
  counts: Uint32Array;
  /** Number of the failure that was the slot's last; 0 for a free one, so that it is the oldest. */
  failedLast: Float64Array;
  lockedUntil: Float64Array;
  marks: Float64Array;
  used: number;
  failures: number;
};

/** `slots` is a multiple of 8; each takes 60 bytes. */
export function createFailureTable(slots: number): FailureTable {
  const table: Slots = {
    sets: slots / slotsPerSet,
    highs: new Uint32Array(slots),
    lows: new Uint32Array(slots),
    counts: new Uint32Array(slots),
    failedLast: new Float64Array(slots),
    lockedUntil: new Float64Array(slots),
    marks: new Float64Array(slots * marksKept),
    used: 0,
    failures: 0,
  };
  return {
    placeOf: (digest) => ({
      first: (wordAt(digest, 0) % table.sets) * slotsPerSet,
      high: wordAt(digest, 4),
      low: wordAt(digest, 8),
    }),
    lockedUntil: (place) => table.lockedUntil[find(table, place) ?? slots] ?? 0,
    addFailure: (place, mark) => addFailure(table, find(table, place) ?? take(table, place), mark),
    lock(place, until) {
      const slot = find(table, place);
      if (slot !== undefined) table.lockedUntil[slot] = until;
    },
    forget(place) {
      const slot = find(table, place);
      if (slot === undefined) return;
      empty(table, slot);
      table.used -= 1;
    },
    get size() {
      return table.used;
    },
  };
}

function find({ counts, highs, lows }: Slots, { first, high, low }: Place): number | undefined {
  for (let slot = first; slot < first + slotsPerSet; slot += 1)
    if (counts[slot] !== 0 && highs[slot] === high && lows[slot] === low) return slot;
  return undefined;
}

/** A free slot of the set, or that of the pair that failed longest ago. */
function take(table: Slots, { first, high, low }: Place): number {
  const { counts, failedLast, highs, lows } = table;
  let oldest = first;
  for (let slot = first + 1; slot < first + slotsPerSet; slot += 1)
    if (Number(failedLast[slot]) < Number(failedLast[oldest])) oldest = slot;
  if (counts[oldest] === 0) table.used += 1;
  empty(table, oldest);
  highs[oldest] = high;
  lows[oldest] = low;
  return oldest;
}

function empty({ counts, failedLast, lockedUntil, marks }: Slots, slot: number): void {
  counts[slot] = 0;
  failedLast[slot] = 0;
  lockedUntil[slot] = 0;
  marks.fill(noMark, slot * marksKept, (slot + 1) * marksKept);
}

function addFailure(table: Slots, slot: number, mark: number): number {
  const { marks, failedLast, counts } = table;
  const from = slot * marksKept;
  for (let index = from; index < from + marksKept; index += 1) if (marks[index] === mark) return 0;
  marks.copyWithin(from + 1, from, from + marksKept - 1);
  marks[from] = mark;
  table.failures += 1;
  failedLast[slot] = table.failures;
  const count = Number(counts[slot]) + 1;
  counts[slot] = count;
  return count;
}

/** Four bytes as a number. */
function wordAt(digest: string, from: number): number {
  const byte = (index: number) => digest.charCodeAt(from + index);
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
