/** Reads single records and counts, for both workers. */
import type { Access } from '../rights/index.ts';
import type { Field, Schema, SObject } from '../schema/schema.ts';
import { compileFromText, isRefused, type Stored } from './field-values.ts';
import { findIds } from './matching.ts';
import { reachCondition, reachedAlias } from './reached-rows.ts';
import type { OutputRecord } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { quoted, type Statements } from './statements.ts';
import type { Table } from './tables.ts';

/** Records answered for one value of an external id. */
const maxMatches = 2000;

export type Reading = {
  accessOf: (userId: string) => Access;
  statements: Statements;
  tableOf: (object: SObject) => Table;
};

export type ReadRequest = {
  userId: string;
  object: string;
  id: string;
  fields?: readonly string[];
  apiVersion: number;
};

/** One record with all its fields or those named, values as JSON has them; undefined when it is not there, or deleted. */
export function readRecord(
  reading: Reading,
  { userId, object: name, id, fields, apiVersion }: ReadRequest,
): OutputRecord | undefined {
  const access = reading.accessOf(userId);
  const object = objectNamed(access.schema, name);
  const table = reading.tableOf(object);
  const chosen = fields === undefined ? object.fields : fields.map((field) => fieldNamed(access.schema, object, field));
  const columns = columnsFor(table, chosen);
  const reached = reachCondition({ userId, access }, object);
  const only = reached === undefined ? '' : ` AND ${reached.sql}`;
  const sql = `SELECT ${columns.map(({ name: column }) => quoted(column)).join(', ')} FROM ${table.sqlName} AS ${reachedAlias} WHERE "Id" = ? AND "IsDeleted" = 0${only}`;
  const row = reading.statements(sql).get(id, ...(reached?.values ?? [])) as Record<string, Stored> | undefined;
  if (row === undefined) return undefined;
  const url = `/services/data/v${apiVersion.toFixed(1)}/sobjects/${object.name}/${id}`;
  const record: OutputRecord = { attributes: { type: object.name, url } };
  for (const field of chosen)
    record[field.name] =
      field.type === 'address' ? addressOf(object, field, row) : outputValue(field, row[field.name] ?? null);
  return record;
}

export function objectNamed(schema: Schema, name: string): SObject {
  const object = schema.findObject(name);
  if (object === undefined)
    throw new OrgRefused({ status: 404, errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' });
  return object;
}

function fieldNamed(schema: Schema, object: SObject, name: string): Field {
  const field = schema.findField(object, name);
  if (field !== undefined) return field;
  throw new OrgRefused({
    status: 400,
    errorCode: 'INVALID_FIELD',
    message: `No such column '${name}' on sobject of type ${object.name}`,
  });
}

/** The columns behind these fields: their own, and those an address is put together from. */
function columnsFor(table: Table, chosen: readonly Field[]): Field[] {
  const addresses = new Set(chosen.filter(({ type }) => type === 'address').map(({ name }) => name));
  const named = new Set(chosen.map(({ name }) => name));
  const columns = table.columns.filter(
    ({ name, compoundFieldName }) => named.has(name) || addresses.has(compoundFieldName ?? ''),
  );
  return columns.length > 0 ? columns : table.columns.slice(0, 1);
}

function outputValue(field: Field, stored: Stored): unknown {
  if (stored === null) return null;
  if (field.type === 'boolean') return stored === 1;
  return field.type === 'datetime' ? jsonDatetime(Number(stored)) : stored;
}

/** A time as JSON answers carry it, e.g. `2026-11-21T10:15:30.000+0000`. */
export function jsonDatetime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

const addressParts = ['city', 'country', 'geocodeAccuracy', 'latitude', 'longitude', 'postalCode', 'state', 'street'];

function addressOf(object: SObject, address: Field, row: Record<string, Stored>): Record<string, Stored> | null {
  const prefix = address.name.replace(/Address$/, '');
  const parts = object.fields.filter(({ compoundFieldName }) => compoundFieldName === address.name);
  const values = new Map(parts.map(({ name }) => [name.slice(prefix.length).toLowerCase(), row[name] ?? null]));
  if ([...values.values()].every((value) => value === null)) return null;
  return Object.fromEntries(addressParts.map((part) => [part, values.get(part.toLowerCase()) ?? null]));
}

export type FindRequest = { userId: string; object: string; field: string; value: string };

/** Ids of the records that carry this value in this field, which must be one that can name a record. */
export function findByExternalId(reading: Reading, request: FindRequest): string[] {
  const { userId } = request;
  const access = reading.accessOf(userId);
  const object = objectNamed(access.schema, request.object);
  const field = access.schema.findField(object, request.field);
  if (field === undefined || !(field.idLookup || field.externalId || field.type === 'id')) {
    const message = `Provided external ID field does not exist or is not accessible: ${request.field}`;
    throw new OrgRefused({ status: 404, errorCode: 'NOT_FOUND', message });
  }
  const value = compileFromText(field)(request.value);
  if (isRefused(value) || value === null) return [];
  const reached = reachCondition({ userId, access }, object);
  return findIds(reading.statements, { table: reading.tableOf(object), field, value, limit: maxMatches, reached });
}

/**
 * Records not deleted, by canonical object name; objects that are not there, or not for this user, are left out. As Salesforce's
 * counts, they are those of the org and do not ask which records the user reaches.
 */
export function countRecords(
  { accessOf, statements, tableOf }: Reading,
  { userId, objects }: { userId: string; objects: readonly string[] },
): Map<string, number> {
  const { schema } = accessOf(userId);
  const counts = new Map<string, number>();
  for (const name of objects) {
    const object = schema.findObject(name);
    if (object === undefined) continue;
    const row = statements(`SELECT count(*) AS count FROM ${tableOf(object).sqlName} WHERE "IsDeleted" = 0`).get();
    counts.set(object.name, Number(row?.count ?? 0));
  }
  return counts;
}
