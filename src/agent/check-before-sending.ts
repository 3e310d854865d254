/** The check before sending: rows that would be misread or would spoil their whole job are refused here, the rest goes on. */
import { isUtf8 } from 'node:buffer';
import { createRecordScanner, parseCsv } from '../base/index.ts';
import type { RowEntry } from '../ledger/index.ts';
import { nullMark } from '../mapping/index.ts';

/** Salesforce's limits for Bulk API 2.0 (limits cheat sheet); one row beyond them fails its whole job. */
export const maxCellCharacters = 131_072;
export const maxRecordCharacters = 400_000;

const quotedNullMark = Buffer.from(`"${nullMark}"`);

export type Rejected = Extract<RowEntry, { outcome: 'rejected' }>;

/** Whole records; `rows` of them. */
export type Records = { bytes: Buffer; rows: number };

export type CheckedRecords = Records & { rejected: readonly Rejected[] };

/** What names a row in the ledger, from its cells. */
export type KeyOf = (cells: readonly string[]) => string;

/**
 * Looks at bytes only, and at rows only where the bytes are suspicious: not UTF-8, a text that is exactly `#N/A`, or
 * records longer than a cell may be. The piece must hold whole records, and at most one that is longer than 64 KiB.
 */
export function createCheck({ header, keyOf }: { header: readonly string[]; keyOf: KeyOf }) {
  return async ({ bytes, rows }: Records): Promise<CheckedRecords> => {
    if (!isSuspicious(bytes)) return { bytes, rows, rejected: [] };
    const records = splitRecords(bytes);
    const suspects = records.filter(isSuspicious);
    const verdicts = await judge(suspects, header, keyOf);
    const rejected = verdicts.filter((verdict) => verdict !== null);
    if (rejected.length === 0) return { bytes, rows, rejected };
    const refused = new Set(suspects.filter((_, index) => verdicts[index] !== null));
    const good = records.filter((record) => !refused.has(record));
    return { bytes: Buffer.concat(good), rows: good.length, rejected };
  };
}

function isSuspicious(bytes: Buffer): boolean {
  return bytes.length > maxCellCharacters || !isUtf8(bytes) || bytes.includes(quotedNullMark);
}

/** Index just behind each record end. */
export function findRecordEnds(bytes: Buffer): number[] {
  const scanner = createRecordScanner();
  const ends: number[] = [];
  let from = 0;
  for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, feed + 1)) {
    if (scanner.scan(bytes.subarray(from, feed + 1)).records > 0) ends.push(feed + 1);
    from = feed + 1;
  }
  return ends;
}

function splitRecords(bytes: Buffer): Buffer[] {
  let from = 0;
  return findRecordEnds(bytes).map((end) => {
    const record = bytes.subarray(from, end);
    from = end;
    return record;
  });
}

/** Latin-1 gives each byte as one character, so that broken bytes can be told apart cell by cell. */
async function judge(
  records: readonly Buffer[],
  header: readonly string[],
  keyOf: KeyOf,
): Promise<(Rejected | null)[]> {
  const verdicts: (Rejected | null)[] = [];
  for await (const rows of parseCsv(records, { encoding: 'latin1', nullText: nullMark })) {
    for (const row of rows) verdicts.push(judgeRow(row, header, keyOf));
  }
  return verdicts;
}

function judgeRow(row: readonly (string | null)[], header: readonly string[], keyOf: KeyOf): Rejected | null {
  const raw = row.map((cell) => (cell === null ? null : Buffer.from(cell, 'latin1')));
  const cells = raw.map((cell) => (cell === null ? nullMark : cell.toString('utf8')));
  const fieldsWhere = (test: (place: number) => boolean) => header.filter((_, place) => test(place));
  const reject = (code: string, message: string, fields: readonly string[]): Rejected => {
    const named = Object.fromEntries(header.map((name, place) => [name, cells[place] ?? '']));
    return { outcome: 'rejected', key: keyOf(cells), by: 'sluice', code, message, fields, cells: named };
  };
  const broken = fieldsWhere((place) => !isUtf8(raw[place] ?? Buffer.alloc(0)));
  if (broken.length > 0) return reject('INVALID_UTF8', 'The value has bytes that are not UTF-8.', broken);
  const marks = fieldsWhere((place) => row[place] === nullMark);
  if (marks.length > 0) {
    return reject(
      'NULL_MARK_AS_TEXT',
      `The value is the text ${nullMark}, which Salesforce would take for "clear this field".`,
      marks,
    );
  }
  const long = fieldsWhere((place) => (cells[place]?.length ?? 0) > maxCellCharacters);
  if (long.length > 0)
    return reject(
      'CELL_TOO_LONG',
      `The value is longer than the ${maxCellCharacters} characters Salesforce takes in one field.`,
      long,
    );
  const characters = cells.reduce((sum, cell) => sum + cell.length, 0);
  if (characters <= maxRecordCharacters) return null;
  return reject(
    'RECORD_TOO_LONG',
    `The row has ${characters} characters; Salesforce takes ${maxRecordCharacters} in one record.`,
    [],
  );
}
