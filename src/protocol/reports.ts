/** What an agent reports to its hub: one table of kinds, each with its form; numbered in the agent's journal, and kept until acknowledged. */
import type { Static, TSchema } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false } as const;

/** Far above all there are, and below where numbers lose their last digits. */
const maximum = 9_000_000_000_000_000;

const time = Type.Integer({ minimum: 0, maximum, description: 'Milliseconds since 1970, UTC.' });
const name = Type.String({ minLength: 1, maxLength: 255 });
const nameOrNull = Type.Union([name, Type.Null()]);
const count = Type.Integer({ minimum: 0, maximum });

const row = Type.Object(
  {
    key: name,
    /** `succeeded`, `rejected` or `unknown`. */
    status: Type.Enum(['succeeded', 'rejected', 'unknown']),
    /** What became of it: `created`, `updated`, or the status code of a refusal. */
    outcome: nameOrNull,
    salesforceId: nameOrNull,
    reason: Type.Union([Type.String({ maxLength: 2_000 }), Type.Null()]),
    sentAt: Type.Union([time, Type.Null()]),
    settledAt: Type.Union([time, Type.Null()]),
  },
  closed,
);

const maxRowsInReport = 1_000;

/** Kind to the form of what it tells. */
const bodies = {
  agentStarted: Type.Object({ version: name }, closed),
  agentStopping: Type.Object({}, closed),
  runStarted: Type.Object({ run: name, interface: name, startedAt: time }, closed),
  rows: Type.Object({ run: name, rows: Type.Array(row, { minItems: 1, maxItems: maxRowsInReport }) }, closed),
  runEnded: Type.Object(
    {
      run: name,
      status: name,
      endedAt: time,
      rows: Type.Object({ read: count, succeeded: count, rejected: count, unknown: count }, closed),
    },
    closed,
  ),
  scheduleMissed: Type.Object({ interface: name, dueAt: time }, closed),
} as const;

type Bodies = typeof bodies;
type ReportKind = keyof Bodies;

/** What is written into the journal; `at` is when it happened. */
export type Report = { [Kind in ReportKind]: { kind: Kind; at: number; body: Static<Bodies[Kind]> } }[ReportKind];

const reportSchema = Type.Union(
  (Object.keys(bodies) as ReportKind[]).map((kind) =>
    Type.Object({ kind: Type.Literal(kind), at: time, body: bodies[kind] as TSchema }, closed),
  ),
);

/** No batch holds more. */
export const maxReportsInBatch = 1_000;

export const reportBatchSchema = Type.Object(
  {
    journal: Type.String({ minLength: 1, maxLength: 80, description: 'Of which journal the numbers are.' }),
    oldest: Type.Integer({ minimum: 1, maximum, description: 'The lowest number that the journal still has.' }),
    from: Type.Integer({
      minimum: 1,
      maximum,
      description: 'Number of the first report; the others follow without a gap.',
    }),
    reports: Type.Array(reportSchema, { minItems: 1, maxItems: maxReportsInBatch }),
  },
  closed,
);

export type ReportBatch = Omit<Static<typeof reportBatchSchema>, 'reports'> & { reports: Report[] };
