/** Loading into a folder of CSV files: rows are staged in a hidden file beside them, the new file takes the old one's name, and a manifest commits it. */
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, SluiceError } from '../base/index.ts';
import type { DatabaseSettings } from './adapter.ts';
import { checkDelimiter, findFolder, isInside } from './csv-file.ts';
import { splitHeader } from './csv-header.ts';
import { mergeFile } from './csv-merge.ts';
import {
  commitManifest,
  finishPending,
  type Manifest,
  manifestName,
  readManifest,
  removeIfThere,
} from './folder-manifest.ts';
import { createGuardedLoad, type MergeMeans } from './guarded-load.ts';
import { openWritable } from './sqlite.ts';
import { createStaging, insertStaged } from './sqlite-load-sql.ts';
import { readStagedRows } from './staged-rows.ts';
import { attachStaging, closeBoth, type StagingFile, stagingPath } from './staging-file.ts';
import type { Load, LoadCounts, LoadPlan, Target, TargetTable } from './target.ts';
import { checkFit, checkPlan, targetMissing, unfit } from './target-fit.ts';

type Folder = { path: string; delimiter: string; name: string };

const lockMs = 60_000;
const newEnding = '.sluice-new';
const anyText = ['text'] as const;
const accepts = {
  text: anyText,
  integer: anyText,
  decimal: anyText,
  float: anyText,
  boolean: anyText,
  date: anyText,
  time: anyText,
  timestamptz: anyText,
};

/** Errors: DATABASE_UNREACHABLE, SETTING_INVALID for a delimiter that is not one character. */
export async function openCsvTarget({
  folder,
  delimiter = ',',
}: Extract<DatabaseSettings, { type: 'csv' }>): Promise<Target> {
  checkDelimiter(delimiter);
  const path = await findFolder(folder);
  const place: Folder = { path, delimiter, name: `the folder "${path}"` };
  return {
    kind: 'csv',
    async prepareTable(into, { create = false, signal } = {}) {
      await guard(place, signal, async () => {
        checkPlan({ into }, place.name);
        await onManifest(place, signal, async () => {});
        if (create && !existsSync(findFile(place, into))) await writeEmpty(place, into, signal);
        await checkFile(place, into);
      });
    },
    readBookmark: (name, { signal } = {}) =>
      guard(place, signal, () =>
        onManifest(place, signal, async ({ bookmarks }) =>
          Object.hasOwn(bookmarks, name) ? bookmarks[name] : undefined,
        ),
      ),
    openLoad: (plan, { signal } = {}) =>
      guard(place, signal, async () => {
        checkPlan(plan, place.name);
        await onManifest(place, signal, async () => {});
        await checkFile(place, plan.into);
        return await openLoad(place, plan);
      }),
    async [Symbol.asyncDispose]() {},
  };
}

async function guard<T>({ name }: Folder, signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await act();
  } catch (error) {
    throw signal?.aborted ? signal.reason : judge(error, name);
  }
}

function judge(error: unknown, database: string): unknown {
  if (error instanceof SluiceError) return error;
  return new SluiceError('LOAD_FAILED', { database, reason: reasonOf(error) }, { cause: error });
}

/** Under the folder's lock, after what a process that died may have left to do. */
async function onManifest<T>(
  { path }: Folder,
  signal: AbortSignal | undefined,
  act: (manifest: Manifest) => Promise<T>,
): Promise<T> {
  using database = openWritable(':memory:');
  const lock = await waitForLock(database, path, signal);
  try {
    const manifest = readManifest(path);
    finishPending(path, manifest);
    return await act(manifest);
  } finally {
    lock.remove();
  }
}

async function waitForLock(
  database: DatabaseSync,
  path: string,
  signal: AbortSignal | undefined,
): Promise<StagingFile> {
  for (const until = Date.now() + lockMs; ; ) {
    signal?.throwIfAborted();
    const lock = attachStaging(database, stagingPath(join(path, manifestName), 'manifest'));
    if (lock) return lock;
    if (Date.now() > until) throw new Error(`${manifestName} is held by another process`);
    await sleep(20);
  }
}

