/** Why a run has not begun, in one sentence for whoever waits for it. */
import { isReached } from '../agents/heard-agent.ts';
import type { HubParts } from '../hub-parts.ts';
import type { HubRun } from '../store/index.ts';

type Means = Pick<HubParts, 'store' | 'clock'>;

/** Null for one that goes on or has ended. */
export function whyItWaits(parts: Means, run: HubRun): string | null {
  if (run.state === 'running' || run.state === 'confirmed') return atAgent(parts, run);
  if (run.state !== 'waiting' && run.state !== 'given') return null;
  return orderOf(parts, run) ?? stateOf(parts, run) ?? agentOf(parts, run) ?? null;
}

function atAgent({ store, clock }: Means, { agentRow, agent, state, resumesAt }: HubRun): string | null {
  const known = store.agents.find(agentRow);
  if (known === undefined || !isReached(store, known, clock))
    return `Its agent ${agent} has it, and is not connected to the hub now.`;
  if (state === 'confirmed') return 'Its agent has it, and is about to begin.';
  return resumesAt === null ? null : 'It was interrupted, and goes on by itself.';
}

function orderOf({ store }: Means, run: HubRun): string | undefined {
  const before = run.afterId === null ? undefined : store.runs.find(run.afterId);
  if (before !== undefined && before.state !== 'ended') return `It begins when ${before.interface} has ended well.`;
  const ahead = store.runs.findAhead(run);
  return ahead && `It waits for another run of ${run.interface} to end.`;
}

function stateOf({ store }: Means, run: HubRun): string | undefined {
  const kept = store.interfaces.find(run.interfaceId);
  const integration = kept && store.integrations.find(kept.integrationId);
  if (integration?.state === 'inactive') return `It waits until the integration ${integration.name} is active again.`;
  const connection = kept && store.connections.findByName(kept.definition.connection);
  if (connection === undefined) return 'It waits until its interface has a connection that is there.';
  return connection.salesforce.consumerSecret === undefined
    ? `It waits until a Consumer Secret is entered for the connection ${connection.name}.`
    : undefined;
}

function agentOf({ store, clock }: Means, run: HubRun): string | undefined {
  const agent = store.agents.find(run.agentRow);
  const name = agent?.name ?? agent?.url ?? 'of its connection';
  if (agent === undefined || agent.agentId === null)
    return `It waits until its agent was reached once: ping the agent connection.`;
  const { error = null, has = 0, number = 0 } = store.deployments.find(agent.id) ?? {};
  if (error !== null) return `It waits for the agent ${name}: ${error}`;
  if (!isReached(store, agent, clock)) return `It waits until the agent ${name} is connected to the hub.`;
  return has < number ? `It waits until the agent ${name} has taken the new deployment.` : undefined;
}
