/** Integrations and interfaces as the hub has them, with what a change of them needs. */
import type { AnyInterfaceDefinition, IntegrationDefinition } from '../protocol/index.ts';
import type { HubClient } from './hub-client.ts';

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
  const integrations = await readAll<HubIntegration>(hub, '/integrations');
  const interfaces = await readAll<HubInterface>(hub, '/interfaces');
  const connections = await readAll<HubConnection>(hub, '/connections');
  return {
    connections: connections.sort((one, other) => compare(one.name, other.name)),
    integrations: integrations.sort((one, other) => compare(one.name, other.name)),
    interfaces: interfaces.sort((one, other) => compare(one.definition.name, other.definition.name)),
  };
}

const compare = (one: string, other: string) => (one < other ? -1 : 1);

async function readAll<Row>(hub: HubClient, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const answer = await hub.call<{ rows: Row[]; total: number }>('GET', `${path}?sort=id&pageSize=200&page=${page}`);
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= answer.total) return rows;
  }
}
