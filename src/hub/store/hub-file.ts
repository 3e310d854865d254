/** The file of the hub's store, as each thread that writes it opens it. */
import { join } from 'node:path';
import { openSqliteFile, type SqliteFile, type StoreErrors, type StoreSettings } from '../../store/index.ts';

/** A message goes into half a dozen indexes, by keys that come in any order. */
const writtenMiB = 64;

const errors: StoreErrors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' };

export type HubFileMeans = Pick<StoreSettings, 'log' | 'onCommitted'>;

/** Errors: STORE_TOO_NEW, STORE_LOCKED, STORE_FULL, FILE_UNREADABLE. */
export function openHubFile(folder: string, means: HubFileMeans = {}): SqliteFile {
  const migrations = join(import.meta.dirname, 'sql');
  return openSqliteFile({ folder, name: 'hub.sqlite', migrations, errors, writtenMiB, ...means });
}
