/** The results of a query job on the disk: the CSV, and where in it each record begins, so that any page is two looks away. */
import { closeSync, fdatasyncSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { toId18 } from '../schema/ids.ts';

/** `csv`: the header and all rows. `places`: the byte at which each row begins, and the end, 8 bytes each. */
export type ResultFiles = { csv: string; places: string };

export type ResultWriter = {
  add(line: string): void;
  /** Number of rows so far. */
  records(): number;
  /** All that was added is in the files; with `durable` on the disk. */
  finish(options: { durable: boolean }): void;
  /** Takes the files away. */
  discard(): void;
};

const blockBytes = 1 << 20;
const placesPerBlock = 8192;
const bytesPerPlace = 8;
/** UTF-8 takes at most three bytes for one unit of a JavaScript text. */
const bytesPerUnit = 3;

export function resultFiles(folder: string): (id: string) => ResultFiles {
  return (id) => {
    const path = join(folder, 'jobs', toId18(id) ?? 'unknown');
    return { csv: `${path}.results.csv`, places: `${path}.places` };
  };
}

export function removeResultFiles({ csv, places }: ResultFiles): void {
  rmSync(csv, { force: true });
  rmSync(places, { force: true });
}

/** Begins the files anew; lines come with their ends. */
export function createResultWriter(files: ResultFiles, header: string): ResultWriter {
  const csv = openSync(files.csv, 'w', 0o600);
  const places = openSync(files.places, 'w', 0o600);
  let block = Buffer.allocUnsafe(blockBytes);
  let filled = 0;
  let written = 0;
  let count = 0;
  const placeBlock = new Float64Array(placesPerBlock);
  let placesFilled = 0;
  const flush = () => {
    writeWhole(csv, block.subarray(0, filled));
    written += filled;
    filled = 0;
  };
  const flushPlaces = () => {
    writeWhole(places, Buffer.from(placeBlock.buffer, 0, placesFilled * bytesPerPlace));
    placesFilled = 0;
  };
  const append = (line: string) => {
    if (line.length * bytesPerUnit > block.length - filled) flush();
    if (line.length * bytesPerUnit > block.length) block = Buffer.allocUnsafe(line.length * bytesPerUnit);
    filled += block.write(line, filled);
  };
  const notePlace = () => {
    placeBlock[placesFilled] = written + filled;
    placesFilled += 1;
    if (placesFilled === placesPerBlock) flushPlaces();
  };
  const close = () => {
    closeSync(csv);
    closeSync(places);
  };
  append(header);
  return {
    records: () => count,
    add(line) {
      notePlace();
      append(line);
      count += 1;
    },
    finish({ durable }) {
      notePlace();
      flush();
      flushPlaces();
      if (durable) for (const file of [csv, places]) fdatasyncSync(file);
      close();
    },
    discard() {
      close();
      removeResultFiles(files);
    },
  };
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Rows `from` up to `to`, as bytes of the file, and the header, which begins every page. */
export type ResultRange = { header: Uint8Array; start: number; end: number };

/** Number of rows. */
export function countResults({ places }: ResultFiles): number {
  return statSync(places).size / bytesPerPlace - 1;
}

export function findResultRange({ csv, places }: ResultFiles, { from, to }: { from: number; to: number }): ResultRange {
  const headerEnd = readPlace(places, 0);
  return { header: readBytes(csv, 0, headerEnd), start: readPlace(places, from), end: readPlace(places, to) };
}

function readPlace(path: string, index: number): number {
  return Buffer.from(readBytes(path, index * bytesPerPlace, bytesPerPlace)).readDoubleLE(0);
}

function readBytes(path: string, position: number, length: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, position);
    return bytes;
  } finally {
    closeSync(file);
  }
}
