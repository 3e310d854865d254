/** What a hub asks of an agent about runs: what it is to run, when it is to begin, how far it is; and its reports, where the agent does not bring them. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';
import { agentDatabaseSchema, agentSalesforceSchema } from './agent-connection.ts';
import { integrationStates } from './integration-definition.ts';
import { interfaceSchema } from './interface-definition.ts';
import { outboundSchema } from './outbound-definition.ts';
import { reportBatchSchema, rowCountsSchema, rowSchema, runEndedSchema } from './reports.ts';
import { request } from './request-shape.ts';

const closed = { additionalProperties: false } as const;
const maximum = 9_000_000_000_000_000;
const name = Type.String({ minLength: 1, maxLength: 255 });
const runId = Type.String({ minLength: 1, maxLength: 80, description: 'Made by whoever started the run; a UUID.' });
const number = Type.Integer({ minimum: 0, maximum });

/** No part of the records of a run is longer. */
export const maxPartCharacters = 4_000_000;
/** No caller is kept waiting longer for a run by records. */
export const longestRunWaitMs = 120_000;

/** All that an agent is to do, sent whole whenever it changes. */
export const deploymentSchema = Type.Object(
  {
    number: Type.Integer({ minimum: 1, maximum, description: 'Grows with each deployment for this agent.' }),
    connections: Type.Array(
      Type.Object({ name, database: agentDatabaseSchema, salesforce: agentSalesforceSchema }, closed),
    ),
    interfaces: Type.Array(
      Type.Object(
        {
          /** Its `connection` is the name of one of the connections above. */
          definition: Type.Union([
            Type.Object(interfaceSchema.properties, closed),
            Type.Object(outboundSchema.properties, closed),
          ]),
          version: Type.Integer({ minimum: 1, maximum }),
          /** Of its integration. inactive: what is due waits until it is active again. stopped: what is due is left out. */
          state: Type.Enum([...integrationStates]),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type Deployment = Static<typeof deploymentSchema>;

/**
 * Where the rows of a run come from when it is not the source of its interface.
 * `source`: columns as the source of the interface has them, to be mapped. `target`: fields as they are sent, mapped before.
 */
const recordForm = Type.Enum(['source', 'target']);

/** taken: kept, nothing begun. confirmed: may begin, or goes on. ended: its runEnded is in the journal. unknown: never heard of, or long forgotten. */
const runState = Type.Enum(['taken', 'confirmed', 'ended', 'unknown']);
const stateAnswer = Type.Object({ state: runState }, closed);

const lease = Type.Integer({
  minimum: 1,
  maximum,
  description: 'Grows each time the run is given out; an agent refuses one that is lower than what it has for the run.',
});

const recordsMode = Type.Optional(
  Type.Enum(['collections', 'bulk'], { description: 'Instead of the mode of the interface.' }),
);

export const runRequests = {
  deploy: request({
    summary: 'What the agent is to do from now on; kept on its disk, so that it goes on while the hub is away.',
    input: Type.Object({ deployment: deploymentSchema }, closed),
    answer: Type.Object({ number }, closed),
    deadlineMs: 30_000,
  }),
  putRecords: request({
    summary: 'The next part of the records of a run, as CSV with a header in the first part; before startRun.',
    input: Type.Object(
      {
        run: runId,
        part: Type.Integer({
          minimum: 0,
          maximum: 1_000_000,
          description: 'From 0; one that it has is not added again.',
        }),
        csv: Type.String({ maxLength: maxPartCharacters }),
      },
      closed,
    ),
    answer: Type.Object(
      { parts: Type.Integer({ description: 'How many parts it has now, from the first without a gap.' }) },
      closed,
    ),
    deadlineMs: 60_000,
  }),
  startRun: request({
    summary: 'Takes a run: it is on the disk of the agent when it answers, and begins when it is confirmed.',
    input: Type.Object(
      {
        run: runId,
        lease,
        interface: name,
        full: Type.Optional(
          Type.Boolean({ description: 'Out of Salesforce: reads everything, whatever was read before.' }),
        ),
        /** Left out: the rows are those of the source. */
        records: Type.Optional(Type.Object({ form: recordForm, parts: number, mode: recordsMode }, closed)),
      },
      closed,
    ),
    answer: stateAnswer,
    deadlineMs: 30_000,
  }),
  confirmRun: request({
    summary: 'Lets a run begin: from here on the hub gives it to nobody else, whatever becomes of the agent.',
    input: Type.Object({ run: runId, lease }, closed),
    answer: stateAnswer,
    deadlineMs: 30_000,
  }),
  carryRecords: request({
    summary: 'Takes, confirms and carries a run by a few records at once, and waits for its end.',
    input: Type.Object(
      {
        run: runId,
        interface: name,
        form: recordForm,
        csv: Type.String({ maxLength: maxPartCharacters }),
        mode: recordsMode,
        waitMs: Type.Integer({ minimum: 0, maximum: longestRunWaitMs }),
      },
      closed,
    ),
    /** Without `ended` it goes on, and its reports will say what became of it. */
    answer: Type.Object(
      {
        state: runState,
        ended: Type.Optional(Type.Object({ run: runEndedSchema, rows: Type.Array(rowSchema) }, closed)),
      },
      closed,
    ),
    deadlineMs: longestRunWaitMs + 15_000,
  }),
  cancelRun: request({
    summary:
      'Stops a run cleanly: what was handed to Salesforce is waited for and accounted for, the rest is not sent.',
    input: Type.Object({ run: runId }, closed),
    answer: stateAnswer,
    deadlineMs: 30_000,
  }),
  lookAtRuns: request({
    summary: 'How far runs are.',
    input: Type.Object({ runs: Type.Array(runId, { maxItems: 100 }) }, closed),
    answer: Type.Array(
      Type.Object(
        {
          run: runId,
          state: runState,
          /** null while it waits for its turn. */
          phase: Type.Union([Type.Enum(['checking', 'reading', 'sending', 'finished']), Type.Null()]),
          rows: rowCountsSchema,
          /** What Salesforce says that its jobs have done so far, before the results are read. */
          processed: number,
        },
        closed,
      ),
    ),
    deadlineMs: 15_000,
  }),
  takeReports: request({
    summary: 'The next reports of an agent that does not bring them itself; what was acknowledged is forgotten first.',
    input: Type.Object(
      {
        acknowledged: Type.Union([Type.Object({ journal: name, number }, closed), Type.Null()]),
        waitMs: Type.Integer({ minimum: 0, maximum: 25_000, description: 'How long it waits for one.' }),
      },
      closed,
    ),
    answer: Type.Object(
      {
        /** The number of the deployment it has. */
        deployment: number,
        batch: Type.Union([reportBatchSchema, Type.Null()]),
      },
      closed,
    ),
    deadlineMs: 40_000,
  }),
} as const;