/** A file of the folder itself; a link may not lead out of it. */
function findFile({ path, name }: Folder, into: TargetTable): string {
  const file = join(path, into.table);
  const isPlain = basename(into.table) === into.table && /^[^.].*\.(csv|tsv|txt)$/i.test(into.table);
  if (isPlain && (!existsSync(file) || isInside(path, realpathSync(file)))) return file;
  const hint = 'Name a file of the folder itself that ends in .csv, such as Account.csv.';
  throw unfit(into, { database: name, reason: 'it is no file name of this folder', hint });
}

async function checkFile(place: Folder, into: TargetTable): Promise<void> {
  const file = findFile(place, into);
  if (!existsSync(file)) throw targetMissing(into, place.name, await readdir(place.path));
  const headed = await splitHeader(createReadStream(file), place);
  await headed?.rows.return(undefined);
  const columns = (headed?.header ?? []).map(
    (name) => ({ name, kind: 'text', nativeType: 'text', mustBeGiven: false }) as const,
  );
  checkFit(into, { columns, uniqueKeys: [into.key] }, { accepts, typeOf: () => 'text', database: place.name });
}

/** A file of nothing but its header. */
async function writeEmpty(place: Folder, into: TargetTable, signal: AbortSignal | undefined): Promise<void> {
  await using load = await openLoad(place, { into });
  await load.merge({ signal });
}

async function openLoad(place: Folder, plan: LoadPlan): Promise<Load> {
  const database = openWritable(':memory:');
  try {
    const staging = attachStaging(database, stagingPath(findFile(place, plan.into), plan.into.table));
    if (!staging) throw new SluiceError('LOAD_RUNNING', { table: plan.into.table, database: place.name });
    // Again, now that nobody else can commit anything for this file.
    await onManifest(place, undefined, async () => removeStale(place, plan.into));
    database.exec(createStaging(plan, new Map()));
    return createLoad({ ...place, database, plan, staging });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What a load that died was writing. The lock is held, and what a commit had named has its place already. */
function removeStale({ path }: Folder, { table }: TargetTable): void {
  const isStale = (name: string) => name.startsWith(`.${table}.`) && name.endsWith(newEnding);
  for (const name of readdirSync(path).filter(isStale)) removeIfThere(join(path, name));
}

type Loading = Folder & { database: DatabaseSync; plan: LoadPlan; staging: StagingFile };

function createLoad(loading: Loading): Load {
  const { database, staging, name } = loading;
  return createGuardedLoad({
    database: name,
    stage: (csv, signal) => stage(loading, csv, signal),
    merge: (means) => merge(loading, means),
    judge: (error) => judge(error, name),
    close: () => closeBoth(staging, database),
  });
}

async function stage(
  { database, plan }: Loading,
  csv: Parameters<Load['stage']>[0],
  signal: AbortSignal | undefined,
): Promise<number> {
  const insert = database.prepare(insertStaged(plan));
  let count = 0;
  for await (const rows of readStagedRows(csv, plan, { signal })) {
    database.exec('begin');
    for (const { cells, isGone } of rows) insert.run(...cells, Number(isGone));
    database.exec('commit');
    count += rows.length;
    await setImmediate();
  }
  return count;
}

async function merge(loading: Loading, { staged, bookmark, signal }: MergeMeans): Promise<LoadCounts> {
  const { path, delimiter, database, plan } = loading;
  const { table } = plan.into;
  // A name of its own: one that an older commit has named must never stand for this file before it is whole.
  const from = `.${table}.${randomBytes(6).toString('hex')}${newEnding}`;
  const newFile = join(path, from);
  try {
    const { entry, counts } = await mergeFile({
      database,
      plan,
      delimiter,
      signal,
      oldFile: join(path, table),
      newFile,
    });
    const { inserted, updated, deleted, goneStaged } = counts;
    await onManifest(loading, signal, async ({ files, bookmarks }) => {
      if (bookmark) bookmarks[bookmark.name] = bookmark.value;
      files[table] = entry;
      commitManifest(path, { files, bookmarks, pending: { from, to: table } });
    });
    return { staged, inserted, updated, deleted, unchanged: staged - inserted - updated - goneStaged };
  } catch (error) {
    if (readManifest(path).pending?.from !== from) removeIfThere(newFile);
    throw error;
  }
}
