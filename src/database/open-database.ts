/** Opens what a connection file names, with the adapter for its type. */
import type { Database, DatabaseSettings } from './adapter.ts';
import { openCsvFolder } from './csv-file.ts';
import { openMariadb } from './mariadb.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/**
 * Opens and tries a database, so that what is wrong with the connection is said before anything else is done.
 *
 * Errors: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, DRIVER_MISSING, SETTING_INVALID.
 *
 * @example await using database = await openDatabase({ type: 'sqlite', file: 'crm.sqlite' });
 */
export function openDatabase(settings: DatabaseSettings, options: { signal?: AbortSignal } = {}): Promise<Database> {
  switch (settings.type) {
    case 'postgres':
      return openPostgres(settings, options);
    case 'mariadb':
    case 'mysql':
      return openMariadb(settings);
    case 'sqlite':
      return openSqlite(settings);
    case 'csv':
      return openCsvFolder(settings);
  }
}
