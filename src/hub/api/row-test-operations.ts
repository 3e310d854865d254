/** Test Mapping into Salesforce, by the agent: sample rows, the cells of each, and what would be refused and why. */
import { Type } from 'typebox';
import {
  anyInterfaceSchema,
  isOutbound,
  maxSampleRows,
  sampleRowSchema,
  triedRowsSchema,
} from '../../protocol/index.ts';
import { refuseField } from '../../web/index.ts';
import { askAgent, salesforceOf } from './connection-asked.ts';
import { getConnection } from './connection-operations.ts';
import { checkDraft } from './interface-checks.ts';
import { closed, operation } from './operation.ts';

export const rowTestOperations = [
  operation({
    method: 'POST',
    path: '/interfaces/test-mapping-on-rows',
    id: 'testMappingOnRows',
    summary:
      'Maps sample rows by an inbound interface that need not be saved, and holds them against the fields they go to.',
    page: 'Interfaces',
    role: 'operator',
    refusals: [400, 404, 409, 422],
    body: Type.Object(
      {
        definition: anyInterfaceSchema,
        rows: Type.Array(sampleRowSchema, { title: 'Rows', maxItems: maxSampleRows }),
      },
      closed,
    ),
    answer: triedRowsSchema,
    async run({ body: { definition, rows } }, parts) {
      if (isOutbound(definition))
        throw refuseField(
          'definition.type',
          'Type is outbound, whose rows are records of the org.',
          'Test it with test-mapping-on-records.',
        );
      checkDraft(definition);
      const found = parts.store.connections.findByName(definition.connection);
      if (found === undefined)
        throw refuseField(
          'definition.connection',
          `There is no connection ${definition.connection}.`,
          'Choose one of the list.',
        );
      const id = String(found.id);
      const { database } = getConnection(id, parts);
      const salesforce = salesforceOf(id, parts);
      return { json: await askAgent('tryRows', { database, salesforce, definition, rows }, id, parts) };
    },
  }),
];
