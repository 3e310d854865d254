/** The records of a body in either format, in batches, as its pieces come. */
import { readCsvRecords } from './csv-records.ts';
import type { IncomingRecord } from './incoming-record.ts';
import { readJsonRecord } from './json-record.ts';
import { createJsonSplitter, type RecordText, splitWholeJson } from './json-splitter.ts';

export type BodyFormat = 'JSON' | 'CSV';

/** Throws ApiRefused 400 with the place of the first mistake. */
export function readRecords(body: AsyncIterable<Uint8Array>, format: BodyFormat): AsyncIterable<IncomingRecord[]> {
  return format === 'CSV' ? readCsvRecords(body) : readJsonRecords(body);
}

/** Of a body of JSON that is there as a whole. Throws ApiRefused 400. */
export function readWholeJson(body: Uint8Array): IncomingRecord[] {
  return splitWholeJson(body).map(readOne);
}

async function* readJsonRecords(body: AsyncIterable<Uint8Array>): AsyncGenerator<IncomingRecord[]> {
  const splitter = createJsonSplitter();
  for await (const block of body) yield splitter.push(block).map(readOne);
  yield splitter.end().map(readOne);
}

const readOne = ({ text, ...place }: RecordText) => readJsonRecord(text, place);
