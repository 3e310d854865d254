/** Messages whose keys begin alike, page by page in the order of their keys; of one key the oldest first. */
import type { Row, SqliteFile } from '../../store/index.ts';
import { block, blocksBetween } from './message-blocks.ts';
import type { Search } from './message-filter.ts';
import { listedColumns, namesOfMessage, readListed } from './message-listed.ts';
import { badCursor, entering, type Found, type IdRange, type Looking, limitOf, rangeOf } from './message-search.ts';

type Place = { key: string; id: number };

/** The index holds each block of messages in the order of its keys; the places on a page are the first of all blocks together. */
export function pageByKey(store: SqliteFile, search: Search, { filter, limit, cursor, examined }: Looking): Found {
  const after = cursor === undefined ? { key: '', id: 0 } : readCursor(cursor);
  const range = rangeOf(store, filter);
  const blocks = blocksBetween(store, range);
  const end = findEnd(store, search, { after, blocks, examined });
  const places = findPlaces(store, search, { after, end, blocks, range, limit });
  const rows = readPlaces(store, places.slice(0, limit));
  if (places.length > limit) return { rows, next: cursorOf(places[limit - 1]), stoppedEarly: false };
  return { rows, next: end === undefined ? null : cursorOf(end), stoppedEarly: end !== undefined };
}

/** Above every key. */
const last = '\u{10ffff}\u{10ffff}';

const afterThat = '(message.key, message.id) > (:afterKey, :afterId)';
const inOrder = 'ORDER BY message.key, message.id';

const inBlock = ({ along: { where } }: Search) => [`${block} = :block`, ...where.slice(1), afterThat];

type Ending = { after: Place; blocks: readonly number[]; examined: number };

/** The last place that may be looked at, no block has more than its share before it; undefined when all of them may. */
function findEnd(store: SqliteFile, search: Search, { after, blocks, examined }: Ending): Place | undefined {
  const share = Math.ceil(examined / Math.max(1, blocks.length));
  const sql = `SELECT message.key, message.id FROM message ${search.along.index} WHERE ${inBlock(search).join(' AND ')}
    ${inOrder} LIMIT 1 OFFSET ${share - 1}`;
  const { blocks: _, ...entered } = entering(search);
  const values = { ...entered, afterKey: after.key, afterId: after.id };
  const ends = blocks.map((one) => store.get(sql, { ...values, block: one }) as Place | undefined);
  return ends.filter((end) => end !== undefined).sort(byPlace)[0];
}

type Finding = Omit<Ending, 'examined'> & { end: Place | undefined; range: IdRange; limit: number };

/** One more than the page shows, where there are so many. */
function findPlaces(store: SqliteFile, search: Search, { after, end, blocks, range, limit }: Finding): Place[] {
  const sql = placesSql(search, limit + 1);
  const { blocks: _, ...values } = search.values;
  const ends = { afterKey: after.key, afterId: after.id, endKey: end?.key ?? last, endId: end?.id ?? 0 };
  const found = blocks.flatMap((one) => store.all(sql, { ...values, ...range, ...ends, block: one }) as Place[]);
  return found.sort(byPlace).slice(0, limit + 1);
}

export function placesSql(search: Search, atLeast: number): string {
  const upToEnd = '(message.key, message.id) <= (:endKey, :endId)';
  const inRange = ['message.id < :under', 'message.id > :above'];
  const where = [...inBlock(search), upToEnd, ...inRange, ...search.besides].join(' AND ');
  return `SELECT message.key, message.id FROM message ${search.along.index} WHERE ${where} ${inOrder} ${limitOf(atLeast)}`;
}

/** As SQLite has it: by the bytes of UTF-8. */
function byPlace(one: Place, other: Place): number {
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) || one.id - other.id;
}

function readPlaces(store: SqliteFile, places: readonly Place[]): Found['rows'] {
  const sql = `SELECT ${listedColumns} FROM message ${namesOfMessage} WHERE message.id = :id`;
  return places.map(({ id }) => readListed(store.get(sql, { id }) as Row));
}

function cursorOf(row: Place | undefined): string {
  return Buffer.from(JSON.stringify([row?.key, row?.id])).toString('base64url');
}

function readCursor(cursor: string): Place {
  try {
    const [key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof key === 'string' && typeof id === 'number') return { key, id };
  } catch {
    // Said below.
  }
  throw badCursor();
}
