/** The history of a message: what was written down of it, and what its columns say of its present try, in one list. */
import type { SqliteFile } from '../../store/index.ts';
import type { MessageEvent } from './message-events.ts';
import type { ListedMessage } from './message-listed.ts';
import { byAgent, byHub, bySalesforce } from './message-states.ts';

const sentComment = 'Sent to Salesforce.';
/** Agents report in slices: it may have been sent before. */
const readFromSource = 'Read from the source; this is when the hub was told.';

/** `runSince`: when the run it is in began, or was asked for. */
export function historyOf(store: SqliteFile, message: ListedMessage, runSince: number): MessageEvent[] {
  const sql = `SELECT event.at, event.status, event.by, event.comment, run.run, coalesce(event.attempt, 1) AS attempt
    FROM message_event AS event LEFT JOIN run ON run.id = event.run_id WHERE message_id = :id ORDER BY event.id`;
  const written = store.all(sql, { id: message.id }) as MessageEvent[];
  const own = ownSteps(message, runSince).filter((step) => !written.some((event) => isSame(event, step)));
  // Times are of two clocks, the agent's and the hub's: what follows from what tells the order.
  const steps = [...written, ...own].sort((one, other) => one.attempt - other.attempt || rankOf(one) - rankOf(other));
  return [arrival(message, findCaller(store, message.id)), ...steps];
}

/** Who sent it in over the integrate API, as it was called then: an API client, or the user of an org. */
function findCaller(store: SqliteFile, id: number): string | undefined {
  const sql =
    'SELECT call.caller_name AS name FROM message JOIN call ON call.id = message.call_id WHERE message.id = :id';
  return store.get(sql, { id })?.name as string | undefined;
}

function arrival({ arrivedAt, parentId, originalId }: ListedMessage, caller: string | undefined): MessageEvent {
  if (caller === undefined && originalId === null)
    return { at: arrivedAt, status: 'New', by: byAgent, comment: readFromSource, run: null, attempt: 1 };
  const from = originalId === null ? '' : ` as an edited copy of message ${originalId}`;
  const below = parentId === null ? '' : `, below message ${parentId}`;
  return {
    at: arrivedAt,
    status: 'New',
    by: caller ?? byHub,
    comment: `Arrived${from}${below}.`,
    run: null,
    attempt: 1,
  };
}

/** Within one try: it waits, is sent, is in doubt, is settled, and then what is done about that. */
function rankOf({ status, by, comment }: MessageEvent): number {
  if (status === 'Pending') return 0;
  if (status === 'Processing') return comment === sentComment ? 1 : 2;
  return by === bySalesforce || by === byAgent ? 3 : 4;
}

function isSame(event: MessageEvent, step: MessageEvent): boolean {
  return (
    event.status === step.status &&
    event.attempt === step.attempt &&
    event.at === step.at &&
    rankOf(event) >= rankOf(step)
  );
}

/** Of what is cancelled, all steps are written down. */
function ownSteps(message: ListedMessage, runSince: number): MessageEvent[] {
  const { status, outcome, sentAt, settledAt, run, attempt } = message;
  const common = { run, attempt };
  if (status === 'Pending' && run !== null)
    return [{ ...common, at: runSince, status, by: byHub, comment: 'In a run that has not begun.' }];
  if (status === 'Processing' && sentAt === null && outcome === null)
    return [{ ...common, at: runSince, status, by: byHub, comment: 'With its agent.' }];
  if (!['Processing', 'Completed', 'Failed'].includes(status)) return [];
  const sent = { ...common, at: sentAt ?? 0, status: 'Processing', by: byAgent, comment: sentComment } as const;
  const settled = { ...common, at: settledAt ?? 0, status, by: whoSettled(message), comment: endOf(message) };
  return [...(sentAt === null ? [] : [sent]), ...(settledAt === null ? [] : [settled])];
}

function whoSettled({ rejectedBy, outcome }: ListedMessage): string {
  if (rejectedBy === 'sluice') return byAgent;
  return outcome === null ? byHub : bySalesforce;
}

function endOf({ status, created, code, reason, salesforceId }: ListedMessage): string {
  if (status !== 'Completed') return [code, reason].filter((part) => part !== null).join(': ');
  const what = created === null ? 'Done' : created ? 'Created' : 'Updated';
  return salesforceId === null ? `${what}.` : `${what} as ${salesforceId}.`;
}
