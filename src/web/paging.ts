/** Lists: filtered, sorted and cut into pages on the server, so that a page never holds more than it shows. */
import { type Static, type TSchema, Type } from 'typebox';
import { refuseField } from './api-refused.ts';

const paging = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1, description: 'From 1.' })),
  pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  sort: Type.Optional(
    Type.String({ maxLength: 80, description: 'A column of the list; with a minus sign before it, from the end.' }),
  ),
  search: Type.Optional(
    Type.String({ maxLength: 255, description: 'Rows that have this text in any column; case does not matter.' }),
  ),
};

/** What every list takes. */
export const listQuery = Type.Object(paging, { additionalProperties: false });

/** The same, with filters of its own. */
export function listQueryWith<const Filters extends Record<string, TSchema>>(filters: Filters) {
  return Type.Object({ ...paging, ...filters }, { additionalProperties: false });
}

export type ListQuery = Static<typeof listQuery>;

/** One page of rows, and how many there are in all. */
export function listOf<Row extends TSchema>(row: Row) {
  return Type.Object(
    { rows: Type.Array(row), total: Type.Integer(), page: Type.Integer(), pageSize: Type.Integer() },
    { additionalProperties: false },
  );
}

type Plain = Readonly<Record<string, unknown>>;

/** Filters by `search`, sorts by `sort` (stable, texts without case), and cuts the page out. */
export function pageOf<Row extends Plain>(all: readonly Row[], query: ListQuery, defaultSort: string) {
  const { page = 1, pageSize = 50, sort = defaultSort, search } = query;
  const found = search === undefined ? [...all] : all.filter((row) => contains(row, search.toLowerCase()));
  const descending = sort.startsWith('-');
  const column = descending ? sort.slice(1) : sort;
  const [first] = all;
  if (first !== undefined && !Object.hasOwn(first, column))
    throw refuseField(
      'sort',
      `There is no column ${column} in this list.`,
      `Sort by one of ${Object.keys(first).join(', ')}.`,
    );
  found.sort((one, other) => compare(one[column], other[column]) * (descending ? -1 : 1));
  const start = (page - 1) * pageSize;
  return { rows: found.slice(start, start + pageSize), total: found.length, page, pageSize };
}

function contains(row: Plain, text: string): boolean {
  return Object.values(row).some(
    (value) => (typeof value === 'string' || typeof value === 'number') && String(value).toLowerCase().includes(text),
  );
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** Nothing comes first. */
function compare(one: unknown, other: unknown): number {
  if (one === other) return 0;
  if (one === null || one === undefined) return -1;
  if (other === null || other === undefined) return 1;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return collator.compare(String(one), String(other));
}
