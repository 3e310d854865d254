/** Integrations and interfaces as the hub has them, with what a change of them needs. */
import type { AnyInterfaceDefinition, IntegrationDefinition } from '../protocol/index.ts';
import type { HubClient } from './hub-client.ts';
import { readAllPages } from './hub-pages.ts';

export type HubIntegration = Required<Omit<IntegrationDefinition, '$schema'>> & { id: number; version: number };

export type HubInterface = { id: number; integrationId: number; definition: AnyInterfaceDefinition; version: number };

/** The part of a connection that files say; secrets are not shown. */
export type HubConnection = {
  id: number;
  version: number;
  name: string;
  description: string | null;
  agent: {
    kind: 'endpoint' | 'dialled';
    agentId: string | null;
    hostUrl: string | null;
    portForward: number | null;
    username: string | null;
  };
  database: {
    database: 'postgres' | 'mariadb' | 'mysql' | 'sqlite' | 'csv';
    host: string | null;
    port: number | null;
    databaseName: string | null;
    user: string | null;
    passwordKept: boolean;
    tls: string | null;
    file: string | null;
    folder: string | null;
    delimiter: string | null;
  };
  salesforce: {
    environment: 'production' | 'sandbox';
    myDomainUrl: string;
    tokenUrl: string;
    consumerKey: string;
    consumerSecretKept: boolean;
    apiVersion: string | null;
  };
};

export type HubDefinitions = {
  connections: HubConnection[];
  integrations: HubIntegration[];
  interfaces: HubInterface[];
};

/** All of them, by name. */
export async function readHubDefinitions(hub: HubClient): Promise<HubDefinitions> {
  const integrations = await readAllPages<HubIntegration>(hub, '/integrations');
  const interfaces = await readAllPages<HubInterface>(hub, '/interfaces');
  const connections = await readAllPages<HubConnection>(hub, '/connections');
  return {
    connections: connections.sort((one, other) => compare(one.name, other.name)),
    integrations: integrations.sort((one, other) => compare(one.name, other.name)),
    interfaces: interfaces.sort((one, other) => compare(one.definition.name, other.definition.name)),
  };
}

const compare = (one: string, other: string) => (one < other ? -1 : 1);
