/** One message with all that is known of it: its history, its family, and what it was made of. */
import type { Row, SqliteFile } from '../../store/index.ts';
import type { MessageEvent } from './message-events.ts';
import { type ListedMessage, listedColumns, namesOfMessage, readListed } from './message-listed.ts';
import { byAgent, byHub, bySalesforce, type MessageStatus } from './message-states.ts';

/** Another message, as far as a link to it needs. */
export type LinkedMessage = { id: number; key: string | null; status: MessageStatus; interface: string };

export type MessageDetails = ListedMessage & {
  interfaceId: number;
  interfaceVersion: number | null;
  /** Whether the run it is in has not ended. */
  isInRun: boolean;
  form: 'source' | 'target' | null;
  payload: Record<string, unknown> | null;
  callId: number | null;
  history: MessageEvent[];
  parent: LinkedMessage | null;
  children: LinkedMessage[];
  original: LinkedMessage | null;
  copies: LinkedMessage[];
};

/** Of children and copies; there are rarely more than a few. */
const mostLinked = 200;

const details = `${listedColumns}, message.interface_id AS "interfaceId", message.interface_version AS "interfaceVersion",
  message.form, message.payload, message.call_id AS "callId", coalesce(run.state <> 'ended', 0) AS "isInRun"`;

export function findMessage(store: SqliteFile, id: number): MessageDetails | undefined {
  const row = store.get(`SELECT ${details} FROM message ${namesOfMessage} WHERE message.id = :id`, { id });
  if (row === undefined) return undefined;
  const message = { ...row, ...readListed(row), isInRun: row.isInRun === 1, payload: readPayload(row) };
  const { parentId, originalId } = message as unknown as ListedMessage;
  return {
    ...message,
    history: historyOf(store, message as unknown as ListedMessage),
    parent: linked(store, 'id', parentId)[0] ?? null,
    children: linked(store, 'parent_id', id),
    original: linked(store, 'id', originalId)[0] ?? null,
    copies: linked(store, 'original_id', id),
  } as unknown as MessageDetails;
}

function readPayload({ payload }: Row): Record<string, unknown> | null {
  return payload === null ? null : JSON.parse(String(payload));
}

function linked(store: SqliteFile, column: 'id' | 'parent_id' | 'original_id', value: number | null): LinkedMessage[] {
  const sql = `SELECT message.id, message.key, message.status, coalesce(known.name, '') AS interface FROM message
    LEFT JOIN known_interface AS known ON known.id = message.interface_id
    WHERE message.${column} = :value ORDER BY message.id LIMIT ${mostLinked}`;
  return value === null ? [] : (store.all(sql, { value }) as LinkedMessage[]);
}

/** In the order in which it happened, try by try; what the columns say of the present try stands among what was written down. */
function historyOf(store: SqliteFile, message: ListedMessage): MessageEvent[] {
  const sql = `SELECT event.at, event.status, event.by, event.comment, run.run, coalesce(event.attempt, 1) AS attempt
    FROM message_event AS event LEFT JOIN run ON run.id = event.run_id WHERE message_id = :id ORDER BY event.id`;
  const written = store.all(sql, { id: message.id }) as MessageEvent[];
  const own = ownSteps(message).filter((step) => !written.some((event) => isSame(event, step)));
  const steps = [...own, ...written];
  return [arrival(message), ...steps.sort((one, other) => one.attempt - other.attempt || one.at - other.at)];
}

function arrival({ arrivedAt, parentId, originalId }: ListedMessage): MessageEvent {
  const from = originalId === null ? '' : ` as an edited copy of message ${originalId}`;
  const below = parentId === null ? '' : `, below message ${parentId}`;
  return { at: arrivedAt, status: 'New', by: byHub, comment: `Arrived${from}${below}.`, run: null, attempt: 1 };
}

function isSame(event: MessageEvent, step: MessageEvent): boolean {
  return event.by !== byHub && event.status === step.status && event.attempt === step.attempt && event.at === step.at;
}

/** What is cancelled has all its steps written down. */
function ownSteps({ status, outcome, sentAt, settledAt, run, attempt, ...rest }: ListedMessage): MessageEvent[] {
  if (!['Processing', 'Completed', 'Failed'].includes(status)) return [];
  const sent = {
    at: sentAt ?? 0,
    status: 'Processing',
    by: byAgent,
    comment: 'Sent to Salesforce.',
    run,
    attempt,
  } as const;
  const settled = {
    at: settledAt ?? 0,
    status,
    by: whoSettled(rest, outcome),
    comment: endOf(rest, status),
    run,
    attempt,
  };
  return [...(sentAt === null ? [] : [sent]), ...(settledAt === null ? [] : [settled])];
}

function whoSettled({ rejectedBy }: Pick<ListedMessage, 'rejectedBy'>, outcome: ListedMessage['outcome']): string {
  if (rejectedBy === 'sluice') return byAgent;
  return outcome === null ? byHub : bySalesforce;
}

type Ending = Pick<ListedMessage, 'created' | 'code' | 'reason' | 'salesforceId'>;

function endOf({ created, code, reason, salesforceId }: Ending, status: MessageStatus): string {
  if (status !== 'Completed') return [code, reason].filter((part) => part !== null).join(': ');
  const what = created === null ? 'Done' : created ? 'Created' : 'Updated';
  return salesforceId === null ? `${what}.` : `${what} as ${salesforceId}.`;
}
