/** The one place that touches the setup file of SQLite: opening, migrating, the lock on its folder, and transactions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { reasonOf, SluiceError } from '../../base/index.ts';
import { lockFolder } from '../../store/index.ts';

export type SetupDatabase = {
  readonly database: DatabaseSync;
  readonly file: string;
  /** One transaction; nothing stays of it when `work` throws. */
  transaction<T>(work: () => T): T;
  close(): void;
};

const migrations = join(import.meta.dirname, 'sql');
const fileName = 'setup.sqlite';
/** Readers of other threads never hold up the only writer, but a checkpoint may, for a moment. */
const busyTimeoutMs = 5000;

/**
 * Opens `setup.sqlite` in the folder, made if need be (mode 0700). `durable`: a committed transaction outlives a power cut.
 *
 * @throws SluiceError STORE_IN_USE, STORE_TOO_NEW, FILE_UNREADABLE.
 */
export function openSetupDatabase({ folder, durable }: { folder: string; durable: boolean }): SetupDatabase {
  const file = join(folder, fileName);
  const lock = lockFolder(folder);
  try {
    const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? 'FULL' : 'OFF'}; PRAGMA foreign_keys = ON`,
    );
    migrate(database, file);
    return { database, file, transaction: (work) => transaction(database, work), close: () => close(database, lock) };
  } catch (cause) {
    lock[Symbol.dispose]();
    throw cause instanceof SluiceError
      ? cause
      : new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

/**
 * Reads from the setup of a folder, also while an org is running in it: nothing is locked, made or migrated.
 *
 * @throws SluiceError FILE_UNREADABLE, STORE_TOO_NEW.
 */
export function readSetupDatabase<Result>(folder: string, read: (database: DatabaseSync) => Result): Result {
  const file = join(folder, fileName);
  if (!existsSync(file)) throw new SluiceError('FILE_UNREADABLE', { file, reason: 'there is no org in this folder' });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: busyTimeoutMs });
    const known = migrationNames().length;
    const version = versionOf(database);
    if (version > known) throw new SluiceError('STORE_TOO_NEW', { file, version, known });
    if (version < known) {
      const reason = 'an earlier version wrote it; start the org once with this one';
      throw new SluiceError('FILE_UNREADABLE', { file, reason });
    }
    // In one transaction, so that what is read belongs together.
    database.exec('BEGIN');
    return read(database);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  } finally {
    database?.close();
  }
}

/** Runs the numbered files this store has not seen yet, each in a transaction of its own. */
function migrate(database: DatabaseSync, file: string): void {
  const scripts = migrationNames();
  const version = versionOf(database);
  if (version > scripts.length) throw new SluiceError('STORE_TOO_NEW', { file, version, known: scripts.length });
  for (const [index, name] of scripts.entries()) {
    if (index < version) continue;
    transaction(database, () =>
      database.exec(`${readFileSync(join(migrations, name), 'utf8')}; PRAGMA user_version = ${index + 1}`),
    );
  }
}

function migrationNames(): string[] {
  return readdirSync(migrations)
    .filter((name) => /^\d{6}\.sql$/.test(name))
    .sort();
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function close(database: DatabaseSync, lock: Disposable): void {
  if (!database.isOpen) return;
  database.close();
  lock[Symbol.dispose]();
}
