/** A connection as a file says it and as the hub shows it, in one form without secrets, so that the two can be compared. */
import { agentEndpointPort, type ConnectionDefinition, defaultPorts } from '../protocol/index.ts';
import type { HubConnection } from './hub-definitions.ts';

/** One that says how a hub reaches its agent, for an org that the hub can name. */
export type HubConnectionDefinition = ConnectionDefinition & {
  agent: NonNullable<ConnectionDefinition['agent']>;
};

export type ConnectionSettings = {
  name: string;
  description: string | null;
  type: 'agentDatabase' | 'agentFile';
  agent: { agentId: string } | { hostUrl: string; portForward: number; username: string };
  database: Readonly<Record<string, string | number | undefined>>;
  salesforce: {
    environment: 'production' | 'sandbox';
    myDomainUrl: string;
    tokenUrl: string;
    consumerKey: string;
    apiVersion?: string;
  };
};

export const isForHub = (definition: ConnectionDefinition): definition is HubConnectionDefinition =>
  definition.agent !== undefined;

/** What a file leaves out is as the hub takes it when nothing is entered. */
export function settingsOfFile(definition: HubConnectionDefinition): ConnectionSettings {
  const { name, description = null, agent, database } = definition;
  return {
    name,
    description,
    type: database.type === 'csv' ? 'agentFile' : 'agentDatabase',
    agent: 'id' in agent ? { agentId: agent.id } : endpointOf(agent),
    database: databaseOfFile(database),
    salesforce: salesforceOfFile(definition),
  };
}

/** The same of what the hub has; an agent by its id where the file names it so. */
export function settingsOfHub(
  { name, description, agent, database, salesforce }: HubConnection,
  { byId }: { byId: boolean },
): ConnectionSettings {
  const { environment, myDomainUrl, tokenUrl, consumerKey, apiVersion } = salesforce;
  const { hostUrl, portForward, username, agentId } = agent;
  const way = { hostUrl: hostUrl ?? '', portForward: portForward ?? agentEndpointPort, username: username ?? '' };
  return {
    name,
    description,
    type: database.database === 'csv' ? 'agentFile' : 'agentDatabase',
    agent: byId || agent.kind === 'dialled' ? { agentId: agentId ?? '' } : way,
    database: databaseOfHub(database),
    salesforce: { environment, myDomainUrl, tokenUrl, consumerKey, ...versionOf(apiVersion) },
  };
}

function endpointOf({ hostUrl, port, username }: Exclude<HubConnectionDefinition['agent'], { id: string }>) {
  const origin = URL.canParse(hostUrl) ? new URL(hostUrl).origin : hostUrl;
  return { hostUrl: origin, portForward: port ?? agentEndpointPort, username };
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\/.*)$/;

/** MySQL is mariadb to the hub: the agent finds out by itself. */
function databaseOfFile(database: ConnectionDefinition['database']): ConnectionSettings['database'] {
  if (database.type === 'sqlite') return { database: 'sqlite', file: database.file };
  if (database.type === 'csv') return folderOf(database.folder, database.delimiter);
  const { type, host, port = defaultPorts[type], database: databaseName, user } = database;
  const { tls = loopback.test(host) ? 'off' : 'verify' } = database;
  return { database: type === 'postgres' ? type : 'mariadb', host, port, databaseName, user, tls };
}

function databaseOfHub(shown: HubConnection['database']): ConnectionSettings['database'] {
  if (shown.database === 'sqlite') return { database: 'sqlite', file: shown.file ?? '' };
  if (shown.database === 'csv') return folderOf(shown.folder ?? '', shown.delimiter ?? undefined);
  const { host, port, databaseName, user, tls } = shown;
  const database = shown.database === 'postgres' ? 'postgres' : 'mariadb';
  const texts = { databaseName: databaseName ?? '', user: user ?? '', tls: tls ?? 'verify' };
  return { database, host: host ?? '', port: port ?? defaultPorts[database], ...texts };
}

const folderOf = (folder: string, delimiter: string | undefined) => ({
  folder,
  ...(delimiter === undefined ? {} : { delimiter }),
});

export const defaultTokenUrl = (myDomainUrl: string): string => `${myDomainUrl}/services/oauth2/token`;

/** A scratch org calls itself a sandbox. */
function salesforceOfFile({ salesforce }: HubConnectionDefinition): ConnectionSettings['salesforce'] {
  const { consumerKey, apiVersion } = salesforce;
  const full = /^[a-z]+:\/\//i.test(salesforce.myDomainUrl)
    ? salesforce.myDomainUrl
    : `https://${salesforce.myDomainUrl}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const myDomainUrl = url?.pathname === '/' ? url.origin : salesforce.myDomainUrl;
  const environment = salesforce.environment === 'production' ? 'production' : 'sandbox';
  const { tokenUrl = defaultTokenUrl(myDomainUrl) } = salesforce;
  return { environment, myDomainUrl, tokenUrl, consumerKey, ...versionOf(apiVersion) };
}

const versionOf = (apiVersion: string | null | undefined) => (apiVersion ? { apiVersion } : {});
