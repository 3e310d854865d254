/** Runs once before all tests: one PostgreSQL for the whole run, whose address the test files find in an environment variable. */
import { type RunningPostgres, startSharedPostgres } from './postgres.ts';

let postgres: RunningPostgres | undefined;

export async function globalSetup(): Promise<void> {
  postgres = await startSharedPostgres();
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop();
}
