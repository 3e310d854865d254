/** What an agent does for each request of the protocol. */
import { SluiceError } from '../../base/index.ts';
import type { AgentAnswer, AgentDatabase, AgentHandlers, AgentSalesforce } from '../../protocol/index.ts';
import { pingDatabase } from '../ping/ping-database.ts';
import { pingSalesforce } from '../ping/ping-salesforce.ts';
import type { AgentIdentity } from './agent-identity.ts';
import { type AgentReach, databaseSettingsFor, salesforceSettingsFor } from './asked-connection.ts';
import { describeObject, listColumns, listObjects, listTables, sampleRows } from './look-around.ts';
import { sampleRecords } from './sample-records.ts';

export type HandlerMeans = { identity: AgentIdentity; version: string; reach: AgentReach };

/** Who the agent says that it is. */
export function aboutOf({ id, name, publicKey }: AgentIdentity, version: string): AgentAnswer<'about'> {
  return { id, name, version, publicKey, deployment: 0 };
}
const notYet = () => {
  throw new SluiceError('INTERNAL', { reason: 'this agent runs nothing yet' });
};
const runHandlers = {
  deploy: notYet,
  putRecords: notYet,
  startRun: notYet,
  confirmRun: notYet,
  carryRecords: notYet,
  cancelRun: notYet,
  lookAtRuns: notYet,
  takeReports: notYet,
};

export function createAgentHandlers({ identity, version, reach }: HandlerMeans): AgentHandlers {
  const ofDatabase = (database: AgentDatabase) => databaseSettingsFor(database, { identity, reach });
  const ofSalesforce = (salesforce: AgentSalesforce) => salesforceSettingsFor(salesforce, { identity, reach });
  return {
    about: () => aboutOf(identity, version),
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
    sampleRecords: async ({ salesforce, ...wish }, means) =>
      await sampleRecords(await ofSalesforce(salesforce), wish, means),
    ...runHandlers,
  };
}
