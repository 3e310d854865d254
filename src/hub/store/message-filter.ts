/** What messages can be found by, and the index that each search goes along, so that a page costs what it shows. */
import type { SqliteFile, Values } from '../../store/index.ts';
import { blocksBetween, inBlocks } from './message-blocks.ts';
import type { MessageOutcome, MessageStatus } from './message-states.ts';
import { toLongId } from './salesforce-id.ts';

export type MessageFilter = {
  status?: MessageStatus | undefined;
  outcome?: MessageOutcome | undefined;
  rejectedBy?: 'sluice' | 'salesforce' | undefined;
  /** Names; in any case. */
  interface?: string | undefined;
  integration?: string | undefined;
  /** The run it is in, or was last: its id at the hub, or its UUID. */
  run?: string | undefined;
  key?: string | undefined;
  keyPrefix?: string | undefined;
  /** Of 15 or 18 characters. */
  salesforceId?: string | undefined;
  /** Somewhere in code or reason; case does not matter. */
  text?: string | undefined;
  /** When it arrived, by the clock of the hub: from then on, and before. */
  from?: number | undefined;
  before?: number | undefined;
  parent?: number | undefined;
  call?: number | undefined;
  /** At least so many tries. */
  attempt?: number | undefined;
};

/**
 * `along`: an index and what it is entered with, newest first; `besides`: conditions that each of its rows is held against.
 * `isInBlocks`: the index holds each block of messages by itself.
 */
export type Search = {
  along: { index: string; where: string[]; isInBlocks: boolean };
  besides: string[];
  values: Values;
  /** By key instead of by time. */
  isByKey: boolean;
};

const nothing = '0';

type Condition = { sql: string; values: Values };

/** Inside out: what the filter says, as conditions by their names. */
function conditionsOf(
  store: SqliteFile,
  filter: MessageFilter,
): Partial<Record<keyof MessageFilter | 'interfaces', Condition>> {
  const { status, outcome, rejectedBy, run, key, keyPrefix, salesforceId, text, from, before, parent, call, attempt } =
    filter;
  const equal = (column: string, name: string, value: string | number | undefined) =>
    value === undefined ? {} : { [name]: { sql: `message.${column} = :${name}`, values: { [name]: value } } };
  return {
    ...equal('status', 'status', status),
    ...equal('outcome', 'outcome', outcome),
    ...equal('rejected_by', 'rejectedBy', rejectedBy),
    ...equal('key', 'key', key),
    ...equal('parent_id', 'parent', parent),
    ...equal('call_id', 'call', call),
    ...equal('salesforce_id', 'salesforceId', salesforceId === undefined ? undefined : toLongId(salesforceId)),
    ...(run === undefined ? {} : { run: runCondition(store, run) }),
    ...(keyPrefix === undefined ? {} : { keyPrefix: prefixCondition(keyPrefix) }),
    ...(text === undefined ? {} : { text: textCondition(text) }),
    ...(attempt === undefined ? {} : { attempt: { sql: 'message.attempt >= :attempt', values: { attempt } } }),
    ...(from === undefined ? {} : { from: { sql: 'message.arrived_at >= :from', values: { from } } }),
    ...(before === undefined ? {} : { before: { sql: 'message.arrived_at < :before', values: { before } } }),
    ...interfaceConditions(store, filter),
  };
}

function runCondition(store: SqliteFile, run: string): Condition {
  const id = /^\d{1,15}$/.test(run)
    ? Number(run)
    : Number(store.get('SELECT id FROM run WHERE run = :run', { run })?.id ?? 0);
  return { sql: 'message.run_id = :run', values: { run: id } };
}

/** Above every text that begins so: no letter comes after this one. */
const last = '\u{10ffff}';

function prefixCondition(prefix: string): Condition {
  return { sql: 'message.key >= :prefix AND message.key < :prefixEnd', values: { prefix, prefixEnd: prefix + last } };
}

function textCondition(text: string): Condition {
  const sql = `message.reason IS NOT NULL AND (message.reason LIKE :text ESCAPE '\\' OR message.code LIKE :text ESCAPE '\\')`;
  return { sql, values: { text: `%${text.replaceAll(/[\\%_]/g, '\\$&')}%` } };
}

