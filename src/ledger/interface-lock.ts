/** One run of an interface at a time: a lock that the operating system frees when its holder dies. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SluiceError } from '../base/index.ts';

const busy = 5;

/**
 * Holds the lock of this interface until it is disposed of, or the process ends in whatever way: it is SQLite's own lock on a
 * small file, and those are gone with the process.
 *
 * Errors: INTERFACE_RUNNING.
 */
export function lockInterface(folder: string, interfaceName: string): Disposable {
  const locks = join(folder, 'locks');
  mkdirSync(locks, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(locks, `${encodeURIComponent(interfaceName)}.lock`), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if ((cause as { errcode?: number }).errcode !== busy) throw cause;
    throw new SluiceError('INTERFACE_RUNNING', { interface: interfaceName }, { cause });
  }
  return { [Symbol.dispose]: () => database.close() };
}
