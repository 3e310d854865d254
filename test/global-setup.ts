/**
 * Runs once before all tests: one PostgreSQL for the whole run, whose address the test files find in an environment variable; the
 * pages of both interfaces, built when they are older than their sources; and a browser, unpacked.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findChromium } from './browser/chromium.ts';
import { type RunningPostgres, startSharedPostgres } from './postgres.ts';

let postgres: RunningPostgres | undefined;

export async function globalSetup(): Promise<void> {
  const build = join(import.meta.dirname, '..', 'bin', 'build-pages.js');
  await promisify(execFile)(process.execPath, [build, '--if-needed']);
  await findChromium();
  postgres = await startSharedPostgres();
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop();
}
