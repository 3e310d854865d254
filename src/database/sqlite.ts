/** SQLite: the database glues each CSV row itself, as bytes, so that text passes through unchanged whatever its bytes are. */
import { existsSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { csvCell, reasonOf, SluiceError } from '../base/index.ts';
import type { Cell, Column, ColumnKind, Database, DatabaseSettings, ReadPlan, Source } from './adapter.ts';
import { toInstant, toTime } from './instant.ts';
import { nullCell } from './null-cell.ts';
import { plainNumber } from './plain-number.ts';
import { checkColumns, checkTimeZone, emptyTextIsNull, nameSource, sourceMissing, sourceUnfit } from './source.ts';

/** A block is handed on, and others get their turn, when this much is glued. */
const blockBytes = 64 * 1024;
const busyMs = 5000;

/**
 * Opens for each read anew, read only; a read sees one state of the database. Values come by what they are, not by what their
 * column was declared to be: SQLite keeps both. The declared type decides only over booleans (0 and 1), dates and times.
 *
 * Errors: DATABASE_UNREACHABLE.
 */
export async function openSqlite({ file }: Extract<DatabaseSettings, { type: 'sqlite' }>): Promise<Database> {
  open(file).close();
  return {
    kind: 'sqlite',
    async tables({ signal } = {}) {
      signal?.throwIfAborted();
      using database = open(file);
      const rows = database
        .prepare(
          `select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\' order by name limit 10000`,
        )
        .all();
      return rows.map((row) => String(row.name));
    },
    async columns(source, { signal } = {}) {
      signal?.throwIfAborted();
      using database = open(file);
      return describeSource(database, source, file);
    },
    readCsv: (plan, { signal } = {}) => readCsv(file, plan, signal),
    async [Symbol.asyncDispose]() {},
  };
}

const open = (file: string) => openFile(file, { readOnly: true, timeout: busyMs });

/** Gives up at once where another one writes: who waits should not hold up the process. Errors: DATABASE_UNREACHABLE. */
export const openWritable = (file: string) => openFile(file, { timeout: 0 });

function openFile(file: string, options: DatabaseSyncOptions): DatabaseSync {
  try {
    if (file !== ':memory:' && !existsSync(file)) throw new Error('the file does not exist');
    const database = new DatabaseSync(file, options);
    database.prepare('select count(*) from sqlite_schema').get();
    return database;
  } catch (cause) {
    throw new SluiceError('DATABASE_UNREACHABLE', { database: `"${file}"`, reason: reasonOf(cause) }, { cause });
  }
}

async function* readCsv(file: string, plan: ReadPlan, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  checkTimeZone(plan.timeZone);
  signal?.throwIfAborted();
  using database = open(file);
  const columns = describeSource(database, plan.source, file);
  checkColumns(plan, columns);
  addFunctions(database, plan.timeZone);
  const row = rowExpression(plan.cells, columns);
  const lines = iterateLines(database, `select cast(${row} as blob) as line from ${fromSource(plan.source, file)}`);
  try {
    for (let block = gatherBlock(lines); block.length > 0; block = gatherBlock(lines)) {
      yield block;
      await setImmediate();
      signal?.throwIfAborted();
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : judge(error, { database, source: plan.source, file });
  } finally {
    lines.return?.();
  }
}

function iterateLines(database: DatabaseSync, sql: string): Iterator<{ line: Uint8Array }> {
  return database.prepare(sql).iterate() as unknown as Iterator<{ line: Uint8Array }>;
}

function gatherBlock(lines: Iterator<{ line: Uint8Array }>): Buffer {
  const gathered: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < blockBytes) {
    const { done, value } = lines.next();
    if (done) break;
    gathered.push(value.line);
    bytes += value.line.length;
  }
  return Buffer.concat(gathered, bytes);
}

const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** `accounts` or `main.accounts`. */
function fromSource(source: Source, file: string): string {
  if ('file' in source) throw sourceUnfit(source, `the database "${file}"`, 'a table or a query');
  if ('table' in source) return `${source.table.split('.').map(quoteIdentifier).join('.')} as source`;
  return `(\n${source.query.trim().replace(/;$/, '')}\n) as source`;
}

function describeSource(database: DatabaseSync, source: Source, file: string): Column[] {
  const from = fromSource(source, file);
  try {
    const notNull = database.prepare(
      `select "notnull" or (pk and upper(type) = 'INTEGER') as never from pragma_table_info(?) where name = ?`,
    );
    const sql = `select * from ${from}`;
    const statement = database.prepare(sql);
    // SQLite reads up to the first semicolon and would pass over the rest.
    if (statement.sourceSQL !== sql) throw new Error('it is more than one statement');
    return statement.columns().map(({ name, type, table, column }) => ({
      name,
      kind: findKind(type ?? ''),
      nullable: !(table && column && notNull.get(table, column)?.never),
      nativeType: type ?? '',
    }));
  } catch (error) {
    throw judge(error, { database, source, file });
  }
}

/** First match decides, in SQLite's manner of looking for a part of the declared type. */
const kindsByPart: readonly (readonly [RegExp, ColumnKind])[] = [
  [/BOOL/, 'boolean'],
  [/TIMESTAMPTZ|WITH TIME ?ZONE/, 'timestamptz'],
  [/DATETIME|TIMESTAMP/, 'timestamp'],
  [/DATE/, 'date'],
  [/TIME/, 'time'],
  [/INT/, 'integer'],
  [/CHAR|CLOB|TEXT|STRING|UUID/, 'text'],
  [/BLOB|BINARY/, 'bytes'],
  [/REAL|FLOA|DOUB/, 'float'],
  [/DEC|NUM|MONEY/, 'decimal'],
];

export function findKind(declared: string): ColumnKind {
  const type = declared.toUpperCase();
  return kindsByPart.find(([part]) => part.test(type))?.[1] ?? 'other';
}

function addFunctions(database: DatabaseSync, timeZone: string): void {
  const pure = { deterministic: true };
  database.function('sluice_instant', pure, (text) => toInstant(String(text), timeZone));
  database.function('sluice_time', pure, (text) => toTime(String(text)));
  database.function('sluice_number', pure, (value) => plainNumber(Number(value)));
  database.function('sluice_base64', pure, (bytes) => Buffer.from(bytes as Uint8Array).toString('base64'));
}

function rowExpression(cells: readonly Cell[], columns: readonly Column[]): string {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const expressions = cells.map((cell) => {
    if ('constant' in cell)
      return quoteText(cell.constant ? csvCell(cell.constant) : nullCell(cell.nulls, cells.length));
    const value = valueExpression(`source.${quoteIdentifier(cell.column)}`, kinds.get(cell.column) ?? 'other');
    return `coalesce(${value}, ${quoteText(nullCell(cell.nulls, cells.length))})`;
  });
  return `${expressions.join(` || ',' || `)} || char(10)`;
}

/** The whole cell with its quotes, or null. Text is always in quotes: looking whether it needs them takes longer than adding them. */
function valueExpression(value: string, kind: ColumnKind): string {
  const quoted = `'"' || replace(${value}, '"', '""') || '"'`;
  const text = emptyTextIsNull
    ? `case when ${value} <> '' then ${textExpression(value, kind, quoted)} end`
    : textExpression(value, kind, quoted);
  const integer = kind === 'boolean' ? `case ${value} when 0 then 'false' when 1 then 'true' else ${value} end` : value;
  return `case typeof(${value}) when 'text' then ${text} when 'integer' then ${integer}
    when 'real' then sluice_number(${value}) when 'blob' then sluice_base64(${value}) end`;
}

/** Only what has the look of a date or time is shown to the functions: others may hold bytes that are no UTF-8. */
function textExpression(value: string, kind: ColumnKind, quoted: string): string {
  const digits = '[0-9][0-9]';
  if (kind === 'timestamp' || kind === 'timestamptz') {
    return `case when ${value} glob '${digits}${digits}-${digits}-${digits}[ T]${digits}:*' then coalesce(sluice_instant(${value}), ${quoted}) else ${quoted} end`;
  }
  if (kind === 'time')
    return `case when ${value} glob '${digits}:${digits}*' then coalesce(sluice_time(${value}), ${quoted}) else ${quoted} end`;
  return quoted;
}

type Failed = { database: DatabaseSync; source: Source; file: string };

/** SQLite tells by its text alone what is missing. */
function judge(error: unknown, { database, source, file }: Failed): unknown {
  if (error instanceof SluiceError) return error;
  const reason = reasonOf(error);
  const where = `"${file}"`;
  if (/no such table|unknown database/.test(reason) && 'table' in source) {
    return sourceMissing(source, `the database ${where}`, listTables(database));
  }
  const column = /no such column: (\S+)/.exec(reason)?.[1];
  if (column)
    return new SluiceError(
      'COLUMN_MISSING',
      { column, source: nameSource(source), hint: 'Correct the query.' },
      { cause: error },
    );
  const { errcode = 1 } = error as { errcode?: number };
  const values = { source: nameSource(source), database: where, reason };
  // 1 is SQLITE_ERROR, a statement that cannot be understood or carried out.
  if (errcode === 1)
    return new SluiceError(
      'SOURCE_INVALID',
      { ...values, hint: 'Give it one SELECT without a semicolon.' },
      { cause: error },
    );
  return new SluiceError('DATABASE_READ_FAILED', values, { cause: error });
}

function listTables(database: DatabaseSync): string[] {
  const rows = database.prepare(`select name from sqlite_schema where type in ('table', 'view') order by name`).all();
  return rows.map((row) => String(row.name));
}
