/** How calls are answered: what was taken, in which mode and why, and what is known of each record. */
import { csvRow } from '../../base/index.ts';
import type { Answer, NewMessage } from '../store/index.ts';
import type { BodyFormat } from './read-records.ts';

/** One record of a call, or one that is nested in it. */
export type RecordResult = {
  /** From 1, as they came; those that are nested count behind their parent. */
  record: number;
  /** Of one that is nested: the interface it is for, and the message of its parent. */
  interface?: string;
  parent?: number;
  message: number;
  status: string;
  /** Null while it is not known. */
  success: boolean | null;
  /** The Salesforce id. */
  id: string | null;
  created: boolean | null;
  errors: { statusCode: string; message: string; fields: string[] }[];
};

export type CallAnswer = {
  call: string;
  /** Where to ask what became of it. */
  url: string;
  mode: string;
  modeReason: string;
  records: number;
  messages: number;
  /** Why the records could not be waited for. */
  reason?: string;
  /** Left out for Bulk, where the url lists them. */
  results?: readonly RecordResult[];
  /** Of a list that goes on: what to ask for next. */
  next?: string;
};

export function writeAnswer(status: number, answer: CallAnswer, format: BodyFormat): Answer {
  const headers = { ...headersOfCall(status, answer), ...(answer.next === undefined ? {} : linkTo(answer.next)) };
  if (format === 'JSON')
    return { status, contentType: 'application/json;charset=UTF-8', body: JSON.stringify(answer), headers };
  return { status, contentType: 'text/csv;charset=UTF-8', body: csvOf(answer.results ?? []), headers };
}

/** What rows of CSV have no place for: where to ask what became of the call, and in which mode it was taken. */
export function headersOfCall(status: number, { url, mode }: Pick<CallAnswer, 'url' | 'mode'>): Record<string, string> {
  return { ...(status === 202 ? { Location: url } : {}), 'Sluice-Mode': mode };
}

const linkTo = (next: string) => ({ Link: `<${next}>; rel="next"` });

const csvHeader = [
  'record',
  'interface',
  'message',
  'status',
  'success',
  'id',
  'created',
  'statusCode',
  'errorMessage',
];

function csvOf(results: readonly RecordResult[]): string {
  const rows = results.map(({ record, interface: name, message, status, success, id, created, errors: [error] }) =>
    csvRow([
      String(record),
      name ?? '',
      String(message),
      status,
      shown(success),
      id ?? '',
      shown(created),
      error?.statusCode ?? '',
      error?.message ?? '',
    ]),
  );
  return csvRow(csvHeader) + rows.join('');
}

const shown = (value: boolean | null) => (value === null ? '' : String(value));

export const callPath = '/V4/calls';

/** What is known of messages that were just written. */
export function resultsOf(
  messages: readonly NewMessage[],
  ids: readonly number[],
  nameOf: (interfaceId: number) => string,
): RecordResult[] {
  return messages.map(({ interfaceId, parent, refused }, place) => {
    const nested = parent === null ? {} : { interface: nameOf(interfaceId), parent: ids[parent] ?? 0 };
    const common = { record: place + 1, ...nested, message: ids[place] ?? 0 };
    return { ...common, ...(refused === null ? waits : refusedHere(refused)) };
  });
}

const waits = { status: 'New', success: null, id: null, created: null, errors: [] };

function refusedHere({ code, reason }: { code: string; reason: string }) {
  const errors = [{ statusCode: code, message: reason, fields: [] }];
  return { status: 'Failed', success: false, id: null, created: null, errors };
}
