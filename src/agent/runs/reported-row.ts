/** A row of the ledger in the form of a report: cut to its lengths, and with cells that can be sent again. */
import type { PlacedRow } from '../../ledger/index.ts';
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
    cells: cellsToSend(row),
  };
}

/**
 * As they were sent, so that they can be sent again. Not those of a row that was refused for a text which reads like the mark of a
 * null: sent again, it would clear the field.
 */
function cellsToSend({ cells, code }: LedgerRow): Record<string, string> | null {
  return cells === null || code === 'NULL_MARK_AS_TEXT' ? null : { ...cells };
}

/** Never between the two halves of one character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  return text.slice(0, isSplit ? length - 1 : length);
}
