/** Reads a CSV file of the spool folder: its column names first, then its rows in batches. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseCsv } from '../base/index.ts';

const readBytes = 65_536;

export type CsvFile = { columns: readonly string[]; batches: AsyncIterable<readonly (readonly string[])[]> };

/** A file that is empty or not there has no columns and no rows. */
export async function openCsvFile(path: string): Promise<CsvFile> {
  if (!(await isThere(path))) return { columns: [], batches: none() };
  const rows = parseCsv(createReadStream(path, { highWaterMark: readBytes }));
  const { value: first = [], done } = await rows.next();
  if (done) return { columns: [], batches: none() };
  const [columns = [], ...others] = first as string[][];
  return { columns: columns.map((name) => name.replace(/^\uFEFF/, '')), batches: follow(others, rows) };
}

async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return (found?.size ?? 0) > 0;
}

async function* follow(first: string[][], rest: AsyncIterable<string[][]>): AsyncGenerator<string[][]> {
  yield first;
  yield* rest;
}

async function* none(): AsyncGenerator<string[][]> {}

/** Where each column of `header` stands among `columns`; -1 for one that is not there. Names are compared without case. */
export function placesOf(header: readonly string[], columns: readonly string[]): number[] {
  const places = new Map(columns.map((name, index) => [name.toLowerCase(), index]));
  return header.map((name) => places.get(name.toLowerCase()) ?? -1);
}
