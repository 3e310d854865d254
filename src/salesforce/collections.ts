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
  return judgeResults(answer.json, collection);
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

/**
 * What the answer says of each record; no call is made here.
 *
 * Throws ANSWER_INVALID, in doubt, when it does not fit the records.
 */
export function judgeResults(
  json: unknown,
  { operation, records }: Pick<Collection, 'operation' | 'records'>,
): RowResult[] {
  const invalid = (reason: string) =>
    new SluiceError('ANSWER_INVALID', { what: `${operation} of a collection`, reason }, { inDoubt: true });
  if (!Array.isArray(json)) throw invalid('it is not a list');
  if (json.length !== records.length) throw invalid(`${json.length} results for ${records.length} records`);
  if (!json.every(isRow)) throw invalid('a result says neither success with an id nor failure');
  return json.map((row) => readResult(row, operation));
}

type Row = Readonly<Record<string, unknown>>;

/** A success with no id is no refusal either: such an answer leaves everything in doubt. */
function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false;
  const { success, id } = value as Row;
  return success === false || (success === true && typeof id === 'string');
}

function readResult(row: Row, operation: Collection['operation']): RowResult {
  const id = typeof row.id === 'string' ? row.id : null;
  if (row.success === true && id !== null) {
    return {
      success: true,
      id,
      created: operation === 'insert' || (operation === 'upsert' && row.created === true),
    };
  }
  const errors = Array.isArray(row.errors) ? row.errors.map(readRowError) : [];
  return { success: false, id, errors: errors.length > 0 ? errors : [unexplained] };
}

const unexplained: RowError = { statusCode: 'UNKNOWN_EXCEPTION', message: 'Salesforce gave no reason', fields: [] };

function readRowError(error: unknown): RowError {
  if (typeof error !== 'object' || error === null) return { ...unexplained, message: textOf(error) };
  const { statusCode, errorCode, message, fields } = error as Row;
  return {
    statusCode: textOf(statusCode ?? errorCode ?? unexplained.statusCode),
    message: textOf(message ?? ''),
    fields: Array.isArray(fields) ? fields.map(textOf) : [],
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
