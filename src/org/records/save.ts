/** A save of up to 200 JSON rows: one transaction, all or none of it when that is asked. */
import { isDeepStrictEqual } from 'node:util';
import type { Access } from '../rights/index.ts';
import type { Field, Schema } from '../schema/schema.ts';
import { createJsonDrafter, type Draft } from './draft.ts';
import { readRecord } from './read.ts';
import {
  changedMeanwhile,
  type InputRow,
  type OutputRecord,
  type RowError,
  type SaveRequest,
  type SaveResult,
} from './records.ts';
import { OrgRefused } from './refusal.ts';
import type { FaultyRow } from './row-faults.ts';
import { cannotInsert } from './row-rights.ts';
import { type Chunk, type Store, saveChunk } from './save-rows.ts';
import { createSaveTable, type SaveTable } from './save-table.ts';
import { inTransaction } from './statements.ts';

/** Rows of one call, and of one transaction of a job. */
export const maxRowsPerChunk = 200;

const rolledBack: RowError = {
  statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
  fields: [],
};

/** Thrown to undo the transaction of a save of which not all rows were good. */
class NotAllGood extends Error {
  readonly results: readonly (readonly SaveResult[])[];

  constructor(results: readonly (readonly SaveResult[])[]) {
    super('not all rows were good');
    this.results = results;
  }
}

export type FaultSource = () => (row: FaultyRow) => RowError | undefined;

export function saveJsonRows(
  store: Store,
  tables: SaveTables,
  request: SaveRequest,
  faults: FaultSource,
): readonly SaveResult[] {
  const chunk = chunkOf(store, tables, request, faults);
  const { asRead } = request;
  if (asRead !== undefined)
    return inTransaction(store.database, () =>
      isAsRead(store, { ...request, asRead }) ? saveChunk(store, chunk) : [changed(asRead)],
    );
  if (request.allOrNone) return saveAllOrNone(store, [chunk])[0] ?? [];
  return inTransaction(store.database, () => saveChunk(store, chunk));
}

/** Within the transaction that saves it: nobody comes in between. */
function isAsRead(
  store: Store,
  { userId, object, apiVersion, asRead }: SaveRequest & { asRead: OutputRecord },
): boolean {
  const { attributes: _, ...fields } = asRead;
  const now = readRecord(store, { userId, object, id: String(asRead.Id), fields: Object.keys(fields), apiVersion });
  return isDeepStrictEqual(now, asRead);
}

function changed({ Id }: OutputRecord): SaveResult {
  const message = 'The record was changed since it was read';
  return {
    success: false,
    id: String(Id),
    created: false,
    errors: [{ statusCode: changedMeanwhile, message, fields: [] }],
  };
}

/** Rows of several objects, one request each: either all of them are saved or none. */
export function saveJsonRowsTogether(
  store: Store,
  tables: SaveTables,
  requests: readonly SaveRequest[],
  faults: FaultSource,
): readonly (readonly SaveResult[])[] {
  return saveAllOrNone(
    store,
    requests.map((request) => chunkOf(store, tables, request, faults)),
  );
}

function chunkOf(store: Store, tables: SaveTables, request: SaveRequest, faults: FaultSource): Chunk {
  if (request.rows.length > maxRowsPerChunk) throw tooManyRows();
  const { userId } = request;
  const access = store.accessOf(userId);
  if (access.schema.findObject(request.object) === undefined) throw objectNotFound();
  const table = tables.get(request.object);
  const draftJson = tables.drafterOf(table, access);
  return {
    table,
    operation: request.operation,
    drafts: request.rows.map((row) => draftJson(row)),
    externalIdField:
      request.operation === 'upsert'
        ? externalIdFieldOf(access.schema, table, request.externalIdField ?? 'Id')
        : undefined,
    updateOnly: request.updateOnly,
    asker: { userId, access },
    nowMs: request.stampedMs ?? Date.now(),
    fault: faults(),
  };
}

function saveAllOrNone(store: Store, chunks: readonly Chunk[]): readonly (readonly SaveResult[])[] {
  const save = () => {
    const results = chunks.map((chunk) => saveChunk(store, chunk));
    if (results.flat().some(({ success }) => !success)) throw new NotAllGood(results);
    return results;
  };
  try {
    return inTransaction(store.database, save);
  } catch (error) {
    if (error instanceof NotAllGood) return error.results.map((results) => results.map(undone));
    throw error;
  }
}

function undone(result: SaveResult): SaveResult {
  if (!result.success) return result;
  return { success: false, id: result.created ? null : result.id, created: result.created, errors: [rolledBack] };
}

function tooManyRows(): OrgRefused {
  const message = `record limit reached. cannot submit more than ${maxRowsPerChunk} records into this call`;
  return new OrgRefused({ status: 400, errorCode: 'EXCEEDED_ID_LIMIT', message });
}

/** The field by which an upsert finds its rows; refused when it cannot name a record. */
export function externalIdFieldOf(schema: Schema, table: SaveTable, name: string): Field {
  const field = schema.findField(table.object, name);
  if (field !== undefined && (field.type === 'id' || field.idLookup || field.externalId)) return field;
  const message = `Provided external ID field does not exist or is not accessible: ${name}`;
  throw new OrgRefused({ status: 404, errorCode: 'NOT_FOUND', message });
}

export type SaveTables = {
  get(object: string): SaveTable;
  /** The reader of JSON rows for what these rights let see and write. */
  drafterOf(table: SaveTable, access: Access): (row: InputRow) => Draft;
};

function objectNotFound(): OrgRefused {
  return new OrgRefused({ status: 404, errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' });
}

/** Save tables by object, made on first use; an object that is not there or not kept here is refused. */
export function createSaveTables(schema: Schema): SaveTables {
  const made = new Map<string, SaveTable>();
  const drafters = new WeakMap<Access, Map<string, (row: InputRow) => Draft>>();
  return {
    drafterOf(table, access) {
      if (access.all) return table.draftJson;
      const ofAccess = drafters.get(access) ?? new Map<string, (row: InputRow) => Draft>();
      const drafter = ofAccess.get(table.object.name) ?? createJsonDrafter(access.schema, table);
      drafters.set(access, ofAccess.set(table.object.name, drafter));
      return drafter;
    },
    get(object) {
      const known = made.get(object);
      if (known !== undefined) return known;
      const table = createSaveTable(schema, object);
      if (table === undefined) throw objectNotFound();
      if (table.object.store !== 'records') throw notWritable(table.object.name);
      made.set(object, table);
      return table;
    },
  };
}

function notWritable(object: string): OrgRefused {
  const { statusCode, message, fields } = cannotInsert(object);
  return new OrgRefused({ status: 400, errorCode: statusCode, message, fields });
}
