/** Finds the metadata files of a Salesforce DX project, or of a folder with source; follows no link out of it. */
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import { reasonOf, SluiceError } from '../../base/index.ts';
import type { LeftOut } from './left-out.ts';
import { metadataError } from './metadata-error.ts';

export const projectFileName = 'sfdx-project.json';

export type SourceFile = {
  /** Relative to the folder that was named, with slashes. */
  file: string;
  /** Of `Code__c.field-meta.xml` it is `Code__c`, with percent signs resolved. */
  name: string;
  /** `field`; empty for `x-meta.xml`. */
  suffix: string;
  /** The folders it lies in, the innermost last. */
  folders: readonly string[];
};

const maxFiles = 50_000;
/** The largest profile of a large org has some megabytes. */
const maxBytes = 8 * 1024 * 1024;
const ending = '-meta.xml';

type Walk = { root: string; found: Map<string, SourceFile>; seen: number; leftOut: LeftOut };

/**
 * All metadata files, by their paths.
 *
 * @throws SluiceError METADATA_FOLDER_INVALID for a folder that cannot be read or holds none; METADATA_INVALID for sfdx-project.json.
 */
export async function findSourceFiles(folder: string, leftOut: LeftOut): Promise<SourceFile[]> {
  const walk: Walk = { root: folder, found: new Map(), seen: 0, leftOut };
  for (const part of await packageFolders(folder)) await walkFolder(part, walk);
  if (walk.found.size === 0)
    throw folderError(folder, `there is no metadata file in source format (a name that ends in ${ending}) in it`);
  return [...walk.found.values()].sort((one, other) => (one.file < other.file ? -1 : 1));
}

/** The text of a file. @throws SluiceError METADATA_INVALID when it is too large, or no UTF-8. */
export async function readSourceFile(folder: string, file: string): Promise<string> {
  const bytes = await readBytes(join(folder, file), file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw metadataError({ file }, 'it is not in UTF-8', cause);
  }
}

async function readBytes(path: string, file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= maxBytes) return await readFile(path);
    throw metadataError({ file }, `it has ${size} bytes; a metadata file may have ${maxBytes} (8 MiB)`);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

/** The package directories of a project, or the folder itself. */
async function packageFolders(folder: string): Promise<string[]> {
  if (!(await isThere(join(folder, projectFileName)))) return [folder];
  const parts = packagePaths(await readSourceFile(folder, projectFileName));
  return await Promise.all(parts.map((part) => packageFolder(folder, part)));
}

/** Where a path of sfdx-project.json leads, as long as that is inside the project. */
async function packageFolder(folder: string, part: string): Promise<string> {
  const refuse = (reason: string) =>
    metadataError({ file: projectFileName }, `packageDirectories names "${part}", ${reason}`);
  if (isAbsolute(part) || part.split(/[/\\]/).includes('..')) throw refuse('which lies outside of the project');
  const path = join(folder, part);
  if (!(await isThere(path))) throw refuse('which is not there');
  const [inside, root] = await Promise.all([realpath(path), realpath(folder)]);
  if (inside !== root && !inside.startsWith(root + sep)) throw refuse('a link that leads out of the project');
  return path;
}

/** The paths of `packageDirectories`, the default one first. */
export function packagePaths(text: string): string[] {
  const refuse = (reason: string) => metadataError({ file: projectFileName }, reason);
  let project: unknown;
  try {
    project = JSON.parse(text);
  } catch (cause) {
    throw refuse(`this is no JSON: ${reasonOf(cause)}`);
  }
  const list = (Object(project) as { packageDirectories?: unknown }).packageDirectories;
  const directories = (Array.isArray(list) ? list : []) as ({ path?: unknown; default?: unknown } | null)[];
  const paths = directories
    .toSorted((one, other) => Number(other?.default === true) - Number(one?.default === true))
    .map((each) => each?.path);
  if (paths.length === 0 || paths.some((path) => typeof path !== 'string' || path === ''))
    throw refuse(
      'packageDirectories must be a list of { "path": "FOLDER" }, e.g. [{ "path": "force-app", "default": true }]',
    );
  return [...new Set(paths as string[])];
}

async function walkFolder(path: string, walk: Walk): Promise<void> {
  for (const entry of await entriesOf(path)) {
    walk.seen += 1;
    if (walk.seen > maxFiles) throw folderError(walk.root, `it holds more than ${maxFiles} files`);
    const child = join(path, entry.name);
    if (entry.isSymbolicLink()) walk.leftOut.add('symbolic links', 'none is followed', { file: shown(child, walk) });
    else if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules') await walkFolder(child, walk);
    } else if (entry.isFile()) addFile(child, walk);
  }
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (cause) {
    throw folderError(path, reasonOf(cause));
  }
}

function addFile(path: string, walk: Walk): void {
  const file = shown(path, walk);
  const name = basename(path);
  if (/\.(object|permissionset|profile|connectedApp)$/.test(name))
    walk.leftOut.add(
      'files in metadata format',
      'source format is read ("sf project convert mdapi" makes it of them)',
      { file },
    );
  if (!name.endsWith(ending)) return;
  const [, stem = '', suffix = ''] = /^(.*?)(?:\.([^.]*))?$/.exec(name.slice(0, -ending.length)) ?? [];
  walk.found.set(file, { file, name: decoded(stem), suffix, folders: file.split('/').slice(0, -1) });
}

function decoded(stem: string): string {
  try {
    return decodeURIComponent(stem);
  } catch {
    return stem;
  }
}

function shown(path: string, { root }: Walk): string {
  return relative(root, path).split(sep).join('/');
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

export function folderError(folder: string, reason: string): SluiceError {
  return new SluiceError('METADATA_FOLDER_INVALID', { folder, reason });
}
