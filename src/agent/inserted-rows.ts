/** Looks up, by a field that tells records apart, which rows of an insert without an answer are there. */

import { nullMark } from '../mapping/index.ts';
import type { FieldDescribe } from '../salesforce/index.ts';
import { findField } from './record-json.ts';
import type { RunContext } from './run-context.ts';

/** The record's id; `absent`: it is not there; `unsure`: it cannot be looked up. */
export type Found = { id: string } | 'absent' | 'unsure';

/** Values a query; long external ids would else make the URL too long. */
const valuesAQuery = 50;

const numberTypes = new Set(['int', 'long', 'double', 'currency', 'percent']);

/** The place and description of the column by which a lost insert can be looked up. */
export function findLookupColumn({
  header,
  target,
}: Pick<RunContext, 'header' | 'target'>): { place: number; field: FieldDescribe } | undefined {
  const columns = header.map((name, place) => ({ place, field: findField(target.describe, name) }));
  const usable = columns.filter(
    (column): column is { place: number; field: FieldDescribe } => column.field !== undefined,
  );
  return usable.find(({ field }) => field.unique) ?? usable.find(({ field }) => field.externalId);
}

/** Only records made since `since` by this user count: others were there before. */
export async function findInserted(
  context: RunContext,
  rows: readonly (readonly string[])[],
  since: number,
): Promise<Found[]> {
  const column = findLookupColumn(context);
  if (!column) return rows.map(() => 'unsure');
  const cellOf = (row: readonly string[]) => row[column.place] ?? '';
  const values = [...new Set(rows.map(cellOf))].filter(isThere);
  const ids = await findIds(context, { field: column.field, values, since });
  return rows.map((row) => {
    if (!isThere(cellOf(row))) return 'unsure';
    const id = ids.get(normalised(cellOf(row), column.field))?.pop();
    return id === undefined ? 'absent' : { id };
  });
}

const isThere = (value: string): boolean => value !== '' && value !== nullMark;

type Wanted = { field: FieldDescribe; values: readonly string[]; since: number };

async function findIds(
  { salesforce, target, signal }: RunContext,
  { field, values, since }: Wanted,
): Promise<Map<string, string[]>> {
  const { userId } = await salesforce.accessToken({ signal });
  const ids = new Map<string, string[]>();
  for (let from = 0; from < values.length; from += valuesAQuery) {
    const list = values.slice(from, from + valuesAQuery).map((value) => literal(value, field));
    const soql =
      `SELECT Id, ${field.name} FROM ${target.object} WHERE ${field.name} IN (${list.join(', ')}) ` +
      `AND CreatedById = '${userId}' AND CreatedDate >= ${new Date(since).toISOString()}`;
    for await (const record of salesforce.query(soql, { signal })) {
      const key = normalised(String(record[field.name]), field);
      ids.set(key, [...(ids.get(key) ?? []), String(record.Id)]);
    }
  }
  return ids;
}

function literal(value: string, field: FieldDescribe): string {
  if (numberTypes.has(field.type) && Number.isFinite(Number(value))) return value;
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}

/** External ids are compared without case unless the field says otherwise; a difference in case only would be the same record. */
function normalised(value: string, field: FieldDescribe): string {
  return numberTypes.has(field.type) ? String(Number(value)) : value.toLowerCase();
}
