/** The one place where the org's SQLite files are opened: pragmas, the function `fold`, and the setup file beside the records. */
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

export type OpenDatabaseOptions = {
  /** True: a committed row outlives the process and, but for the last moments, a power cut. False: for folders thrown away at the end. */
  durable: boolean;
  /** The file to attach, read only, under the name `setup`. */
  setupFile?: string | undefined;
  /** For connections that only ask. */
  readOnly?: boolean | undefined;
};

/** Milliseconds a connection waits for a lock of another one before it gives up. */
const busyTimeoutMs = 10_000;

/** Opens (and makes, unless `readOnly`) a database in WAL mode on which `fold(text)` gives the text in small letters, in any script. */
export function openDatabase(
  file: string,
  { durable, setupFile, readOnly = false }: OpenDatabaseOptions,
): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, readOnly });
  if (!readOnly) database.exec('PRAGMA journal_mode = WAL');
  database.exec(
    `PRAGMA synchronous = ${durable ? 'NORMAL' : 'OFF'}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000`,
  );
  database.function('fold', { deterministic: true }, foldText);
  if (setupFile !== undefined) attachSetup(database, setupFile);
  return database;
}

/** What `fold` does, for values that are bound instead of read. */
export function foldText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value).toLowerCase();
}

function attachSetup(database: DatabaseSync, setupFile: string): void {
  database.prepare('ATTACH DATABASE ? AS setup').run(`${pathToFileURL(setupFile).href}?mode=ro`);
}
