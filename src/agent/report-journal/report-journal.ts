/** The agent's journal: numbered reports, on disk before what they tell of counts as told, kept until the hub has them on its own. */

import { join } from 'node:path';
import { type Log, SluiceError } from '../../base/index.ts';
import { maxReportsInBatch, type Report, type ReportBatch } from '../../protocol/index.ts';
import { openSqliteFile, type SqliteFile, type StoreErrors } from '../../store/index.ts';

export type ReportJournal = AsyncDisposable & {
  /** On disk when it resolves. Throws SluiceError STORE_FULL; the report must then be appended again, or its work not be done. */
  append(report: Report): Promise<void>;
  /** The same for reports together with what else changes in the file with them: one transaction. */
  record<Result>(work: (add: AddReport) => Result): Promise<Result>;
  /** The oldest reports that were not acknowledged, behind this number; undefined when there are none. */
  nextBatch(after?: number): ReportBatch | undefined;
  /** The same as it is sent. */
  nextText(after?: number): BatchText | undefined;
  /** When the oldest report was made that was not acknowledged. */
  oldestAt(): number | undefined;
  /** Forgets all reports up to this number. */
  acknowledge(number: number): Promise<void>;
  /** The same for what was said to be on the hub's disk; of another journal it says nothing, and of numbers never given that this one begins anew. */
  acknowledgeBatch(acknowledged: { journal: string; number: number }): Promise<void>;
  /** From now on it is another journal, so that its numbers are not taken for those of the one before. */
  beginAnew(): Promise<void>;
  /** Resolves when a report was appended since, or the signal is aborted. */
  untilAppended(signal: AbortSignal): Promise<void>;
  /** Whether work may be taken: not while the last report could not be written. Tries again to write, when that was so. */
  hasRoom(): Promise<boolean>;
  /** The file it lies in, where the agent keeps its runs too. */
  readonly store: SqliteFile;
};

/** JSON of a ReportBatch; the reports in it are the bytes that were written. `last`: the number of its last report. */
export type BatchText = { last: number; text: string };

export type AddReport = (report: Report) => void;

const errors: StoreErrors = { tooNew: 'STORE_TOO_NEW', locked: 'STORE_LOCKED', full: 'STORE_FULL' };

/** Of the bodies in one batch; a single report that is longer goes alone. */
const maxBatchCharacters = 500_000;

/** After a full disk there must be so much more room than the report that was refused would take. */
const sureOfRoomBytes = 100_000;

/** Opens `reports.sqlite` in this folder, made on first use. Throws SluiceError STORE_TOO_NEW, STORE_LOCKED, FILE_UNREADABLE. */
export function openReportJournal(folder: string, log?: Log): ReportJournal {
  const migrations = join(import.meta.dirname, 'sql');
  const store = openSqliteFile({ folder, name: 'reports.sqlite', migrations, errors, log });
  let appended = Promise.withResolvers<void>();
  /** Of the report that could not be written. */
  let refusedLength: number | undefined;

  async function write<Result>(length: () => number, work: () => Result): Promise<Result> {
    try {
      const result = await store.gather(work);
      refusedLength = undefined;
      return result;
    } catch (error) {
      if (error instanceof SluiceError && error.code === errors.full)
        refusedLength = Math.max(length(), refusedLength ?? 0);
      throw error;
    }
  }

  async function record<Result>(work: (add: AddReport) => Result): Promise<Result> {
    let length = 0;
    const add: AddReport = ({ kind, at, body }) => {
      const values = { kind, at, body: JSON.stringify(body) };
      length += values.body.length;
      store.run('INSERT INTO report (kind, at, body) VALUES (:kind, :at, :body)', values);
    };
    const result = await write(
      () => length,
      () => work(add),
    );
    if (length > 0) wake();
    return result;
  }

  const acknowledge = (number: number) =>
    store.gather(() => void store.run('DELETE FROM report WHERE number <= :number', { number }));
  const beginAnew = () => store.gather(() => void store.run('UPDATE journal SET id = lower(hex(randomblob(16)))'));

  function wake(): void {
    appended.resolve();
    appended = Promise.withResolvers<void>();
  }

  return {
    store,
    record,
    append: (report) => record((add) => add(report)),
    nextText: (after) => readBatch(store, after),
    nextBatch(after) {
      const batch = readBatch(store, after);
      return batch && (JSON.parse(batch.text) as ReportBatch);
    },
    oldestAt: () => findOldest(store),
    acknowledge,
    beginAnew,
    async acknowledgeBatch({ journal, number }) {
      if (journal !== store.get('SELECT id FROM journal')?.id) return;
      const last = store.get(`SELECT seq FROM sqlite_sequence WHERE name = 'report'`)?.seq;
      await (number > Number(last ?? 0) ? beginAnew() : acknowledge(number));
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
      const work = () => store.run(sql, { bytes: length + sureOfRoomBytes });
      await write(() => length, work).catch(() => undefined);
      return refusedLength === undefined;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function findOldest(store: SqliteFile): number | undefined {
  const at = store.get('SELECT at FROM report ORDER BY number LIMIT 1')?.at;
  return at === undefined ? undefined : Number(at);
}

/** What was written as JSON is not taken apart again: rows come by the million. */
function readBatch(store: SqliteFile, after = 0): BatchText | undefined {
  const journal = String(store.get('SELECT id FROM journal')?.id);
  const reports: string[] = [];
  let from = 0;
  let characters = 0;
  const oldestFirst = `SELECT number, kind, at, body FROM report WHERE number > :after
    ORDER BY number LIMIT ${maxReportsInBatch}`;
  for (const { number, kind, at, body } of store.iterate(oldestFirst, { after })) {
    characters += String(body).length;
    if (reports.length > 0 && characters > maxBatchCharacters) break;
    if (reports.length === 0) from = Number(number);
    reports.push(`{"kind":${JSON.stringify(kind)},"at":${at},"body":${body}}`);
  }
  if (reports.length === 0) return undefined;
  const numbers = `"journal":${JSON.stringify(journal)},"oldest":${from},"from":${from}`;
  return { last: from + reports.length - 1, text: `{${numbers},"reports":[${reports.join(',')}]}` };
}
