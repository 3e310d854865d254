/** A message as lists show it: all but its payload. */
import type { Row } from '../../store/index.ts';
import type { MessageOutcome, MessageStatus } from './message-states.ts';

export type ListedMessage = {
  id: number;
  interface: string;
  integration: string;
  key: string | null;
  status: MessageStatus;
  outcome: MessageOutcome | null;
  created: boolean | null;
  rejectedBy: 'sluice' | 'salesforce' | null;
  code: string | null;
  reason: string | null;
  salesforceId: string | null;
  /** The UUID of the run it is in, or was last; null while it waits. */
  run: string | null;
  attempt: number;
  arrivedAt: number;
  sentAt: number | null;
  settledAt: number | null;
  nextTryAt: number | null;
  parentId: number | null;
  originalId: number | null;
  supersededBy: number | null;
};

const columns = {
  id: 'message.id',
  interface: "coalesce(known.name, '')",
  integration: "coalesce(known.integration, '')",
  key: 'message.key',
  status: 'message.status',
  outcome: 'message.outcome',
  created: 'message.created',
  rejectedBy: 'message.rejected_by',
  code: 'message.code',
  reason: 'message.reason',
  salesforceId: 'message.salesforce_id',
  run: 'run.run',
  attempt: 'message.attempt',
  arrivedAt: 'message.arrived_at',
  sentAt: 'message.sent_at',
  settledAt: 'message.settled_at',
  nextTryAt: 'message.next_try_at',
  parentId: 'message.parent_id',
  originalId: 'message.original_id',
  supersededBy: 'message.superseded_by',
} as const satisfies Record<keyof ListedMessage, string>;

export const listedColumns = Object.entries(columns)
  .map(([name, expression]) => `${expression} AS "${name}"`)
  .join(', ');

/** Stands behind `FROM message`. */
export const namesOfMessage = `LEFT JOIN known_interface AS known ON known.id = message.interface_id
  LEFT JOIN run ON run.id = message.run_id`;

/** The row itself, which is nobody else's: a copy would take longer than finding it. */
export function readListed(row: Row): ListedMessage {
  if (row.created !== null) row.created = row.created === 1;
  return row as ListedMessage;
}
