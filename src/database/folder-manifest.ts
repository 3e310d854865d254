/** What a folder of loaded CSV files says of itself: rows and digest of each file, and bookmarks; one rename commits all of it. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../base/index.ts';

export const manifestName = 'sluice-manifest.json';

export type FileEntry = { rows: number; bytes: number; sha256: string };

/** `pending` names the file that is to take the place of another: should the process die before it does, the next one sees to it. */
export type Manifest = {
  files: Record<string, FileEntry>;
  bookmarks: Record<string, string>;
  pending?: { from: string; to: string };
};

/** Errors: LOAD_FAILED for a manifest that is none. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, manifestName);
  if (!existsSync(path)) return { files: {}, bookmarks: {} };
  try {
    const { files, bookmarks, pending } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    return { files: { ...files }, bookmarks: { ...bookmarks }, ...(pending ? { pending } : {}) };
  } catch (cause) {
    const reason = `${manifestName} cannot be read; put it right, or move it away to begin anew`;
    throw new SluiceError('LOAD_FAILED', { database: `the folder "${folder}"`, reason }, { cause });
  }
}

/** The commit: once the manifest has its name, the new file and the bookmark count. Only for who holds the folder's lock. */
export function commitManifest(folder: string, manifest: Manifest): void {
  const fresh = join(folder, `.${manifestName}.new`);
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(manifest, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, join(folder, manifestName));
  syncFolder(folder);
  finishPending(folder, manifest);
}

/** Does what the last commit had left to do, if anything. */
export function finishPending(folder: string, { pending }: Manifest): void {
  if (!pending || !existsSync(join(folder, pending.from))) return;
  renameSync(join(folder, pending.from), join(folder, pending.to));
  syncFolder(folder);
}

/** So that a rename survives a loss of power; not all systems let a folder be opened for it. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}

export const removeIfThere = (path: string): void => rmSync(path, { force: true });
