/** Loading into SQLite: rows are staged in a file beside the database, then merged in one transaction, others getting their turn in between. */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, SluiceError } from '../base/index.ts';
import type { DatabaseSettings } from './adapter.ts';
import { createGuardedLoad, type MergeMeans } from './guarded-load.ts';
import { findKind, openWritable } from './sqlite.ts';
import {
  accepts,
  createBookmarks,
  createStaging,
  createTable,
  deleteGone,
  deleteUnstaged,
  insertNew,
  insertStaged,
  setBookmark,
  tableName,
  typeOf,
  updateChanged,
} from './sqlite-load-sql.ts';
import { readStagedRows, type StagedRow } from './staged-rows.ts';
import { attachStaging, closeBoth, isBusy, type StagingFile, stagingPath } from './staging-file.ts';
import type { Load, LoadCounts, LoadPlan, Target, TargetTable } from './target.ts';
import { checkFit, checkPlan, type FoundTable, targetMissing, unfit } from './target-fit.ts';

const busyMs = 60_000;
const rowsAtOnce = 5000;

/** The file must be there, even if empty. Errors: DATABASE_UNREACHABLE. */
export async function openSqliteTarget({ file }: Extract<DatabaseSettings, { type: 'sqlite' }>): Promise<Target> {
  openWritable(file).close();
  const name = `"${file}"`;
  return {
    kind: 'sqlite',
    async prepareTable(into, { create = false, signal } = {}) {
      signal?.throwIfAborted();
      using database = openWritable(file);
      checkPlan({ into }, name);
      try {
        if (create) await whenFree(() => database.exec(createTable(into)), signal);
        checkTable(database, into, name);
      } catch (error) {
        throw judge(error, { database: name });
      }
    },
    async readBookmark(bookmark, { signal } = {}) {
      signal?.throwIfAborted();
      using database = openWritable(file);
      try {
        const isThere = database.prepare(`select 1 from main.sqlite_schema where name = 'sluice_bookmark'`).get();
        const row = isThere && database.prepare('select value from main.sluice_bookmark where name = ?').get(bookmark);
        return row ? String(row.value) : undefined;
      } catch (error) {
        throw judge(error, { database: name });
      }
    },
    async openLoad(plan, { signal } = {}) {
      signal?.throwIfAborted();
      return openLoad(file, plan, name);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Tries until others have let go of the database, without holding up the process meanwhile. */
async function whenFree<T>(act: () => T, signal: AbortSignal | undefined): Promise<T> {
  for (const until = Date.now() + busyMs; ; ) {
    signal?.throwIfAborted();
    try {
      return act();
    } catch (error) {
      if (!isBusy(error) || Date.now() > until) throw error;
      await sleep(20, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }
}

function checkTable(database: DatabaseSync, into: TargetTable, name: string): Map<string, string> {
  const table = tableName(into.table);
  const kind = database.prepare('select type from main.sqlite_schema where name = ?').get(table)?.type;
  if (kind === undefined) throw targetMissing(into, name, listTables(database));
  if (kind !== 'table') {
    const hint = 'Load into an ordinary table; views can be made over it.';
    throw unfit(into, { database: name, reason: `it is a ${kind}`, hint });
  }
  const rows = database.prepare('select * from pragma_table_info(?)').all(table);
  const found = describeTable(database, table, rows);
  checkFit(into, found, { accepts, typeOf, database: name });
  return new Map(rows.map((row) => [String(row.name), String(row.type)]));
}

const listTables = (database: DatabaseSync) =>
  database
    .prepare(`select name from main.sqlite_schema where type = 'table'`)
    .all()
    .map((row) => String(row.name));

type InfoRow = Record<string, unknown>;

function describeTable(database: DatabaseSync, table: string, rows: readonly InfoRow[]): FoundTable {
  const isRowNumber = ({ pk, type }: InfoRow) => pk !== 0 && String(type).toUpperCase() === 'INTEGER';
  const columns = rows.map((row) => ({
    name: String(row.name),
    kind: findKind(String(row.type)),
    nativeType: String(row.type),
    mustBeGiven: row.notnull === 1 && row.dflt_value === null && !isRowNumber(row),
  }));
  const rowNumber = rows.filter(({ pk }) => pk !== 0);
  const single =
    rowNumber.length === 1 && rowNumber.every(isRowNumber) ? [rowNumber.map((row) => String(row.name))] : [];
  return { columns, uniqueKeys: [...single, ...uniqueIndexes(database, table)] };
}

/** Only those that tell all texts apart: another collation would take two keys for one. */
function uniqueIndexes(database: DatabaseSync, table: string): string[][] {
  const indexes = database.prepare('select name from pragma_index_list(?) where "unique" and not partial').all(table);
  const columns = database.prepare('select name, coll from pragma_index_xinfo(?) where key order by seqno');
  return indexes
    .map(({ name }) => columns.all(String(name)))
    .filter((rows) => rows.every(({ name, coll }) => name !== null && coll === 'BINARY'))
    .map((rows) => rows.map(({ name }) => String(name)));
}

function openLoad(file: string, plan: LoadPlan, name: string): Load {
  checkPlan(plan, name);
  const database = openWritable(file);
  try {
    const declared = checkTable(database, plan.into, name);
    const staging = attachStaging(database, stagingPath(file, tableName(plan.into.table)));
    if (!staging) throw new SluiceError('LOAD_RUNNING', { table: plan.into.table, database: name });
    database.exec(createStaging(plan, declared));
    return createLoad({ database, plan, name, staging });
  } catch (error) {
    database.close();
    throw judge(error, { database: name });
  }
}

type Loading = { database: DatabaseSync; plan: LoadPlan; name: string; staging: StagingFile };

function createLoad(loading: Loading): Load {
  const { database, plan, name, staging } = loading;
  return createGuardedLoad({
    database: name,
    stage: (csv, signal) => stage(loading, csv, signal),
    merge: (means) => merge(loading, means),
    judge: (error) => judge(error, { database: name, into: plan.into }),
    close: () => closeBoth(staging, database),
  });
}

async function stage(
  { database, plan }: Loading,
  csv: Parameters<Load['stage']>[0],
  signal: AbortSignal | undefined,
): Promise<number> {
  const insert = database.prepare(insertStaged(plan));
  const truths = plan.into.columns.map(({ kind }) => kind === 'boolean');
  let count = 0;
  for await (const rows of readStagedRows(csv, plan, { signal })) {
    insertBatch(database, rows, ({ cells, isGone }) =>
      insert.run(
        ...cells.map((cell, place) => (truths[place] && cell !== null ? Number(cell === 'true') : cell)),
        Number(isGone),
      ),
    );
    count += rows.length;
    await setImmediate();
  }
  return count;
}

function insertBatch(database: DatabaseSync, rows: readonly StagedRow[], insert: (row: StagedRow) => unknown): void {
  database.exec('begin');
  for (const row of rows) insert(row);
  database.exec('commit');
}

async function merge({ database, plan }: Loading, { staged, bookmark, signal }: MergeMeans): Promise<LoadCounts> {
  await whenFree(() => database.exec('begin immediate'), signal);
  try {
    const inStretches = (sql: string | null) => runInStretches(database, sql, signal);
    const gone = await inStretches(deleteGone(plan));
    const updated = await inStretches(updateChanged(plan));
    const inserted = await inStretches(insertNew(plan));
    const unstagedSql = deleteUnstaged(plan);
    const unstaged = unstagedSql === null ? 0 : Number(database.prepare(unstagedSql).run().changes);
    if (bookmark) {
      database.exec(createBookmarks);
      database.prepare(setBookmark).run(bookmark.name, bookmark.value);
    }
    await whenFree(() => database.exec('commit'), signal);
    return { staged, inserted, updated, unchanged: staged - inserted - updated - gone, deleted: gone + unstaged };
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

/** Rows changed. Each stretch holds up the process for some milliseconds. */
async function runInStretches(
  database: DatabaseSync,
  sql: string | null,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (sql === null) return 0;
  const statement = database.prepare(sql);
  const last = Number(database.prepare('select max(sluice_place) as last from staging.sluice_rows').get()?.last ?? 0);
  let changes = 0;
  for (let first = 1; first <= last; first += rowsAtOnce) {
    changes += Number(statement.run(first, first + rowsAtOnce - 1).changes);
    await setImmediate();
    signal?.throwIfAborted();
  }
  return changes;
}

/** 19 is SQLITE_CONSTRAINT. */
function judge(error: unknown, { database, into }: { database: string; into?: TargetTable }): unknown {
  if (error instanceof SluiceError) return error;
  const reason = reasonOf(error);
  const { errcode = 0 } = error as { errcode?: number };
  if (into && (errcode & 0xff) === 19)
    return new SluiceError('LOAD_ROW_UNFIT', { table: into.table, reason }, { cause: error });
  return new SluiceError('LOAD_FAILED', { database, reason }, { cause: error });
}
