/** The spool: what was read from the source, on disk, until Salesforce has said what became of it. */
import { mkdirSync, readdirSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { csvRow, reasonOf, SluiceError } from '../base/index.ts';

/** Bytes gathered before they are written in one go. */
const gatherBytes = 1 << 20;

const diskIsFull = new Set(['ENOSPC', 'EFBIG', 'EDQUOT']);

export type SpoolFile = {
  readonly bytes: number;
  /** The bytes are kept until they are written: hand over, do not reuse. */
  write(bytes: Buffer): Promise<void>;
  /** Resolves when every byte is on disk. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
};

export type Spool = {
  path(file: string): string;
  /** Errors: SPOOL_FULL, FILE_UNREADABLE; the same from the file's own functions. */
  create(file: string): Promise<SpoolFile>;
  /** A file that begins with this header. */
  createCsv(file: string, header: readonly string[]): Promise<SpoolFile>;
  remove(file: string): Promise<void>;
  drop(): Promise<void>;
};

export const headerBytes = (header: readonly string[]): Buffer => Buffer.from(csvRow(header));

/** The folder of one run; made with mode 0700, since it holds records. */
export function openSpool(dataFolder: string, run: number): Spool {
  const folder = join(dataFolder, 'spool', String(run));
  const path = (file: string) => join(folder, file);
  const create = async (file: string) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return await createSpoolFile(path(file), folder);
  };
  return {
    path,
    create,
    async createCsv(file, header) {
      const created = await create(file);
      await created.write(headerBytes(header));
      return created;
    },
    remove: (file) => rm(path(file), { force: true }),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Numbers of the runs that have a spool folder. */
export function listSpools(dataFolder: string): number[] {
  try {
    return readdirSync(join(dataFolder, 'spool')).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

async function createSpoolFile(file: string, folder: string): Promise<SpoolFile> {
  const guarded = <T>(act: () => Promise<T>) =>
    act().catch((cause: unknown) => Promise.reject(spoolError(cause, file)));
  const handle = await guarded(() => open(file, 'w', 0o600));
  let bytes = 0;
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  let underWay: Promise<void> = Promise.resolve();

  /** One write is under way while the next is gathered. */
  async function flush(): Promise<void> {
    const batch = gathered;
    gathered = [];
    gatheredBytes = 0;
    await underWay;
    underWay = guarded(() => writeAll(handle, batch));
    underWay.catch(() => undefined);
  }

  return {
    get bytes() {
      return bytes;
    },
    async write(more) {
      gathered.push(more);
      gatheredBytes += more.length;
      bytes += more.length;
      if (gatheredBytes >= gatherBytes) await flush();
    },
    async finish() {
      try {
        await flush();
        await underWay;
        await guarded(() => handle.datasync());
      } finally {
        await handle.close();
      }
      await guarded(() => syncFolder(folder));
    },
    async abandon() {
      await underWay.catch(() => undefined);
      await handle.close();
      await rm(file, { force: true });
    },
  };
}

async function writeAll(handle: FileHandle, batch: readonly Buffer[]): Promise<void> {
  let left = batch.filter((bytes) => bytes.length > 0);
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left);
    while (left[0] && bytesWritten >= left[0].length) {
      bytesWritten -= left[0].length;
      left = left.slice(1);
    }
    if (left[0] && bytesWritten > 0) left = [left[0].subarray(bytesWritten), ...left.slice(1)];
  }
}

/** A new file is only there after a power cut when its folder is on disk too. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

function spoolError(cause: unknown, file: string): unknown {
  if (cause instanceof SluiceError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (diskIsFull.has(code)) return new SluiceError('SPOOL_FULL', { file, reason: reasonOf(cause) }, { cause });
  return new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
}