/** One interface has an index; several are looked for in what comes along. */
function interfaceConditions(store: SqliteFile, { interface: name, integration }: MessageFilter) {
  if (name === undefined && integration === undefined) return {};
  const sql = `SELECT id FROM known_interface WHERE (:name IS NULL OR lower(name) = lower(:name))
    AND (:integration IS NULL OR lower(integration) = lower(:integration))`;
  const ids = store.all(sql, { name: name ?? null, integration: integration ?? null }).map(({ id }) => Number(id));
  if (ids.length === 1)
    return { interface: { sql: 'message.interface_id = :interface', values: { interface: Number(ids[0]) } } };
  const values = { interfaces: JSON.stringify(ids) };
  return { interfaces: { sql: 'message.interface_id IN (SELECT value FROM json_each(:interfaces))', values } };
}

type Named = ReturnType<typeof conditionsOf>;
type Way = { index: string; enter: (keyof Named)[]; partial?: string; isInBlocks?: boolean };

/** The ways there are, the narrowest first: which index, what enters it, and what its rows have in common. */
const notCompleted = "message.status <> 'Completed'";
const ways: readonly Way[] = [
  { index: 'message_salesforce_id', enter: ['salesforceId'], isInBlocks: true },
  { index: 'message_key', enter: ['key'], isInBlocks: true },
  { index: 'message_parent', enter: ['parent'] },
  { index: 'message_key', enter: ['keyPrefix'], isInBlocks: true },
  { index: 'message_run_open', enter: ['run', 'status'], partial: notCompleted },
  { index: 'message_call', enter: ['call'] },
  { index: 'message_of_run', enter: ['run'] },
  { index: 'message_open', enter: ['interface', 'status'], partial: notCompleted },
  { index: 'message_status', enter: ['status'], partial: notCompleted },
  { index: 'message_outcome', enter: ['outcome'], partial: "message.outcome <> 'succeeded'" },
  { index: 'message_reason', enter: ['text'], partial: 'message.reason IS NOT NULL' },
  { index: 'message_interface', enter: ['interface'] },
];

function fits({ enter, partial }: Way, named: Named, { status, outcome }: MessageFilter): boolean {
  if (!enter.every((name) => named[name] !== undefined)) return false;
  if (partial === notCompleted) return status !== 'Completed';
  return partial === undefined || enter[0] !== 'outcome' || outcome !== 'succeeded';
}

/** Which way a search goes. `isInOrder`: of ids, whatever is searched for. What is rejected by somebody has the outcome rejected. */
export function planSearch(store: SqliteFile, given: MessageFilter, { isInOrder = false } = {}): Search {
  const filter = given.rejectedBy === undefined ? given : { outcome: 'rejected' as const, ...given };
  const named = conditionsOf(store, filter);
  const way = ways.find((one) => fits(one, named, filter) && !(isInOrder && one.enter[0] === 'keyPrefix'));
  const entering = new Set<string>(way?.enter ?? []);
  const besides = Object.entries(named).flatMap(([name, { sql }]) =>
    entering.has(name) && name !== 'text' ? [] : [sql],
  );
  const where = (way?.enter ?? []).flatMap((name) => (name === 'text' ? [] : [named[name]?.sql ?? nothing]));
  const partial = way?.partial === undefined ? [] : [way.partial];
  const isInBlocks = way?.isInBlocks === true;
  const index = way === undefined ? 'NOT INDEXED' : `INDEXED BY ${way.index}`;
  const along = { index, where: [...(isInBlocks ? [inBlocks] : []), ...where, ...partial], isInBlocks };
  const values: Values = Object.assign({}, ...Object.values(named).map((one) => one.values));
  if (isInBlocks) values.blocks = JSON.stringify(blocksBetween(store, allIds));
  return { along, besides, values, isByKey: way?.enter[0] === 'keyPrefix' };
}

const allIds = { above: 0, under: Number.MAX_SAFE_INTEGER };
