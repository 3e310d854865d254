/** What is shown of a connection anywhere: all but its secrets. */
import type { Static } from 'typebox';
import type { AgentDatabase } from '../../protocol/index.ts';
import { fingerprintOf } from '../agents/reach-agent.ts';
import { usersOf } from '../connection-use.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Connection, HubAgent } from '../store/index.ts';
import type { shownConnection } from './connection-schemas.ts';

type Shown = Static<typeof shownConnection>;

export function showConnection(connection: Connection, { store, connectionUsers }: HubParts): Shown {
  const { id, name, description, type, verifiedAt, changedAt, changedBy, version } = connection;
  return {
    id,
    name,
    description,
    type,
    agent: showAgent(store.agents.find(connection.agentRow) as HubAgent),
    database: showDatabase(connection.database),
    salesforce: showSalesforce(connection),
    verified: verifiedAt !== null,
    verifiedAt,
    apiUsage: store.apiUsage.find(connection.salesforce.myDomainUrl) ?? null,
    usedBy: usersOf(connection, connectionUsers).map((one) => one.name),
    changedAt,
    changedBy,
    version,
  };
}

function showAgent({ kind, agentId, name, url, username, certificate, version, lastSeenAt }: HubAgent): Shown['agent'] {
  return {
    kind,
    agentId,
    name,
    ...splitUrl(url),
    username,
    fingerprint: certificate === null ? null : fingerprintOf(certificate),
    version,
    lastSeenAt,
  };
}

function splitUrl(text: string | null): Pick<Shown['agent'], 'hostUrl' | 'portForward'> {
  if (text === null) return { hostUrl: null, portForward: null };
  const { protocol, hostname, port } = new URL(text);
  return { hostUrl: `${protocol}//${hostname}`, portForward: Number(port || (protocol === 'https:' ? 443 : 80)) };
}

const empty = { host: null, port: null, databaseName: null, user: null, tls: null, file: null, folder: null };

function showDatabase(database: AgentDatabase): Shown['database'] {
  const none = { ...empty, delimiter: null, passwordKept: false, database: database.type };
  if (database.type === 'sqlite') return { ...none, file: database.file };
  if (database.type === 'csv') return { ...none, folder: database.folder, delimiter: database.delimiter ?? null };
  const { host, port, database: databaseName, user, tls, password } = database;
  return { ...none, host, port, databaseName, user, tls, passwordKept: password !== undefined };
}

function showSalesforce({ salesforce, secondKeyPair }: Connection): Shown['salesforce'] {
  const { environment, myDomainUrl, tokenUrl, consumerKey, consumerSecret, apiVersion = null } = salesforce;
  return {
    grantType: 'client_credentials',
    environment,
    myDomainUrl,
    tokenUrl,
    consumerKey,
    consumerSecretKept: consumerSecret !== undefined,
    secondConsumerKey: secondKeyPair?.consumerKey ?? null,
    apiVersion,
  };
}
