/** Test Mapping on records: those of the org as the agent sees them, the cells of each, and what the table would not take. */
import { type Static, Type } from 'typebox';
import { fieldsOf, planColumns, type SampleRow } from '../../mapping/index.ts';
import {
  type AgentAnswer,
  anyInterfaceSchema,
  deletedOf,
  isOutbound,
  maxSampleRows,
  type OutboundDefinition,
} from '../../protocol/index.ts';
import { refuseField } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import { askAgent, findByAgent, salesforceOf } from './connection-asked.ts';
import { getConnection } from './connection-operations.ts';
import { checkDraft } from './interface-checks.ts';
import { tried, tryRows } from './interface-try.ts';
import { closed, operation } from './operation.ts';
import { type TableColumn, unfitCells } from './target-unfit.ts';

const triedRecord = Type.Object(
  {
    record: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), { description: 'Field to value.' }),
    ...tried.properties,
    unfit: Type.Array(Type.Object({ column: Type.String(), message: Type.String() }, closed), {
      description: 'Cells that the columns of the table would not take, as far as the table says it.',
    }),
  },
  closed,
);

const answer = Type.Object(
  {
    records: Type.Array(triedRecord),
    table: Type.Object(
      {
        there: Type.Boolean(),
        lacks: Type.Array(Type.String(), { description: 'Columns that the interface fills and the table has not.' }),
      },
      closed,
    ),
  },
  closed,
);

export const recordTestOperations = [
  operation({
    method: 'POST',
    path: '/interfaces/test-mapping-on-records',
    id: 'testMappingOnRecords',
    summary: 'Maps the first records of the org by an outbound interface that need not be saved; nothing is written.',
    page: 'Interfaces',
    role: 'operator',
    refusals: [400, 404, 409, 422],
    body: Type.Object(
      {
        definition: anyInterfaceSchema,
        rows: Type.Optional(
          Type.Integer({ title: 'Rows', minimum: 1, maximum: maxSampleRows, description: '20 when left out.' }),
        ),
      },
      closed,
    ),
    answer,
    async run({ body: { definition, rows = 20 } }, parts) {
      if (!isOutbound(definition))
        throw refuseField(
          'definition.type',
          'Type is inbound, whose rows are those of its source.',
          'Ask for the sample rows of the source, and map them with test-mapping.',
        );
      checkDraft(definition);
      return { json: await tryOnRecords(definition, rows, parts) };
    },
  }),
];

async function tryOnRecords(
  definition: OutboundDefinition,
  wanted: number,
  parts: HubParts,
): Promise<Static<typeof answer>> {
  const id = connectionId(definition, parts);
  const sampled = await askRecords(definition, wanted, id, parts);
  const records = sampled.rows.map((cells) => recordOf(sampled, cells));
  const types = Object.fromEntries(sampled.fields.map(({ path, type }) => [path, type]));
  const outcomes = tryRows(withId(definition), records, { now: parts.clock.now(), types });
  const table = await askTable(definition, id, parts);
  return {
    records: outcomes.map((outcome, place) => ({
      record: records[place] ?? {},
      ...outcome,
      unfit: outcome.cells && table ? unfitCells(outcome.cells, table) : [],
    })),
    table: { there: table !== undefined, lacks: table ? lacking(definition, outcomes, table) : [] },
  };
}

function connectionId({ connection }: OutboundDefinition, { store }: HubParts): string {
  const found = store.connections.findByName(connection);
  if (found !== undefined) return String(found.id);
  throw refuseField('definition.connection', `There is no connection ${connection}.`, 'Choose one of the list.');
}

/** Id comes along where no other key is named, as in a run. */
function withId(definition: OutboundDefinition): OutboundDefinition {
  const planned = planColumns(definition);
  const hasId = planned.some((one) => 'field' in one && one.field.toLowerCase() === 'id');
  if (planned.length === 0 || hasId || definition.target.key !== undefined) return definition;
  return { ...definition, fields: ['Id', ...(definition.fields ?? [])] };
}

async function askRecords(
  definition: OutboundDefinition,
  rows: number,
  id: string,
  parts: HubParts,
): Promise<AgentAnswer<'sampleRecords'>> {
  const { object, where } = definition;
  const fields = [...new Set(planColumns(withId(definition)).flatMap(fieldsOf))];
  const wish = {
    object,
    ...(where === undefined ? {} : { where }),
    ...(fields.length === 0 ? {} : { fields }),
    rows,
  };
  return await askAgent('sampleRecords', { salesforce: salesforceOf(id, parts), ...wish }, id, parts);
}

function recordOf({ fields }: AgentAnswer<'sampleRecords'>, cells: readonly (string | null)[]) {
  return Object.fromEntries(fields.map(({ path }, place) => [path, cells[place] ?? null])) satisfies SampleRow;
}

/** Undefined for a table that is not there. */
async function askTable(
  { target }: OutboundDefinition,
  id: string,
  parts: HubParts,
): Promise<readonly TableColumn[] | undefined> {
  const source = 'table' in target ? { table: target.table } : { file: target.file };
  const { database } = getConnection(id, parts);
  return await findByAgent('SOURCE_MISSING', 'listColumns', { database, source }, id, parts);
}

type Outcomes = readonly { cells: Readonly<Record<string, unknown>> | null }[];

function lacking(definition: OutboundDefinition, outcomes: Outcomes, table: readonly TableColumn[]): string[] {
  const known = new Set(table.map(({ name }) => name));
  const { deletedColumn = 'IsDeleted' } = definition.target;
  const marks = deletedOf(definition) === 'mark' ? [deletedColumn] : [];
  const planned = planColumns(withId(definition)).map(({ column }) => column);
  const filled = planned.length > 0 ? planned : Object.keys(outcomes[0]?.cells ?? {});
  return [...new Set([...filled, ...marks])].filter((name) => !known.has(name));
}
