/** The three result files of a job, given out piece by piece from the upload file and the kept outcome of each row. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import type { Access } from '../rights/index.ts';
import { type CsvRecord, delimiterOf, quotedResultCell, readCsvRecords, splitCells } from './csv-records.ts';
import { getJobOf, hasEnded, type JobRow, type JobStore, type KeptJob } from './job-store.ts';
import type { ResultKind } from './records.ts';
import { OrgRefused } from './refusal.ts';

/** Where the next piece begins: a chunk and a row in it, or a byte of the upload file. */
export type ResultPlace = { chunk: number; row: number; byte: number };
export type ResultPiece = { bytes: Uint8Array; next?: ResultPlace };

export type ResultRequest = { userId: string; id: string; kind: ResultKind; place?: ResultPlace | undefined };

/** Bytes of a piece, more or less. */
const pieceBytes = 256 * 1024;

const ownColumns = { successfulResults: ['sf__Id', 'sf__Created'], failedResults: ['sf__Id', 'sf__Error'] } as const;

export type ResultSource = {
  jobs: JobStore;
  accessOf: (userId: string) => Access;
  fileOf: (id: string) => string;
};

/** One piece; asked again with `next` until there is none. Refused before the job has ended. */
export function readResultPiece(
  { jobs, accessOf, fileOf }: ResultSource,
  { userId, id, kind, place }: ResultRequest,
): ResultPiece {
  const job = getJobOf({ jobs, accessOf }, { userId, id });
  if (!hasEnded(job.state)) throw notEnded(job);
  const path = fileOf(job.id);
  if (!existsSync(path))
    return { bytes: Buffer.from(kind === 'unprocessedrecords' ? '' : `${ownHeader(kind, job)}${lineEnd(job)}`) };
  const file = openSync(path, 'r');
  try {
    return kind === 'unprocessedrecords'
      ? unprocessedPiece(job, file, place)
      : outcomePiece({ jobs, job, file, kind }, place);
  } finally {
    closeSync(file);
  }
}

function notEnded({ state }: KeptJob): OrgRefused {
  const message = `Results are not available while the job is in state ${state}`;
  return new OrgRefused({ status: 400, errorCode: 'INVALIDJOBSTATE', message });
}

function lineEnd({ lineEnding }: KeptJob): string {
  return lineEnding === 'CRLF' ? '\r\n' : '\n';
}

function ownHeader(kind: keyof typeof ownColumns, { columnDelimiter }: KeptJob): string {
  return ownColumns[kind].map(quotedResultCell).join(delimiterOf(columnDelimiter));
}

/** The header of the upload; undefined when there is none, or none that can be read. */
function headerOf(job: KeptJob, file: number): CsvRecord | undefined {
  for (const lineEnding of [job.lineEnding, job.lineEnding === 'LF' ? 'CRLF' : 'LF'] as const) {
    try {
      return readCsvRecords(file, { position: 0, lineEnding }).next();
    } catch {
      // A job that failed for its line ending has a header all the same.
    }
  }
  return undefined;
}

type Outcomes = { jobs: JobStore; job: KeptJob; file: number; kind: keyof typeof ownColumns };

function outcomePiece(outcomes: Outcomes, place: ResultPlace | undefined): ResultPiece {
  const parts = place === undefined ? [outcomeHeader(outcomes)] : [];
  let { chunk, row } = place ?? { chunk: 0, row: 0 };
  let characters = 0;
  for (; chunk < outcomes.job.chunks; chunk += 1, row = 0) {
    const rows = outcomes.jobs.chunk(outcomes.job, chunk) ?? [];
    const source = openSource(outcomes.file, rows);
    for (; row < rows.length; row += 1) {
      if (characters >= pieceBytes) return { bytes: Buffer.from(parts.join('')), next: { chunk, row, byte: 0 } };
      const line = outcomeLine(outcomes, source, rows[row]);
      characters += line.length;
      parts.push(line);
    }
  }
  return { bytes: Buffer.from(parts.join('')) };
}

function outcomeHeader({ job, file, kind }: Outcomes): string {
  const header = headerOf(job, file);
  const own = ownHeader(kind, job);
  return (header === undefined ? own : own + delimiterOf(job.columnDelimiter) + header.text) + lineEnd(job);
}

function outcomeLine({ job, kind }: Outcomes, source: (row: JobRow) => string, row: JobRow | undefined): string {
  if (row === undefined || (row[4] === undefined) !== (kind === 'successfulResults')) return '';
  const delimiter = delimiterOf(job.columnDelimiter);
  const own = [row[2], row[4] ?? (row[3] === 1 ? 'true' : 'false')];
  return [...own, ...splitCells(source(row), delimiter)].map(quotedResultCell).join(delimiter) + lineEnd(job);
}

/** Rows of a chunk lie one behind the other, so that most chunks are read at once. */
function openSource(file: number, rows: readonly JobRow[]): (row: JobRow) => string {
  const begin = rows[0]?.[0] ?? 0;
  const last = rows.at(-1);
  const end = last === undefined ? begin : last[0] + last[1];
  if (end - begin > pieceBytes * 4) return ([offset, length]) => readBytes(file, offset, length).toString('utf8');
  const bytes = readBytes(file, begin, end - begin);
  return ([offset, length]) => bytes.toString('utf8', offset - begin, offset - begin + length);
}

function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  const read = readSync(file, bytes, 0, length, position);
  return bytes.subarray(0, read);
}

/** The header, then the bytes of the upload behind the last row that was processed, as they were sent. */
function unprocessedPiece(job: KeptJob, file: number, place: ResultPlace | undefined): ResultPiece {
  const header = headerOf(job, file);
  if (place === undefined) {
    const end = header?.end ?? 0;
    const next = { chunk: 0, row: 0, byte: Math.max(job.position, end) };
    const bytes = Buffer.from(header === undefined ? '' : `${header.text}${lineEnd(job)}`);
    return job.state === 'JobComplete' ? { bytes } : { bytes, next };
  }
  const bytes = readBytes(file, place.byte, pieceBytes);
  return bytes.length < pieceBytes ? { bytes } : { bytes, next: { ...place, byte: place.byte + bytes.length } };
}
