/** Keeps a data folder for one process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { reasonOf, SluiceError } from '../base/index.ts';

const lockName = 'in-use.sqlite';
const busy = 5;

/**
 * Keeps other processes out of the folder, made if need be (mode 0700), until it is disposed of. A transaction that never ends
 * does it; the system ends it with the process, however that dies.
 *
 * @throws SluiceError STORE_IN_USE, FILE_UNREADABLE.
 */
export function lockFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(folder, lockName), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return { [Symbol.dispose]: () => lock.close() };
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== busy)
      throw new SluiceError('FILE_UNREADABLE', { file: folder, reason: reasonOf(cause) }, { cause });
    throw new SluiceError('STORE_IN_USE', { folder }, { cause });
  }
}
