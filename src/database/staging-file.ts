/** A staging database of SQLite in a file of its own, beside what is loaded: it is also the lock, which ends with the process. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

export type StagingFile = { remove(): void };

const tries = 10;
const primaryCode = (error: unknown) => ((error as { errcode?: number }).errcode ?? 0) & 0xff;
/** SQLITE_BUSY, SQLITE_LOCKED; SQLITE_CORRUPT, SQLITE_NOTADB. */
export const isBusy = (error: unknown) => [5, 6].includes(primaryCode(error));
const isBroken = (error: unknown) => [11, 26].includes(primaryCode(error));

/** Hidden, beside the file; one for each table. */
export function stagingPath(beside: string, table: string): string {
  const digest = createHash('sha256').update(table).digest('hex').slice(0, 12);
  return join(dirname(beside), `.${basename(beside)}.${digest}.sluice-staging`);
}

/**
 * Attaches it, empty, as `staging`; undefined when another load holds it. The lock is the operating system's and goes with the
 * process, however that ends; a file that such a process left is removed, and a new one made.
 */
export function attachStaging(database: DatabaseSync, path: string): StagingFile | undefined {
  for (let turn = 0; turn < tries; turn++) {
    closeSync(openSync(path, 'a', 0o600));
    const before = statSync(path, { throwIfNoEntry: false });
    const attached = tryAttach(database, path);
    if (attached === 'busy') return undefined;
    const isSame = before !== undefined && statSync(path, { throwIfNoEntry: false })?.ino === before.ino;
    if (attached === 'yes' && isSame && before.size === 0) return { remove: () => removeFile(path) };
    // Left behind by a load that died, or removed by its holder in the meantime.
    if (isSame) removeFile(path);
    if (attached === 'yes') database.exec('detach staging');
  }
  return undefined;
}

function tryAttach(database: DatabaseSync, path: string): 'yes' | 'busy' | 'broken' {
  let isAttached = false;
  try {
    database.exec(`attach '${path.replaceAll("'", "''")}' as staging`);
    isAttached = true;
    database.exec(
      'pragma staging.locking_mode = exclusive; pragma staging.journal_mode = off; pragma staging.synchronous = off',
    );
    // The first write takes the lock, and it stays.
    database.exec('create table staging.sluice_lock (place integer)');
    return 'yes';
  } catch (error) {
    if (isAttached) database.exec('detach staging');
    if (isBusy(error)) return 'busy';
    if (isBroken(error) || /already exists/.test(String(error))) return 'broken';
    throw error;
  }
}

/** While it is still held, so that nobody gets a file that is about to go. Systems that cannot do this keep it for the next load. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** The end of a load: nothing of it stays, whatever became of it. */
export function closeBoth(staging: StagingFile, database: DatabaseSync): void {
  staging.remove();
  if (database.isOpen) database.close();
}
