/** Reads the records of a CSV body: a header, then a record a row. */
import { isUtf8 } from 'node:buffer';
import { parseCsv, SluiceError } from '../../base/index.ts';
import { bodyProblem, recordProblem } from './body-problem.ts';
import { createCells, findNameProblem, findTextProblem, type IncomingRecord, maxColumns } from './incoming-record.ts';

/** Batches of records, as blocks bring them. Throws ApiRefused 400 with the place. */
export async function* readCsvRecords(body: AsyncIterable<Uint8Array>): AsyncGenerator<IncomingRecord[]> {
  let header: readonly string[] | undefined;
  let record = 0;
  try {
    for await (const rows of parseCsv(refuseOtherBytes(body))) {
      const records: IncomingRecord[] = [];
      for (const row of rows) {
        if (row.length === 1 && row[0] === '') continue;
        if (header === undefined) header = readHeader(row);
        else records.push({ cells: readRow(header, row, ++record) });
      }
      yield records;
    }
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'CSV_INVALID') throw error;
    throw bodyProblem(`The CSV, ${String(error.values.where)}:`, String(error.values.reason));
  }
}

/** Spreadsheets begin a file with a byte order mark. */
function readHeader(row: readonly string[]): string[] {
  const names = row.map((name, place) => (place === 0 ? name.replace(/^\ufeff/, '') : name));
  if (names.length > maxColumns) throw bodyProblem('The header', `has more than ${maxColumns} columns`);
  const seen = new Set<string>();
  for (const name of names) {
    const problem = findNameProblem(name) ?? (seen.has(name) ? `has the column ${name} twice` : undefined);
    if (problem !== undefined) throw bodyProblem('The header', problem);
    seen.add(name);
  }
  return names;
}

function readRow(header: readonly string[], row: readonly string[], record: number) {
  if (row.length !== header.length)
    throw recordProblem({ record }, `has ${row.length} cells, and the header ${header.length}`);
  const cells = createCells();
  for (const [place, name] of header.entries()) {
    const text = row[place] ?? '';
    const problem = findTextProblem(text);
    if (problem !== undefined) throw recordProblem({ record }, `has a value in ${name} that ${problem}`);
    // Cells of a batch share its memory, and are kept for longer.
    cells[name] = text === '' ? null : text;
  }
  return cells;
}

const feed = 10;

/** Hands on what is UTF-8; characters may be cut by the ends of blocks. */
async function* refuseOtherBytes(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for await (const block of body) {
    try {
      decoder.decode(block, { stream: true });
    } catch {
      throw otherBytes(line + goodLines(block));
    }
    line += countFeeds(block);
    yield block;
  }
  try {
    decoder.decode();
  } catch {
    throw otherBytes(line);
  }
}

const otherBytes = (line: number) => bodyProblem(`Line ${line}`, 'has bytes that are not UTF-8');

/** How many lines of a block end before its first broken byte, as far as it can be told where characters are cut. */
function goodLines(block: Uint8Array): number {
  let lines = 0;
  let from = block.indexOf(feed) + 1;
  for (let at = block.indexOf(feed); at >= 0; at = block.indexOf(feed, at + 1)) {
    if (!isUtf8(block.subarray(lines === 0 ? 0 : from, at))) break;
    from = at + 1;
    lines++;
  }
  return lines;
}

function countFeeds(block: Uint8Array): number {
  let count = 0;
  for (let at = block.indexOf(feed); at >= 0; at = block.indexOf(feed, at + 1)) count++;
  return count;
}
