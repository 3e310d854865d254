/** Up to 200 records in one call, each with an outcome of its own (REST guide, sObject Collections). */
import { SluiceError } from '../base/index.ts';
import type { Deadlines } from './connection.ts';
import type { Call, Rest } from './rest.ts';

export const maxCollectionRecords = 200;

export type RowError = { statusCode: string; message: string; fields: readonly string[] };

/** What became of one record; a refused one is data, not an exception. */
export type RowResult =
  | { success: true; id: string; created: boolean }
  | { success: false; id: string | null; errors: readonly RowError[] };

export type Collection = {
  operation: 'insert' | 'update' | 'upsert' | 'delete';
  object: string;
  /** For upsert. */
  externalIdField?: string | undefined;
  /** Values by field name; update needs `Id`, delete takes `Id` only. */
  records: readonly Readonly<Record<string, unknown>>[];
  allOrNone?: boolean | undefined;
  /**
   * A lost answer is followed by a second try. The effect on fields is the same for update, upsert and delete, but
   * `created` may then say false for a record the first try made, and a record the first try deleted is refused.
   */
  repeatable?: boolean | undefined;
  signal?: AbortSignal | undefined;
};

/**
 * Sends the records; the results come in their order.
 *
 * Throws SalesforceError when the call as a whole was refused, and an error with `inDoubt` when the answer was lost.
 *
 * @example const [first] = await saveCollection(rest, { operation: 'insert', object: 'Account', records: [{ Name: 'A' }] }, deadlines);
 */
export async function saveCollection(rest: Rest, collection: Collection, deadlines: Deadlines): Promise<RowResult[]> {
  const { records, repeatable = false, signal } = collection;
  if (records.length === 0) return [];
  if (records.length > maxCollectionRecords) {
    throw new SluiceError('COLLECTION_TOO_LARGE', { max: maxCollectionRecords, count: records.length });
  }
  const answer = await rest.ask({
    ...toCall(rest, collection),
    repeatable,
    headersMs: deadlines.writeHeadersMs,
    signal,
  });
  return readResults(answer.json, collection);
}

function toCall(rest: Rest, { operation, object, externalIdField, records, allOrNone = false }: Collection): Call {
  const path = rest.path('/composite/sobjects');
  if (operation === 'delete') {
    return {
      method: 'DELETE',
      path: `${path}?ids=${records.map(idOf).map(encodeURIComponent).join(',')}&allOrNone=${allOrNone}`,
    };
  }
  const attributes = { type: object };
  const body = JSON.stringify({ allOrNone, records: records.map((record) => ({ attributes, ...record })) });
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  if (operation === 'insert') return { method: 'POST', path, headers, body };
  if (operation === 'update') return { method: 'PATCH', path, headers, body };
  const field = encodeURIComponent(externalIdField ?? 'Id');
  return { method: 'PATCH', path: `${path}/${encodeURIComponent(object)}/${field}`, headers, body };
}

function idOf(record: Readonly<Record<string, unknown>>): string {
  return String(record.Id ?? record.id ?? '');
}

/** Judges the answer; one that does not fit the records leaves them in doubt. */
function readResults(json: unknown, { operation, records }: Collection): RowResult[] {
  if (!Array.isArray(json) || json.length !== records.length) {
    const reason = Array.isArray(json) ? `${json.length} results for ${records.length} records` : 'it is not a list';
    throw new SluiceError('ANSWER_INVALID', { what: `${operation} of a collection`, reason }, { inDoubt: true });
  }
  return json.map((row: Record<string, unknown>) => readResult(row, operation));
}

function readResult(row: Record<string, unknown>, operation: Collection['operation']): RowResult {
  const id = typeof row.id === 'string' ? row.id : null;
  if (row.success === true && id !== null) {
    return {
      success: true,
      id,
      created: operation === 'insert' || (operation === 'upsert' && row.created === true),
    };
  }
  const errors = Array.isArray(row.errors) ? row.errors.map(readRowError) : [];
  return {
    success: false,
    id,
    errors: errors.length > 0 ? errors : [{ statusCode: 'UNKNOWN_EXCEPTION', message: '', fields: [] }],
  };
}

function readRowError(error: Record<string, unknown>): RowError {
  return {
    statusCode: String(error.statusCode ?? error.errorCode ?? 'UNKNOWN_EXCEPTION'),
    message: String(error.message ?? ''),
    fields: Array.isArray(error.fields) ? error.fields.map(String) : [],
  };
}
