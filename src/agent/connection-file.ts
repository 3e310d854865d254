/** A connection file: the database beside the agent and the Salesforce org it works with, with references to their secrets. */
import { dirname, resolve } from 'node:path';
import { type Clock, type Environment, type Log, parseYamlFile, resolveSecret, type YamlFile } from '../base/index.ts';
import { type Database, type DatabaseSettings, openDatabase } from '../database/index.ts';
import { type ConnectionDefinition, connectionSchema, defaultPorts } from '../protocol/index.ts';
import {
  openSalesforce,
  readProxy,
  type Salesforce,
  type SalesforceOptions,
  type SalesforceSettings,
} from '../salesforce/index.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import { readDefinitionText } from './definition-text.ts';

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

export type SecretFinding = {
  environment: Environment;
  secretsFolder?: string | undefined;
  /** Instead of what the connection says. */
  settings?: ConnectionSettings | undefined;
};

/** Errors: SECRET_MISSING, SECRET_NOT_ALLOWED, SETTING_INVALID, and what openSalesforce throws. */
export async function openSalesforceOf(
  connection: ConnectionDefinition,
  {
    environment,
    secretsFolder,
    settings,
    ...means
  }: SecretFinding & { clock?: Clock; log?: Log | undefined; random?: () => number } & Pick<
      SalesforceOptions,
      'onApiUsage' | 'settlesWithFirstAnswer'
    >,
): Promise<Salesforce> {
  return openSalesforce(await salesforceSettingsOf(connection, { environment, secretsFolder, settings }), means);
}

/** With the secret itself; for whoever opens or tries the org now. Errors: SECRET_MISSING, SECRET_NOT_ALLOWED, PROXY_INVALID. */
export async function salesforceSettingsOf(
  { salesforce }: Pick<ConnectionDefinition, 'salesforce'>,
  { settings, ...finding }: SecretFinding,
): Promise<SalesforceSettings> {
  if (settings) return await settings.salesforce();
  const { myDomainUrl, tokenUrl, consumerKey, apiVersion, allowedHosts, allowPlainHttp } = salesforce;
  const consumerSecret = await resolveSecret(salesforce.consumerSecret, { ...finding, setting: 'consumerSecret' });
  // A proxy that cannot be used is no matter to an org on this machine.
  const proxy = /^http:/i.test(myDomainUrl) ? undefined : readProxy(finding.environment);
  return { myDomainUrl, tokenUrl, consumerKey, consumerSecret, apiVersion, allowedHosts, allowPlainHttp, proxy };
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
  { environment, secretsFolder, settings }: SecretFinding,
): Promise<DatabaseSettings> {
  if (settings) return await settings.database();
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
