/** The records that a hub handed over for a run: parts of CSV in the agent's own folder, gone with the end of their run. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsv, reasonOf, SluiceError } from '../../base/index.ts';

/** All parts, one behind the other. */
export const recordsFile = 'records.csv';

export type RecordsFiles = {
  /** The folder of a run's records. */
  folder(run: string): string;
  /** On disk when it resolves; gives how many there are from the first without a gap. Errors: STORE_FULL. */
  put(run: string, part: number, csv: string): Promise<number>;
  count(run: string): Promise<number>;
  /** Makes one file of so many parts; gives its columns. Errors: STORE_FULL, CSV_INVALID. */
  join(run: string, parts: number): Promise<readonly string[]>;
  remove(run: string): Promise<void>;
  /** Of runs that never came, or are over: everything older than a day that `isWanted` does not want. */
  removeOld(isWanted: (folder: string) => boolean, now: number): Promise<void>;
};

const keptUnusedMs = 24 * 3_600_000;

/** Ids come from outside, and are no names of files. */
const nameOf = (run: string) => createHash('sha256').update(run).digest('hex').slice(0, 40);

export function recordsFiles(agentFolder: string): RecordsFiles {
  const all = join(agentFolder, 'records');
  const folder = (run: string) => join(all, nameOf(run));
  const part = (run: string, number: number) => join(folder(run), `${number}.csv`);

  async function count(run: string): Promise<number> {
    let parts = 0;
    while (existsSync(part(run, parts))) parts += 1;
    return parts;
  }

  return {
    folder,
    count,
    async put(run, number, csv) {
      if (existsSync(part(run, number))) return await count(run);
      mkdirSync(folder(run), { recursive: true, mode: 0o700 });
      await writeWhole(folder(run), part(run, number), [csv]);
      return await count(run);
    },
    async join(run, parts) {
      const files = Array.from({ length: parts }, (_, number) => part(run, number));
      await writeWhole(folder(run), join(folder(run), recordsFile), readAll(files));
      return await readColumns(files[0]);
    },
    remove: (run) => rm(folder(run), { recursive: true, force: true }),
    async removeOld(isWanted, now) {
      for (const name of await readdir(all).catch(() => [])) {
        const path = join(all, name);
        const { mtimeMs } = await stat(path);
        if (now - mtimeMs > keptUnusedMs && !isWanted(path)) await rm(path, { recursive: true, force: true });
      }
    },
  };
}

async function readColumns(first: string | undefined): Promise<readonly string[]> {
  const rows = parseCsv(first === undefined ? [] : [await readFile(first)]);
  const { value } = await rows.next();
  await rows.return?.(undefined);
  const [columns = []] = (value ?? []) as string[][];
  if (columns.length > 0) return columns;
  throw new SluiceError('CSV_INVALID', { where: 'the records of the run', reason: 'they have no header' });
}

async function* readAll(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) yield* createReadStream(file);
}

/** Under another name first; file and folder are on disk when it resolves. */
async function writeWhole(
  folder: string,
  file: string,
  texts: Iterable<string> | AsyncIterable<string | Buffer>,
): Promise<void> {
  try {
    {
      await using handle = await open(`${file}.new`, 'w', 0o600);
      await handle.writeFile(texts);
      await handle.sync();
    }
    await rename(`${file}.new`, file);
    await using opened = await open(folder, 'r');
    await opened.sync();
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError('STORE_FULL', { file, reason: reasonOf(cause) }, { cause });
  }
}
