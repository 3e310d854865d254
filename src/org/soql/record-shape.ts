/** From rows of SQLite to records as Salesforce sends them: attributes first, parents within, children as results of their own. */

import type { OutputRecord } from '../records/records.ts';
import type { Schema } from '../schema/schema.ts';
import type { Parameter, SqlValue } from './translation.ts';
import { addressForm, type Form } from './value-forms.ts';

export type Row = readonly SqlValue[];

/** Rows of a child result in one page. */
export const maxChildRows = 2000;

/** The statement for all children of one parent, used when they are more than a page. */
export type ChildStatement = { sql: string; parameters: readonly Parameter[]; width: number; shape: Shape };

/** Where records are read to: `base` is the path of the API's version, e.g. `/services/data/v68.0`. */
export type Reading = {
  base: string;
  /** Begins a result of its own for the children of a parent, and gives its first page. */
  openChildren(
    statement: ChildStatement,
    parentId: string,
  ): { totalSize: number; rows: readonly Row[]; nextLocator?: string };
};

/** Reads a record from a row; null where there is none. */
export type ReadRecord = (row: Row, reading: Reading) => OutputRecord | null;

type ReadValue = (row: Row, reading: Reading) => unknown;

export type Entry =
  /** `csvForm`: the form in CSV, where it is another. */
  | { kind: 'value'; key: string; column: number; form: Form | undefined; csvForm?: Form }
  | { kind: 'address'; key: string; columns: Readonly<Record<string, number>> }
  | { kind: 'parent'; key: string; shape: Shape }
  /** `parentId`: the column of the record's id; `all`: its children without the bound of a page. */
  | { kind: 'children'; key: string; column: number; shape: Shape; parentId: number; all: () => ChildStatement };

export type Shape = {
  /** What stands in `attributes.type`. */
  type: string;
  /** The column of the id; undefined for results of aggregates. */
  id: number | undefined;
  /** In the order of the select list. */
  entries: readonly Entry[];
};

/** Prepares the reading of records of a shape. */
export function createReader(schema: Schema, shape: Shape): ReadRecord {
  const entries = shape.entries.map((entry) => ({ key: entry.key, read: readerOf(schema, entry) }));
  const attributesOf = attributesReader(schema, shape);
  return (row, reading) => {
    const attributes = attributesOf(row, reading);
    if (attributes === null) return null;
    const record: OutputRecord = { attributes };
    for (const { key, read } of entries) record[key] = read(row, reading);
    return record;
  };
}

function attributesReader(schema: Schema, { type, id }: Shape): (row: Row, reading: Reading) => object | null {
  if (id === undefined) return () => ({ type });
  const known = schema.findObject(type) !== undefined;
  return (row, { base }) => {
    const value = row[id];
    if (typeof value !== 'string') return null;
    const object = known ? type : schema.findByKeyPrefix(value.slice(0, 3))?.name;
    return { type, url: `${base}/sobjects/${object}/${value}` };
  };
}

function readerOf(schema: Schema, entry: Entry): ReadValue {
  if (entry.kind === 'value') return valueReader(entry.column, entry.form);
  if (entry.kind === 'parent') return createReader(schema, entry.shape);
  if (entry.kind === 'children') return childrenReader(createReader(schema, entry.shape), entry);
  const columns = Object.entries(entry.columns);
  return (row) => addressForm(Object.fromEntries(columns.map(([part, column]) => [part, row[column] ?? null])));
}

function valueReader(column: number, form: Form | undefined): ReadValue {
  if (form === undefined) return (row) => row[column] ?? null;
  return (row) => {
    const value = row[column];
    return value === null || value === undefined ? null : form(value);
  };
}

/** Children come as a JSON array of rows; a parent without any has null, one with more than a page a locator. */
function childrenReader(readChild: ReadRecord, entry: Extract<Entry, { kind: 'children' }>): ReadValue {
  return (row, reading) => {
    const rows = JSON.parse(String(row[entry.column] ?? '[]')) as Row[];
    if (rows.length === 0) return null;
    const records = (some: readonly Row[]) => some.map((child) => readChild(child, reading));
    if (rows.length <= maxChildRows) return { totalSize: rows.length, done: true, records: records(rows) };
    const page = reading.openChildren(entry.all(), String(row[entry.parentId]));
    const { totalSize, nextLocator } = page;
    if (nextLocator === undefined) return { totalSize, done: true, records: records(page.rows) };
    return {
      totalSize,
      done: false,
      nextRecordsUrl: `${reading.base}/query/${nextLocator}`,
      records: records(page.rows),
    };
  };
}
