/** A connection file: the database beside the agent and the Salesforce org it works with, with references to their secrets. */
import { dirname, resolve } from 'node:path';
import type { Static } from 'typebox';
import {
  type Clock,
  type Environment,
  type Log,
  parseYamlFile,
  resolveSecret,
  Type,
  type YamlFile,
} from '../base/index.ts';
import { type Database, type DatabaseSettings, openDatabase } from '../database/index.ts';
import { openSalesforce, type Salesforce, type SalesforceSettings } from '../salesforce/index.ts';
import { readDefinitionText } from './definition-text.ts';

const closed = { additionalProperties: false };
const filled = { minLength: 1 };
const secret = (what: string) =>
  Type.String({
    pattern: '^(env|file):.+$',
    description: `a reference to ${what}: env:SLUICE_SECRET_NAME, or file:PATH inside the secrets folder`,
  });

const defaultPorts = { postgres: 5432, mariadb: 3306, mysql: 3306 } as const;

const serverSchema = <Kind extends keyof typeof defaultPorts>(type: Kind) =>
  Type.Object(
    {
      type: Type.Literal(type),
      host: Type.String(filled),
      port: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 65_535, description: `${defaultPorts[type]} when left out.` }),
      ),
      database: Type.String(filled),
      user: Type.String(filled),
      password: Type.Optional(secret('the password')),
      tls: Type.Optional(
        Type.Enum(['off', 'require', 'verify'], {
          description: 'verify when left out; off towards this machine.',
        }),
      ),
      allowPlain: Type.Optional(
        Type.Boolean({
          description: 'Lets tls: off stand towards other machines: password and rows then travel readable.',
        }),
      ),
    },
    closed,
  );

export const connectionSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema; Sluice does not read it.' })),
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description: 'letters, digits, dots, dashes and underscores',
    }),
    database: Type.Union(
      [
        serverSchema('postgres'),
        serverSchema('mariadb'),
        serverSchema('mysql'),
        Type.Object(
          { type: Type.Literal('sqlite'), file: Type.String({ ...filled, description: 'Path beside this file.' }) },
          closed,
        ),
        Type.Object(
          {
            type: Type.Literal('csv'),
            folder: Type.String({ ...filled, description: 'Path beside this file; only files inside it are read.' }),
            delimiter: Type.Optional(
              Type.String({ minLength: 1, maxLength: 1, description: 'A comma when left out.' }),
            ),
          },
          closed,
        ),
      ],
      { description: 'Where the rows live.' },
    ),
    salesforce: Type.Object(
      {
        myDomainUrl: Type.String({
          ...filled,
          description: 'https://acme.my.salesforce.com: the only host that gives tokens for this flow.',
        }),
        tokenUrl: Type.Optional(Type.String({ ...filled, description: 'On the host of the My Domain.' })),
        consumerKey: Type.String(filled),
        consumerSecret: secret('the consumer secret'),
        environment: Type.Optional(
          Type.Enum(['production', 'sandbox', 'scratch', 'box'], {
            description: 'What kind of org this is, for people who read the file.',
          }),
        ),
        apiVersion: Type.Optional(Type.String({ pattern: '^[0-9]{2,3}\\.0$', description: 'a version such as 68.0' })),
        allowedHosts: Type.Optional(
          Type.Array(Type.String(filled), { description: 'Hosts besides *.my.salesforce.com that may be called.' }),
        ),
        allowPlainHttp: Type.Optional(
          Type.Boolean({ description: 'Lets secrets and tokens go over plain http to other machines.' }),
        ),
        sharedUser: Type.Optional(
          Type.Boolean({
            description:
              'Other programs load data as the same user: open jobs that no run knows are reported and left alone.',
          }),
        ),
      },
      closed,
    ),
  },
  { ...closed, $id: 'connection.schema.json', title: 'Sluice connection' },
);

export type ConnectionDefinition = Static<typeof connectionSchema>;

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\/.*)$/;

/** Paths in it become absolute. Errors: as `loadInterface`. */
export function readConnectionFile(file: string, environment: Environment): ConnectionDefinition {
  const { value, refuse } = parseYamlFile(readDefinitionText(file, environment), {
    file,
    schema: connectionSchema,
    schemaName: 'connection.schema.json',
  });
  checkPlain(value, refuse);
  const beside = (path: string) => resolve(dirname(resolve(file)), path);
  const { database } = value;
  if (database.type === 'sqlite') return { ...value, database: { ...database, file: beside(database.file) } };
  if (database.type === 'csv') return { ...value, database: { ...database, folder: beside(database.folder) } };
  return value;
}

function checkPlain({ database }: ConnectionDefinition, refuse: YamlFile<unknown>['refuse']): void {
  if (!('host' in database) || database.tls !== 'off' || database.allowPlain || loopback.test(database.host)) return;
  throw refuse(
    ['database', 'tls'],
    'is off towards another machine, where others could read password and rows; use verify, or add allowPlain: true',
  );
}

export type SecretFinding = { environment: Environment; secretsFolder?: string | undefined };

/** Errors: SECRET_MISSING, SECRET_NOT_ALLOWED, SETTING_INVALID, and what openSalesforce throws. */
export async function openSalesforceOf(
  connection: ConnectionDefinition,
  {
    environment,
    secretsFolder,
    ...means
  }: SecretFinding & { clock?: Clock; log?: Log | undefined; random?: () => number },
): Promise<Salesforce> {
  return openSalesforce(await salesforceSettingsOf(connection, { environment, secretsFolder }), means);
}

/** With the secret itself; for whoever opens or tries the org now. Errors: SECRET_MISSING, SECRET_NOT_ALLOWED. */
export async function salesforceSettingsOf(
  { salesforce }: Pick<ConnectionDefinition, 'salesforce'>,
  finding: SecretFinding,
): Promise<SalesforceSettings> {
  const { myDomainUrl, tokenUrl, consumerKey, apiVersion, allowedHosts, allowPlainHttp } = salesforce;
  const consumerSecret = await resolveSecret(salesforce.consumerSecret, { ...finding, setting: 'consumerSecret' });
  return { myDomainUrl, tokenUrl, consumerKey, consumerSecret, apiVersion, allowedHosts, allowPlainHttp };
}

/** Errors: as openDatabase, and those of secrets. */
export async function openDatabaseOf(
  { database }: ConnectionDefinition,
  { signal, ...finding }: SecretFinding & { signal?: AbortSignal },
): Promise<Database> {
  return await openDatabase(await databaseSettingsOf({ database }, finding), signal ? { signal } : {});
}

/** With the secret itself; for whoever opens or tries the database now. Errors: SECRET_MISSING, SECRET_NOT_ALLOWED. */
export async function databaseSettingsOf(
  { database }: Pick<ConnectionDefinition, 'database'>,
  { environment, secretsFolder }: SecretFinding,
): Promise<DatabaseSettings> {
  if (database.type === 'sqlite') return database;
  if (database.type === 'csv') {
    const { type, folder, delimiter } = database;
    return { type, folder, ...(delimiter === undefined ? {} : { delimiter }) };
  }
  const { type, host, port = defaultPorts[database.type], user, database: name, password } = database;
  const tls = database.tls ?? (loopback.test(host) ? 'off' : 'verify');
  const given =
    password === undefined
      ? {}
      : { password: await resolveSecret(password, { environment, secretsFolder, setting: 'password' }) };
  return { type, host, port, database: name, user, tls, ...given };
}
