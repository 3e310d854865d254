/** What an agent does for each request of the protocol. */
import type { AgentAnswer, AgentDatabase, AgentHandlers, AgentSalesforce } from '../../protocol/index.ts';
import type { SharedTokens } from '../../salesforce/index.ts';
import type { Deployed } from '../deployment/deployment.ts';
import { pingDatabase } from '../ping/ping-database.ts';
import { pingSalesforce } from '../ping/ping-salesforce.ts';
import type { RunHandlers } from '../runs/run-handlers.ts';
import type { AgentIdentity } from './agent-identity.ts';
import { type AgentReach, databaseSettingsFor, salesforceSettingsFor } from './asked-connection.ts';
import { describeObject, listColumns, listObjects, listTables, sampleRows } from './look-around.ts';
import { sampleRecords } from './sample-records.ts';
import { tryRows } from './try-rows.ts';

export type HandlerMeans = {
  identity: AgentIdentity;
  version: string;
  reach: AgentReach;
  deployed: Pick<Deployed, 'number'>;
  tokens: SharedTokens;
  runHandlers: RunHandlers;
};

type Who = Pick<HandlerMeans, 'identity' | 'version' | 'deployed'>;

/** Who the agent says that it is. */
export function aboutOf({ identity: { id, name, publicKey }, version, deployed }: Who): AgentAnswer<'about'> {
  return { id, name, version, publicKey, deployment: deployed.number() };
}

export function createAgentHandlers(means: HandlerMeans): AgentHandlers {
  const { identity, reach, tokens, runHandlers } = means;
  const ofDatabase = (database: AgentDatabase) => databaseSettingsFor(database, { identity, reach });
  /** Somebody waits for the answer, perhaps after having mended something. */
  const ofSalesforce = (salesforce: AgentSalesforce) => {
    tokens.forgetFailures();
    return salesforceSettingsFor(salesforce, { identity, reach, tokens });
  };
  return {
    about: () => aboutOf(means),
    pingDatabase: async ({ database }, { signal }) => await pingDatabase(await ofDatabase(database), signal),
    async pingSalesforce({ salesforce, interfaces }, { signal }) {
      tokens.forgetFailures();
      // A ping is to find out whether the org can be signed in to now.
      const settings = await salesforceSettingsFor(salesforce, { identity, reach });
      return await pingSalesforce({ settings, environment: salesforce.environment, interfaces, signal });
    },
    listTables: async ({ database }, means) => await listTables(await ofDatabase(database), means),
    listColumns: async ({ database, source }, means) => await listColumns(await ofDatabase(database), source, means),
    sampleRows: async ({ database, ...wish }, means) => await sampleRows(await ofDatabase(database), wish, means),
    listObjects: async ({ salesforce }, means) => await listObjects(await ofSalesforce(salesforce), means),
    async describeObject({ salesforce, object }, means) {
      return await describeObject(await ofSalesforce(salesforce), object, means);
    },
    sampleRecords: async ({ salesforce, ...wish }, means) =>
      await sampleRecords(await ofSalesforce(salesforce), wish, means),
    async tryRows({ database, salesforce, ...wish }, means) {
      const settings = { database: await ofDatabase(database), salesforce: await ofSalesforce(salesforce) };
      return await tryRows(settings, wish, means);
    },
    ...runHandlers,
  };
}
