/** What an agent reports to its hub: one table of kinds, each with its form; numbered in the agent's journal, and kept until acknowledged. */
import type { Static, TSchema, TUnknown } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false } as const;

/** Far above all there are, and below where numbers lose their last digits. */
const maximum = 9_000_000_000_000_000;

const time = Type.Integer({ minimum: 0, maximum, description: 'Milliseconds since 1970, UTC.' });
const timeOrNull = Type.Union([time, Type.Null()]);
const name = Type.String({ minLength: 1, maxLength: 255 });
const nameOrNull = Type.Union([name, Type.Null()]);
const count = Type.Integer({ minimum: 0, maximum });

/** Longer keys and reasons are cut before they are reported. */
export const maxKeyLength = 1_000;
export const maxReasonLength = 2_000;

export const rowSchema = Type.Object(
  {
    /** As the ledger has it: the external id, the Salesforce id, or a digest of the row. */
    key: Type.String({ maxLength: maxKeyLength }),
    outcome: Type.Enum(['succeeded', 'rejected', 'unknown']),
    /** Of a row that succeeded. */
    created: Type.Union([Type.Boolean(), Type.Null()]),
    salesforceId: nameOrNull,
    /** Of a rejected row: by the check before sending, or by Salesforce. */
    rejectedBy: Type.Union([Type.Enum(['sluice', 'salesforce']), Type.Null()]),
    /** Of rejected and unknown rows: the status code, and the reason in the words of who gave it. */
    code: nameOrNull,
    reason: Type.Union([Type.String({ maxLength: maxReasonLength }), Type.Null()]),
    /** Of rejected and unknown rows: what was to be sent, field name to cell. */
    cells: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
  },
  closed,
);

export type ReportedRow = Static<typeof rowSchema>;

/** A row that went through, as most do: key, Salesforce id, whether it was created. A fifth of the other form. */
const throughSchema = Type.Tuple([rowSchema.properties.key, name, Type.Boolean()]);

const toldRowSchema = Type.Union([throughSchema, rowSchema]);

/** As a row travels in a report. */
export type ToldRow = Static<typeof toldRowSchema>;

export function toldRow(row: ReportedRow): ToldRow {
  const { key, outcome, created, salesforceId } = row;
  return outcome === 'succeeded' && created !== null && salesforceId !== null ? [key, salesforceId, created] : row;
}

export function untoldRow(told: ToldRow): ReportedRow {
  if (!Array.isArray(told)) return told;
  const [key, salesforceId, created] = told;
  return { key, outcome: 'succeeded', created, salesforceId, rejectedBy: null, code: null, reason: null, cells: null };
}

export const maxRowsInReport = 1_000;

/** read = sent + rejected by the check before sending; sent = succeeded + rejected by Salesforce + unknown. */
export const rowCountsSchema = Type.Object(
  { read: count, sent: count, succeeded: count, created: count, updated: count, rejected: count, unknown: count },
  closed,
);

const errorSchema = Type.Object({ code: name, message: Type.String(), next: Type.String() }, closed);
const errorOrNull = Type.Union([errorSchema, Type.Null()]);

export const runEndings = ['completed', 'completed with rejects', 'failed', 'unknown rows', 'cancelled'] as const;

export const runEndedSchema = Type.Object(
  {
    run: name,
    status: Type.Enum([...runEndings]),
    endedAt: time,
    rows: rowCountsSchema,
    /** Outbound: what the merge into the target did. */
    loaded: Type.Union([Type.Record(Type.String(), count), Type.Null()]),
    mode: nameOrNull,
    modeReason: Type.Union([Type.String(), Type.Null()]),
    error: errorOrNull,
    /** Whether nothing was processed: it ended before its commit point, so that all its rows may be sent again. */
    nothingProcessed: Type.Boolean(),
  },
  closed,
);

/** Kind to the form of what it tells. */
const bodies = {
  agentStarted: Type.Object({ version: name }, closed),
  agentStopping: Type.Object({}, closed),
  runStarted: Type.Object(
    {
      run: name,
      interface: name,
      direction: Type.Enum(['inbound', 'outbound']),
      /** Of the interface, as it was deployed. */
      version: Type.Integer({ minimum: 1, maximum }),
      trigger: Type.Enum(['hub', 'schedule']),
      /** Of a scheduled run: when it was due. */
      dueAt: timeOrNull,
      startedAt: time,
    },
    closed,
  ),
  rows: Type.Object(
    {
      run: name,
      chunk: count,
      /** The place of the first of these rows in its chunk; with run and chunk it names the row. */
      first: count,
      sentAt: timeOrNull,
      settledAt: time,
      rows: Type.Array(toldRowSchema, { minItems: 1, maxItems: maxRowsInReport }),
    },
    closed,
  ),
  /** It stopped by itself and goes on at `resumesAt`, by itself too. */
  runInterrupted: Type.Object({ run: name, error: errorSchema, resumesAt: time }, closed),
  runEnded: runEndedSchema,
  /** What an org said last of its calls: so many of the 24 hours before, of so many there may be. */
  apiUsage: Type.Object(
    { myDomainUrl: Type.String({ minLength: 1, maxLength: 255 }), used: count, allowed: count, readAt: time },
    closed,
  ),
  scheduleMissed: Type.Object(
    { interface: name, dueAt: time, reason: Type.Enum(['overlap', 'away', 'stopped']) },
    closed,
  ),
} as const;

type Bodies = typeof bodies;
type ReportKind = keyof Bodies;

/** What is written into the journal; `at` is when it happened. */
export type Report = { [Kind in ReportKind]: { kind: Kind; at: number; body: Static<Bodies[Kind]> } }[ReportKind];
export type ReportBody<Kind extends ReportKind> = Static<Bodies[Kind]>;

/** One report; whoever takes reports holds each against it by itself, so that one that does not fit holds up no other. */
export const reportSchema = Type.Union(
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
    reports: Type.Array({} as TUnknown, { minItems: 1, maxItems: maxReportsInBatch }),
  },
  closed,
);

export type ReportBatch = Omit<Static<typeof reportBatchSchema>, 'reports'> & { reports: Report[] };
