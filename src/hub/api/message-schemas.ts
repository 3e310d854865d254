/** The shapes of messages in the API. */
import { type Static, Type } from 'typebox';
import { maxKeyLength } from '../../protocol/index.ts';
import { messageOutcomes, messageStatuses } from '../store/index.ts';
import { closed } from './operation.ts';

const time = (description: string) => Type.Integer({ minimum: 0, maximum: 9_000_000_000_000, description });
export const id = Type.Integer({ minimum: 1, maximum: 9_000_000_000_000 });
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const integerOrNull = Type.Union([Type.Integer(), Type.Null()]);
const status = Type.Enum([...messageStatuses], { title: 'Status' });
const outcome = Type.Enum([...messageOutcomes], { title: 'Outcome' });
const rejectedBy = Type.Enum(['sluice', 'salesforce'], { description: 'sluice: checked here, before it was sent.' });

/** What messages are found by, in queries and in bodies alike. */
export const filterFields = {
  status: Type.Optional(status),
  outcome: Type.Optional(outcome),
  rejectedBy: Type.Optional(rejectedBy),
  interface: Type.Optional(Type.String({ minLength: 1, maxLength: 80, title: 'Interface' })),
  integration: Type.Optional(Type.String({ minLength: 1, maxLength: 80, title: 'Integration' })),
  run: Type.Optional(
    Type.String({ minLength: 1, maxLength: 80, description: 'The run it is in, or was last: its id, or its UUID.' }),
  ),
  key: Type.Optional(Type.String({ minLength: 1, maxLength: maxKeyLength, description: 'The whole key.' })),
  keyPrefix: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: maxKeyLength,
      description: 'The beginning of the key; they come in the order of their keys.',
    }),
  ),
  salesforceId: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$',
      title: 'Salesforce Id',
      description: 'an id of 15 or 18 letters and digits',
    }),
  ),
  text: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Somewhere in the code or the reason; case does not matter.',
    }),
  ),
  from: Type.Optional(time('Arrived at this time or later; milliseconds since 1970, UTC.')),
  before: Type.Optional(time('Arrived before this time.')),
  parent: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 9_000_000_000_000,
      description: 'The message of the record it was nested in.',
    }),
  ),
  attempt: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'Tried at least so often.' })),
} as const;

export const filter = Type.Object(filterFields, { ...closed, title: 'Filter' });

export const listedMessage = {
  id: Type.Integer(),
  interface: Type.String(),
  integration: Type.String(),
  direction: Type.Enum(['inbound'], {
    description: 'Records that go out of Salesforce are no messages; their runs say how many.',
  }),
  key: textOrNull,
  status,
  outcome: Type.Union([outcome, Type.Null()]),
  created: Type.Union([Type.Boolean(), Type.Null()]),
  rejectedBy: Type.Union([rejectedBy, Type.Null()]),
  code: textOrNull,
  reason: textOrNull,
  salesforceId: textOrNull,
  salesforceUrl: Type.Union([Type.String(), Type.Null()], { description: 'The record in the org.' }),
  run: textOrNull,
  attempt: Type.Integer(),
  arrivedAt: Type.Integer(),
  sentAt: integerOrNull,
  settledAt: integerOrNull,
  nextTryAt: Type.Union([Type.Integer(), Type.Null()], { description: 'Of a Pending one: not before this.' }),
  parentId: integerOrNull,
  originalId: integerOrNull,
  supersededBy: Type.Union([Type.Integer(), Type.Null()], {
    description: 'The newer message for its key that closed it.',
  }),
} as const;

const linked = Type.Object({ id: Type.Integer(), key: textOrNull, status, interface: Type.String() }, closed);
const linkedOrNull = Type.Union([linked, Type.Null()]);

const event = Type.Object(
  {
    at: Type.Integer({ description: 'By the clock of the agent where it says when something was sent or settled.' }),
    status,
    by: Type.String({ description: 'A person, an API client, Salesforce, the agent, or the hub itself.' }),
    comment: Type.String(),
    run: textOrNull,
    attempt: Type.Integer(),
  },
  closed,
);

export const cells = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]));

export const wholeMessage = Type.Object(
  {
    ...listedMessage,
    interfaceId: Type.Integer(),
    interfaceVersion: Type.Union([Type.Integer(), Type.Null()], { description: 'Whose mapping made it.' }),
    runId: Type.Union([Type.Integer(), Type.Null()], { description: 'The id of its run, whose UUID is run.' }),
    isInRun: Type.Boolean({ description: 'Whether its run has not ended.' }),
    callId: integerOrNull,
    form: Type.Union([Type.Enum(['source', 'target']), Type.Null()], {
      description: 'source: as it came, to be mapped. target: as it is sent.',
    }),
    payload: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
    whyNoPayload: textOrNull,
    history: Type.Array(event),
    parent: linkedOrNull,
    children: Type.Array(linked),
    original: linkedOrNull,
    copies: Type.Array(linked),
  },
  closed,
);

const count = Type.Object(
  { count: Type.Integer(), more: Type.Boolean({ description: 'Counting stopped there; there are more.' }) },
  closed,
);

export const countsByStatus = Type.Object(
  Object.fromEntries(messageStatuses.map((name) => [name, count])) as Record<
    (typeof messageStatuses)[number],
    typeof count
  >,
  closed,
);

export const preview = Type.Object(
  { found: count, possible: Type.Integer({ description: 'How many of these it would change.' }) },
  closed,
);

const leftOut = Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }, closed));

export const messageTask = Type.Object(
  {
    id: Type.Integer(),
    act: Type.Enum(['reprocess', 'cancel']),
    filter: Type.Record(Type.String(), Type.Unknown()),
    askedAt: Type.Integer(),
    askedBy: Type.String(),
    done: Type.Integer(),
    leftOut,
    endedAt: Type.Union([Type.Integer(), Type.Null()], { description: 'null while it goes on.' }),
  },
  closed,
);

export const acted = Type.Object(
  {
    done: Type.Integer(),
    leftOut,
    task: Type.Union([messageTask, Type.Null()], {
      description: 'What goes on in the background, of what a filter finds.',
    }),
  },
  closed,
);

/** One of the two. */
export const meant = Type.Object(
  { ids: Type.Optional(Type.Array(id, { minItems: 1, maxItems: 1_000 })), filter: Type.Optional(filter) },
  closed,
);

export type Meant = Static<typeof meant>;
