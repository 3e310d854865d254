/** A folder of CSV files: the header names the columns, the bytes of the cells pass through unchanged. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { csvCell, parseCsv, reasonOf, SluiceError } from '../base/index.ts';
import type { Cell, Column, Database, DatabaseSettings, ReadPlan, Source } from './adapter.ts';
import { nullCell } from './null-cell.ts';
import { checkColumns, checkTimeZone, nameSource, sourceMissing, sourceUnfit } from './source.ts';

type Folder = { path: string; delimiter: string; clearText: string | undefined };
type OpenFile = Folder & { source: Source; file: string };

const blockBytes = 64 * 1024;

/**
 * Only files inside the folder are read, after links are followed. UTF-8 with or without a byte order mark; LF or CRLF; cells are
 * text; an empty cell is a null; an empty line in a file of more than one column is no row.
 *
 * Errors: DATABASE_UNREACHABLE, SETTING_INVALID for a delimiter that is not one character.
 */
export async function openCsvFolder({
  folder,
  delimiter = ',',
  clearText,
}: Extract<DatabaseSettings, { type: 'csv' }>): Promise<Database> {
  checkDelimiter(delimiter);
  const opened = { path: await findFolder(folder), delimiter, clearText };
  return {
    kind: 'csv',
    async tables() {
      return (await listFiles(opened.path)).slice(0, 10_000);
    },
    async columns(source, { signal } = {}) {
      const file = await findFile(opened, source);
      return describeHeader(await readHeader(file, signal));
    },
    readCsv: (plan, { signal } = {}) => readCsv(opened, plan, signal),
    async [Symbol.asyncDispose]() {},
  };
}

export function checkDelimiter(delimiter: string): void {
  if (!/^[^"\r\n]$/.test(delimiter) || delimiter > '\x7f') {
    const values = {
      name: 'delimiter',
      where: 'the connection file',
      value: delimiter,
      expected: 'one ASCII character, such as ; or a tab',
    };
    throw new SluiceError('SETTING_INVALID', values);
  }
}

export async function findFolder(folder: string): Promise<string> {
  const unreachable = (reason: string, cause?: unknown) =>
    new SluiceError('DATABASE_UNREACHABLE', { database: `"${folder}"`, reason }, { cause });
  const path = await realpath(folder).catch((cause: unknown) => {
    throw unreachable(reasonOf(cause), cause);
  });
  if (!(await stat(path)).isDirectory()) throw unreachable('it is no folder');
  return path;
}

async function findFile(folder: Folder, source: Source): Promise<OpenFile> {
  const database = `the folder "${folder.path}"`;
  if (!('file' in source)) throw sourceUnfit(source, database, 'a file');
  const wanted = resolve(folder.path, source.file);
  const file = isInside(folder.path, wanted) ? await realpath(wanted).catch(() => undefined) : wanted;
  if (file === undefined) {
    throw sourceMissing(source, database, await listFiles(folder.path));
  }
  if (!isInside(folder.path, file)) throw invalidFile(source, database, 'it lies outside the folder');
  if (!(await stat(file)).isFile()) throw invalidFile(source, database, 'it is no file');
  return { ...folder, source, file };
}

async function listFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.(csv|tsv|txt)$/i.test(name)).sort();
}

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}

function invalidFile(source: Source, database: string, reason: string): SluiceError {
  const hint = 'Name a CSV file in UTF-8, inside the folder of the connection, whose first line names the columns.';
  return new SluiceError('SOURCE_INVALID', { source: nameSource(source), database, reason, hint });
}

/** Each byte is one character (latin1) from here to the output, so that no byte is changed. */
const toBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const fromBytes = (text: string) => Buffer.from(text, 'latin1').toString('utf8');

async function readHeader(file: OpenFile, signal: AbortSignal | undefined): Promise<string[]> {
  for await (const { rows } of readBatches(file, signal)) return nameColumns(rows[0] ?? [], file);
  throw isEmpty(file);
}

const isEmpty = (file: OpenFile) => invalidFile(file.source, `the folder "${file.path}"`, 'it is empty');

function nameColumns(cells: CsvRow, file: OpenFile): string[] {
  const names = cells.map((cell) => fromBytes(cell ?? ''));
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined)
    throw invalidFile(file.source, `the folder "${file.path}"`, `two of its columns are called "${twice}"`);
  return names;
}

const describeHeader = (names: readonly string[]): Column[] =>
  names.map((name) => ({ name, kind: 'text', nullable: true, nativeType: 'text' }));

