/** A row of the ledger in the form of a report: cut to its lengths, and with cells that can be sent again. */
import type { PlacedRow } from '../../ledger/index.ts';
import { nullMark } from '../../mapping/index.ts';
import { maxKeyLength, maxReasonLength, type ReportedRow } from '../../protocol/index.ts';

const maxNameLength = 255;

type LedgerRow = Omit<PlacedRow, 'place'>;

export function reportedRow(row: LedgerRow): ReportedRow {
  const { key, outcome, created, salesforceId, rejectedBy, code, message } = row;
  return {
    key: cut(key, maxKeyLength),
    outcome,
    created,
    salesforceId: salesforceId || null,
    rejectedBy,
    code: code === null ? null : cut(code, maxNameLength) || 'UNKNOWN_EXCEPTION',
    reason: message === null ? null : cut(message, maxReasonLength),
    cells: row.cells === null ? null : cellsToSend(row.cells, row),
  };
}

/**
 * An empty cell stands for a null, which the interface clears or keeps. Only where a row was refused for a text that looks like the
 * mark of a null it stays as it is, so that sending it again does not clear the field.
 */
function cellsToSend(cells: Readonly<Record<string, string>>, { code, fields }: LedgerRow): Record<string, string> {
  const isText = (field: string) => code === 'NULL_MARK_AS_TEXT' && fields.includes(field);
  return Object.fromEntries(
    Object.entries(cells).map(([field, cell]) => [field, cell === nullMark && !isText(field) ? '' : cell]),
  );
}

/** Never between the two halves of one character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  return text.slice(0, isSplit ? length - 1 : length);
}
