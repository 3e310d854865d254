/** A file of SQLite as a store: opened for its owner alone, migrated by numbered files, written one transaction at a time. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, type Log, reasonOf, SluiceError } from '../base/index.ts';
import { createGathering } from './gathering.ts';

/** How long to wait for another process that is writing to the same file. */
const waitForOtherWritersMs = 60_000;
const busy = 5;
const full = 13;

export type Row = Record<string, unknown>;
export type Values = Record<string, SQLInputValue>;

export type SqliteFile = AsyncDisposable & {
  readonly file: string;
  /** Reads see what is committed, also while a long transaction of this process is under way. */
  all(sql: string, values?: Values): Row[];
  get(sql: string, values?: Values): Row | undefined;
  iterate(sql: string, values?: Values): Iterable<Row>;
  /** Inside `write` only. */
  run(sql: string, values?: Values): { changes: number; id: number };
  prepare(sql: string): StatementSync;
  /** One transaction, on disk when it resolves; writers of this process wait for each other without blocking the event loop. */
  write<T>(work: () => T | Promise<T>): Promise<T>;
  /** The same for short works of many callers, which share transactions; see gathering.ts. */
  gather<T>(work: () => T): Promise<T>;
  /** How many transactions of this connection there were. */
  commits(): number;
  /** A turn among the writers of this process, for a work that a thread does over a connection of its own. */
  giveTurn<T>(work: () => Promise<T>): Promise<T>;
};

/** What the store's own sentences are, when its schema is newer, another process keeps it, or its disk is full. */
export type StoreErrors = Readonly<Record<'tooNew' | 'locked' | 'full', ErrorCode>>;

export type StoreSettings = {
  folder: string;
  /** Of the file in it. */
  name: string;
  /** The folder of the numbered SQL files. */
  migrations: string;
  errors: StoreErrors;
  /** Told how many works that were gathered shared a transaction. */
  onCommitted?: ((works: number) => void) | undefined;
  /**
   * How much of it the connection that writes holds in memory, and lets pile up before it is brought from the log into the file;
   * 8 unless it is said. Rows that go into many indexes at places far apart want more.
   */
  writtenMiB?: number | undefined;
  /** Told when a store of an older version is brought to this one. */
  log?: Log | undefined;
};

/** Errors: the three of its settings, FILE_UNREADABLE. */
export function openSqliteFile({ folder, name, migrations, errors, ...more }: StoreSettings): SqliteFile {
  const { onCommitted, writtenMiB = 8, log } = more;
  const storeError = (cause: unknown) => errorOfStore(cause, { file: join(folder, name), errors });
  const file = join(folder, name);
  makeFolder(folder);
  createForOwner(file);
  const writer = openConnection(file, storeError);
  migrate(writer, { file, migrations, errors, storeError, log });
  writer.exec(`PRAGMA cache_size = ${-1024 * writtenMiB}; PRAGMA wal_autocheckpoint = ${writtenMiB * pagesInMiB}`);
  const reader = openConnection(file, storeError);
  reader.exec('PRAGMA query_only = ON');
  return sqliteFile({ file, writer, reader, storeError, onCommitted });
}

/** A store holds values of rows; SQLite gives its other files the same mode. */
function createForOwner(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const isFile = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = isFile ? 'it is a file, and must be a folder' : reasonOf(cause);
    throw new SluiceError('FILE_UNREADABLE', { file: folder, reason }, { cause });
  }
}

/** Of 8 KiB each, as a new file has them. */
const pagesInMiB = 128;

type StoreError = (cause: unknown) => unknown;

function openConnection(file: string, storeError: StoreError): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { timeout: waitForOtherWritersMs });
    // The size of a page is that of a new file; larger ones take a tenth off writing a million rows.
    database.exec(
      'PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -8000',
    );
    return database;
  } catch (cause) {
    throw storeError(cause);
  }
}

type Migrating = Pick<StoreSettings, 'migrations' | 'errors' | 'log'> & { file: string; storeError: StoreError };

