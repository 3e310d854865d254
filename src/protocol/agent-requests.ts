/** What a hub may ask an agent: one table of names, each with its input, its answer, and how long it may take. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';
import { fieldPathSchema, formulaTypes, testCasesSchema } from '../mapping/index.ts';
import { agentDatabaseSchema, agentSalesforceSchema } from './agent-connection.ts';
import { anyInterfaceSchema } from './any-definition.ts';
import { interfaceSchema } from './interface-definition.ts';
import { pingReport } from './ping.ts';
import { request } from './request-shape.ts';
import { runRequests } from './run-requests.ts';

const closed = { additionalProperties: false } as const;

/** A public key as a JWK (RFC 8037). */
export const publicKeySchema = Type.Object(
  { kty: Type.Literal('OKP'), crv: Type.Literal('X25519'), x: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) },
  closed,
);

/** Where rows come from, as a source of an interface says it. */
export const sourceSchema = interfaceSchema.properties.source;

export const maxSampleRows = 200;

export const columnSchema = Type.Object(
  {
    name: Type.String(),
    kind: Type.String({ description: 'text, integer, decimal, timestamp …' }),
    nullable: Type.Boolean(),
    nativeType: Type.String({ description: 'In the words of the database.' }),
  },
  closed,
);

export const sampleSchema = Type.Object(
  {
    columns: Type.Array(Type.String()),
    rows: Type.Array(Type.Array(Type.Union([Type.String(), Type.Null()])), {
      description: 'Cells as texts, in the form that Salesforce takes.',
    }),
  },
  closed,
);

/** Of which object: all fields of one value, as many as a query takes, when none are named. */
export const sampleRecordsWish = {
  object: interfaceSchema.properties.object,
  fields: Type.Optional(Type.Array(fieldPathSchema, { title: 'Fields', minItems: 1, maxItems: 500 })),
  where: Type.Optional(Type.String({ title: 'Condition', minLength: 1, maxLength: 4_000, description: 'In SOQL.' })),
};

export const sampledRecordsSchema = Type.Object(
  {
    fields: Type.Array(
      Type.Object(
        {
          path: Type.String({ description: 'As it was asked for.' }),
          type: Type.Enum([...formulaTypes], { description: 'As formulas see it.' }),
        },
        closed,
      ),
    ),
    rows: Type.Array(Type.Array(Type.Union([Type.String(), Type.Null()])), { description: 'Cells as texts.' }),
  },
  closed,
);

/** Sample rows of an interface into Salesforce: column to value. */
export const sampleRowSchema = testCasesSchema.items.properties.row;

const sentence = { code: Type.String(), message: Type.String() };

/** What becomes of sample rows: as in a run, up to what would be sent. */
export const triedRowsSchema = Type.Object(
  {
    target: Type.Union([Type.Object({ ...sentence, next: Type.String() }, closed), Type.Null()], {
      description: 'What of the interface does not fit its object and the rights to it; null when all does.',
    }),
    rows: Type.Array(
      Type.Object(
        {
          cells: Type.Union([Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])), Type.Null()], {
            description: 'Target field to the cell it gets: null is a null, an empty text leaves the field as it is.',
          }),
          refused: Type.Union([Type.Object({ ...sentence, fields: Type.Array(Type.String()) }, closed), Type.Null()]),
        },
        closed,
      ),
    ),
  },
  closed,
);

const objectSchemaParts = {
  name: Type.String(),
  label: Type.String(),
  createable: Type.Boolean(),
  updateable: Type.Boolean(),
  deletable: Type.Boolean(),
  queryable: Type.Boolean(),
};

export const objectSchema = Type.Object(objectSchemaParts, closed);

