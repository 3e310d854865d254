/** Loading into PostgreSQL: COPY into a temporary staging table, then one merge; the bookmark lies in the same database. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { reasonOf, SluiceError } from '../base/index.ts';
import { checkHeader, splitHeader } from './csv-header.ts';
import { createGuardedLoad, type MergeMeans } from './guarded-load.ts';
import { connectPostgres, loadDrivers, type PostgresSettings, type Session } from './postgres.ts';
import {
  accepts,
  bookmarkTable,
  type ColumnRow,
  copyIn,
  createBookmarks,
  createStaging,
  createTable,
  deleteGone,
  deleteUnstaged,
  describeColumns,
  describeKeys,
  foundColumn,
  goneColumn,
  goneHeader,
  ignoredColumn,
  keepLast,
  quoteTable,
  setBookmark,
  stagingTable,
  typeOf,
  upsert,
} from './postgres-load-sql.ts';
import type { Load, LoadCounts, LoadPlan, Target, TargetTable, Waiting } from './target.ts';
import { checkFit, checkPlan, targetMissing, unfit } from './target-fit.ts';

/** A load may wait long between its pages; of newer servers only, so by name. */
const loadSetup = `select set_config(name, '0', false) from pg_settings where name in ('idle_session_timeout', 'transaction_timeout')`;

/** SQLSTATE of a row that one statement would change twice. */
const cameTwice = '21000';

type Place = { settings: PostgresSettings; name: string };
type Act<T> = (session: Session) => Promise<T>;

/**
 * Connects once, to say early what is wrong. A load has one connection of its own, and with it the staging table and the lock: both go
 * when it goes.
 *
 * Errors: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, DRIVER_MISSING.
 */
export async function openPostgresTarget(settings: PostgresSettings): Promise<Target> {
  const place = { settings, name: `"${settings.database}" at ${settings.host}:${settings.port}` };
  await onSession(place, {}, async () => {});
  return {
    kind: 'postgres',
    prepareTable: (into, { create = false, signal } = {}) =>
      onSession(place, { signal }, async (session) => {
        checkPlan({ into }, place.name);
        if (create) await createUnlessThere(session, quoteTable(into.table), createTable(into));
        await checkTable(session, into, place.name);
      }),
    readBookmark: (name, { signal } = {}) => onSession(place, { signal }, (session) => readBookmark(session, name)),
    openLoad: (plan, { signal } = {}) => openLoad(place, plan, signal),
    async [Symbol.asyncDispose]() {},
  };
}

async function onSession<T>(place: Place, { signal }: Waiting, act: Act<T>): Promise<T> {
  const session = await connectPostgres(place.settings, { name: place.name, signal, begin: loadSetup });
  try {
    return await act(session);
  } catch (error) {
    throw signal?.aborted ? signal.reason : judge(error, { database: place.name });
  } finally {
    await session.close();
  }
}

async function isThere({ client }: Session, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
  return rows[0]?.there ?? false;
}

/** The server wants the right to create even where it would find that there is nothing to do. */
async function createUnlessThere(session: Session, table: string, sql: string): Promise<void> {
  if (!(await isThere(session, table))) await session.client.query(sql);
}

async function readBookmark(session: Session, name: string): Promise<string | undefined> {
  if (!(await isThere(session, bookmarkTable))) return undefined;
  const { client } = session;
  const found = await client.query<{ value: string }>(`select value from ${bookmarkTable} where name = $1`, [name]);
  return found.rows[0]?.value;
}

async function checkTable({ client }: Session, into: TargetTable, database: string): Promise<void> {
  const table = quoteTable(into.table);
  const { rows } = await client.query<{ relkind: string }>('select relkind from pg_class where oid = to_regclass($1)', [
    table,
  ]);
  if (!rows[0]) throw targetMissing(into, database, await listTables(client));
  if (rows[0].relkind !== 'r') {
    const hint = 'Load into an ordinary table; views and partitioned tables can be filled from it.';
    throw unfit(into, { database, reason: 'it is no ordinary table', hint });
  }
  const columns = await client.query<ColumnRow>(describeColumns, [table]);
  const keys = await client.query<{ columns: string[] }>(describeKeys, [table]);
  const found = { columns: columns.rows.map(foundColumn), uniqueKeys: keys.rows.map((row) => row.columns) };
  checkFit(into, found, { accepts, typeOf, database });
}