/** Runs the numbered files this schema has not seen yet, in one transaction. */
function migrate(database: DatabaseSync, migrating: Migrating): void {
  const { file, migrations: folder, errors, storeError, log } = migrating;
  const scripts = readdirSync(folder).filter((name) => /^\d{6}\.sql$/.test(name));
  const newest = scripts.length;
  const began = performance.now();
  try {
    keepAsItWas(database, newest, migrating);
    database.exec('BEGIN IMMEDIATE');
    const version = versionOf(database);
    if (version > newest) throw new SluiceError(errors.tooNew, { file, version, known: newest });
    for (const name of scripts.sort().slice(version)) database.exec(readFileSync(join(folder, name), 'utf8'));
    database.exec(`PRAGMA user_version = ${newest}; COMMIT`);
    tellMigrated(file, version, newest, began, log);
  } catch (cause) {
    database.close();
    throw storeError(cause);
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/** A copy of a store that is about to be changed, under the number of its schema; one that is there already is this very one. */
function keepAsItWas(database: DatabaseSync, newest: number, { file, log }: Migrating): void {
  const version = versionOf(database);
  if (version === 0 || version >= newest) return;
  const copy = `${file}.schema-${version}`;
  const megabytes = Math.ceil(statSync(file).size / 1e6);
  const told = 'the store is brought to a newer schema, a large one for minutes; a copy of it as it was is kept';
  log?.warn({ file, copy, version, newest, megabytes }, told);
  removeUnfinished(file);
  if (existsSync(copy)) return;
  const unfinished = `${copy}.${process.pid}.new`;
  createForOwner(unfinished);
  database.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, copy);
}

/** Copies that a program was at when it was killed; each is as large as the store. */
function removeUnfinished(file: string): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) {
    const [, pid] = /\.schema-\d+\.(\d+)\.new(?:-journal)?$/.exec(name) ?? [];
    const isOfThis = name.startsWith(`${basename(file)}.schema-`);
    if (pid !== undefined && isOfThis && !isOtherProgram(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isOtherProgram(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Not of a new store. */
function tellMigrated(file: string, version: number, newest: number, began: number, log: Log | undefined): void {
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (version > 0 && version < newest) log?.info({ file, version: newest, seconds }, 'the store has the newer schema');
}

type Opened = Pick<StoreSettings, 'onCommitted'> & {
  file: string;
  writer: DatabaseSync;
  reader: DatabaseSync;
  storeError: StoreError;
};

function sqliteFile({ file, writer, reader, storeError, onCommitted }: Opened): SqliteFile {
  const statements = { writer: statementCache(writer), reader: statementCache(reader) };
  let last: Promise<unknown> = Promise.resolve();
  let writing = false;
  let commits = 0;

  async function transaction<T>(work: () => T | Promise<T>): Promise<T> {
    await begin(writer, storeError);
    writing = true;
    try {
      const result = await work();
      writer.exec('COMMIT');
      commits += 1;
      return result;
    } catch (cause) {
      if (writer.isTransaction) writer.exec('ROLLBACK');
      throw storeError(cause);
    } finally {
      writing = false;
    }
  }

  const giveTurn: SqliteFile['giveTurn'] = (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const write: SqliteFile['write'] = (work) => giveTurn(() => transaction(work));

  return {
    file,
    write,
    commits: () => commits,
    giveTurn,
    gather: createGathering({ write, execute: (sql) => writer.exec(sql), onCommitted }),
    all: (sql, values = {}) => statements.reader(sql).all(values) as Row[],
    get: (sql, values = {}) => statements.reader(sql).get(values) as Row | undefined,
    iterate: (sql, values = {}) => reader.prepare(sql).iterate(values) as Iterable<Row>,
    run(sql, values = {}) {
      if (!writing) throw new Error('a store is written inside a transaction only');
      const { changes, lastInsertRowid } = statements.writer(sql).run(values);
      return { changes: Number(changes), id: Number(lastInsertRowid) };
    },
    prepare: statements.writer,
    async [Symbol.asyncDispose]() {
      // Those under way may still bring others.
      for (let seen: unknown; seen !== last; ) {
        seen = last;
        await last;
      }
      reader.close();
      writer.close();
    },
  };
}

function statementCache(database: DatabaseSync): (sql: string) => StatementSync {
  const known = new Map<string, StatementSync>();
  return (sql) => {
    const found = known.get(sql) ?? database.prepare(sql);
    known.set(sql, found);
    return found;
  };
}

/** Waits for writers of other processes without holding up the event loop. */
async function begin(database: DatabaseSync, storeError: StoreError): Promise<void> {
  const giveUpAt = performance.now() + waitForOtherWritersMs;
  database.exec('PRAGMA busy_timeout = 0');
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    try {
      database.exec('BEGIN IMMEDIATE');
      database.exec(`PRAGMA busy_timeout = ${waitForOtherWritersMs}`);
      return;
    } catch (cause) {
      if (sqliteCode(cause) !== busy || performance.now() > giveUpAt) throw storeError(cause);
      await sleep(pauseMs);
    }
  }
}

function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** SQLITE_IOERR with what failed in its upper byte: write, fsync, dir fsync, truncate, shared memory size; so does a full quota. */
const failedWrites = new Set([3, 4, 5, 6, 19].map((what) => 10 | (what << 8)));

const isFailedWrite = (error: unknown): boolean =>
  failedWrites.has((error as { errcode?: number } | null)?.errcode ?? 0);

function errorOfStore(cause: unknown, { file, errors }: { file: string; errors: StoreErrors }): unknown {
  const code = sqliteCode(cause);
  if (code === busy) return new SluiceError(errors.locked, { file }, { cause });
  if (code === full || isFailedWrite(cause))
    return new SluiceError(errors.full, { file, reason: reasonOf(cause) }, { cause });
  if (code !== undefined && code >= 10 && code <= 26)
    return new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  return cause;
}
