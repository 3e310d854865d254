/** An interface: one exchange of data in one direction, as it stands in a file and in the hub. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';
import { formulaTypes, mappingSchema, testCasesSchema } from '../mapping/index.ts';
import { fieldsInHub } from './interface-definition-in-hub.ts';

/** Salesforce takes 150 MB after base64, so 100 MB as they are (Bulk API 2.0 guide, Upload Job Data). */
export const maxUploadBytes = 100_000_000;

const closed = { additionalProperties: false };
const filled = { minLength: 1 };
const apiName = '^[A-Za-z][A-Za-z0-9_]*$';

export const interfaceSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema; Sluice does not read it.' })),
    name: Type.String({
      title: 'Name',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description: 'letters, digits, dots, dashes and underscores; runs are kept under this name',
    }),
    ...fieldsInHub(
      Type.Optional(
        Type.Literal('inbound', { title: 'Type', description: 'Into Salesforce, as when nothing is said.' }),
      ),
    ),
    connection: Type.String({
      ...filled,
      title: 'Connection',
      description: 'Path of the connection file, beside this file; in the hub the name of the connection.',
    }),
    source: Type.Union(
      [
        Type.Object(
          { table: Type.String({ ...filled, title: 'Table' }) },
          { ...closed, description: 'A table or view; may carry its schema: sales.accounts.' },
        ),
        Type.Object(
          { query: Type.String({ ...filled, title: 'Query' }) },
          { ...closed, description: 'A SELECT, in the words of the database.' },
        ),
        Type.Object(
          { file: Type.String({ ...filled, title: 'File' }) },
          { ...closed, description: "A CSV file inside the connection's folder." },
        ),
      ],
      { description: 'Where the rows come from.' },
    ),
    object: Type.String({
      title: 'Source Name',
      pattern: apiName,
      description: 'the API name of an object, such as Account or City__c',
    }),
    operation: Type.Enum(['insert', 'update', 'upsert', 'delete'], {
      title: 'Operation Type',
      description: 'What is done with each row.',
    }),
    externalId: Type.Optional(
      Type.String({
        title: 'Salesforce External ID',
        pattern: apiName,
        description: 'the API name of the field by which upsert tells records apart',
      }),
    ),
    key: Type.Optional(
      Type.String({
        ...filled,
        title: 'Key',
        description:
          'Target field that names a row in the ledger; the external id, Id or a digest of the row when left out.',
      }),
    ),
    mode: Type.Optional(
      Type.Enum(['auto', 'synchronous', 'batch', 'bulk', 'collections'], {
        title: 'Processing Mode',
        description:
          'auto (when left out): collections up to 200 rows, Bulk API 2.0 above. synchronous and batch, or collections: collections whatever the number of rows; a caller of the API waits for synchronous and not for batch. bulk: Bulk API 2.0.',
      }),
    ),
    nulls: Type.Optional(
      Type.Enum(['clear', 'keep'], {
        description: 'What a null does to its field: clear it (the default) or leave it as it is.',
      }),
    ),
    timeZone: Type.Optional(
      Type.String({
        ...filled,
        description: 'IANA name of the zone of timestamps that carry none; UTC when left out.',
      }),
    ),
    allowRejects: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 0 }),
          Type.String({
            pattern: '^(100|[0-9]{1,2}(\\.[0-9]+)?)%$',
            description: 'a number of rows or a share such as 1%',
          }),
        ],
        {
          description:
            'Rejected rows up to this number, or share of the rows read, leave the run green; 0 when left out.',
        },
      ),
    ),
    chunk: Type.Optional(
      Type.Object(
        {
          maxBytes: Type.Optional(
            Type.Integer({
              minimum: 1_000,
              maximum: maxUploadBytes,
              description: 'Bytes of one upload; 25,000,000 when left out.',
            }),
          ),
          maxRows: Type.Optional(
            Type.Integer({ minimum: 1, description: 'Rows of one upload; no limit when left out.' }),
          ),
        },
        closed,
      ),
    ),
    check: Type.Optional(
      Type.Enum(['on', 'off'], {
        description:
          'Whether values are held against the fields they go to before they are sent; on when left out. What fails is rejected here and costs no API call.',
      }),
    ),
    columns: Type.Optional(
      Type.Record(Type.String(), Type.Enum([...formulaTypes]), {
        description:
          'What columns hold as formulas see them, where the source does not say it (CSV files) or a test case must know it.',
      }),
    ),
    mapping: { ...mappingSchema, title: 'Mapping' },
    tests: Type.Optional(testCasesSchema),
  },
  { ...closed, $id: 'interface.schema.json', title: 'Sluice interface' },
);

export type InterfaceDefinition = Static<typeof interfaceSchema>;
