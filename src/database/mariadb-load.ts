/** Loading into MariaDB and MySQL: LOAD DATA from a stream into a temporary staging table, then one merge in one transaction. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { reasonOf, SluiceError } from '../base/index.ts';
import { createGuardedLoad, type MergeMeans } from './guarded-load.ts';
import { connectMariadb, listTables, type MariadbPlace, type MariadbSession, type MariadbSettings } from './mariadb.ts';
import {
  accepts,
  bookmarkTable,
  type ColumnRow,
  createBookmarks,
  createStaging,
  createTable,
  deleteGone,
  deleteUnstaged,
  describeColumns,
  describeKeys,
  describeTable,
  exactCollation,
  findSameKeys,
  foundColumn,
  insertNew,
  insertStaged,
  type KeyColumn,
  keyColumns,
  loadStaged,
  setBookmark,
  typeOf,
  updateChanged,
} from './mariadb-load-sql.ts';
import { quoteText, splitTableName } from './mariadb-sql.ts';
import { readStagedRows, type StagedRow } from './staged-rows.ts';
import type { Load, LoadCounts, LoadPlan, Target, TargetTable, Waiting } from './target.ts';
import { checkFit, checkPlan, targetMissing, unfit } from './target-fit.ts';

/** Whatever the server's own mode: a value that does not fit is an error, but digits behind the point may be rounded. */
const loadSetup = `set sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', sql_notes = 0`;
/** Bytes of one statement where the server takes no local files; the smallest usual max_allowed_packet is 16 MB. */
const statementBytes = 1024 * 1024;

type Ready = { session: MariadbSession; exact: string; takesFiles: boolean };

/**
 * Connects once, to say early what is wrong. A load has one connection of its own, and with it the staging table and the lock: both go
 * when it goes.
 *
 * Errors: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, DRIVER_MISSING.
 */
export async function openMariadbTarget(settings: MariadbSettings): Promise<Target> {
  const place = { settings, name: `"${settings.database}" at ${settings.host}:${settings.port}` };
  await onSession(place, {}, async () => {});
  return {
    kind: 'mariadb',
    prepareTable: (into, { create = false, signal } = {}) =>
      onSession(place, { signal }, async ({ session, exact }) => {
        checkKeys({ into }, place.name);
        if (create) await createUnlessThere(session, into.table, createTable(into, exact));
        await checkTable(session, into, place.name);
      }),
    readBookmark: (name, { signal } = {}) => onSession(place, { signal }, ({ session }) => readBookmark(session, name)),
    openLoad: (plan, { signal } = {}) => openLoad(place, plan, signal),
    async [Symbol.asyncDispose]() {},
  };
}

async function onSession<T>(place: MariadbPlace, { signal }: Waiting, act: (ready: Ready) => Promise<T>): Promise<T> {
  const session = await connectMariadb(place, signal);
  try {
    return await act(await setUp(session));
  } catch (error) {
    throw signal?.aborted ? signal.reason : judge(error, { database: place.name });
  } finally {
    await session.close();
  }
}

async function setUp(session: MariadbSession): Promise<Ready> {
  await session.query(loadSetup);
  const { rows } = await session.query('select version() as version, @@local_infile as files');
  return { session, exact: exactCollation(String(rows[0]?.version)), takesFiles: Boolean(rows[0]?.files) };
}

/** The key is an index, and an index wants to know how long its texts may be. */
function checkKeys(plan: LoadPlan, database: string): void {
  checkPlan(plan, database);
  const { into } = plan;
  const endless = into.columns.find(
    (one) => into.key.includes(one.name) && one.kind === 'text' && one.length === undefined,
  );
  if (!endless) return;
  const hint = 'Say how long it may be; an id of Salesforce has 18 characters.';
  throw unfit(into, { database, reason: `its key "${endless.name}" is a text of any length`, hint });
}

type Named = { schema: string; name: string };

/** As texts of SQL. */
function nameParts(table: string): Named {
  const parts = splitTableName(table);
  return { schema: parts.length > 1 ? quoteText(parts[0] ?? '') : 'database()', name: quoteText(parts.at(-1) ?? '') };
}

/** The server wants the right to create even where it would find that there is nothing to do. */
async function createUnlessThere(session: MariadbSession, table: string, sql: string): Promise<void> {
  if (!(await isThere(session, table))) await session.query(sql);
}

async function isThere(session: MariadbSession, table: string): Promise<boolean> {
  const { schema, name } = nameParts(table);
  return (await session.query(describeTable(schema, name))).rows.length > 0;
}

async function readBookmark(session: MariadbSession, name: string): Promise<string | undefined> {
  if (!(await isThere(session, bookmarkTable))) return undefined;
  const { rows } = await session.query(`select value from ${bookmarkTable} where name = ${quoteText(name)}`);
  return rows[0] ? String(rows[0].value) : undefined;
}

