/** Saves a connection: after both pings were good for exactly these settings, or without ping as unverified. */
import { isDeepStrictEqual } from 'node:util';
import type { PingReport } from '../../protocol/index.ts';
import { type ApiError, ApiRefused, refuseField } from '../../web/index.ts';
import type { AgentWay } from '../agents/agent-way.ts';
import { type AgentPinged, type Secret, sealConsumerSecret, sealPassword } from '../agents/ping-connection.ts';
import { usersOf } from '../connection-use.ts';
import type { HubParts } from '../hub-parts.ts';
import type { AgentSeen, HubAgent, NewConnection } from '../store/index.ts';
import {
  type Before,
  type DatabaseDraft,
  readAgent,
  readDatabase,
  readSalesforce,
  type SalesforceDraft,
} from './connection-draft.ts';
import type { GivenConnection } from './connection-schemas.ts';

type Draft = DatabaseDraft & SalesforceDraft & { way: AgentWay };
type Given = GivenConnection & { withoutPing?: boolean };

/** What is written into the store. Throws ApiRefused 400 at a field, 422 with the first cross of each ping. */
export async function prepareConnection(
  given: Given,
  before: Before | undefined,
  parts: HubParts,
): Promise<NewConnection> {
  const { withoutPing = false } = given;
  const way = readAgent(given.agent, before, parts);
  const draft: Draft = { way, ...readDatabase(given, before), ...readSalesforce(given.salesforce, before) };
  if (before !== undefined && isUnchanged(given, draft, before, parts)) return unchanged(given, before);
  if (draft.secret === undefined && !withoutPing)
    throw refuseField(
      'salesforce.consumerSecret',
      'Consumer Secret is required.',
      'Enter a value, or save without ping.',
    );
  const seen = withoutPing ? await reachForKey(draft, before, parts) : await pingBoth(draft, before, parts);
  const now = withoutPing ? null : parts.clock.now();
  const key = seen?.about ?? knownKey(draft, before, parts);
  return {
    ...namesOf(given),
    ...(await sealAll(draft, key)),
    agent: await agentOf(way, seen, parts),
    agentGoodAt: now,
    salesforceGoodAt: now,
  };
}

const namesOf = ({ name, description = null, type }: Given) => ({ name, description, type });

/** Only its name or description is edited; what was good stays good. */
function isUnchanged({ type }: Given, draft: Draft, { connection, agent }: Before, { ways }: HubParts): boolean {
  if (connection.verifiedAt === null || connection.type !== type) return false;
  if (!isSameWay(draft.way, ways.wayTo(agent))) return false;
  const { password, ...was } = { password: undefined, ...connection.database };
  const { consumerSecret, ...org } = connection.salesforce;
  if (!isDeepStrictEqual([draft.database, draft.salesforce], [was, org])) return false;
  return isKept(draft.password, password) && isKept(draft.secret, consumerSecret);
}

function isSameWay(one: AgentWay, other: AgentWay): boolean {
  if (one.kind === 'dialled' || other.kind === 'dialled')
    return one.kind === 'dialled' && other.kind === 'dialled' && one.agent.id === other.agent.id;
  return one.url === other.url && one.username === other.username && one.password === other.password;
}

function isKept(secret: Secret, kept: string | undefined): boolean {
  return secret === undefined ? kept === undefined : 'sealed' in secret && secret.sealed === kept;
}

function unchanged(given: Given, { connection }: Before): NewConnection {
  const { database, salesforce, agentGoodAt, salesforceGoodAt, agentRow } = connection;
  return { ...namesOf(given), database, salesforce, agentGoodAt, salesforceGoodAt, agent: agentRow };
}

async function pingBoth(
  draft: Draft,
  before: Before | undefined,
  { pinger, connectionUsers, store }: HubParts,
): Promise<AgentSeen> {
  const { way, database, password, salesforce, secret } = draft;
  const agent = await pinger.pingAgent(way, database, password);
  if (agent.seen === undefined) throw notSaved([crossOf('agent', agent.report)]);
  const pinned = way.kind === 'endpoint' ? { ...way, certificate: agent.seen.certificate ?? undefined } : way;
  const interfaces = before === undefined ? [] : usersOf(before.connection, connectionUsers);
  const org = await pinger.pingSalesforce(pinned, salesforce, { secret, interfaces });
  await store.apiUsage.pinged(salesforce.myDomainUrl, org);
  return requireGood(agent, org);
}

function requireGood({ report, seen }: AgentPinged, org: PingReport): AgentSeen {
  const crosses = [report.ok ? [] : [crossOf('agent', report)], org.ok ? [] : [crossOf('salesforce', org)]].flat();
  if (crosses.length > 0 || seen === undefined) throw notSaved(crosses);
  return seen;
}

function crossOf(field: string, { steps }: PingReport): ApiError {
  const cross = steps.find(({ status }) => status === 'failed');
  return { field, message: `${cross?.label}: ${cross?.detail}`, next: cross?.next ?? 'Ping again.' };
}

const notSaved = (errors: readonly ApiError[]) => new ApiRefused({ status: 422, errors });

/** Without ping: an agent that nobody has reached yet is reached when there is something to seal to its key. */
async function reachForKey(draft: Draft, before: Before | undefined, parts: HubParts): Promise<AgentSeen | undefined> {
  const { way, database, password, secret } = draft;
  const isEntered = [password, secret].some((one) => one !== undefined && 'entered' in one);
  if (!isEntered || knownKey(draft, before, parts) !== undefined) return undefined;
  return (await parts.pinger.pingAgent(way, database, password)).seen;
}

type Key = Parameters<typeof sealPassword>[2] | undefined;

/** Of an agent that was reached before. */
function knownKey({ way }: Draft, before: Before | undefined, { store }: HubParts): Key {
  const known: HubAgent | undefined =
    way.kind === 'dialled' ? way.agent : before?.agent.url === way.url ? before.agent : store.agents.findByUrl(way.url);
  return known?.publicKey ? { publicKey: known.publicKey } : undefined;
}

async function sealAll({ database, password, salesforce, secret }: Draft, key: Key) {
  if (key === undefined) {
    refuseEntered('database.password', 'Password', password);
    refuseEntered('salesforce.consumerSecret', 'Consumer Secret', secret);
    return { database, salesforce };
  }
  return {
    database: await sealPassword(database, password, key),
    salesforce: secret === undefined ? salesforce : await sealConsumerSecret(salesforce, secret, key),
  };
}

/** Secrets are sealed to their agent at once, or not kept. */
function refuseEntered(field: string, label: string, secret: Secret): void {
  if (secret === undefined) return;
  throw refuseField(
    field,
    `${label} cannot be sealed: the agent cannot be reached, so that its key is not known.`,
    'Ping to see why, or leave it empty for now and enter it once the agent was reached.',
  );
}

async function agentOf(
  way: AgentWay,
  seen: AgentSeen | undefined,
  { store, ways }: HubParts,
): Promise<NewConnection['agent']> {
  if (way.kind === 'endpoint') {
    const { url, username } = way;
    return { url, username, password: ways.sealPassword(url, way.password), seen };
  }
  if (seen !== undefined) await store.agents.seen(way.agent.id, seen);
  return way.agent.id;
}
