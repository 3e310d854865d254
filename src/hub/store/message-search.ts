/** One page of the messages that a filter finds, the newest first; it costs what it shows, and says where it stopped looking. */
import type { SqliteFile, Values } from '../../store/index.ts';
import { type ApiRefused, refuseField } from '../../web/index.ts';
import { newestOfBlocks } from './message-blocks.ts';
import { type MessageFilter, planSearch, type Search } from './message-filter.ts';
import { firstIdSince } from './message-ids.ts';
import { type ListedMessage, listedColumns, namesOfMessage, readListed } from './message-listed.ts';
import { pageByKey } from './message-search-by-key.ts';

/** `cursor`: the `next` of the page before. `examined`: how many messages are looked at for one page. */
export type PageWish = {
  filter: MessageFilter;
  limit: number;
  cursor?: string | undefined;
  examined?: number | undefined;
};

export type MessagePage = {
  rows: ListedMessage[];
  /** Where the next page begins; null when there are no more. */
  next: string | null;
  /** So many were looked at without filling the page: there may be more, from `next` on. */
  stoppedEarly: boolean;
  /** Only where all of them are here. */
  total: number | null;
};

/** Conditions that no index serves are held against so many messages for one page, which takes some hundredths of a second. */
const longestLook = 20_000;

export function searchMessages(store: SqliteFile, wish: PageWish): MessagePage {
  const search = planSearch(store, wish.filter);
  const { examined = longestLook } = wish;
  const page = search.isByKey
    ? pageByKey(store, search, { ...wish, examined })
    : pageById(store, search, { ...wish, examined });
  const isWhole = page.next === null && wish.cursor === undefined;
  return { ...page, total: isWhole ? page.rows.length : null };
}

export type Found = Omit<MessagePage, 'total'>;
export type Looking = PageWish & { examined: number };

/** Ids of which the lowest and the highest are not meant. */
export type IdRange = { above: number; under: number };

function pageById(store: SqliteFile, search: Search, { filter, limit, cursor, examined }: Looking): Found {
  const range = rangeOf(store, filter, cursor);
  const floor = search.besides.length === 0 ? undefined : findFloor(store, search, { range, examined });
  const above = floor === undefined ? range.above : floor - 1;
  const values = { ...search.values, under: range.under, above };
  const rows = store.all(pageSql(search, limit + 1), values).map(readListed);
  if (rows.length > limit)
    return { rows: rows.slice(0, limit), next: String(rows[limit - 1]?.id), stoppedEarly: false };
  return { rows, next: floor === undefined ? null : String(floor), stoppedEarly: floor !== undefined };
}

const aboveAll = Number.MAX_SAFE_INTEGER;

/** Times are looked for by id, since the one grows with the other. */
export function rangeOf(store: SqliteFile, { from, before }: MessageFilter, cursor?: string): IdRange {
  const top = before === undefined ? aboveAll : firstIdSince(store, before);
  const under = cursor === undefined ? top : Math.min(top, readCursor(cursor));
  return { under, above: from === undefined ? 0 : firstIdSince(store, from) - 1 };
}

/** The last id that may be looked at; undefined when all of them may. */
function findFloor(store: SqliteFile, search: Search, { range, examined }: { range: IdRange; examined: number }) {
  const sql = `SELECT message.id FROM message ${search.along.index} WHERE ${whereOf([...search.along.where, ...inRange])}
    ORDER BY ${newestFirst(search)} LIMIT 1 OFFSET ${examined}`;
  const row = store.get(sql, { ...entering(search), ...range });
  return row && Number(row.id);
}

const inRange = ['message.id < :under', 'message.id > :above'];

export function pageSql(search: Search, atLeast: number): string {
  const { along, besides } = search;
  const where = whereOf([...along.where, ...inRange, ...besides]);
  const from = `FROM message ${along.index} ${namesOfMessage}`;
  return `SELECT ${listedColumns} ${from} WHERE ${where} ORDER BY ${newestFirst(search)} ${limitOf(atLeast)}`;
}

function newestFirst({ along }: Search): string {
  return along.isInBlocks ? newestOfBlocks : 'message.id DESC';
}

/** As a number in the statement, one of a few: SQLite plans anew whenever a limit that is bound to it changes hands, which takes as long as the page. */
export function limitOf(atLeast: number): string {
  return `LIMIT ${[21, 51, 201].find((limit) => limit >= atLeast) ?? atLeast}`;
}

export function whereOf(conditions: readonly string[]): string {
  return conditions.join(' AND ');
}

/** The values that the index is entered with: SQLite wants no others. */
export function entering({ along, values }: Search): Values {
  const text = along.where.join(' ');
  return Object.fromEntries(Object.entries(values).filter(([name]) => new RegExp(`:${name}\\b`).test(text)));
}

function readCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw badCursor();
}

export function badCursor(): ApiRefused {
  return refuseField(
    'cursor',
    'This is not where a page begins.',
    'Give the next of the page before, with the same filter.',
  );
}
