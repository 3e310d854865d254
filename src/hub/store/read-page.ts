/** One page of a table: filtered, sorted and cut by SQLite, so that a list costs what it shows. */
import type { Row, SqliteFile, Values } from '../../store/index.ts';
import { type ListQuery, refuseField } from '../../web/index.ts';

export type { ListQuery };

export type PageOf<Entry> = { rows: Entry[]; total: number; page: number; pageSize: number };

export type PageWish<Entry> = {
  /** A table, a view, or a join. */
  table: string;
  /** Name in the answer to expression in SQL; these can be sorted by. */
  columns: Readonly<Record<string, string>>;
  /** Expressions that `search` looks into. */
  searched: readonly string[];
  /** Conditions besides, with values of their own. */
  where?: { sql: string; values: Values } | undefined;
  /** With a minus sign before it, from the end. */
  defaultSort: string;
  query: ListQuery;
  read(row: Row): Entry;
};

/** Throws ApiRefused 400 for a column that is not there. */
export function readPage<Entry>(store: SqliteFile, wish: PageWish<Entry>): PageOf<Entry> {
  const { page = 1, pageSize = 50, sort = wish.defaultSort } = wish.query;
  const { sql, values } = conditionOf(wish);
  const selected = Object.entries(wish.columns).map(([name, expression]) => `${expression} AS "${name}"`);
  const rows = store.all(
    `SELECT ${selected.join(', ')} FROM ${wish.table} ${sql} ORDER BY ${orderOf(wish, sort)} LIMIT :limit OFFSET :offset`,
    { ...values, limit: pageSize, offset: (page - 1) * pageSize },
  );
  const total = Number(store.get(`SELECT count(*) AS total FROM ${wish.table} ${sql}`, values)?.total ?? 0);
  return { rows: rows.map(wish.read), total, page, pageSize };
}

type Conditions = Pick<PageWish<unknown>, 'searched' | 'where' | 'query'>;

function conditionOf({ searched, where, query: { search } }: Conditions): { sql: string; values: Values } {
  const parts = where === undefined ? [] : [where.sql];
  const values: Values = { ...where?.values };
  if (search !== undefined && search !== '') {
    parts.push(`(${searched.map((expression) => `${expression} LIKE :search ESCAPE '\\'`).join(' OR ')})`);
    values.search = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  }
  return { sql: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

function orderOf({ columns }: Pick<PageWish<unknown>, 'columns'>, sort: string): string {
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  const expression = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (expression === undefined) {
    const names = Object.keys(columns).join(', ');
    throw refuseField('sort', `There is no column ${name} in this list.`, `Sort by one of ${names}.`);
  }
  const direction = descending ? 'DESC' : 'ASC';
  return `${expression} COLLATE NOCASE ${direction}, ${columns.id ?? expression} ${direction}`;
}
