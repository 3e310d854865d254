/** A run of a deployed interface as the ledger is given it: without secrets, which are opened when they are used. */
import { SluiceError } from '../../base/index.ts';
import type { DatabaseSettings } from '../../database/index.ts';
import { nullMark } from '../../mapping/index.ts';
import {
  type AgentSalesforce,
  type ConnectionDefinition,
  type InterfaceDefinition,
  salesforceAddress,
} from '../../protocol/index.ts';
import type { KeyPair, SharedTokens } from '../../salesforce/index.ts';
import type { ConnectionSettings } from '../connection-settings.ts';
import type { Deployed, DeployedConnection, DeployedInterface } from '../deployment/deployment.ts';
import type { AgentIdentity } from '../endpoint/agent-identity.ts';
import { type AgentReach, databaseSettingsFor, salesforceSettingsFor } from '../endpoint/asked-connection.ts';
import type { AnyLoaded } from '../outbound/outbound-file.ts';
import { definitionForRecords } from './records-definition.ts';
import type { RecordsFiles } from './records-files.ts';
import type { GivenRecords, TakenRun } from './taken-runs.ts';

export type Connecting = {
  identity: AgentIdentity;
  reach: AgentReach;
  deployed: Deployed;
  records: RecordsFiles;
  tokens: SharedTokens;
};

/** The interface, ready for a run. Errors: INTERFACE_NOT_DEPLOYED, INTERFACE_UNUSABLE. */
export function getUsable(deployed: Deployed, name: string): DeployedInterface & { connection: DeployedConnection } {
  const found = deployed.find(name);
  if (!found) throw new SluiceError('INTERFACE_NOT_DEPLOYED', { interface: name });
  const { connection, fault } = found;
  if (fault === undefined && connection !== undefined) return { ...found, connection };
  throw new SluiceError('INTERFACE_UNUSABLE', { interface: name, fault });
}

export type UsableInterface = ReturnType<typeof getUsable>;

/** What a run that has not begun is to do. Errors: INTERFACE_UNUSABLE for records out of Salesforce, CSV_INVALID, RECORDS_MISSING. */
export async function loadDeployed(
  records: RecordsFiles,
  taken: TakenRun,
  { definition, connection }: UsableInterface,
): Promise<AnyLoaded> {
  const known = { interfaceFile: '', connection: withoutSecrets(connection), connectionFile: '' };
  if (taken.records === null)
    return definition.type === 'outbound'
      ? { ...known, interface: definition }
      : { ...known, interface: definition as InterfaceDefinition };
  if (definition.type === 'outbound') throw refuseRecords(taken);
  const { parts } = taken.records;
  const there = await records.count(taken.run);
  if (there < parts) throw new SluiceError('RECORDS_MISSING', { run: taken.run, parts, there });
  const columns = await records.join(taken.run, parts);
  return {
    ...known,
    interface: definitionForRecords(definition as InterfaceDefinition, taken.records, columns),
  };
}

export function refuseRecords({ interface: name }: { interface: string }): SluiceError {
  return new SluiceError('INTERFACE_UNUSABLE', {
    interface: name,
    fault: 'It goes out of Salesforce and takes no records.',
  });
}

/** As it was deployed last, else as it was when the run began. Errors: INTERFACE_NOT_DEPLOYED. */
export function connectionOf({ deployed }: Pick<Connecting, 'deployed'>, taken: TakenRun): DeployedConnection {
  const found = deployed.find(taken.interface)?.connection ?? deployed.findConnection(taken.connection?.name ?? '');
  const used = found ?? taken.connection;
  if (used) return used;
  throw new SluiceError('INTERFACE_NOT_DEPLOYED', { interface: taken.interface });
}

/** Secrets are opened each time they are asked for. */
export function connectionSettingsOf(connecting: Connecting, taken: TakenRun): ConnectionSettings {
  const { records } = connecting;
  const connection = () => connectionOf(connecting, taken);
  return {
    async salesforce() {
      const { salesforce } = connection();
      const settings = await salesforceSettingsFor(salesforce, connecting);
      return { ...settings, currentKeyPair: () => keyPairOf(connection().salesforce, { salesforce, connecting }) };
    },
    async database() {
      if (taken.records !== null) return recordsSettings(records.folder(taken.run), taken.records);
      return await databaseSettingsFor(connection().database, connecting);
    },
  };
}

type Begun = { salesforce: AgentSalesforce; connecting: Connecting };

/** A token in mid-run is asked for with the pair that was deployed last, unless that is one for another address by now. */
async function keyPairOf(now: AgentSalesforce, { salesforce, connecting }: Begun): Promise<KeyPair> {
  const isSameAddress = salesforceAddress(now) === salesforceAddress(salesforce);
  const used = isSameAddress ? now : salesforce;
  const { consumerKey, consumerSecret } = await salesforceSettingsFor(used, connecting);
  return { consumerKey, consumerSecret };
}

/** Records as they are sent say themselves what is cleared. */
function recordsSettings(folder: string, { form }: GivenRecords): DatabaseSettings {
  return { type: 'csv', folder, ...(form === 'target' ? { clearText: nullMark } : {}) };
}

/** Shown where a connection file would have a reference. */
const sealed = 'sealed: opened by the agent alone';

function withoutSecrets({ name, database, salesforce }: DeployedConnection): ConnectionDefinition {
  const kept = 'password' in database && database.password !== undefined ? { ...database, password: sealed } : database;
  return { name, database: kept, salesforce: { ...salesforce, consumerSecret: sealed } };
}
