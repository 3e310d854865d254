/** Both pings of a connection: the way to the agent, then what the agent finds on its own ways to the database and the org. */
import {
  type AgentAnswer,
  type AgentDatabase,
  type AgentSalesforce,
  type AnyInterfaceDefinition,
  agentRequests,
  databaseAddress,
  type PingReport,
  runPingSteps,
  type Step,
  salesforceAddress,
  sealSecret,
} from '../../protocol/index.ts';
import type { AgentSeen, HubStore, KeptSalesforce } from '../store/index.ts';
import type { AgentLink } from './agent-link.ts';
import type { AgentWay, AgentWays } from './agent-way.ts';
import { type Reaching, stepsToAgent } from './reach-agent.ts';

/** As it was just entered, or sealed to its agent already. */
export type Secret = { entered: string } | { sealed: string } | undefined;

export type Pinger = {
  pingAgent(way: AgentWay, database: AgentDatabase, password: Secret): Promise<AgentPinged>;
  pingSalesforce(way: AgentWay, salesforce: KeptSalesforce, wish: SalesforceWish): Promise<PingReport>;
};

export type SalesforceWish = { secret: Secret; interfaces: readonly AnyInterfaceDefinition[] };

/** `seen`: who answered, when somebody did. */
export type AgentPinged = { report: PingReport; seen: AgentSeen | undefined };

type Means = {
  store: Pick<HubStore, 'remoteSites'>;
  ways: AgentWays;
  version: string | undefined;
  /** For each step of the hub's own. */
  stepMs: number | undefined;
  /** Aborted when the hub stops, and with it every ping. */
  stopping: AbortSignal;
};

/** A little more than the agent is given, so that its own words arrive. */
const graceMs = 6_000;

export function createPinger({ store, ways, version, stepMs, stopping }: Means): Pinger {
  const lookOf = (way: AgentWay): Reaching => ({ store, ways, way, version, about: {} });
  const go = (look: Reaching, steps: readonly Step[]) =>
    runPingSteps(steps, { about: look.about, signal: stopping, ...(stepMs === undefined ? {} : { stepMs }) });
  return {
    async pingAgent(way, database, password) {
      const look = lookOf(way);
      const asked: Step = {
        name: 'database',
        label: database.type === 'csv' ? 'Folder reached' : 'Database reached',
        stepMs: stepMs ?? agentRequests.pingDatabase.deadlineMs + graceMs,
        async run(signal) {
          const { link, about } = reachedOf(look);
          const sealed = await sealPassword(database, password, about);
          return await link.ask('pingDatabase', { database: sealed }, { signal });
        },
      };
      const report = await go(look, [...stepsToAgent(look), asked]);
      return { report, seen: look.seen };
    },
    async pingSalesforce(way, salesforce, { secret, interfaces }) {
      const look = lookOf(way);
      const wayThere = await go(look, stepsToAgent(look));
      if (!wayThere.ok) return wayThere;
      const asked: Step = {
        name: 'agent',
        label: 'Agent asked',
        stepMs: stepMs ?? agentRequests.pingSalesforce.deadlineMs + graceMs,
        async run(signal) {
          const { link, about } = reachedOf(look);
          const sealed = await sealConsumerSecret(salesforce, secret, about);
          return await link.ask('pingSalesforce', { salesforce: sealed, interfaces: [...interfaces] }, { signal });
        },
      };
      return await runPingSteps([asked], { signal: stopping });
    },
  };
}

function reachedOf({ link, seen }: Reaching): { link: AgentLink; about: AgentAnswer<'about'> } {
  if (link === undefined || seen === undefined) throw new Error('a step came before the one that signs in');
  return { link, about: seen.about };
}

type Key = Pick<AgentAnswer<'about'>, 'publicKey'>;

async function sealed(secret: Secret, boundTo: string, { publicKey }: Key): Promise<string | undefined> {
  if (secret === undefined || 'sealed' in secret) return secret?.sealed;
  return await sealSecret({ secret: secret.entered, boundTo, publicKey });
}

/** As the agent takes it, and as it is kept. */
export async function sealPassword(database: AgentDatabase, password: Secret, key: Key): Promise<AgentDatabase> {
  if (!('host' in database)) return database;
  const { password: _, ...rest } = database;
  const text = await sealed(password, databaseAddress(database), key);
  return text === undefined ? rest : { ...rest, password: text };
}

/** A secret that is missing is empty, and refused by the org. */
export async function sealConsumerSecret(
  salesforce: KeptSalesforce,
  secret: Secret,
  key: Key,
): Promise<AgentSalesforce> {
  const text = await sealed(secret ?? { entered: '' }, salesforceAddress(salesforce), key);
  return { ...salesforce, consumerSecret: text ?? '' };
}
