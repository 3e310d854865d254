/** What a connection has to offer, as its agent sees it: tables, columns, first rows, objects and their fields. */
import { Type } from 'typebox';
import { errorTable, SluiceError } from '../../base/index.ts';
import {
  type AgentInput,
  type AgentRequestName,
  type AgentSalesforce,
  columnSchema,
  describeSchema,
  maxSampleRows,
  objectSchema,
  sampleSchema,
  sourceSchema,
} from '../../protocol/index.ts';
import { ApiRefused, refuseCall } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import { getBefore, getConnection, page } from './connection-operations.ts';
import { closed, operation } from './operation.ts';

const role = 'operator';
const refusals = [400, 409, 422];

export const connectionOfferOperations = [
  operation({
    method: 'GET',
    path: '/connections/:id/tables',
    id: 'listTables',
    summary: 'Names of the tables and views, or of the files, that can be read.',
    page,
    role,
    refusals,
    answer: Type.Array(Type.String()),
    async run({ params }, parts) {
      const { database } = getConnection(params.id, parts);
      return { json: await ask('listTables', { database }, params.id, parts) };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections/:id/columns',
    id: 'listColumns',
    summary: 'The columns of a table, a query or a file.',
    page,
    role,
    refusals,
    body: Type.Object({ source: sourceSchema }, closed),
    answer: Type.Array(columnSchema),
    async run({ params, body: { source } }, parts) {
      const { database } = getConnection(params.id, parts);
      return { json: await ask('listColumns', { database, source }, params.id, parts) };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections/:id/sample-rows',
    id: 'sampleRows',
    summary: 'The first rows of a table, a query or a file.',
    page,
    role,
    refusals,
    body: Type.Object(
      {
        source: sourceSchema,
        rows: Type.Optional(
          Type.Integer({ title: 'Rows', minimum: 1, maximum: maxSampleRows, description: '20 when left out.' }),
        ),
      },
      closed,
    ),
    answer: sampleSchema,
    async run({ params, body: { source, rows = 20 } }, parts) {
      const { database } = getConnection(params.id, parts);
      return { json: await ask('sampleRows', { database, source, rows }, params.id, parts) };
    },
  }),
  operation({
    method: 'GET',
    path: '/connections/:id/objects',
    id: 'listObjects',
    summary: 'The objects of the org that the run-as user sees.',
    page,
    role,
    refusals,
    answer: Type.Array(objectSchema),
    async run({ params }, parts) {
      const salesforce = salesforceOf(params.id, parts);
      return { json: await ask('listObjects', { salesforce }, params.id, parts) };
    },
  }),
  operation({
    method: 'GET',
    path: '/connections/:id/objects/:object',
    id: 'describeObject',
    summary: 'What an object is made of, as the run-as user sees it.',
    page,
    role,
    refusals,
    answer: describeSchema,
    async run({ params: { id, object = '' } }, parts) {
      const salesforce = salesforceOf(id, parts);
      if (!/^[A-Za-z]\w*$/.test(object))
        throw refuseCall(400, 'That is no name of an object.', 'Use an API name such as Account or City__c.');
      return { json: await ask('describeObject', { salesforce, object }, id, parts) };
    },
  }),
];

function salesforceOf(id: string | undefined, parts: HubParts): AgentSalesforce {
  const { consumerSecret, ...salesforce } = getConnection(id, parts).salesforce;
  if (consumerSecret !== undefined) return { ...salesforce, consumerSecret };
  throw refuseCall(409, 'No Consumer Secret is kept for this connection.', 'Edit the connection, and enter it.');
}

/** What keeps the agent from answering is said as it is. */
async function ask<Name extends AgentRequestName>(
  name: Name,
  input: AgentInput<Name>,
  id: string | undefined,
  parts: HubParts,
) {
  try {
    const { ways } = parts;
    return await ways.linkAt(ways.wayTo(getBefore(id, parts).agent)).ask(name, input);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code === 'KEY_FILE_INVALID') throw error;
    const { message, next, code } = error;
    const status = errorTable[code].status < 500 ? errorTable[code].status : 422;
    throw new ApiRefused({ status, errors: [{ field: null, message, next }], headers: { 'Sluice-Error': code } });
  }
}
