/** Writes a project into a folder: its own files again, never those of others unless told so. */
import { lstat, mkdir, readdir, readFile, realpath, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { reasonOf, SluiceError } from '../../base/index.ts';
import { packagePaths, projectFileName } from './find-source-files.ts';
import { isOwn, marked } from './own-mark.ts';
import { type Project, sourceApiVersion } from './project-of-setup.ts';

/** How many files there are now, how many of them are other than before, how many were taken away. */
export type WrittenProject = { files: number; changed: number; removed: number };

const sourceFolder = 'force-app';
const belowPackage = 'main/default';
const manifestFile = 'manifest/package.xml';
const maxMarkedBytes = 8 * 1024 * 1024;

/**
 * Files that an earlier export wrote, and nobody changed, are removed when what they say is gone. All is looked at before anything is written.
 *
 * @throws SluiceError METADATA_FILE_KEPT for a file that is not ours, without `force`; METADATA_INVALID for sfdx-project.json.
 */
export async function writeProject(
  folder: string,
  project: Project,
  { force }: { force: boolean },
): Promise<WrittenProject> {
  await mkdir(folder, { recursive: true });
  const projectText = await findText(join(folder, projectFileName));
  const source = `${projectText === undefined ? sourceFolder : packageOf(projectText)}/${belowPackage}`;
  const planned = new Map([
    ...[...project.files].map(([path, text]) => [`${source}/${path}`, marked(text)] as const),
    [manifestFile, marked(project.manifest)],
    ...(projectText === undefined ? [[projectFileName, projectFileText()] as const] : []),
  ]);
  const changed = await findChanged(folder, planned, force);
  const stale = await findStale(folder, source, planned);
  for (const [file, text] of changed) await save(join(folder, file), text);
  for (const file of stale) await unlink(join(folder, file));
  return { files: project.files.size + 1, changed: changed.length, removed: stale.length };
}

/** Inside the folder, as in reading. */
function packageOf(text: string): string {
  const [first = sourceFolder] = packagePaths(text);
  const path = first.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw kept(projectFileName, `names "${first}" as its package directory, which lies outside of the project`);
  return path;
}

async function findChanged(
  folder: string,
  planned: ReadonlyMap<string, string>,
  force: boolean,
): Promise<[string, string][]> {
  const root = await realpath(folder);
  const changed: [string, string][] = [];
  for (const [file, text] of planned) {
    await refuseLinks(folder, file, root);
    const before = await findText(join(folder, file));
    if (before === text) continue;
    if (before !== undefined && !force && !isOwn(before))
      throw kept(file, 'was written by somebody else, or changed since an export wrote it');
    changed.push([file, text]);
  }
  return changed;
}

/** Nothing is written through a link, to wherever it may lead. */
async function refuseLinks(folder: string, file: string, root: string): Promise<void> {
  const parts = file.split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    const path = join(folder, ...parts.slice(0, length));
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return;
    const isFolder = length < parts.length;
    if (found.isSymbolicLink()) throw kept(relative(root, join(root, ...parts.slice(0, length))), 'is a symbolic link');
    if (isFolder ? !found.isDirectory() : !found.isFile())
      throw kept(parts.slice(0, length).join('/'), `is no ${isFolder ? 'folder' : 'file'}`);
  }
}

/** Below the source folder, by path. */
async function findStale(folder: string, source: string, planned: ReadonlyMap<string, string>): Promise<string[]> {
  const entries = await readdir(join(folder, source), { recursive: true, withFileTypes: true }).catch(() => []);
  const stale: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('-meta.xml')) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path).split(sep).join('/');
    if (planned.has(file) || (await lstat(path)).size > maxMarkedBytes) continue;
    if (isOwn((await findText(path)) ?? '')) stale.push(file);
  }
  return stale.sort();
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SluiceError('FILE_UNREADABLE', { file: path, reason: reasonOf(cause) }, { cause });
  }
}

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function kept(file: string, reason: string): SluiceError {
  return new SluiceError('METADATA_FILE_KEPT', { file, reason });
}

function projectFileText(): string {
  const project = { packageDirectories: [{ path: sourceFolder, default: true }], namespace: '', sourceApiVersion };
  return `${JSON.stringify(project, undefined, 2)}\n`;
}
