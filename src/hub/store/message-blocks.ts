/**
 * Blocks of messages that follow each other by id. The indexes by key and by Salesforce id hold each block by itself, so that writing to
 * the newest changes few pages, however many messages there are; who looks for a key looks into each block.
 */
import type { SqliteFile } from '../../store/index.ts';

/** As the indexes have it. */
export const block = 'message.id >> 19';

const blockSize = 2 ** 19;

/** The newest first where the index is entered so; SQLite knows by it that nothing is to be sorted. */
export const newestOfBlocks = `${block} DESC, message.id DESC`;
export const oldestOfBlocks = `${block}, message.id`;

/** Enters them, all that are in `:blocks`. */
export const inBlocks = `${block} IN (SELECT value FROM json_each(:blocks))`;

/** The blocks with ids between these two, which are not meant themselves, as far as there are messages; the oldest first. */
export function blocksBetween(store: SqliteFile, { above, under }: { above: number; under: number }): number[] {
  const { first, last } =
    store.get('SELECT (SELECT min(id) FROM message) AS first, (SELECT max(id) FROM message) AS last') ?? {};
  if (first === null || first === undefined) return [];
  return listBlocks(Math.max(Number(first), above + 1), Math.min(Number(last), under - 1));
}

/** From the one with this id to the one with that. */
export function listBlocks(first: number, last: number): number[] {
  const low = Math.floor(first / blockSize);
  return Array.from({ length: Math.max(0, Math.floor(last / blockSize) - low + 1) }, (_, at) => low + at);
}