/** Gives the rows that describe the columns. */
async function checkTable(session: MariadbSession, into: TargetTable, database: string): Promise<ColumnRow[]> {
  const { schema, name } = nameParts(into.table);
  const [table] = (await session.query(describeTable(schema, name))).rows;
  if (!table) throw targetMissing(into, database, await listTables(session, into.table));
  if (table.table_type !== 'BASE TABLE' || table.transactions !== 'YES') {
    const hint = 'Load into an ordinary table whose engine knows transactions, such as InnoDB.';
    throw unfit(into, { database, reason: `it is a ${table.table_type} of the engine ${table.engine}`, hint });
  }
  const columns = (await session.query(describeColumns(schema, name))).rows as ColumnRow[];
  const keys = (await session.query(describeKeys(schema, name))).rows;
  const found = { columns: columns.map(foundColumn), uniqueKeys: gatherKeys(keys) };
  checkFit(into, found, { accepts, typeOf, database });
  return columns;
}

/** An index over the beginnings of texts keeps nothing unique but these. */
function gatherKeys(rows: readonly Record<string, unknown>[]): string[][] {
  const byName = Object.groupBy(rows, (row) => String(row.name));
  return Object.values(byName).flatMap((parts = []) =>
    parts.every((part) => part.sub_part === null && part.column_name !== null)
      ? [parts.map((part) => String(part.column_name))]
      : [],
  );
}

async function openLoad(place: MariadbPlace, plan: LoadPlan, signal: AbortSignal | undefined): Promise<Load> {
  checkKeys(plan, place.name);
  signal?.throwIfAborted();
  // Aborting later hangs up by the signals that stage and merge are given.
  const session = await connectMariadb(place);
  try {
    const ready = await setUp(session);
    const rows = await checkTable(session, plan.into, place.name);
    await lock(session, plan.into, place.name);
    const keys = keyColumns(plan.into, rows, ready.exact);
    await session.query(createStaging(plan, keys, ready.exact));
    return createLoad({ ...ready, plan, keys, database: place.name });
  } catch (error) {
    await session.close();
    throw judge(error, { database: place.name });
  }
}

/** Held by the connection, so that it ends with it. The name may have 64 characters. */
async function lock(session: MariadbSession, { table }: TargetTable, database: string): Promise<void> {
  const { rows } = await session.query('select database() as base');
  const whole = splitTableName(table).length > 1 ? splitTableName(table) : [String(rows[0]?.base), table];
  const digest = createHash('sha256').update(JSON.stringify(whole)).digest('hex').slice(0, 32);
  const { rows: locked } = await session.query(`select get_lock('sluice load ${digest}', 0) as locked`);
  if (Number(locked[0]?.locked) !== 1) throw new SluiceError('LOAD_RUNNING', { table, database });
}

type Loading = Ready & { plan: LoadPlan; keys: readonly KeyColumn[]; database: string };

function createLoad(loading: Loading): Load {
  const { session, plan, database } = loading;
  return createGuardedLoad({
    database,
    stage: (csv, signal) => stage(loading, csv, signal),
    merge: (means) => merge(loading, means),
    judge: (error) => judge(error, { database, into: plan.into }),
    hangUp: session.hangUp,
    close: session.close,
  });
}

async function stage(
  loading: Loading,
  csv: Parameters<Load['stage']>[0],
  signal: AbortSignal | undefined,
): Promise<number> {
  const { plan, takesFiles } = loading;
  const write = createRowWriter(loading, takesFiles ? tabbed : quoted);
  let count = 0;
  async function* batches() {
    for await (const rows of readStagedRows(csv, plan, { signal })) {
      count += rows.length;
      yield rows.map(write);
    }
  }
  await (takesFiles ? loadFile(loading, batches()) : insertBatches(loading, batches()));
  return count;
}

type CellWriter = { cell(text: string | null): string; start: string; end: string; separator: string };

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0', "'": "''" };

/** As LOAD DATA reads it; `\N` is its null. */
const tabbed: CellWriter = {
  cell: (text) =>
    text === null
      ? '\\N'
      : /[\\\t\n\0]/.test(text)
        ? text.replaceAll(/[\\\t\n\0]/g, (sign) => escapes[sign] ?? '')
        : text,
  start: '',
  end: '\n',
  separator: '\t',
};

const quoted: CellWriter = {
  cell: (text) => (text === null ? 'null' : `'${text.replaceAll(/[\\\0']/g, (sign) => escapes[sign] ?? '')}'`),
  start: '(',
  end: ')',
  separator: ',',
};

