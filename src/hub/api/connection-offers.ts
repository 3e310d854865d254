/** What a connection has to offer, as its agent sees it: tables, columns, first rows, objects and their fields. */
import { Type } from 'typebox';
import {
  columnSchema,
  describeSchema,
  maxSampleRows,
  objectSchema,
  sampledRecordsSchema,
  sampleRecordsWish,
  sampleSchema,
  sourceSchema,
} from '../../protocol/index.ts';
import { refuseCall } from '../../web/index.ts';
import { askAgent, salesforceOf } from './connection-asked.ts';
import { getConnection, page } from './connection-operations.ts';
import { closed, operation } from './operation.ts';

const role = 'operator';
const { object, fields, where } = sampleRecordsWish;
const refusals = [400, 409, 422];
const rows = Type.Optional(
  Type.Integer({ title: 'Rows', minimum: 1, maximum: maxSampleRows, description: '20 when left out.' }),
);

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
      return { json: await askAgent('listTables', { database }, params.id, parts) };
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
      return { json: await askAgent('listColumns', { database, source }, params.id, parts) };
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
    body: Type.Object({ source: sourceSchema, rows }, closed),
    answer: sampleSchema,
    async run({ params, body: { source, rows = 20 } }, parts) {
      const { database } = getConnection(params.id, parts);
      return { json: await askAgent('sampleRows', { database, source, rows }, params.id, parts) };
    },
  }),
  operation({
    method: 'POST',
    path: '/connections/:id/sample-records',
    id: 'sampleRecords',
    summary: 'The first records of an object, as the run-as user sees them.',
    page,
    role,
    refusals,
    body: Type.Object({ object, fields: Type.Optional(fields), where: Type.Optional(where), rows }, closed),
    answer: sampledRecordsSchema,
    async run({ params, body: { rows = 20, ...wish } }, parts) {
      const salesforce = salesforceOf(params.id, parts);
      return { json: await askAgent('sampleRecords', { salesforce, ...wish, rows }, params.id, parts) };
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
      return { json: await askAgent('listObjects', { salesforce }, params.id, parts) };
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
      return { json: await askAgent('describeObject', { salesforce, object }, id, parts) };
    },
  }),
];
