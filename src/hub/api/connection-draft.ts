/** What was entered for a connection, made into what can be pinged and kept; secrets that are kept are used for the address they belong to alone. */
import { type AgentDatabase, agentEndpointPort, databaseAddress, defaultPorts } from '../../protocol/index.ts';
import { refuseField } from '../../web/index.ts';
import type { AgentWay, AgentWays } from '../agents/agent-way.ts';
import type { Secret } from '../agents/ping-connection.ts';
import { readSiteUrl } from '../site-url.ts';
import type { Connection, HubAgent, HubStore, KeptSalesforce } from '../store/index.ts';
import type { GivenAgent, GivenConnection, GivenDatabase, GivenSalesforce } from './connection-schemas.ts';
import { readMyDomain, readTokenUrl } from './salesforce-urls.ts';

/** The connection that is edited, and its agent. */
export type Before = { connection: Connection; agent: HubAgent };

export type DatabaseDraft = { database: AgentDatabase; password: Secret };
export type SalesforceDraft = { salesforce: KeptSalesforce; secret: Secret };

type Means = { store: HubStore; ways: AgentWays };

/** Throws ApiRefused 400 at the field that is wrong, as the others here. */
export function readAgent(given: GivenAgent, before: Before | undefined, { store, ways }: Means): AgentWay {
  if (given.agentId !== undefined) return ways.wayTo(findKnown(given, given.agentId, store));
  const url = readAgentUrl(given);
  const username = required(given.username, 'agent.username', 'Username');
  const kept = before?.agent.url === url ? ways.wayTo(before.agent) : undefined;
  const known = kept?.kind === 'endpoint' ? kept : undefined;
  const password = given.password ?? known?.password;
  if (password === undefined) throw asksAgain('agent.password', 'Password', before?.agent.url ?? undefined);
  const pinned = known?.certificate ?? store.agents.findByUrl(url)?.certificate ?? undefined;
  return { kind: 'endpoint', url, username, password, certificate: pinned, fingerprint: given.fingerprint };
}

function findKnown(given: GivenAgent, agentId: string, { agents }: HubStore): HubAgent {
  if (given.hostUrl !== undefined || given.username !== undefined)
    throw refuseField('agent.agentId', 'Agent and Host URL exclude each other.', 'Leave one of them out.');
  const found = agents.findByAgentId(agentId);
  if (found === undefined)
    throw refuseField(
      'agent.agentId',
      'The hub knows no agent of this id.',
      'Choose an agent that is known, or enter its Host URL.',
    );
  return found;
}

function readAgentUrl({ hostUrl, portForward = agentEndpointPort }: GivenAgent): string {
  const entered = { field: 'agent.hostUrl', label: 'Host URL' };
  const url = new URL(readSiteUrl(required(hostUrl, entered.field, entered.label), entered));
  if (url.port !== '' && url.port !== String(portForward))
    throw refuseField(entered.field, 'Host URL holds a port.', 'Leave it out, and enter it under Port Forward.');
  url.port = String(portForward);
  return url.origin;
}

export function readDatabase(
  { type, database: given }: Pick<GivenConnection, 'type' | 'database'>,
  before: Before | undefined,
): DatabaseDraft {
  if (type === 'agentFile') {
    const folder = required(given.folder, 'database.folder', 'Folder');
    const { delimiter } = given;
    const database = { type: 'csv', folder, ...(delimiter === undefined ? {} : { delimiter }) } as const;
    return { database, password: undefined };
  }
  const kind = required(given.database, 'database.database', 'Database');
  if (kind !== 'sqlite') return readServer(kind, given, before);
  const file = required(given.file, 'database.file', 'File');
  return { database: { type: 'sqlite', file }, password: undefined };
}

function readServer(type: 'postgres' | 'mariadb', given: GivenDatabase, before: Before | undefined): DatabaseDraft {
  const database = {
    type,
    host: required(given.host, 'database.host', 'Host'),
    port: given.port ?? defaultPorts[type],
    database: required(given.databaseName, 'database.databaseName', 'Database Name'),
    user: required(given.user, 'database.user', 'User'),
    tls: given.tls ?? 'verify',
  };
  const was = before?.connection.database;
  const keptFor = was !== undefined && 'host' in was && was.password !== undefined ? was : undefined;
  const isSame = keptFor !== undefined && databaseAddress(keptFor) === databaseAddress(database);
  const password = secretOf(given.password, isSame ? keptFor.password : undefined);
  if (keptFor !== undefined && !isSame && given.password === undefined)
    throw asksAgain('database.password', 'Password', databaseAddress(keptFor));
  return { database, password };
}

export function readSalesforce(given: GivenSalesforce, before: Before | undefined): SalesforceDraft {
  const { environment, consumerKey, apiVersion } = given;
  const myDomainUrl = readMyDomain(given.myDomainUrl);
  const tokenUrl = readTokenUrl(given.tokenUrl, myDomainUrl);
  const was = before?.connection.salesforce;
  const isSame = was?.myDomainUrl === myDomainUrl && was.tokenUrl === tokenUrl && was.consumerKey === consumerKey;
  const secret = secretOf(given.consumerSecret, isSame ? was.consumerSecret : undefined);
  if (was?.consumerSecret !== undefined && !isSame && given.consumerSecret === undefined)
    throw asksAgain('salesforce.consumerSecret', 'Consumer Secret', `${was.tokenUrl} and ${was.consumerKey}`);
  const version = apiVersion === undefined ? {} : { apiVersion };
  return { salesforce: { environment, myDomainUrl, tokenUrl, consumerKey, ...version }, secret };
}

function secretOf(given: string | null | undefined, kept: string | undefined): Secret {
  if (given === null) return undefined;
  if (given !== undefined) return { entered: given };
  return kept === undefined ? undefined : { sealed: kept };
}

function required<Value extends string>(value: Value | undefined, field: string, label: string): Value {
  if (value !== undefined && value.trim() !== '') return value;
  throw refuseField(field, `${label} is required.`, 'Enter a value.');
}

/** `boundTo`: what the one that was kept belongs to. */
function asksAgain(field: string, label: string, boundTo: string | undefined) {
  if (boundTo === undefined) return refuseField(field, `${label} is required.`, 'Enter a value.');
  return refuseField(
    field,
    `${label} was entered for ${boundTo}, and is not used for another address.`,
    'Enter it again.',
  );
}
