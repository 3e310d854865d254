/** The agent's journal: numbered reports, on disk before what they tell of counts as told, kept until the hub has them on its own. */

import { join } from 'node:path';
import type { Log } from '../../base/index.ts';
import { maxReportsInBatch, type Report, type ReportBatch } from '../../protocol/index.ts';
import { openSqliteFile, type SqliteFile, type StoreErrors } from '../../store/index.ts';

export type ReportJournal = AsyncDisposable & {
  /** On disk when it resolves. Throws SluiceError STORE_FULL; the report must then be appended again, or its work not be done. */
  append(report: Report): Promise<void>;
  /** The oldest reports that were not acknowledged; undefined when there are none. */
  nextBatch(): ReportBatch | undefined;
  /** Forgets all reports up to this number. */
  acknowledge(number: number): Promise<void>;
  /** From now on it is another journal, so that its numbers are not taken for those of the one before. */
  beginAnew(): Promise<void>;
  /** Resolves when a report was appended since, or the signal is aborted. */
  untilAppended(signal: AbortSignal): Promise<void>;
  /** Whether work may be taken: not while the last report could not be written. Tries again to write, when that was so. */
  hasRoom(): Promise<boolean>;
};

const errors: StoreErrors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' };

/** Of the bodies in one batch; a single report that is longer goes alone. */
const maxBatchCharacters = 1_000_000;

/** After a full disk there must be so much more room than the report that was refused would take. */
const sureOfRoomBytes = 100_000;

/** Opens `reports.sqlite` in this folder, made on first use. Throws SluiceError STORE_TOO_NEW, STORE_LOCKED, FILE_UNREADABLE. */
export function openReportJournal(folder: string, log?: Log): ReportJournal {
  const migrations = join(import.meta.dirname, 'sql');
  const store = openSqliteFile({ folder, name: 'reports.sqlite', migrations, errors, log });
  let appended = Promise.withResolvers<void>();
  /** Of the report that could not be written. */
  let refusedLength: number | undefined;

  async function write(length: number, work: () => void): Promise<void> {
    try {
      await store.gather(work);
      refusedLength = undefined;
    } catch (error) {
      refusedLength = Math.max(length, refusedLength ?? 0);
      throw error;
    }
  }

  return {
    async append({ kind, at, body }) {
      const values = { kind, at, body: JSON.stringify(body) };
      const sql = 'INSERT INTO report (kind, at, body) VALUES (:kind, :at, :body)';
      await write(values.body.length, () => store.run(sql, values));
      appended.resolve();
      appended = Promise.withResolvers<void>();
    },
    nextBatch: () => readBatch(store),
    async acknowledge(number) {
      await store.gather(() => store.run('DELETE FROM report WHERE number <= :number', { number }));
    },
    async beginAnew() {
      await store.gather(() => store.run('UPDATE journal SET id = lower(hex(randomblob(16)))'));
    },
    async untilAppended(signal) {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const onAbort = () => resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      await Promise.race([appended.promise, promise]);
      signal.removeEventListener('abort', onAbort);
    },
    async hasRoom() {
      if (refusedLength === undefined) return true;
      const length = refusedLength;
      const sql = 'UPDATE journal SET tried = zeroblob(:bytes)';
      await write(length, () => store.run(sql, { bytes: length + sureOfRoomBytes })).catch(() => undefined);
      return refusedLength === undefined;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function readBatch(store: SqliteFile): ReportBatch | undefined {
  const journal = String(store.get('SELECT id FROM journal')?.id);
  const reports: Report[] = [];
  let from = 0;
  let characters = 0;
  const oldestFirst = `SELECT number, kind, at, body FROM report ORDER BY number LIMIT ${maxReportsInBatch}`;
  for (const { number, kind, at, body } of store.iterate(oldestFirst)) {
    characters += String(body).length;
    if (reports.length > 0 && characters > maxBatchCharacters) break;
    if (reports.length === 0) from = Number(number);
    reports.push({ kind, at, body: JSON.parse(String(body)) } as Report);
  }
  return reports.length === 0 ? undefined : { journal, oldest: from, from, reports };
}
