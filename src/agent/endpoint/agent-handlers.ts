/** What an agent does for each request of the protocol. */
import type { AgentDatabase, AgentHandlers, AgentSalesforce } from '../../protocol/index.ts';
import type { Deployed } from '../deployment/deployment.ts';
import { pingDatabase } from '../ping/ping-database.ts';
import { pingSalesforce } from '../ping/ping-salesforce.ts';
import type { RunHandlers } from '../runs/run-handlers.ts';
import type { AgentIdentity } from './agent-identity.ts';
import { type AgentReach, databaseSettingsFor, salesforceSettingsFor } from './asked-connection.ts';
import { describeObject, listColumns, listObjects, listTables, sampleRows } from './look-around.ts';

export type HandlerMeans = {
  identity: AgentIdentity;
  version: string;
  reach: AgentReach;
  deployed: Pick<Deployed, 'number'>;
  runHandlers: RunHandlers;
};

export function createAgentHandlers({ identity, version, reach, deployed, runHandlers }: HandlerMeans): AgentHandlers {
  const { id, name, publicKey } = identity;
  const ofDatabase = (database: AgentDatabase) => databaseSettingsFor(database, { identity, reach });
  const ofSalesforce = (salesforce: AgentSalesforce) => salesforceSettingsFor(salesforce, { identity, reach });
  return {
    about: () => ({ id, name, version, publicKey, deployment: deployed.number() }),
    pingDatabase: async ({ database }, { signal }) => await pingDatabase(await ofDatabase(database), signal),
    async pingSalesforce({ salesforce, interfaces }, { signal }) {
      const settings = await ofSalesforce(salesforce);
      return await pingSalesforce({ settings, environment: salesforce.environment, interfaces, signal });
    },
    listTables: async ({ database }, means) => await listTables(await ofDatabase(database), means),
    listColumns: async ({ database, source }, means) => await listColumns(await ofDatabase(database), source, means),
    sampleRows: async ({ database, ...wish }, means) => await sampleRows(await ofDatabase(database), wish, means),
    listObjects: async ({ salesforce }, means) => await listObjects(await ofSalesforce(salesforce), means),
    async describeObject({ salesforce, object }, means) {
      return await describeObject(await ofSalesforce(salesforce), object, means);
    },
    ...runHandlers,
  };
}
