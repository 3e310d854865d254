/** Up to 200 records in one call: `/composite/sobjects`, in order, each row with its own outcome. */
import type { InputRow, Operation, RowError, SaveRequest, SaveResult } from '../records/index.ts';
import { type SObject, toId18 } from '../schema/index.ts';
import { nameOf, readJsonObject } from './body.ts';
import { type Answer, type Call, isTrue, type OrgParts, param, type Resource } from './call.ts';
import { getFieldNames, getLookupField, getObject, splitList } from './named-object.ts';
import { jsonUnreadable, refuse } from './refusals.ts';

const maxRows = 200;
const maxRetrieved = 2000;

const tooMany = (max: number) =>
  refuse(400, 'EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${max} records into this call`);

/** One row on its way: the object it belongs to, or why it has none. */
type Placed = { object: SObject; row: InputRow } | { error: RowError };

async function insert(call: Call, org: OrgParts): Promise<Answer> {
  const { rows, allOrNone } = await readRows(call);
  return saveAll(call, org, { operation: 'insert', placed: rows.map((row) => placeByType(call, row)), allOrNone });
}

async function update(call: Call, org: OrgParts): Promise<Answer> {
  const { rows, allOrNone } = await readRows(call);
  return saveAll(call, org, { operation: 'update', placed: rows.map((row) => placeByType(call, row)), allOrNone });
}

async function upsert(call: Call, org: OrgParts): Promise<Answer> {
  const object = getObject(call);
  const { name: externalIdField } = getLookupField(call, object, param(call, 'field'));
  const { rows, allOrNone } = await readRows(call);
  const placed = rows.map((row) => {
    const place = placeByType(call, row);
    return 'error' in place || place.object.name === object.name ? place : { error: typeMismatch(object) };
  });
  return saveAll(call, org, { operation: 'upsert', placed, allOrNone, externalIdField });
}

async function remove(call: Call, org: OrgParts): Promise<Answer> {
  const ids = splitList(call.query.get('ids'));
  if (ids.length > maxRows) throw tooMany(maxRows);
  const allOrNone = isTrue(call.query.get('allOrNone'));
  return saveAll(call, org, { operation: 'delete', placed: ids.map((id) => placeById(call, id)), allOrNone });
}

async function readRows(call: Call): Promise<{ rows: InputRow[]; allOrNone: boolean }> {
  const { records, allOrNone } = await readJsonObject(call);
  const rows = rowsOf(records);
  if (rows.length > maxRows) throw tooMany(maxRows);
  return { rows, allOrNone: allOrNone === true || allOrNone === 'true' };
}

/** The member `records` of a body. */
export function rowsOf(records: unknown): InputRow[] {
  if (!Array.isArray(records)) throw jsonUnreadable('The request body needs a list of records at [line:1, column:1]');
  const wrong = records.findIndex((row) => typeof row !== 'object' || row === null || Array.isArray(row));
  if (wrong >= 0) throw jsonUnreadable(`Record ${wrong + 1} must be an object, but is ${nameOf(records[wrong])}`);
  return records as InputRow[];
}

function placeByType({ access }: Call, row: InputRow): Placed {
  const { attributes, ...rest } = row;
  const type = (attributes as { type?: unknown } | null | undefined)?.type;
  const object = typeof type === 'string' ? access.schema.findObject(type) : undefined;
  return object === undefined ? { error: typeUnknown(type) } : { object, row: rest };
}

function placeById({ access }: Call, text: string): Placed {
  const id = toId18(text);
  if (id === undefined) return { error: rowError('MALFORMED_ID', `malformed id ${text}`) };
  const object = access.schema.findByKeyPrefix(id.slice(0, 3));
  return object === undefined
    ? { error: rowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id') }
    : { object, row: { Id: id } };
}

export function typeUnknown(type: unknown): RowError {
  if (typeof type !== 'string')
    return rowError('INVALID_TYPE', 'attributes.type is missing: it names the sObject of the record');
  return rowError('INVALID_TYPE', `sObject type '${type}' is not supported.`);
}

function typeMismatch(object: SObject): RowError {
  return rowError('INVALID_TYPE', `attributes.type must be ${object.name}, as the path says`);
}

export function rowError(statusCode: string, message: string): RowError {
  return { statusCode, message, fields: [] };
}

const rolledBack = rowError(
  'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  'Record rolled back because not all records were valid and the request was using AllOrNone header',
);

type Saving = { operation: Operation; placed: readonly Placed[]; allOrNone: boolean; externalIdField?: string };

/** Saves the rows object by object; the answer has them in the order they came in. */
async function saveAll(call: Call, org: OrgParts, saving: Saving): Promise<Answer> {
  const { placed, allOrNone, operation } = saving;
  const results = new Array<SaveResult | undefined>(placed.length);
  const outcome = (index: number, result: SaveResult) => {
    results[index] = result;
  };
  for (const [index, place] of placed.entries()) if ('error' in place) outcome(index, failure(place.error));
  if (allOrNone && results.some((result) => result !== undefined)) {
    for (const index of placed.keys()) if (results[index] === undefined) outcome(index, failure(rolledBack));
  } else {
    await saveGroups(call, org, saving, outcome);
  }
  return { status: 200, json: results.map((result) => rowAnswer(result ?? failure(rolledBack), operation)) };
}

export function failure(error: RowError): SaveResult {
  return { success: false, id: null, created: false, errors: [error] };
}

async function saveGroups(
  call: Call,
  org: OrgParts,
  { placed, operation, allOrNone, externalIdField }: Saving,
  outcome: (index: number, result: SaveResult) => void,
): Promise<void> {
  const groups = groupByObject(placed);
  const shared = {
    userId: call.session.userId,
    operation,
    allOrNone,
    apiVersion: call.apiVersion,
    stampedMs: call.stampedMs,
  };
  const named = externalIdField === undefined ? shared : { ...shared, externalIdField };
  const requests = groups.map(({ object, rows }) => ({ ...named, object, rows }));
  const results = await saveRequests(org, requests, allOrNone);
  for (const [number, { indexes }] of groups.entries()) {
    for (const [position, index] of indexes.entries())
      outcome(index, results[number]?.[position] ?? failure(rolledBack));
  }
}

type Group = { object: string; indexes: number[]; rows: InputRow[] };

function groupByObject(placed: readonly Placed[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const [index, place] of placed.entries()) {
    if ('error' in place) continue;
    const { name: object } = place.object;
    const group = groups.get(object) ?? { object, indexes: [], rows: [] };
    group.indexes.push(index);
    group.rows.push(place.row);
    groups.set(object, group);
  }
  return [...groups.values()];
}

/** One object after the other, unless all of them stand or fall together. */
async function saveRequests(
  { records }: OrgParts,
  requests: readonly SaveRequest[],
  allOrNone: boolean,
): Promise<readonly (readonly SaveResult[])[]> {
  if (allOrNone && requests.length > 1) return records.saveTogether(requests);
  const results = [];
  for (const request of requests) results.push(await records.save(request));
  return results;
}

export function rowAnswer(result: SaveResult, operation: Operation): object {
  const created = operation === 'upsert' ? { created: result.created } : {};
  if (result.success) return { id: result.id, success: true, errors: [], ...created };
  const errors = result.errors.map(({ statusCode, message, fields }) => ({ statusCode, message, fields }));
  return { ...(result.id === null ? {} : { id: result.id }), success: false, errors, ...created };
}

async function retrieveByQuery(call: Call, org: OrgParts): Promise<Answer> {
  return retrieve(call, org, splitList(call.query.get('ids')), splitList(call.query.get('fields')));
}

async function retrieveByBody(call: Call, org: OrgParts): Promise<Answer> {
  const { ids, fields } = await readJsonObject(call);
  if (!isTextList(ids) || !isTextList(fields))
    throw jsonUnreadable('The request body needs lists of texts named ids and fields');
  return retrieve(call, org, ids, fields);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The records in the order of the ids, null where there is none. */
async function retrieve(call: Call, org: OrgParts, ids: readonly string[], fields: readonly string[]): Promise<Answer> {
  const object = getObject(call);
  if (ids.length > maxRetrieved) throw tooMany(maxRetrieved);
  if (ids.length === 0 || fields.length === 0)
    throw refuse(400, 'REQUIRED_FIELD_MISSING', 'ids and fields are required');
  const known = ids.map(toId18);
  const names = new Set(['Id', ...getFieldNames(call, object, fields)]);
  const wanted = [...new Set(known.filter((id) => id?.startsWith(object.keyPrefix)))];
  const found =
    wanted.length === 0
      ? new Map<string, object>()
      : await readMany(
          call,
          org,
          `SELECT ${[...names].join(',')} FROM ${object.name} WHERE Id IN (${wanted.map((id) => `'${id}'`).join(',')})`,
        );
  return { status: 200, json: known.map((id) => (id === undefined ? null : (found.get(id) ?? null))) };
}

async function readMany(call: Call, org: OrgParts, soql: string): Promise<Map<string, object>> {
  const { userId } = call.session;
  const { records } = await org.records.query({
    userId,
    soql,
    all: false,
    batchSize: maxRetrieved,
    apiVersion: call.apiVersion,
  });
  return new Map(records.map((record) => [String(record.Id), record]));
}

export const collectionResources: readonly Resource[] = [
  { path: '/composite/sobjects', methods: { POST: insert, PATCH: update, DELETE: remove } },
  { path: '/composite/sobjects/:object', methods: { GET: retrieveByQuery, POST: retrieveByBody } },
  { path: '/composite/sobjects/:object/:field', methods: { PATCH: upsert } },
];
