/** A page of messages whose keys begin alike: in the order of their keys, those of one key the oldest first. */
import type { Row, SqliteFile } from '../../store/index.ts';
import type { Search } from './message-filter.ts';
import { listedColumns, namesOfMessage, readListed } from './message-listed.ts';
import { badCursor, entering, type Found, type Looking, limitOf, rangeOf } from './message-search.ts';

type Place = { key: string; id: number };

export function pageByKey(store: SqliteFile, search: Search, { filter, limit, cursor, examined }: Looking): Found {
  const after = cursor === undefined ? { key: '', id: 0 } : readCursor(cursor);
  const end = findEnd(store, search, { after, examined });
  const rows = store.all(pageByKeySql(search, limit + 1), {
    ...search.values,
    ...rangeOf(store, filter),
    afterKey: after.key,
    afterId: after.id,
    endKey: end?.key ?? last,
    endId: end?.id ?? 0,
  });
  const shown = rows.slice(0, limit).map(readListed);
  if (rows.length > limit) return { rows: shown, next: cursorOf(rows[limit - 1]), stoppedEarly: false };
  return { rows: shown, next: end === undefined ? null : cursorOf(end), stoppedEarly: end !== undefined };
}

/** Above every key. */
const last = '\u{10ffff}\u{10ffff}';

const afterThat = '(message.key, message.id) > (:afterKey, :afterId)';

/** The last place that may be looked at; undefined when all of them may. */
function findEnd(store: SqliteFile, search: Search, { after, examined }: { after: Place; examined: number }) {
  const sql = `SELECT message.key, message.id FROM message ${search.along.index}
    WHERE ${[...search.along.where, afterThat].join(' AND ')}
    ORDER BY message.key, message.id LIMIT 1 OFFSET ${examined - 1}`;
  const values = { ...entering(search), afterKey: after.key, afterId: after.id };
  return store.get(sql, values) as Place | undefined;
}

export function pageByKeySql({ along, besides }: Search, atLeast: number): string {
  const upToEnd = '(message.key, message.id) <= (:endKey, :endId)';
  const where = [...along.where, afterThat, upToEnd, 'message.id < :under', 'message.id > :above', ...besides].join(
    ' AND ',
  );
  return `SELECT ${listedColumns} FROM message ${along.index} ${namesOfMessage} WHERE ${where}
    ORDER BY message.key, message.id ${limitOf(atLeast)}`;
}

function cursorOf(row: Row | Place | undefined): string {
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
