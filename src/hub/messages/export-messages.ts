/** Writes all messages that a filter finds as a file, page after page, so that its length costs no memory. */
import { csvCell } from '../../base/index.ts';
import type { HubStore, ListedMessage, MessageFilter } from '../store/index.ts';

export const exportTypes = {
  csv: 'text/csv;charset=UTF-8',
  jsonl: 'application/jsonl;charset=UTF-8',
} as const;

export type ExportWish = {
  filter: MessageFilter;
  format: keyof typeof exportTypes;
  /** For programs that take cells beginning with = + - @ for formulas. */
  spreadsheet: boolean;
  payload: boolean;
};

const pageRows = 1_000;

const columns = [
  'id',
  'integration',
  'interface',
  'key',
  'status',
  'outcome',
  'created',
  'rejectedBy',
  'code',
  'reason',
  'salesforceId',
  'run',
  'attempt',
  'arrivedAt',
  'sentAt',
  'settledAt',
  'nextTryAt',
  'parentId',
  'originalId',
  'supersededBy',
] as const satisfies readonly (keyof ListedMessage)[];

type Exported = ListedMessage & { payload?: unknown };

/** A part for each page; what comes meanwhile is not in it, since pages go towards older ones. */
export function* exportParts(messages: HubStore['messages'], wish: ExportWish): Generator<string, void, undefined> {
  const { filter, format, payload } = wish;
  const names = payload ? [...columns, 'payload' as const] : columns;
  if (format === 'csv') yield `${names.join(',')}\n`;
  for (let cursor: string | undefined; ; ) {
    const { rows, next } = messages.search({ filter, limit: pageRows, cursor });
    const payloads = payload ? messages.payloads(rows.map(({ id }) => id)) : undefined;
    yield rows
      .map((row) =>
        lineOf(payloads === undefined ? row : { ...row, payload: payloads.get(row.id) ?? null }, names, wish),
      )
      .join('');
    if (next === null) return;
    cursor = next;
  }
}

function lineOf(row: Exported, names: readonly (keyof Exported)[], { format, spreadsheet }: ExportWish): string {
  if (format === 'jsonl')
    return `${JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name] ?? null])))}\n`;
  return `${names.map((name) => csvCell(cellOf(name, row[name], spreadsheet))).join(',')}\n`;
}

function cellOf(name: keyof Exported, value: unknown, spreadsheet: boolean): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return name.endsWith('At') ? new Date(value).toISOString() : String(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return spreadsheet && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
