/** Records as a query gives them, written as CSV or as JSON: without `attributes`, parents by their path. */
import { csvCell } from '../base/index.ts';

export type RecordWriter = {
  write(record: Readonly<Record<string, unknown>>): void;
  /** For a result without records: its header, where the query names its columns. */
  end(): void;
};

type SelectedRecord = Readonly<Record<string, unknown>>;

export function openRecordWriter({
  soql,
  json,
  out,
}: {
  soql: string;
  json: boolean;
  out: (text: string) => void;
}): RecordWriter {
  if (json) return { write: (record) => out(`${JSON.stringify(plainOf(record))}\n`), end: () => undefined };
  let columns: readonly string[] | undefined;
  const begin = (names: readonly string[]) => {
    columns = names;
    if (names.length > 0) out(`${names.map(csvCell).join(',')}\n`);
    return names;
  };
  return {
    write(record) {
      columns ??= begin(columnsOf(soql, record));
      out(`${columns.map((column) => csvCell(cellOf(valueAt(record, column)))).join(',')}\n`);
    },
    end: () => void (columns ?? begin(findSelected(soql) ?? [])),
  };
}

/** Records and all within them without their `attributes`. */
function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== 'attributes');
  return Object.fromEntries(entries.map(([name, inner]) => [name, plainOf(inner)]));
}

/** What is selected, where these are plain fields that the record has; else what the record has. */
function columnsOf(soql: string, record: SelectedRecord): readonly string[] {
  const selected = findSelected(soql);
  if (selected?.every((column) => valueAt(record, column) !== undefined)) return selected;
  return Object.keys(record).filter((name) => name !== 'attributes');
}

/** `Id, Account.Name` of `SELECT Id, Account.Name FROM …`; undefined where anything but fields is selected. */
function findSelected(soql: string): string[] | undefined {
  const list = /^\s*select\s+([\w.\s,]+?)\s+from\s/i.exec(soql)?.[1];
  const columns = list?.split(',').map((column) => column.trim());
  return columns?.every((column) => /^\w+(\.\w+)*$/.test(column)) ? columns : undefined;
}

/** Names in any case; what lies behind a parent that is not there is null. */
function valueAt(record: SelectedRecord, column: string): unknown {
  let value: unknown = record;
  for (const name of column.split('.')) {
    if (value === null || typeof value !== 'object') return value === null ? null : undefined;
    const key = Object.keys(value).find((each) => each.toLowerCase() === name.toLowerCase());
    value = key === undefined ? undefined : (value as SelectedRecord)[key];
  }
  return value;
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(plainOf(value)) : String(value);
}
