/** The engine of Apex classes with `records`: saves what the body lists, and answers for each record in its place. */
import type { InputRow, SaveResult } from '../records/index.ts';
import type { MappedClass } from './apex-class.ts';
import type { ApexCall } from './apex-rest.ts';
import { readJsonObject } from './body.ts';
import type { Answer, OrgParts } from './call.ts';
import { failure, rowAnswer, rowError, rowsOf, typeUnknown } from './collections.ts';
import { apexError } from './refusals.ts';
import { currentVersion } from './versions.ts';

/** Rows that one transaction of Apex may save. */
const maxRowsOfTransaction = 10_000;
/** What the store takes at a time. */
const rowsAtOnce = 200;

type RecordsClass = NonNullable<MappedClass['records']>;

/**
 * The body is `{"records": [{…}, …]}`, the answer a list of what a collection answers for its rows. Each record stands alone. The
 * rights of the user are in force, as in Apex that works in user mode.
 */
export async function saveRecordsOfBody(call: ApexCall, org: OrgParts, records: RecordsClass): Promise<Answer> {
  const rows = rowsOf((await readJsonObject(call)).records).map(({ attributes: _type, ...row }) => row);
  if (rows.length > maxRowsOfTransaction)
    throw apexError(`System.LimitException: Too many DML rows: ${maxRowsOfTransaction + 1}`);
  const results = await saveRows(call, org, { records, rows });
  return { status: 200, json: results.map((result) => rowAnswer(result, 'upsert')) };
}

async function saveRows(
  { access, session }: ApexCall,
  org: OrgParts,
  { records, rows }: { records: RecordsClass; rows: readonly InputRow[] },
): Promise<SaveResult[]> {
  const object = access.schema.findObject(records.object);
  if (object === undefined) return rows.map(() => failure(typeUnknown(records.object)));
  const request = { userId: session.userId, object: object.name, allOrNone: false, apiVersion: currentVersion };
  const { externalId } = records;
  const field = externalId === undefined ? undefined : access.schema.findField(object, externalId);
  if (externalId !== undefined && field === undefined) {
    const message = `No such column '${externalId}' on sobject of type ${object.name}`;
    return rows.map(() => failure(rowError('INVALID_FIELD', message)));
  }
  const how = field === undefined ? { operation: 'insert' as const } : upsertBy(field.name);
  const results: SaveResult[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    results.push(...(await org.records.save({ ...request, ...how, rows: rows.slice(from, from + rowsAtOnce) })));
  return results;
}

function upsertBy(externalIdField: string) {
  return { operation: 'upsert' as const, externalIdField };
}
