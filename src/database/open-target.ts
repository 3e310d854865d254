/** Opens for loading what a connection file names, with the adapter for its type. */
import type { DatabaseSettings } from './adapter.ts';
import { openCsvTarget } from './csv-load.ts';
import { openMariadbTarget } from './mariadb-load.ts';
import { openPostgresTarget } from './postgres-load.ts';
import { openSqliteTarget } from './sqlite-load.ts';
import type { Target } from './target.ts';

/**
 * Opens and tries a database as a target.
 *
 * Errors: DATABASE_UNREACHABLE, DATABASE_LOGIN_REFUSED, DRIVER_MISSING, SETTING_INVALID.
 *
 * @example await using target = await openTarget({ type: 'sqlite', file: 'crm.sqlite' });
 */
export function openTarget(settings: DatabaseSettings): Promise<Target> {
  switch (settings.type) {
    case 'postgres':
      return openPostgresTarget(settings);
    case 'mariadb':
    case 'mysql':
      return openMariadbTarget(settings);
    case 'sqlite':
      return openSqliteTarget(settings);
    case 'csv':
      return openCsvTarget(settings);
  }
}
