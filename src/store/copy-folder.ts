/** A copy of a whole data folder, while the programs that keep their data in it go on working. */
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { reasonOf, SluiceError } from '../base/index.ts';
import { copyStore } from './copy-store.ts';

export type FolderCopy = {
  /** Relative to the folder. */
  stores: string[];
  files: string[];
};

/** What belongs to a running process, and is no data: its lock, and what SQLite keeps beside a store. */
const ofProcess = /(^|[\\/])(in-use\.sqlite|[^\\/]*\.sqlite-(wal|shm|journal)|[^\\/]*\.new)$/;

/**
 * Copies `folder` to `to`, which is not there yet or empty. Stores first, each as it is at one moment; then all other files. What
 * is not whole has another name: under its own the copy is complete, checked, and on disk.
 *
 * @throws SluiceError DATA_COPY_REFUSED, FILE_UNREADABLE, STORE_COPY_BROKEN; the reason of the signal.
 */
export async function copyDataFolder(folder: string, to: string, signal?: AbortSignal): Promise<FolderCopy> {
  const [source, target] = [resolve(folder), resolve(to)];
  const names = await listFiles(source);
  const stores = names.filter((name) => name.endsWith('.sqlite'));
  if (stores.length === 0) throw refused(target, `there is no store in ${source}`);
  if (`${target}${sep}`.startsWith(`${source}${sep}`))
    throw refused(target, 'it lies inside the folder that is copied');
  await requireRoom(target);
  const unfinished = join(dirname(target), `.${basename(target)}.unfinished`);
  await rm(unfinished, { recursive: true, force: true });
  const files = names.filter((name) => !stores.includes(name));
  try {
    await copyAll({ source, unfinished, stores, files, signal });
    await rename(unfinished, target);
    await syncFolder(dirname(target));
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    signal?.throwIfAborted();
    throw cause instanceof SluiceError ? cause : refused(target, reasonOf(cause), cause);
  }
  return { stores, files };
}

async function listFiles(source: string): Promise<string[]> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new SluiceError('FILE_UNREADABLE', { file: source, reason: reasonOf(cause) }, { cause });
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)))
    .filter((name) => !ofProcess.test(name))
    .sort();
}

/** Nothing that is there is ever written over. */
async function requireRoom(target: string): Promise<void> {
  const there = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw refused(target, error.code === 'ENOTDIR' ? 'it is a file' : reasonOf(error), error);
  });
  if (there.length > 0) throw refused(target, 'it is not empty');
}

type Copying = FolderCopy & { source: string; unfinished: string; signal: AbortSignal | undefined };

async function copyAll({ source, unfinished, stores, files, signal }: Copying): Promise<void> {
  await makeFolder(unfinished);
  for (const name of stores) {
    signal?.throwIfAborted();
    await makeFolder(dirname(join(unfinished, name)));
    await copyStore(join(source, name), join(unfinished, name));
    await syncFile(join(unfinished, name));
  }
  for (const name of files) {
    signal?.throwIfAborted();
    await copyOne(join(source, name), join(unfinished, name));
  }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** What a run has done with meanwhile is passed over. */
async function copyOne(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to));
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await chmod(to, 0o600);
    await syncFile(to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function syncFile(file: string): Promise<void> {
  await using handle = await open(file, 'r+');
  await handle.sync();
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

function refused(folder: string, reason: string, cause?: unknown): SluiceError {
  return new SluiceError('DATA_COPY_REFUSED', { folder, reason }, { cause });
}
