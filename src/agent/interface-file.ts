/** An interface file: one exchange of data in one direction, as a person writes it in YAML. */
import { dirname, resolve } from 'node:path';
import type { Static } from 'typebox';
import { type Environment, parseYamlFile, SluiceError, Type, type YamlFile } from '../base/index.ts';
import { formulaTypes, mappingSchema, planMapping } from '../mapping/index.ts';
import { type ConnectionDefinition, readConnectionFile } from './connection-file.ts';
import { readDefinitionText } from './definition-text.ts';
import { maxUploadBytes } from './spool-source.ts';
import { checkTestCases, testCasesSchema } from './test-cases.ts';

const closed = { additionalProperties: false };
const filled = { minLength: 1 };
const apiName = '^[A-Za-z][A-Za-z0-9_]*$';

export const interfaceSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema; Sluice does not read it.' })),
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description: 'letters, digits, dots, dashes and underscores; runs are kept under this name',
    }),
    connection: Type.String({ ...filled, description: 'Path of the connection file, beside this file.' }),
    source: Type.Union(
      [
        Type.Object(
          { table: Type.String(filled) },
          { ...closed, description: 'A table or view; may carry its schema: sales.accounts.' },
        ),
        Type.Object(
          { query: Type.String(filled) },
          { ...closed, description: 'A SELECT, in the words of the database.' },
        ),
        Type.Object(
          { file: Type.String(filled) },
          { ...closed, description: "A CSV file inside the connection's folder." },
        ),
      ],
      { description: 'Where the rows come from.' },
    ),
    object: Type.String({ pattern: apiName, description: 'the API name of an object, such as Account or City__c' }),
    operation: Type.Enum(['insert', 'update', 'upsert', 'delete'], { description: 'What is done with each row.' }),
    externalId: Type.Optional(
      Type.String({ pattern: apiName, description: 'the API name of the field by which upsert tells records apart' }),
    ),
    key: Type.Optional(
      Type.String({
        ...filled,
        description:
          'Target field that names a row in the ledger; the external id, Id or a digest of the row when left out.',
      }),
    ),
    mode: Type.Optional(
      Type.Enum(['auto', 'collections', 'bulk'], {
        description: 'auto: collections up to 200 rows, Bulk API 2.0 above.',
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
    mapping: mappingSchema,
    tests: Type.Optional(testCasesSchema),
  },
  { ...closed, $id: 'interface.schema.json', title: 'Sluice interface' },
);

export type InterfaceDefinition = Static<typeof interfaceSchema>;

/** An interface with its connection, ready to run; holds references to secrets, not secrets. */
export type LoadedInterface = {
  interface: InterfaceDefinition;
  interfaceFile: string;
  connection: ConnectionDefinition;
  connectionFile: string;
};

/**
 * Reads an interface file and the connection file it names.
 *
 * Errors: FILE_UNREADABLE, FILE_INVALID with the place in the file, VARIABLE_MISSING, VARIABLE_NOT_ALLOWED.
 */
export function loadInterface(file: string, environment: Environment): LoadedInterface {
  const value = readInterface(file, environment);
  const connectionFile = resolve(dirname(resolve(file)), value.connection);
  return {
    interface: value,
    interfaceFile: resolve(file),
    connection: readConnectionFile(connectionFile, environment),
    connectionFile,
  };
}

/** The interface alone: what it says of its connection is not looked at. Errors as above. */
export function readInterface(file: string, environment: Environment): InterfaceDefinition {
  const { value, refuse } = parseYamlFile(readDefinitionText(file, environment), {
    file,
    schema: interfaceSchema,
    schemaName: 'interface.schema.json',
  });
  checkSense(value, refuse);
  checkTestCases(value.tests ?? [], Object.keys(value.mapping), refuse);
  return value;
}

/** What no schema can say, at its place in the file. */
function checkSense(value: InterfaceDefinition, refuse: YamlFile<unknown>['refuse']): void {
  const { operation, externalId, mapping, timeZone, nulls = 'clear' } = value;
  if (operation === 'upsert' && externalId === undefined) {
    throw refuse(['operation'], 'is upsert, which needs externalId: the field by which records are told apart');
  }
  if (operation !== 'upsert' && externalId !== undefined) {
    throw refuse(['externalId'], `is for upsert only; ${operation} takes no such field`);
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw refuse(['timeZone'], `"${timeZone}" is no IANA time zone, such as Europe/Berlin`);
  }
  try {
    planMapping(mapping, { operation, externalId, defaultNulls: nulls });
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'MAPPING_INVALID') throw error;
    throw refuse(
      ['mapping', String(error.values.where)],
      `is not usable: ${error.values.reason}. ${error.values.hint}`,
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
