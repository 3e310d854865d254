/** The PostgreSQL of the tests: one server for all test files of a run, and a database of its own for each. */
import { randomBytes } from 'node:crypto';
import { type PostgresAddress, type RunningPostgres, runSql, startPostgres } from '../src/cli/demo/start-postgres.ts';

export { type PostgresAddress, type RunningPostgres, runSql, startPostgres };

/** Set by the global setup of the tests: the address of the server that all test files share. */
const sharedAddressName = 'SLUICE_TEST_POSTGRES';

/** Sets the environment variable by which the test files of this run find one server. */
export async function startSharedPostgres(): Promise<RunningPostgres> {
  const postgres = await startPostgres();
  const { host, port, user, password, database } = postgres;
  process.env[sharedAddressName] = JSON.stringify({ host, port, user, password, database });
  return postgres;
}

let ownPostgres: Promise<PostgresAddress> | undefined;

/**
 * A fresh, empty database for one test file, on the shared server of this test run, or on one of its own when the file is run by itself.
 *
 * @example const address = await createTestDatabase();
 */
export async function createTestDatabase({
  encoding = 'UTF8',
}: {
  encoding?: 'UTF8' | 'SQL_ASCII' | 'LATIN1';
} = {}): Promise<PostgresAddress> {
  const shared = process.env[sharedAddressName];
  ownPostgres ??= shared ? Promise.resolve(JSON.parse(shared) as PostgresAddress) : startPostgres();
  const { host, port, user, password, database } = await ownPostgres;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runSql(
    { host, port, user, password, database },
    `create database ${name} template template0 encoding '${encoding}' locale 'C'`,
  );
  return { host, port, user, password, database: name };
}