async function* readCsv(folder: Folder, plan: ReadPlan, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  checkTimeZone(plan.timeZone);
  const file = await findFile(folder, plan.source);
  let table: Table | undefined;
  for await (const batch of readBatches(file, signal)) {
    let first = 0;
    if (!table) {
      const names = nameColumns(batch.rows[0] ?? [], file);
      checkColumns(plan, describeHeader(names));
      table = {
        file,
        width: names.length,
        writers: plan.cells.map((cell) => createWriter(cell, names, plan.cells.length)),
      };
      first = 1;
    }
    const text = writeBatch(table, batch, first);
    if (text !== '') yield Buffer.from(text, 'latin1');
  }
  if (!table) throw isEmpty(file);
}

/** null: a cell that clears its field. */
type CsvRow = readonly (string | null)[];
type Table = { file: OpenFile; width: number; writers: readonly ((row: CsvRow) => string)[] };
/** `line` is that of the first row. */
type Batch = { rows: readonly CsvRow[]; line: number };

function writeBatch(table: Table, { rows, line }: Batch, first: number): string {
  let text = '';
  for (let place = first; place < rows.length; place++) {
    const row = rows[place] ?? [];
    if (row.length !== table.width) {
      if (row.length === 1 && row[0] === '') continue;
      throw wrongWidth(table, row, line + countLines(rows.slice(0, place)));
    }
    for (let cell = 0; cell < table.writers.length; cell++) {
      text += (cell === 0 ? '' : ',') + (table.writers[cell] as (row: CsvRow) => string)(row);
    }
    text += '\n';
  }
  return text;
}

function wrongWidth({ file, width }: Table, row: CsvRow, line: number): SluiceError {
  const reason = `the row has ${row.length} cells, the header ${width}`;
  return new SluiceError('CSV_INVALID', { where: `line ${line} of ${nameSource(file.source)}`, reason });
}

const countLines = (rows: readonly CsvRow[]) =>
  rows.reduce((lines, row) => lines + row.reduce((inRow, cell) => inRow + (cell ?? '').split('\n').length - 1, 1), 0);

function createWriter(cell: Cell, names: readonly string[], cellsInRow: number): (row: CsvRow) => string {
  const ofNull = toBytes(nullCell(cell.nulls, cellsInRow));
  const ofClear = toBytes(nullCell('clear', cellsInRow));
  if ('constant' in cell) {
    const constant = cell.constant ? toBytes(csvCell(cell.constant)) : ofNull;
    return () => constant;
  }
  const place = names.indexOf(cell.column);
  return (row) => {
    const text = row[place];
    if (text === null) return ofClear;
    return text ? csvCell(text) : ofNull;
  };
}

async function* readBatches(file: OpenFile, signal: AbortSignal | undefined): AsyncGenerator<Batch> {
  let line = 1;
  const onBatch = (first: number) => {
    line = first;
  };
  const { delimiter, clearText } = file;
  const options = { delimiter, encoding: 'latin1', onBatch } as const;
  const blocks = readBlocks(file, signal);
  try {
    const batches =
      clearText === undefined ? parseCsv(blocks, options) : parseCsv(blocks, { ...options, nullText: clearText });
    for await (const rows of batches) yield { rows, line };
  } catch (error) {
    throw signal?.aborted ? signal.reason : judge(error, file);
  }
}

function judge(error: unknown, file: OpenFile): unknown {
  const source = nameSource(file.source);
  if (error instanceof SluiceError) {
    if (error.code !== 'CSV_INVALID') return error;
    return new SluiceError('CSV_INVALID', { ...error.values, where: `${error.values.where} of ${source}` });
  }
  return new SluiceError(
    'DATABASE_READ_FAILED',
    { source, database: `the folder "${file.path}"`, reason: reasonOf(error) },
    { cause: error },
  );
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf16Mark = /^(\xff\xfe|\xfe\xff)/;

/** Read by hand: a stream that is given a signal already aborted leaves its file open. */
async function* readBlocks(file: OpenFile, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  await using handle = await open(file.file);
  for (let atStart = true; ; atStart = false) {
    signal?.throwIfAborted();
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes);
    if (bytesRead === 0) return;
    const block = buffer.subarray(0, bytesRead);
    if (atStart && utf16Mark.test(block.toString('latin1', 0, 2))) {
      throw invalidFile(file.source, `the folder "${file.path}"`, 'it is in UTF-16');
    }
    yield atStart && block.subarray(0, 3).equals(byteOrderMark) ? block.subarray(3) : block;
  }
}
