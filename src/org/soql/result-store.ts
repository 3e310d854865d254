/** Results of more than one page: kept in a temporary table each, so that neither memory nor an open read grows with them. */
import type { DatabaseSync } from 'node:sqlite';
import { idAt, instancePart } from '../schema/ids.ts';
import type { ReadRecord, Row } from './record-shape.ts';
import { invalidLocator } from './refusals.ts';
import type { SqlValue } from './translation.ts';

/** Salesforce keeps ten open results for a user and closes older ones, and each for a quarter of an hour after its last use. */
const maxOpenPerUser = 10;
const idleMs = 15 * 60_000;

const locatorPattern = /^(01g[0-9A-Za-z]{15})-(\d{1,9})$/;

/** One result. `totalSize` rows, read by `read`. */
type StoredResult = {
  id: string;
  userId: string;
  table: string;
  totalSize: number;
  batchSize: number;
  read: ReadRecord;
  check: () => void;
  usedAt: number;
  /** The children of one record: begun by the way, not counted among the ten. */
  ofParent: boolean;
  /** Its last page was read; kept for a repeated call, but the first to go. */
  finished: boolean;
};

type StoreRequest = {
  userId: string;
  sql: string;
  values: Record<string, SqlValue>;
  width: number;
  batchSize: number;
  read: ReadRecord;
  /** Throws when the user may no longer read the pages to come. */
  check: () => void;
  ofParent: boolean;
};

export type StoredPage = {
  totalSize: number;
  rows: readonly Row[];
  read: ReadRecord;
  check: () => void;
  nextLocator?: string;
};

export type ResultStore = {
  /** Runs a statement into a table of its own and gives the first page. */
  open(request: StoreRequest): StoredPage;
  /** The page a locator stands for. Throws OrgRefused (INVALID_QUERY_LOCATOR) when it is not open, or another user's. */
  read(userId: string, locator: string): StoredPage;
  /** Closes what nobody asked for in a quarter of an hour. */
  closeIdle(): void;
};

export function createResultStore(database: DatabaseSync, now: () => number): ResultStore {
  const results = new Map<string, StoredResult>();
  // Counted from the time of the start, so that a locator of an earlier process never means another result.
  let number = now();

  function close(result: StoredResult): void {
    results.delete(result.id);
    database.exec(`DROP TABLE IF EXISTS temp.${result.table}`);
  }

  function closeIdle(): void {
    const before = now() - idleMs;
    for (const result of results.values()) if (result.usedAt <= before) close(result);
  }

  function closeOldest(userId: string): void {
    const own = [...results.values()].filter((result) => result.userId === userId && !result.ofParent);
    if (own.length < maxOpenPerUser) return;
    const oldest = own.sort((a, b) => Number(b.finished) - Number(a.finished) || a.usedAt - b.usedAt)[0];
    if (oldest) close(oldest);
  }

  function pageOf(result: StoredResult, from: number): StoredPage {
    const { table, batchSize, totalSize, read, check } = result;
    result.usedAt = now();
    const statement = database.prepare(`SELECT * FROM temp.${table} WHERE rowid > ? AND rowid <= ? ORDER BY rowid`);
    statement.setReturnArrays(true);
    const rows = statement.all(from, from + batchSize) as unknown as Row[];
    const next = from + batchSize;
    if (next >= totalSize) result.finished = true;
    const page = { totalSize, rows, read, check };
    return next >= totalSize ? page : { ...page, nextLocator: `${result.id}-${next}` };
  }

  return {
    closeIdle,
    open({ userId, sql, values, width, batchSize, read, check, ofParent }) {
      closeIdle();
      if (!ofParent) closeOldest(userId);
      number += 1;
      const table = `result_${number}`;
      const columns = Array.from({ length: width }, (_, index) => `c${index}`).join(', ');
      database.exec(`CREATE TEMP TABLE ${table} (${columns})`);
      const id = idAt(`01g${instancePart}`, number);
      const result = {
        id,
        userId,
        table,
        totalSize: 0,
        batchSize,
        read,
        check,
        usedAt: now(),
        ofParent,
        finished: false,
      };
      results.set(id, result);
      try {
        result.totalSize = Number(database.prepare(`INSERT INTO temp.${table} ${sql}`).run(values).changes);
        return pageOf(result, 0);
      } catch (error) {
        close(result);
        throw error;
      }
    },
    read(userId, locator) {
      closeIdle();
      const [, id = '', from = ''] = locatorPattern.exec(locator) ?? [];
      const result = results.get(id);
      if (result === undefined || result.userId !== userId || Number(from) >= result.totalSize) throw invalidLocator();
      result.check();
      return pageOf(result, Number(from));
    },
  };
}
