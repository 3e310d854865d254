/** One record by its id: `POST /sobjects/X`, `GET`, `PATCH` and `DELETE /sobjects/X/<id>`. */
import type { InputRow, Operation, RowError, SaveResult } from '../records/index.ts';
import { type SObject, toId18 } from '../schema/index.ts';
import { readJsonObject } from './body.ts';
import { type Answer, type Call, type OrgParts, param, type Resource } from './call.ts';
import { getFieldNames, getObject, splitList } from './named-object.ts';
import { errorBody, externalIdFieldNotFound, refuse, resourceNotFound, statusOfRowError } from './refusals.ts';

export async function insertRow(call: Call, org: OrgParts): Promise<Answer> {
  const object = getObject(call);
  const row = await readRow(call, 'Id');
  const result = await saveOne(call, org, { operation: 'insert', object: object.name, row });
  return result.success ? created(call, object, result) : rowErrors(result.errors);
}

/** 201 with the address of the new record. */
export function created(call: Call, object: SObject, { id }: { id: string }, more: object = {}): Answer {
  const headers = { Location: `${call.base}/sobjects/${object.name}/${id}` };
  return { status: 201, headers, json: { id, success: true, errors: [], ...more } };
}

async function readOne(call: Call, org: OrgParts): Promise<Answer> {
  return answerRow(call, org, getObject(call), getId(call));
}

/** The record with all fields, or with those of `?fields=`. */
export async function answerRow(call: Call, org: OrgParts, object: SObject, id: string): Promise<Answer> {
  const named = call.query.has('fields')
    ? { fields: getFieldNames(call, object, splitList(call.query.get('fields'))) }
    : {};
  const { userId } = call.session;
  const record = await org.records.read({ userId, object: object.name, id, apiVersion: call.apiVersion, ...named });
  if (record === undefined) throw resourceNotFound();
  return { status: 200, json: record };
}

async function updateOne(call: Call, org: OrgParts): Promise<Answer> {
  const object = getObject(call);
  const id = getId(call);
  const row = { ...(await readRow(call, 'Id')), Id: id };
  const result = await saveOne(call, org, { operation: 'update', object: object.name, row });
  return result.success ? { status: 204 } : rowErrors(result.errors, 'of the row itself');
}

async function deleteOne(call: Call, org: OrgParts): Promise<Answer> {
  return deleteRow(call, org, getObject(call), getId(call));
}

export async function deleteRow(call: Call, org: OrgParts, object: SObject, id: string): Promise<Answer> {
  const result = await saveOne(call, org, { operation: 'delete', object: object.name, row: { Id: id } });
  return result.success ? { status: 204 } : rowErrors(result.errors, 'of the row itself');
}

type OneRow = { operation: Operation; object: string; row: InputRow; externalIdField?: string; updateOnly?: boolean };

export async function saveOne(call: Call, org: OrgParts, { row, ...what }: OneRow): Promise<SaveResult> {
  const { userId } = call.session;
  const request = {
    ...what,
    rows: [row],
    userId,
    allOrNone: true,
    apiVersion: call.apiVersion,
    stampedMs: call.stampedMs,
  };
  const [result] = await org.records.save(request);
  if (result === undefined) throw new Error('A save of one row gave no result');
  return result;
}

/** The body of a save; refuses the field by which the row is named already. `attributes` is allowed and says nothing. */
export async function readRow(call: Call, namedBy: string): Promise<InputRow> {
  const { attributes: _, ...row } = await readJsonObject(call);
  const twice = Object.keys(row).find((name) => name.toLowerCase() === namedBy.toLowerCase());
  if (twice === undefined) return row;
  const message = `The ${namedBy} field should not be specified in the sobject data.`;
  throw refuse(400, 'INVALID_FIELD', message, [namedBy]);
}

/** An unknown id is 404 where the path names the row, and 400 where a field of the row names another. */
export function rowErrors(errors: readonly RowError[], whose?: 'of the row itself'): Answer {
  const refusals = errors.map(({ statusCode, message, fields }) => ({ errorCode: statusCode, message, fields }));
  const [first] = refusals;
  const unknownRow =
    whose !== undefined && first?.errorCode === 'INVALID_CROSS_REFERENCE_KEY' && isAboutId(first.fields);
  return { status: unknownRow ? 404 : statusOfRowError(first?.errorCode ?? ''), json: errorBody(refusals) };
}

function isAboutId(fields: readonly string[]): boolean {
  return fields.length === 0 || (fields.length === 1 && fields[0] === 'Id');
}

/** The id of the path in 18 characters; an id of another object is no record of this one. */
function getId(call: Call): string {
  const text = param(call, 'id');
  const id = toId18(text);
  if (id === undefined) throw externalIdFieldNotFound(text);
  if (!id.startsWith(getObject(call).keyPrefix)) throw resourceNotFound();
  return id;
}

export const rowResources: readonly Resource[] = [
  { path: '/sobjects/:object/:id', methods: { GET: readOne, PATCH: updateOne, DELETE: deleteOne } },
  // Id as an external id that is null inserts, from 37.0 on.
  { path: '/sobjects/:object/Id', methods: { POST: insertRow } },
];
