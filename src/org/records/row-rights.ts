/** What rights say to a row that is to be made, changed or deleted. */
import { type Asker, reaches } from './reached-rows.ts';
import type { Operation, RowError } from './records.ts';
import type { SaveTable } from './save-table.ts';
import { quoted, type Statements } from './statements.ts';

export const insufficientAccess: RowError = {
  statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
  message: 'insufficient access rights on object id',
  fields: [],
};

/** What an unknown id is answered with; so is a record that is hidden from the user (Salesforce's guide allows 403 and 404). */
export const unknownRow: RowError = {
  statusCode: 'INVALID_CROSS_REFERENCE_KEY',
  message: 'invalid cross reference id',
  fields: [],
};

/** Of a lookup; `id` only where the row itself named it. */
export function insufficientOnReference(fields: readonly string[], id?: string): RowError {
  const message = `insufficient access rights on cross-reference id${id === undefined ? '' : `: ${id.slice(0, 15)}`}`;
  return { statusCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', message, fields };
}

export function cannotInsert(object: string): RowError {
  return {
    statusCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    message: `entity type cannot be inserted: ${object}`,
    fields: [],
  };
}

export type RowToJudge = {
  table: SaveTable;
  operation: Operation;
  /** Null for a row that is to be made. */
  id: string | null;
  /** The row was named by its Id, and not by an external id. */
  byId: boolean;
  /** The owner the row is to have, where it says so. */
  newOwner: unknown;
};

/** The refusal by object rights and sharing; field-level security is the draft's matter. */
export function refuseByRights(statements: Statements, asker: Asker, row: RowToJudge): RowError | undefined {
  const { table, operation, id, byId } = row;
  const { object } = table;
  const rights = asker.access.objectRights(object);
  if (id === null) return rights.create ? undefined : cannotInsert(object.name);
  // That an external id is taken cannot be hidden; whose row it is can.
  if (!reaches(statements, asker, { table, id })) return byId ? unknownRow : insufficientAccess;
  const deleting = operation === 'delete';
  if (!(deleting ? rights.delete : rights.edit)) return insufficientAccess;
  const level = deleting || changesOwner(statements, row, id) ? 'full' : 'edit';
  return reaches(statements, asker, { table, id, level }) ? undefined : insufficientAccess;
}

function changesOwner(statements: Statements, { table, newOwner }: RowToJudge, id: string): boolean {
  if (table.owner === undefined || typeof newOwner !== 'string') return false;
  const row = statements(`SELECT ${quoted('OwnerId')} AS owner FROM ${table.sqlName} WHERE "Id" = ?`).get(id);
  return row?.owner !== newOwner;
}
