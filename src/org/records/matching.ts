/** Finds records by id or by the value of a field, for upserts, lookups and unique values. */

import type { AccessLevel } from '../rights/index.ts';
import { isMasterDetail } from '../schema/custom-field.ts';
import type { Field, Schema, SObject } from '../schema/schema.ts';
import { foldText } from './database.ts';
import type { ParentLookup } from './draft.ts';
import type { Stored } from './field-values.ts';
import { type Asker, type ReachCondition, reachCondition, reachedAlias, reaches } from './reached-rows.ts';
import type { RowError } from './records.ts';
import { insufficientOnReference } from './row-rights.ts';
import { quoted, type Statements } from './statements.ts';
import { comparedColumn, describeTable, isFolded, type Table } from './tables.ts';

/** Ids told in the refusal of a value that was to name one record. */
const maxMatchesTold = 5;

/** What a value is bound as where `comparedColumn` stands on the other side. */
export function comparedValue(field: Field, value: Stored): Stored {
  return isFolded(field) ? foldText(value) : value;
}

export type Sought = {
  table: Table;
  field: Field;
  value: Stored;
  limit?: number;
  reached?: ReachCondition | undefined;
};

/** Ids of the rows not deleted that carry this value; with `reached`, of those alone for which it holds. */
export function findIds(
  statements: Statements,
  { table, field, value, limit = maxMatchesTold, reached }: Sought,
): string[] {
  const only = reached === undefined ? '' : ` AND ${reached.sql}`;
  const sql = `SELECT "Id" FROM ${table.sqlName} AS ${reachedAlias} WHERE ${comparedColumn(field)} = ? AND "IsDeleted" = 0${only} LIMIT ${limit}`;
  return statements(sql)
    .all(comparedValue(field, value), ...(reached?.values ?? []))
    .map(({ Id }) => String(Id));
}

/** The id of another row that carries this value, if there is one. */
export function findOtherId(
  statements: Statements,
  { table, field, value, id }: { table: Table; field: Field; value: Stored; id: string },
): string | undefined {
  const sql = `SELECT "Id" FROM ${table.sqlName} WHERE ${comparedColumn(field)} = ? AND "IsDeleted" = 0 AND "Id" <> ? LIMIT 1`;
  const row = statements(sql).get(comparedValue(field, value), id);
  return row === undefined ? undefined : String(row.Id);
}

/** Whether a row is there, was deleted, or never was. */
export function stateOfRow(statements: Statements, table: Table, id: string): 'there' | 'deleted' | 'unknown' {
  const row = statements(`SELECT "IsDeleted" FROM ${table.sqlName} WHERE "Id" = ?`).get(id);
  if (row === undefined) return 'unknown';
  return row.IsDeleted === 1 ? 'deleted' : 'there';
}

/** Answers for the parents the rows of one chunk name, each asked once. */
export type ParentFinder = {
  /** The refusal of a reference by id; undefined when it is good. */
  refuseId(field: Field, id: string): RowError | undefined;
  /** The id of the parent named by an external id, or the refusal. */
  find(lookup: ParentLookup): string | RowError;
};

type Asking = {
  schema: Schema;
  statements: Statements;
  tableOf: (object: SObject) => Table;
  hasSetup: boolean;
  asker: Asker;
};

/** What it takes to refer to a record: to see it, or, for its detail records, to be allowed to change it. */
function neededLevel(field: Field): AccessLevel {
  return isMasterDetail(field) ? 'edit' : 'read';
}

export function createParentFinder(asking: Asking): ParentFinder {
  const good = new Set<string>();
  const found = new Map<string, string>();
  return {
    refuseId(field, id) {
      const key = field.name + id;
      if (good.has(key)) return undefined;
      const refused = refuseReference(asking, field, id);
      if (refused === undefined) good.add(key);
      return refused;
    },
    find(lookup) {
      const key = `${lookup.reference.name} ${lookup.object} ${lookup.field.name} ${lookup.value}`;
      const known = found.get(key);
      if (known !== undefined) return known;
      const answer = findParent(asking, lookup);
      if (typeof answer === 'string') found.set(key, answer);
      return answer;
    },
  };
}

function refuseReference(
  { schema, statements, tableOf, hasSetup, asker }: Asking,
  field: Field,
  id: string,
): RowError | undefined {
  const target = schema.findByKeyPrefix(id.slice(0, 3));
  if (target === undefined || !field.referenceTo.includes(target.name)) {
    return {
      statusCode: 'FIELD_INTEGRITY_EXCEPTION',
      message: `${field.label}: id value of incorrect type: ${id}`,
      fields: [field.name],
    };
  }
  if (target.store === 'setup' && !hasSetup) return undefined;
  const table = tableOf(target);
  const state = stateOfRow(statements, table, id);
  if (state === 'there')
    return asker.access.all || reaches(statements, asker, { table, id, level: neededLevel(field) })
      ? undefined
      : insufficientOnReference([field.name], id);
  if (state === 'deleted') return { statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] };
  return { statusCode: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] };
}

function findParent(
  { schema, statements, tableOf, hasSetup, asker }: Asking,
  { object, field, value, reference }: ParentLookup,
): string | RowError {
  const target = schema.findObject(object);
  if (target === undefined || value === null || (target.store === 'setup' && !hasSetup))
    return parentNotFound(object, field, value);
  const sought = { table: tableOf(target), field, value };
  const reached = asker.access.all ? undefined : reachCondition(asker, target, neededLevel(reference));
  const ids = findIds(statements, { ...sought, reached });
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  if (reached !== undefined && only === undefined && findIds(statements, sought).length > 0)
    return insufficientOnReference([reference.name]);
  return only === undefined ? parentNotFound(object, field, value) : manyMatches(field, ids);
}

function parentNotFound(object: string, field: Field, value: Stored): RowError {
  const shown = isFolded(field) ? foldText(value) : value;
  const message = `Foreign key external ID: ${shown} not found for field ${field.name} in entity ${object}`;
  return { statusCode: 'INVALID_FIELD', message, fields: [] };
}

/** More records than one carry an external id that was to name one. */
export function manyMatches(field: Field, ids: readonly string[]): RowError {
  const message = `${field.name}: more than one record found for external id field: [${ids.join(', ')}]`;
  return { statusCode: 'DUPLICATE_EXTERNAL_ID', message, fields: [field.name] };
}

/** Tables by object, described once. */
export function createTableFinder(schema: Schema): (object: SObject) => Table {
  const tables = new Map<string, Table>();
  return (object) => {
    const known = tables.get(object.name);
    if (known !== undefined) return known;
    // A user's view of the schema lacks fields that the table has.
    const table = describeTable(schema.findObject(object.name) ?? object);
    tables.set(object.name, table);
    return table;
  };
}

/** `SET` list of an update. */
export function assignments(columns: readonly Field[]): string {
  return columns.map(({ name }) => `${quoted(name)} = ?`).join(', ');
}
