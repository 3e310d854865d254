/** A copy of a store as it is at one moment, also while others write to it. */
import { closeSync, openSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { reasonOf, SluiceError } from '../base/index.ts';

/** All pages in one step: a copy in several begins anew whenever somebody writes between them. */
const allPages = 2 ** 31 - 1;
/** How long to wait for who holds the store for itself. */
const waitMs = 60_000;

/**
 * Copies the SQLite file `from` to the new file `to`, for its owner alone, and checks the copy from its first page to its last.
 *
 * @throws SluiceError FILE_UNREADABLE, STORE_COPY_BROKEN.
 */
export async function copyStore(from: string, to: string): Promise<void> {
  try {
    closeSync(openSync(to, 'wx', 0o600));
    using source = new DatabaseSync(from, { readOnly: true, timeout: waitMs });
    await backup(source, to, { rate: allPages });
  } catch (cause) {
    throw new SluiceError('FILE_UNREADABLE', { file: from, reason: reasonOf(cause) }, { cause });
  }
  checkStore(to);
}

/** Every page and every index. */
function checkStore(file: string): void {
  using copy = new DatabaseSync(file);
  const found = copy
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => String(row.integrity_check));
  if (found[0] === 'ok') return;
  throw new SluiceError('STORE_COPY_BROKEN', { file, reason: found[0] ?? 'it says nothing' });
}
