/** The spool: what was read from the source, on disk, until Salesforce has said what became of it. */
import { mkdirSync, readdirSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { csvRow, reasonOf, SluiceError } from '../base/index.ts';

/** Bytes gathered before they are written in one go. */
const gatherBytes = 1 << 20;

/** Buffers that are kept for the next file, so that a long run gathers in the same memory all the time. */
const keptBuffers = 4;

const diskIsFull = new Set(['ENOSPC', 'EFBIG', 'EDQUOT']);

export type SpoolFile = {
  readonly bytes: number;
  /** Takes a copy of the bytes; resolves at once while the disk keeps up. */
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
  const pool = createBufferPool();
  const create = async (file: string) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return await createSpoolFile(path(file), { folder, pool });
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

type BufferPool = { take(): Buffer; giveBack(buffer: Buffer): void };

function createBufferPool(): BufferPool {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(gatherBytes),
    giveBack(buffer) {
      if (free.length < keptBuffers) free.push(buffer);
    },
  };
}

async function createSpoolFile(
  file: string,
  { folder, pool }: { folder: string; pool: BufferPool },
): Promise<SpoolFile> {
  const guarded = <T>(act: () => Promise<T>) =>
    act().catch((cause: unknown) => Promise.reject(spoolError(cause, file)));
  const handle = await guarded(() => open(file, 'w', 0o600));
  let bytes = 0;
  let gathering = pool.take();
  let gathered = 0;
  let underWay: Promise<void> = Promise.resolve();

  /** One write is under way while the next is gathered. */
  async function flush(): Promise<void> {
    const full = gathering;
    const length = gathered;
    gathering = pool.take();
    gathered = 0;
    try {
      await underWay;
    } catch (error) {
      pool.giveBack(full);
      throw error;
    }
    underWay = guarded(() => writeAll(handle, full.subarray(0, length))).finally(() => pool.giveBack(full));
    underWay.catch(() => undefined);
  }

  return {
    get bytes() {
      return bytes;
    },
    async write(more) {
      bytes += more.length;
      for (let from = 0; from < more.length; ) {
        const copied = more.copy(gathering, gathered, from);
        from += copied;
        gathered += copied;
        if (gathered === gathering.length) await flush();
      }
    },
    async finish() {
      try {
        await flush();
        pool.giveBack(gathering);
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

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, from, bytes.length - from);
    from += bytesWritten;
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
