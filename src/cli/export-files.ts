/** How connections, integrations and interfaces stand in a folder: a file each connection, a folder each integration, in it a file each interface. */
import type { AnyInterfaceDefinition, IntegrationDefinition } from '../protocol/index.ts';

import { referencesFor } from './connection-secrets.ts';
import { type ConnectionSettings, defaultTokenUrl, settingsOfHub } from './connection-settings.ts';
import type { HubConnection, HubDefinitions } from './hub-definitions.ts';

/** No interface can be called so. */
export const integrationFile = '_integration.yaml';
export const connectionEnding = '.connection.yaml';

/** The first line of a file that an export wrote, and that the next one may write over or remove. */
export const exportMark = '# Written by "sluice export".';

export type ExportFile = { path: string; text: string };

/** Paths go by `/`. The same definitions give the same bytes. */
export async function exportFilesOf({ connections, integrations, interfaces }: HubDefinitions): Promise<ExportFile[]> {
  const { stringify } = await import('yaml');
  const textOf = (value: object) =>
    `${exportMark}\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  return [
    ...connections.map((one) => ({ path: `${one.name}${connectionEnding}`, text: textOf(connectionOf(one)) })),
    ...integrations.map((one) => ({ path: `${one.name}/${integrationFile}`, text: textOf(integrationOf(one)) })),
    ...interfaces.map(({ definition: one }) => ({
      path: `${one.integration}/${one.name}.yaml`,
      text: textOf(interfaceOf(one)),
    })),
  ];
}

function integrationOf({ name, description, sequence, state }: IntegrationDefinition): object {
  return { name, ...(description ? { description } : {}), sequence, state };
}

/** Its secrets as references to be filled in. */
function connectionOf(connection: HubConnection): object {
  const { name, description, agent, database, salesforce } = settingsOfHub(connection, { byId: false });
  const references = referencesFor(name);
  const password = connection.database.passwordKept ? { password: references.database } : {};
  const { environment, myDomainUrl, tokenUrl, consumerKey, apiVersion } = salesforce;
  return {
    name,
    ...(description ? { description } : {}),
    agent: agentOf(agent, references.agent),
    database: { ...databaseOf(database), ...password },
    salesforce: {
      myDomainUrl,
      ...(tokenUrl === defaultTokenUrl(myDomainUrl) ? {} : { tokenUrl }),
      consumerKey,
      consumerSecret: references.salesforce,
      environment,
      ...(apiVersion === undefined ? {} : { apiVersion }),
    },
  };
}

function agentOf(agent: ConnectionSettings['agent'], password: string): object {
  if ('agentId' in agent) return { id: agent.agentId };
  const { hostUrl, portForward: port, username } = agent;
  return { hostUrl, port, username, password };
}

function databaseOf({ database, databaseName, ...rest }: ConnectionSettings['database']): object {
  if (database === undefined) return { type: 'csv', ...rest };
  if (database === 'sqlite') return { type: database, ...rest };
  const { host, port, user, tls } = rest;
  return { type: database, host, port, database: databaseName, user, tls };
}

/** In a file the connection is a path. */
function interfaceOf(definition: AnyInterfaceDefinition): object {
  return { ...definition, connection: `../${definition.connection}${connectionEnding}` };
}
