/** The database, opened beside other work: connecting takes its time, and so does signing in to Salesforce. */
import type { Database } from '../database/index.ts';
import type { ConnectionDefinition } from '../protocol/index.ts';
import { openDatabaseOf, type SecretFinding } from './connection-file.ts';

export type EarlyDatabase = AsyncDisposable & {
  /** Errors: as openDatabaseOf. */
  get(): Promise<Database>;
};

/** What goes wrong is told to who asks for it; it is given up with its owner, whether anybody asked or not. */
export function openDatabaseEarly(
  connection: ConnectionDefinition,
  { outerSignal, ...finding }: SecretFinding & { outerSignal: AbortSignal | undefined },
): EarlyDatabase {
  const stop = new AbortController();
  const signal = outerSignal ? AbortSignal.any([outerSignal, stop.signal]) : stop.signal;
  const opening = openDatabaseOf(connection, { ...finding, signal });
  opening.catch(() => undefined);
  return {
    get: () => opening,
    async [Symbol.asyncDispose]() {
      stop.abort();
      const database = await opening.catch(() => undefined);
      await database?.[Symbol.asyncDispose]();
    },
  };
}
