/** From rows of SQLite to records as Salesforce sends them: attributes first, parents within, children as results of their own. */

import type { OutputRecord } from '../records/records.ts';
import type { Schema } from '../schema/schema.ts';
import type { SqlValue } from './translation.ts';
import { addressForm, type Form } from './value-forms.ts';

export type Row = readonly SqlValue[];

/** Reads a record from a row; null where there is none. `base` is the path of the API's version, e.g. `/services/data/v68.0`. */
export type ReadRecord = (row: Row, base: string) => OutputRecord | null;

type ReadValue = (row: Row, base: string) => unknown;

export type Entry =
  | { kind: 'value'; key: string; column: number; form: Form | undefined }
  | { kind: 'address'; key: string; columns: Readonly<Record<string, number>> }
  | { kind: 'parent'; key: string; shape: Shape }
  | { kind: 'children'; key: string; column: number; shape: Shape };

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
  return (row, base) => {
    const attributes = attributesOf(row, base);
    if (attributes === null) return null;
    const record: OutputRecord = { attributes };
    for (const { key, read } of entries) record[key] = read(row, base);
    return record;
  };
}

function attributesReader(schema: Schema, { type, id }: Shape): (row: Row, base: string) => object | null {
  if (id === undefined) return () => ({ type });
  const known = schema.findObject(type) !== undefined;
  return (row, base) => {
    const value = row[id];
    if (typeof value !== 'string') return null;
    const object = known ? type : schema.findByKeyPrefix(value.slice(0, 3))?.name;
    return { type, url: `${base}/sobjects/${object}/${value}` };
  };
}

function readerOf(schema: Schema, entry: Entry): ReadValue {
  if (entry.kind === 'value') return valueReader(entry.column, entry.form);
  if (entry.kind === 'parent') return createReader(schema, entry.shape);
  if (entry.kind === 'children') return childrenReader(createReader(schema, entry.shape), entry.column);
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

/** Children come as a JSON array of rows; a parent without any has null. */
function childrenReader(readChild: ReadRecord, column: number): ReadValue {
  return (row, base) => {
    const rows = JSON.parse(String(row[column] ?? '[]')) as Row[];
    if (rows.length === 0) return null;
    return { totalSize: rows.length, done: true, records: rows.map((child) => readChild(child, base)) };
  };
}
