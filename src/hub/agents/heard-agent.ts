/** When an agent was last heard of, whichever of hub and agent dials. */
import type { Clock } from '../../base/index.ts';
import type { HubAgent, HubStore } from '../store/index.ts';
import { awayAfterMs, isConnected } from './dialled-link.ts';

type Store = Pick<HubStore, 'dialledAgents'>;

export function lastHeard({ dialledAgents }: Store, { kind, agentId, lastSeenAt }: HubAgent): number | null {
  if (kind === 'endpoint' || agentId === null) return lastSeenAt;
  return dialledAgents.findByAgentId(agentId)?.lastSeenAt ?? null;
}

/** Since a moment. */
export function hasBeenHeard(store: Store, agent: HubAgent, since: number): boolean {
  return (lastHeard(store, agent) ?? 0) > since;
}

export function isReached(store: Store, agent: HubAgent, clock: Pick<Clock, 'now'>): boolean {
  if (agent.kind === 'endpoint') return agent.lastSeenAt !== null && clock.now() - agent.lastSeenAt < awayAfterMs;
  const dialled = agent.agentId === null ? undefined : store.dialledAgents.findByAgentId(agent.agentId);
  return dialled !== undefined && isConnected(dialled, clock);
}
