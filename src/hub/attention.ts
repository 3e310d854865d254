/** What of a hub somebody should see to, the worst first: what is in doubt, what does not go on, what will not go on for long. */
import { isReached } from './agents/heard-agent.ts';
import type { HubParts } from './hub-parts.ts';

export const matterKinds = [
  'noConnection',
  'unknownMessages',
  'failedMessages',
  'lastRun',
  'agentAway',
  'agentNotTold',
  'schedulesMissed',
  'apiCalls',
  'inactive',
  'unverified',
  'consumerSecret',
  'clientSecret',
] as const;

export type Matter = {
  kind: (typeof matterKinds)[number];
  /** Of what it is about, and its id. */
  name: string | null;
  id: number | null;
  /** How many, or for how many days; `more`: there are more than were counted. */
  count: number | null;
  more: boolean;
  /** Of how many. */
  of: number | null;
  /** A word or sentence more: how a run ended, the state of an integration, what an agent could not be told. */
  detail: string | null;
};

const dayMs = 24 * 60 * 60_000;

/** Of an org's API calls. */
const manyShare = 0.8;
const oldSecretDays = 180;

type Said = Partial<Matter> & Pick<Matter, 'kind'>;
type Parts = Pick<HubParts, 'store' | 'clock'>;

export function findMatters(parts: Parts): Matter[] {
  const found = [...ofRows(parts), ...ofAgents(parts), ...ofSettings(parts)];
  const rank = ({ kind }: Said) => matterKinds.indexOf(kind);
  const none = { name: null, id: null, count: null, more: false, of: null, detail: null };
  return found.sort((one, other) => rank(one) - rank(other)).map((one) => ({ ...none, ...one }));
}

function ofRows({ store: { attention }, clock }: Parts): Said[] {
  const counted = [
    { kind: 'unknownMessages', ...attention.unknownMessages() },
    { kind: 'failedMessages', ...attention.failedMessages() },
  ] as const;
  const missed = attention.missedSchedules(clock.now() - dayMs);
  return [
    ...counted.filter(({ count }) => count > 0),
    ...attention.lastRunsNotWell().map(({ status, ...one }) => ({ kind: 'lastRun', detail: status, ...one }) as const),
    ...missed.map((one) => ({ kind: 'schedulesMissed', ...one }) as const),
  ];
}

function ofAgents({ store, clock }: Parts): Said[] {
  return store.agents.listInUse().flatMap((agent): Said[] => {
    const { id, name, url } = agent;
    const about = { id, name: name ?? url };
    const error = store.deployments.find(id)?.error ?? null;
    if (!isReached(store, agent, clock)) return [{ kind: 'agentAway', ...about }];
    return error === null ? [] : [{ kind: 'agentNotTold', detail: error, ...about }];
  });
}

function ofSettings({ store, clock }: Parts): Said[] {
  const { attention, connections } = store;
  const now = clock.now();
  if (connections.list({ pageSize: 1 }).total === 0) return [{ kind: 'noConnection' }];
  const before = now - oldSecretDays * dayMs;
  const daysSince = ({ at, ...named }: { id: number; name: string; at: number }) => ({
    ...named,
    count: Math.floor((now - at) / dayMs),
  });
  const secrets = attention
    .oldConsumerSecrets(before)
    .map((one) => ({ kind: 'consumerSecret', ...daysSince(one) }) as const);
  const clients = attention
    .oldClientSecrets(before)
    .map((one) => ({ kind: 'clientSecret', ...daysSince(one) }) as const);
  const inactive = attention
    .inactive()
    .map(({ state, ...one }) => ({ kind: 'inactive', detail: state, ...one }) as const);
  const orgs = attention.busyOrgs(manyShare, now - dayMs);
  return [
    ...orgs.map(({ used, allowed, ...one }) => ({ kind: 'apiCalls', count: used, of: allowed, ...one }) as const),
    ...inactive,
    ...attention.unverified().map((one) => ({ kind: 'unverified', ...one }) as const),
    ...secrets,
    ...clients,
  ];
}
