/** What is entered for a connection, and what the API is sent of it. */

import type { HubOperation } from '../../../src/hub/index.ts';
import type { BodyOf } from '../../ui/api.ts';
import type { Connection } from '../api.ts';
import { numberEntered } from '../number-entered.ts';
import { text } from '../text.ts';

const { fields, portWanted } = text.connections;

export type NewConnection = BodyOf<HubOperation, 'POST', '/connections'>;

export type Values = {
  name: string;
  description: string;
  type: 'agentDatabase' | 'agentFile';
  /** Empty: it is reached at its Host URL. */
  agentId: string;
  hostUrl: string;
  portForward: string;
  username: string;
  fingerprint: string;
  database: 'postgres' | 'mariadb' | 'sqlite';
  host: string;
  port: string;
  databaseName: string;
  user: string;
  tls: 'verify' | 'require' | 'off';
  file: string;
  folder: string;
  delimiter: string;
  environment: 'production' | 'sandbox';
  myDomainUrl: string;
  tokenUrl: string;
  consumerKey: string;
  apiVersion: string;
};

/** Kept in memory alone, and apart from what outlives a reload. */
export type Secrets = { agentPassword: string; databasePassword: string; consumerSecret: string };

export const noSecrets: Secrets = { agentPassword: '', databasePassword: '', consumerSecret: '' };

export const newValues: Values = {
  ...{ name: '', description: '', type: 'agentDatabase' },
  ...{ agentId: '', hostUrl: '', portForward: '9055', username: '', fingerprint: '' },
  ...{ database: 'postgres', host: '', port: '', databaseName: '', user: '', tls: 'verify' },
  ...{ file: '', folder: '', delimiter: '' },
  ...{ environment: 'production', myDomainUrl: '', tokenUrl: '', consumerKey: '', apiVersion: '' },
};

const databases = ['postgres', 'mariadb', 'sqlite'] as const;
const tlsModes = ['verify', 'require', 'off'] as const;
const asText = (value: string | number | null) => (value === null ? '' : String(value));
const oneOf = <Value extends string>(all: readonly Value[], value: string | null, otherwise: Value): Value =>
  all.find((one) => one === value) ?? otherwise;

export function valuesOf({ name, description, type, agent, database, salesforce }: Connection): Values {
  const { port, delimiter, host, databaseName, user, file, folder } = database;
  const { environment, myDomainUrl, tokenUrl, consumerKey, apiVersion } = salesforce;
  const isDialled = agent.kind === 'dialled';
  return {
    ...{ name, description: description ?? '', type },
    agentId: isDialled ? asText(agent.agentId) : '',
    hostUrl: asText(agent.hostUrl),
    portForward: asText(agent.portForward),
    username: asText(agent.username),
    fingerprint: asText(agent.fingerprint),
    database: oneOf(databases, database.database === 'mysql' ? 'mariadb' : database.database, 'postgres'),
    ...{ host: asText(host), port: asText(port), databaseName: asText(databaseName), user: asText(user) },
    tls: oneOf(tlsModes, database.tls, 'verify'),
    ...{ file: asText(file), folder: asText(folder), delimiter: asText(delimiter) },
    ...{ environment, myDomainUrl, tokenUrl, consumerKey, apiVersion: asText(apiVersion) },
  };
}

/** A field that is left empty is not sent. */
const filled = <Name extends string>(name: Name, value: string) =>
  (value.trim() === '' ? {} : { [name]: value.trim() }) as { [Key in Name]?: string };

const port = (name: string, field: string, label: string, value: string) => {
  const entered = numberEntered(value, field, portWanted(label));
  return entered === undefined ? {} : { [name]: entered };
};

export function agentOf(values: Values, { agentPassword }: Secrets): NewConnection['agent'] {
  if (values.agentId !== '') return { agentId: values.agentId };
  return {
    ...filled('hostUrl', values.hostUrl),
    ...port('portForward', 'agent.portForward', fields.portForward, values.portForward),
    ...filled('username', values.username),
    ...filled('fingerprint', values.fingerprint),
    ...(agentPassword === '' ? {} : { password: agentPassword }),
  };
}

export function databaseOf(values: Values, { databasePassword }: Secrets): NewConnection['database'] {
  if (values.type === 'agentFile') {
    const delimiter = values.delimiter === '' ? {} : { delimiter: values.delimiter };
    return { ...filled('folder', values.folder), ...delimiter };
  }
  const { database, tls } = values;
  if (database === 'sqlite') return { database, ...filled('file', values.file) };
  return {
    database,
    tls,
    ...filled('host', values.host),
    ...port('port', 'database.port', fields.port, values.port),
    ...filled('databaseName', values.databaseName),
    ...filled('user', values.user),
    ...(databasePassword === '' ? {} : { password: databasePassword }),
  };
}

export function salesforceOf(values: Values, { consumerSecret }: Secrets): NewConnection['salesforce'] {
  return {
    grantType: 'client_credentials',
    environment: values.environment,
    myDomainUrl: values.myDomainUrl.trim(),
    consumerKey: values.consumerKey.trim(),
    ...filled('tokenUrl', values.tokenUrl),
    ...filled('apiVersion', values.apiVersion),
    ...(consumerSecret === '' ? {} : { consumerSecret }),
  };
}

export function connectionOf(values: Values, secrets: Secrets): Omit<NewConnection, 'withoutPing'> {
  return {
    name: values.name.trim(),
    description: values.description.trim() === '' ? null : values.description.trim(),
    type: values.type,
    agent: agentOf(values, secrets),
    database: databaseOf(values, secrets),
    salesforce: salesforceOf(values, secrets),
  };
}

const tokenPath = '/services/oauth2/token';

/** The Token URL stands on the host of the My Domain; its path stays as it was entered. */
export function withMyDomain({ tokenUrl }: Pick<Values, 'tokenUrl'>, myDomainUrl: string) {
  const path = URL.canParse(tokenUrl) ? new URL(tokenUrl).pathname : tokenPath;
  const entered = myDomainUrl.trim();
  const full = /^https?:\/\//i.test(entered) ? entered : `https://${entered}`;
  const isHost = entered !== '' && URL.canParse(full);
  return { myDomainUrl, tokenUrl: isHost ? new URL(full).origin + path : '' };
}
