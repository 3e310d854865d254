/** An interface out of Salesforce: which records of an object go into which table, as it stands in a file. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';
import { columnMappingSchema, fieldPathSchema, formulaTypes, testCasesSchema } from '../mapping/index.ts';
import { fieldsInHub } from './interface-definition-in-hub.ts';

const closed = { additionalProperties: false };
const filled = { minLength: 1 };
const apiName = '^[A-Za-z][A-Za-z0-9_]*$';

/** Query and Query All. */
export const outboundOperations = ['query', 'queryAll'] as const;

const targetSettings = {
  create: Type.Optional(Type.Boolean({ description: 'Makes the table when it is not there; false when left out.' })),
  key: Type.Optional(
    Type.String({
      ...filled,
      description: 'The column that tells rows apart; the one that Id goes into when left out.',
    }),
  ),
  deleted: Type.Optional(
    Type.Enum(['mark', 'remove', 'ignore'], {
      description:
        'What becomes of rows whose records are gone: marked in a boolean column, removed, or left as they are; mark when left out, but ignore with the operation query.',
    }),
  ),
  deletedColumn: Type.Optional(
    Type.String({ ...filled, description: 'The boolean column that marks them; IsDeleted when left out.' }),
  ),
};

export const outboundSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema; Sluice does not read it.' })),
    name: Type.String({
      title: 'Name',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description: 'letters, digits, dots, dashes and underscores; runs are kept under this name',
    }),
    ...fieldsInHub(Type.Literal('outbound', { title: 'Type', description: 'Out of Salesforce.' })),
    connection: Type.String({
      ...filled,
      title: 'Connection',
      description: 'Path of the connection file, beside this file; in the hub the name of the connection.',
    }),
    object: Type.String({
      title: 'Source Name',
      pattern: apiName,
      description: 'the API name of an object, such as Account or City__c',
    }),
    operation: Type.Optional(
      Type.Enum([...outboundOperations], {
        title: 'Operation Type',
        description:
          'query: deletions are not followed. queryAll: they are, as "deleted" under target says. When left out it follows from that.',
      }),
    ),
    where: Type.Optional(
      Type.String({
        ...filled,
        title: 'Condition',
        description: "Which records: a condition in SOQL, such as Industry = 'Energy'.",
      }),
    ),
    fields: Type.Optional(
      Type.Array(fieldPathSchema, {
        title: 'Fields',
        minItems: 1,
        description:
          'What is read, each into a column of its name (Owner.Name into Owner_Name). Without fields and mapping: all that the run-as user may read.',
      }),
    ),
    mapping: Type.Optional({ ...columnMappingSchema, title: 'Mapping' }),
    fieldTypes: Type.Optional(
      Type.Record(Type.String(), Type.Enum([...formulaTypes]), {
        description: 'What fields hold as formulas see them, for test cases that must know it; a run asks the org.',
      }),
    ),
    timeZone: Type.Optional(
      Type.String({
        ...filled,
        description: 'IANA name of the zone that formulas count days in; UTC when left out.',
      }),
    ),
    target: Type.Union(
      [
        Type.Object(
          { table: Type.String({ ...filled, title: 'Table' }), ...targetSettings },
          { ...closed, description: 'A table; may carry its schema: sales.accounts.' },
        ),
        Type.Object(
          { file: Type.String({ ...filled, title: 'File' }), ...targetSettings },
          { ...closed, description: "A CSV file in the connection's folder." },
        ),
      ],
      { title: 'Target', description: 'Where the rows go.' },
    ),
    changes: Type.Optional(
      Type.Enum(['full', 'incremental'], {
        title: 'Changes',
        description: 'Every record each time (the default), or what changed since the last run.',
      }),
    ),
    lookBackMinutes: Type.Optional(
      Type.Number({
        title: 'Look-back Minutes',
        minimum: 0,
        maximum: 1_440,
        description:
          'How far behind its bookmark an incremental run begins to read, for changes that were stamped and became visible later; 10 when left out.',
      }),
    ),
    mode: Type.Optional(
      Type.Enum(['auto', 'query', 'bulk'], {
        title: 'Processing Mode',
        description: 'auto: by query up to 2,000 records, by a job of Bulk API 2.0 above.',
      }),
    ),
    tests: Type.Optional(testCasesSchema),
  },
  { ...closed, $id: 'outbound-interface.schema.json', title: 'Sluice interface out of Salesforce' },
);

export type OutboundDefinition = Static<typeof outboundSchema>;

type Deletions = Pick<OutboundDefinition, 'target'> & { operation?: OutboundDefinition['operation'] | undefined };

/** What becomes of rows whose records are gone. */
export function deletedOf({ operation, target }: Deletions) {
  return target.deleted ?? (operation === 'query' ? 'ignore' : 'mark');
}

/** Query All where deletions are followed. */
export function operationOf(definition: Deletions) {
  return definition.operation ?? (deletedOf(definition) === 'ignore' ? 'query' : 'queryAll');
}
