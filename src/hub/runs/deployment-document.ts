/** What an agent is to do: its connections, and the interfaces on them that are deployed; no more than it needs. */
import { hash } from 'node:crypto';
import type { Deployment } from '../../protocol/index.ts';
import type { Connection, HubStore, KeptInterface, MadeDeployment } from '../store/index.ts';

export type DeploymentContent = Pick<Deployment, 'connections' | 'interfaces'>;

type Tables = Pick<HubStore, 'connections' | 'interfaces' | 'integrations'>;

/**
 * A connection that was saved without ping is deployed as any other: its first run says what is wrong with it. One without a
 * consumer secret cannot be used, and is left out with its interfaces.
 */
export function contentFor(store: Tables, agentRow: number): { content: DeploymentContent; made: MadeDeployment } {
  const used = store.connections.ofAgent(agentRow).flatMap((connection) => usedOf(store, connection) ?? []);
  const interfaces = used.flatMap(({ connection, deployed }) =>
    deployed.map((kept) => deployedInterface(store, kept, connection.name)),
  );
  const content = { connections: used.map(({ given }) => given), interfaces };
  const names = used.flatMap(({ deployed }) => deployed.map(({ id, definition: { name } }) => ({ id, name })));
  return { content, made: { digest: hash('sha256', JSON.stringify(content), 'base64'), interfaces: names } };
}

function usedOf({ interfaces }: Tables, connection: Connection) {
  const { name, database, salesforce } = connection;
  const { consumerSecret } = salesforce;
  const deployed = interfaces.ofConnection(name).filter(({ definition }) => definition.status === 'deployed');
  if (consumerSecret === undefined || deployed.length === 0) return undefined;
  return { connection, deployed, given: { name, database, salesforce: { ...salesforce, consumerSecret } } };
}

/** Test cases are the hub's; the connection is named as it is called there. */
function deployedInterface({ integrations }: Tables, kept: KeptInterface, connection: string) {
  const { tests: _, $schema: __, ...definition } = kept.definition;
  const state = integrations.find(kept.integrationId)?.state ?? 'stopped';
  return { definition: { ...definition, connection }, version: kept.version, state };
}