async function listTables(client: Session['client']): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where relkind = 'r' and pg_table_is_visible(oid) and relnamespace <> 'pg_catalog'::regnamespace limit 1000`,
  );
  return rows.map(({ name }) => name);
}

async function openLoad(place: Place, plan: LoadPlan, signal: AbortSignal | undefined): Promise<Load> {
  checkPlan(plan, place.name);
  // Aborting later hangs up by the signals that stage and merge are given.
  const session = await connectPostgres(place.settings, { name: place.name, signal, begin: loadSetup });
  try {
    await checkTable(session, plan.into, place.name);
    await lock(session, plan.into, place.name);
    await session.client.query(createStaging(plan));
    return createLoad({ session, plan, database: place.name });
  } catch (error) {
    session.hangUp();
    await session.close();
    throw signal?.aborted ? signal.reason : judge(error, { database: place.name });
  }
}

/** Held by the connection, so that it ends with it. */
async function lock({ client }: Session, { table }: TargetTable, database: string): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('sluice load ' || $1::regclass::oid, 0)) as locked`,
    [quoteTable(table)],
  );
  if (!rows[0]?.locked) throw new SluiceError('LOAD_RUNNING', { table, database });
}

type Loading = { session: Session; plan: LoadPlan; database: string };

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
  { session, plan }: Loading,
  csv: Parameters<Load['stage']>[0],
  signal: AbortSignal | undefined,
): Promise<number> {
  const headed = await splitHeader(csv);
  if (!headed) return 0;
  checkHeader(headed.header, plan);
  const columns = stagedColumns(headed.header, plan);
  for (const name of columns.filter((column) => column.startsWith(ignoredColumn(0).slice(0, -1))))
    await session.client.query(`alter table ${stagingTable} add column if not exists ${name} text`);
  const { copyStreams } = await loadDrivers();
  const copying = session.client.query(copyStreams.from(copyIn(columns)));
  await pipeline(Readable.from(headed.rows, { objectMode: false }), copying, signal ? { signal } : {});
  return copying.rowCount;
}

function stagedColumns(header: readonly string[], { into, deletions }: LoadPlan): string[] {
  const byHeader = new Map(into.columns.map((column) => [column.header ?? column.name, column.name]));
  const gone = goneHeader(deletions);
  if (gone !== undefined) byHeader.set(gone, goneColumn);
  return header.map((name, place) => byHeader.get(name) ?? ignoredColumn(place));
}

/**
 * Finding rows that came more than once takes a fifth of the time of a merge. Where deletions depend on which of them is the last one it is
 * done first; else only when the server has found such rows itself.
 */
async function merge(loading: Loading, means: MergeMeans): Promise<LoadCounts> {
  const { session, plan } = loading;
  const { client } = session;
  if (means.bookmark) await createUnlessThere(session, bookmarkTable, createBookmarks);
  if (deleteGone(plan) !== null) {
    await client.query(`analyze ${stagingTable}`);
    await client.query(keepLast(plan));
    return await mergeOnce(loading, means);
  }
  try {
    return await mergeOnce(loading, means);
  } catch (error) {
    if ((error as { code?: string }).code !== cameTwice) throw error;
    await client.query('rollback');
    await client.query(keepLast(plan));
    return await mergeOnce(loading, means);
  }
}

async function mergeOnce({ session, plan, database }: Loading, { staged, bookmark }: MergeMeans): Promise<LoadCounts> {
  const { client } = session;
  await client.query('begin');
  const gone = await count(session, deleteGone(plan));
  const { rows } = await client.query<{ inserted: number; updated: number }>(upsert(plan));
  const { inserted = 0, updated = 0 } = rows[0] ?? {};
  const unstaged = await count(session, deleteUnstaged(plan));
  if (bookmark) await client.query(setBookmark, [bookmark.name, bookmark.value]);
  await commit(session, plan.into.table, database);
  return { staged, inserted, updated, unchanged: staged - inserted - updated - gone, deleted: gone + unstaged };
}

async function count({ client }: Session, sql: string | null): Promise<number> {
  return sql === null ? 0 : ((await client.query(sql)).rowCount ?? 0);
}

async function commit({ client }: Session, table: string, database: string): Promise<void> {
  try {
    await client.query('commit');
  } catch (error) {
    // The server has refused it in so many words; what is lost on the way is in doubt.
    if ((error as { severity?: string }).severity !== undefined) throw error;
    throw new SluiceError(
      'LOAD_IN_DOUBT',
      { table, database, reason: reasonOf(error) },
      { cause: error, inDoubt: true },
    );
  }
}

/** SQLSTATE classes: 22 a value, 23 a constraint; `where` names the line of a COPY, which does not see the header, and its column. */
function judge(error: unknown, { database, into }: { database: string; into?: TargetTable }): unknown {
  if (error instanceof SluiceError) return error;
  const { code = '', where = '', column } = error as { code?: string; where?: string; column?: string };
  const [, line, copied] = /COPY \w+, line (\d+)(?:, column ([^:]+))?/.exec(where) ?? [];
  const named = copied ?? column;
  const place = `${line ? `line ${Number(line) + 1}, ` : ''}${named ? `column "${named.replace(/^"|"$/g, '')}": ` : ''}`;
  const reason = place + reasonOf(error);
  if (into && /^2[23]/.test(code))
    return new SluiceError('LOAD_ROW_UNFIT', { table: into.table, reason }, { cause: error });
  return new SluiceError('LOAD_FAILED', { database, reason }, { cause: error });
}
