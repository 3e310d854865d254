/** SOQL for Bulk query jobs: what is refused there and nowhere else, and rows of text in the order of the select list. */
import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '../../base/index.ts';
import type { Access } from '../rights/index.ts';
import type { Schema } from '../schema/schema.ts';
import { parseSoql } from './parser.ts';
import { type Asked, translatingOf } from './prepared-plans.ts';
import type { Entry, Row, Shape } from './record-shape.ts';
import { refuse } from './refusals.ts';
import { createTimeZoneFinder } from './time-zone.ts';
import { type Plan, translate } from './translate.ts';
import { bindValues, type Occasion } from './translation.ts';
import type { Query } from './tree.ts';
import type { Form } from './value-forms.ts';

/** `queryAll`: deleted records too. */
export type BulkQuery = { soql: string; all: boolean };

type Column = { name: string; place: number; form: Form | undefined };

export type BulkRows = {
  /** `Id`, `Name`, `Account.Name`, … */
  columns: readonly string[];
  /** All rows as they were when the first was read; a cell without a value is an empty text. */
  rows: IterableIterator<readonly string[]>;
};

/** The object a query is about. Throws OrgRefused where Bulk API 2.0 refuses the query. */
export function checkBulkQuery(query: BulkQuery, access: Access): string {
  return planBulkQuery({ ...query, access }).plan.object.name;
}

/** Runs a query on a connection of its own: for as long as its rows are read, that connection sees no later change. */
export function openBulkQuery(
  { database, schema, clock = systemClock }: { database: DatabaseSync; schema: Schema; clock?: Clock },
  { userId, access, ...query }: BulkQuery & { userId: string; access: Access },
): BulkRows {
  // Rows that have to be sorted are sorted on the disk; memory would grow with them.
  database.exec('PRAGMA temp_store = FILE');
  const { plan, columns } = planBulkQuery({ ...query, access });
  const timeZoneOf = createTimeZoneFinder(database, schema);
  const occasion: Occasion = {
    now: clock.now(),
    get timeZone() {
      return timeZoneOf(userId);
    },
    userId,
    parentId: '',
  };
  const values = bindValues(plan.parameters, occasion);
  const statement = database.prepare(plan.sql);
  statement.setReturnArrays(true);
  const found = statement.iterate(values) as unknown as IterableIterator<Row>;
  return { columns: columns.map(({ name }) => name), rows: toCells(found, columns) };
}

function planBulkQuery(asked: Asked): { plan: Plan; columns: Column[] } {
  const query = parseSoql(asked.soql);
  refuseOffset(query);
  const plan = translate({ ...translatingOf(asked), query });
  if (plan.kind !== 'records') throw aggregatesUnsupported();
  return { plan, columns: columnsOf(plan.shape, '') };
}

function refuseOffset({ offset }: Query): void {
  if (offset !== undefined) throw refuse('FEATURENOTENABLED', 'OFFSET is not supported in Bulk V2 Query');
}

/** Said of child queries too. */
function aggregatesUnsupported() {
  const sentence = 'Aggregate Relationships not supported in Bulk V2 Query with CSV content type';
  return refuse('FEATURENOTENABLED', sentence);
}

function columnsOf({ entries }: Shape, path: string): Column[] {
  return entries.flatMap((entry) => columnsOfEntry(entry, path));
}

function columnsOfEntry(entry: Entry, path: string): Column[] {
  if (entry.kind === 'children') throw aggregatesUnsupported();
  if (entry.kind === 'address') throw refuse('API_ERROR', 'Selecting compound data not supported in Bulk Query');
  if (entry.kind === 'parent') return columnsOf(entry.shape, `${path}${entry.key}.`);
  return [{ name: path + entry.key, place: entry.column, form: entry.csvForm ?? entry.form }];
}

function* toCells(rows: Iterable<Row>, columns: readonly Column[]): Generator<readonly string[]> {
  for (const row of rows) yield columns.map(({ place, form }) => cellOf(row[place] ?? null, form));
}

function cellOf(value: Row[number], form: Form | undefined): string {
  if (value === null) return '';
  return form === undefined ? String(value) : String(form(value));
}