const fieldSchema = Type.Object(
  {
    name: Type.String(),
    label: Type.String(),
    type: Type.String(),
    length: Type.Integer(),
    precision: Type.Integer(),
    scale: Type.Integer(),
    nillable: Type.Boolean(),
    createable: Type.Boolean(),
    updateable: Type.Boolean(),
    defaultedOnCreate: Type.Boolean(),
    externalId: Type.Boolean(),
    idLookup: Type.Boolean(),
    unique: Type.Boolean(),
    restrictedPicklist: Type.Boolean(),
    picklistValues: Type.Array(
      Type.Object({ value: Type.String(), label: Type.String(), active: Type.Boolean() }, closed),
    ),
    referenceTo: Type.Array(Type.String()),
    relationshipName: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);

export const describeSchema = Type.Object({ ...objectSchemaParts, fields: Type.Array(fieldSchema) }, closed);

/** Without its name, since a schema stands under one name once. */
const interfaceSchemaInside = Type.Object(interfaceSchema.properties, { ...closed, title: 'Inbound' });

const onDatabase = { database: agentDatabaseSchema };
const onSalesforce = { salesforce: agentSalesforceSchema };

export const agentRequests = {
  about: request({
    summary: 'Who the agent is, and the key to which its secrets are sealed.',
    input: Type.Object({}, closed),
    answer: Type.Object(
      {
        id: Type.String({ description: 'Made at the first start of the agent.' }),
        name: Type.String(),
        version: Type.String(),
        publicKey: publicKeySchema,
        /** Of the deployment it has; 0 when it has none. */
        deployment: Type.Integer({ minimum: 0 }),
      },
      closed,
    ),
    deadlineMs: 10_000,
  }),
  pingDatabase: request({
    summary: 'Tries the way to the database: name, port, signing in, what is visible there.',
    input: Type.Object(onDatabase, closed),
    answer: pingReport,
    deadlineMs: 75_000,
  }),
  pingSalesforce: request({
    summary: 'Tries the way to the org: from My Domain to the rights that the interfaces need.',
    input: Type.Object({ ...onSalesforce, interfaces: Type.Array(anyInterfaceSchema) }, closed),
    answer: pingReport,
    deadlineMs: 180_000,
  }),
  listTables: request({
    summary: 'Names of the tables and views, or of the files, that can be read.',
    input: Type.Object(onDatabase, closed),
    answer: Type.Array(Type.String()),
    deadlineMs: 60_000,
  }),
  listColumns: request({
    summary: 'The columns of a table, a query or a file.',
    input: Type.Object({ ...onDatabase, source: sourceSchema }, closed),
    answer: Type.Array(columnSchema),
    deadlineMs: 60_000,
  }),
  sampleRows: request({
    summary: 'The first rows of a table, a query or a file.',
    input: Type.Object(
      { ...onDatabase, source: sourceSchema, rows: Type.Integer({ minimum: 1, maximum: maxSampleRows }) },
      closed,
    ),
    answer: sampleSchema,
    deadlineMs: 60_000,
  }),
  listObjects: request({
    summary: 'The objects of the org that the run-as user sees.',
    input: Type.Object(onSalesforce, closed),
    answer: Type.Array(objectSchema),
    deadlineMs: 60_000,
  }),
  describeObject: request({
    summary: 'What an object is made of, as the run-as user sees it.',
    input: Type.Object({ ...onSalesforce, object: interfaceSchema.properties.object }, closed),
    answer: describeSchema,
    deadlineMs: 60_000,
  }),
  sampleRecords: request({
    summary: 'The first records of an object, as the run-as user sees them.',
    input: Type.Object(
      { ...onSalesforce, ...sampleRecordsWish, rows: Type.Integer({ minimum: 1, maximum: maxSampleRows }) },
      closed,
    ),
    answer: sampledRecordsSchema,
    deadlineMs: 60_000,
  }),
  tryRows: request({
    summary: 'Maps sample rows into Salesforce and holds them against the fields they go to; nothing is sent.',
    input: Type.Object(
      {
        ...onDatabase,
        ...onSalesforce,
        definition: interfaceSchemaInside,
        rows: Type.Array(sampleRowSchema, { maxItems: maxSampleRows }),
      },
      closed,
    ),
    answer: triedRowsSchema,
    deadlineMs: 60_000,
  }),
  ...runRequests,
} as const;

export type AgentRequests = typeof agentRequests;
export type AgentRequestName = keyof AgentRequests;
export type AgentInput<Name extends AgentRequestName> = Static<AgentRequests[Name]['input']>;
export type AgentAnswer<Name extends AgentRequestName> = Static<AgentRequests[Name]['answer']>;

/** One function for each request; what it throws as SluiceError is told to the hub with sentence, next step and code. */
export type AgentHandlers = {
  [Name in AgentRequestName]: (
    input: AgentInput<Name>,
    means: { signal: AbortSignal },
  ) => Promise<AgentAnswer<Name>> | AgentAnswer<Name>;
};

/** Where an agent with an endpoint takes requests; the name stands behind it. */
export const agentEndpointPath = '/v1/requests';
export const agentEndpointPort = 9055;
