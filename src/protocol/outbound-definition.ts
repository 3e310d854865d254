/** An interface out of Salesforce: which records of an object go into which table, as it stands in a file. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';

const closed = { additionalProperties: false };
const filled = { minLength: 1 };
const apiName = '^[A-Za-z][A-Za-z0-9_]*$';
const fieldPath = '^[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z][A-Za-z0-9_]*)*$';

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
        'What becomes of rows whose records are gone: marked in a boolean column (the default), removed, or left as they are.',
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
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description: 'letters, digits, dots, dashes and underscores; runs are kept under this name',
    }),
    type: Type.Literal('outbound', { description: 'Out of Salesforce.' }),
    connection: Type.String({ ...filled, description: 'Path of the connection file, beside this file.' }),
    object: Type.String({ pattern: apiName, description: 'the API name of an object, such as Account or City__c' }),
    where: Type.Optional(
      Type.String({ ...filled, description: "Which records: a condition in SOQL, such as Industry = 'Energy'." }),
    ),
    fields: Type.Optional(
      Type.Array(Type.String({ pattern: fieldPath, description: 'a field, or one of a parent such as Owner.Name' }), {
        minItems: 1,
        description:
          'What is read, each into a column of its name (Owner.Name into Owner_Name). Without fields and mapping: all that the run-as user may read.',
      }),
    ),
    mapping: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String({ pattern: fieldPath, description: 'a field, or one of a parent such as Owner.Name' }),
        { description: 'Columns by name, each with the field that goes into it.' },
      ),
    ),
    target: Type.Union(
      [
        Type.Object(
          { table: Type.String(filled), ...targetSettings },
          { ...closed, description: 'A table; may carry its schema: sales.accounts.' },
        ),
        Type.Object(
          { file: Type.String(filled), ...targetSettings },
          { ...closed, description: "A CSV file in the connection's folder." },
        ),
      ],
      { description: 'Where the rows go.' },
    ),
    changes: Type.Optional(
      Type.Enum(['full', 'incremental'], {
        description: 'Every record each time (the default), or what changed since the last run.',
      }),
    ),
    lookBackMinutes: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1_440,
        description:
          'How far behind its bookmark an incremental run begins to read, for changes that were stamped and became visible later; 10 when left out.',
      }),
    ),
    mode: Type.Optional(
      Type.Enum(['auto', 'query', 'bulk'], {
        description: 'auto: by query up to 2,000 records, by a job of Bulk API 2.0 above.',
      }),
    ),
  },
  { ...closed, $id: 'outbound-interface.schema.json', title: 'Sluice interface out of Salesforce' },
);

export type OutboundDefinition = Static<typeof outboundSchema>;
