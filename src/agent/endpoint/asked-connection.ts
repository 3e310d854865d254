/** A connection that came with a request, made ready for use: held against what this agent may reach, its secrets opened. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { SluiceError } from '../../base/index.ts';
import type { DatabaseSettings } from '../../database/index.ts';
import {
  type AgentDatabase,
  type AgentSalesforce,
  databaseAddress,
  openSecret,
  salesforceAddress,
} from '../../protocol/index.ts';
import type { SalesforceSettings, SharedTokens, WebProxy } from '../../salesforce/index.ts';
import type { AgentIdentity } from './agent-identity.ts';

/** What an agent may reach is said where it is started, and by nobody who asks it. */
export type AgentReach = {
  /** Hosts besides *.my.salesforce.com, as `host` or `host:port`. */
  allowedHosts: readonly string[];
  /** The one folder of file databases and CSV files; without it there are none. */
  filesFolder: string | undefined;
  /** Between this machine and Salesforce. */
  proxy?: WebProxy | undefined;
};

type Means = { identity: Pick<AgentIdentity, 'privateKey'>; reach: AgentReach };

/** Without tokens the org is signed in to anew. */
type SalesforceMeans = Means & { tokens?: SharedTokens | undefined };

/**
 * With its password, and with files as absolute paths.
 *
 * @throws SluiceError FILES_NOT_ALLOWED, FILE_OUTSIDE, SEALED_SECRET_INVALID, PLAIN_DATABASE_REFUSED.
 */
export async function databaseSettingsFor(
  database: AgentDatabase,
  { identity, reach }: Means,
): Promise<DatabaseSettings> {
  if (database.type === 'sqlite') return { type: 'sqlite', file: await insideFolder(database.file, reach) };
  if (database.type === 'csv') {
    const { delimiter } = database;
    const folder = await insideFolder(database.folder, reach);
    return { type: 'csv', folder, ...(delimiter === undefined ? {} : { delimiter }) };
  }
  const { password: sealed, ...server } = database;
  if (server.tls === 'off' && !isHere(server.host))
    throw new SluiceError('PLAIN_DATABASE_REFUSED', { host: server.host });
  if (sealed === undefined) return server;
  const { privateKey } = identity;
  return { ...server, password: await openSecret({ sealed, boundTo: databaseAddress(server), privateKey }) };
}

/**
 * With its consumer secret.
 *
 * @throws SluiceError ADDRESS_INVALID, AGENT_HOST_REFUSED, SEALED_SECRET_INVALID.
 */
export async function salesforceSettingsFor(
  { consumerSecret: sealed, environment: _, ...settings }: AgentSalesforce,
  { identity: { privateKey }, reach, tokens }: SalesforceMeans,
): Promise<SalesforceSettings> {
  refuseOtherHost(settings.myDomainUrl, reach);
  const consumerSecret = await openSecret({ sealed, boundTo: salesforceAddress(settings), privateKey });
  return { ...settings, consumerSecret, allowedHosts: reach.allowedHosts, proxy: reach.proxy, tokens };
}

const everyMyDomain = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.my\.salesforce\.com$/;

function refuseOtherHost(myDomainUrl: string, { allowedHosts }: AgentReach): void {
  if (!URL.canParse(myDomainUrl))
    throw new SluiceError('ADDRESS_INVALID', {
      setting: 'My Domain URL',
      value: myDomainUrl,
      reason: 'it is not a URL',
    });
  const { protocol, host } = new URL(myDomainUrl);
  if (protocol === 'https:' && everyMyDomain.test(host)) return;
  if (allowedHosts.some((allowed) => allowed.toLowerCase() === host)) return;
  throw new SluiceError('AGENT_HOST_REFUSED', { host });
}

/** Links are followed before it is judged; what is not there lies outside, too. */
async function insideFolder(path: string, { filesFolder }: AgentReach): Promise<string> {
  if (filesFolder === undefined) throw new SluiceError('FILES_NOT_ALLOWED', {});
  const folder = await realpath(filesFolder).catch(() => filesFolder);
  const wanted = isAbsolute(path) ? path : join(folder, path);
  const found = await realpath(wanted).catch(() => undefined);
  const way = found === undefined ? '..' : relative(folder, found);
  if (found === undefined || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new SluiceError('FILE_OUTSIDE', { path, folder });
  return found;
}

function isHere(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\/.*)$/.test(host);
}
