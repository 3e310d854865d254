/** Records as tables show them: a line of texts for each, columns in the order of the query. */
import type { OutputRecord } from '../records/records.ts';

/** An object in JSON: a parent, an address, or the children a subquery found. */
type Nested = Readonly<Record<string, unknown>>;

export type Table = {
  columns: string[];
  rows: { object: string | null; id: string | null; cells: (string | null)[] }[];
};

export function tableOf(records: readonly OutputRecord[]): Table {
  const lines = records.map((record) => ({ record, cells: new Map(cellsOf(record, '')) }));
  const columns = [...new Set(lines.flatMap(({ cells }) => [...cells.keys()]))];
  const rows = lines.map(({ record, cells }) => ({
    object: objectOf(record),
    id: typeof record.Id === 'string' ? record.Id : null,
    cells: columns.map((column) => cells.get(column) ?? null),
  }));
  return { columns, rows };
}

function objectOf({ attributes }: OutputRecord): string | null {
  const type = (attributes as { type?: string } | undefined)?.type;
  return type === undefined || type === 'AggregateResult' ? null : type;
}

/** Parents are told by their path, e.g. `Account.Name`; children by how many there are. */
function cellsOf(record: Nested, path: string): [string, string | null][] {
  return Object.entries(record).flatMap(([name, value]): [string, string | null][] => {
    if (name === 'attributes') return [];
    if (typeof value !== 'object' || value === null) return [[path + name, textOf(value)]];
    if (Array.isArray((value as Nested).records)) return [[path + name, String((value as Nested).totalSize)]];
    return cellsOf(value as Nested, `${path}${name}.`);
  });
}

export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