function createRowWriter(
  { plan, keys }: Loading,
  { cell, start, end, separator }: CellWriter,
): (row: StagedRow) => string {
  const kinds = plan.into.columns.map(({ kind }) => kind);
  const names = plan.into.columns.map(({ name }) => name);
  const doubled = keys.filter(({ name, joinedBy }) => name !== joinedBy).map(({ name }) => names.indexOf(name));
  const form = (text: string | null, place: number) => {
    if (text === null) return null;
    if (kinds[place] === 'boolean') return text === 'true' ? '1' : '0';
    return kinds[place] === 'timestamptz' ? `${text.slice(0, 10)} ${text.slice(11, -1)}` : text;
  };
  return ({ cells, isGone }) => {
    const values = cells.map(form);
    for (const place of doubled) values.push(values[place] ?? null);
    values.push(isGone ? '1' : '0');
    return start + values.map(cell).join(separator) + end;
  };
}

type Batches = AsyncGenerator<string[]>;

/** With LOCAL the server only warns of what does not fit, so that a warning is an error here. */
async function loadFile({ session, plan, keys }: Loading, batches: Batches): Promise<void> {
  let failure: { error: unknown } | undefined;
  async function* bytes() {
    try {
      for await (const lines of batches) if (lines.length > 0) yield Buffer.from(lines.join(''));
    } catch (error) {
      // The driver is to end the file in good order; what is half staged is never merged.
      failure = { error };
    }
  }
  const { warnings } = await session.query(loadStaged(plan, keys), {
    rows: Readable.from(bytes(), { objectMode: false }),
  });
  if (failure) throw failure.error;
  if (warnings === 0) return;
  const { rows } = await session.query('show warnings limit 1');
  throw new SluiceError('LOAD_ROW_UNFIT', {
    table: plan.into.table,
    reason: reasonOf(rows[0]?.Message ?? 'the server warns'),
  });
}

async function insertBatches({ session, plan, keys }: Loading, batches: Batches): Promise<void> {
  const opening = insertStaged(plan, keys);
  let values: string[] = [];
  let bytes = 0;
  const flush = async () => {
    if (values.length > 0) await session.query(opening + values.join(','));
    values = [];
    bytes = 0;
  };
  for await (const rows of batches) {
    for (const row of rows) {
      values.push(row);
      bytes += row.length;
      if (bytes > statementBytes) await flush();
    }
  }
  await flush();
}

async function merge(loading: Loading, { staged, bookmark }: MergeMeans): Promise<LoadCounts> {
  const { session, exact, plan, keys } = loading;
  await refuseSameKeys(loading);
  // Making a table commits what was begun, so that it comes first.
  if (bookmark) await createUnlessThere(session, bookmarkTable, createBookmarks(exact));
  const change = async (sql: string | null) => (sql === null ? 0 : (await session.query(sql)).changed);
  await session.query('start transaction');
  const merging = { plan, keys };
  const gone = await change(deleteGone(merging));
  const updated = await change(updateChanged(merging));
  const inserted = await change(insertNew(merging));
  const unstaged = await change(deleteUnstaged(merging));
  if (bookmark) await session.query(setBookmark(quoteText(bookmark.name), quoteText(bookmark.value)));
  await commit(loading);
  return { staged, inserted, updated, unchanged: staged - inserted - updated - gone, deleted: gone + unstaged };
}

async function refuseSameKeys({ session, plan: { into }, keys }: Loading): Promise<void> {
  const sql = findSameKeys(keys);
  const [same] = sql === null ? [] : (await session.query(sql)).rows;
  if (!same) return;
  const collations = keys.map(({ collation }) => collation).join(', ');
  const reason = `the keys "${same.one}" and "${same.other}" are one to the table, by its collation ${collations}`;
  throw new SluiceError('LOAD_ROW_UNFIT', { table: into.table, reason });
}

async function commit({ session, plan, database }: Loading): Promise<void> {
  try {
    await session.query('commit');
  } catch (error) {
    // The server has refused it in so many words; what is lost on the way is in doubt.
    if ((error as { sqlState?: string }).sqlState) throw error;
    const values = { table: plan.into.table, database, reason: reasonOf(error) };
    throw new SluiceError('LOAD_IN_DOUBT', values, { cause: error, inDoubt: true });
  }
}

/** Values that do not fit have no SQLSTATE of their own in all servers. */
const misfits = [1264, 1265, 1292, 1366, 1406, 1411];

/** SQLSTATE classes: 22 a value, 23 a constraint. */
function judge(error: unknown, { database, into }: { database: string; into?: TargetTable }): unknown {
  if (error instanceof SluiceError) return error;
  const reason = reasonOf(error);
  const { sqlState = '', errno = 0 } = error as { sqlState?: string; errno?: number };
  if (into && (/^2[23]/.test(sqlState) || misfits.includes(errno)))
    return new SluiceError('LOAD_ROW_UNFIT', { table: into.table, reason }, { cause: error });
  return new SluiceError('LOAD_FAILED', { database, reason }, { cause: error });
}
