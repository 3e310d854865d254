/** One message with all that is known of it: its history, its family, and what it was made of. */
import type { Row, SqliteFile } from '../../store/index.ts';
import type { MessageEvent } from './message-events.ts';
import { historyOf } from './message-history.ts';
import { type ListedMessage, listedColumns, namesOfMessage, readListed } from './message-listed.ts';
import type { MessageStatus } from './message-states.ts';

/** Another message, as far as a link to it needs. */
export type LinkedMessage = { id: number; key: string | null; status: MessageStatus; interface: string };

export type MessageDetails = ListedMessage & {
  interfaceId: number;
  interfaceVersion: number | null;
  /** The number of its run, as people know it. */
  runId: number | null;
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
  message.form, message.payload, message.call_id AS "callId", run.id AS "runId", coalesce(run.state <> 'ended', 0) AS "isInRun",
  coalesce(run.started_at, run.asked_at, 0) AS "runSince"`;

export function findMessage(store: SqliteFile, id: number): MessageDetails | undefined {
  const row = store.get(`SELECT ${details} FROM message ${namesOfMessage} WHERE message.id = :id`, { id });
  if (row === undefined) return undefined;
  const { runSince, ...rest } = row;
  const message = { ...readListed(rest), isInRun: row.isInRun === 1, payload: readPayload(row) };
  const { parentId, originalId } = message;
  return {
    ...message,
    history: historyOf(store, message, Number(runSince)),
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
