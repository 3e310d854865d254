/** Asks an agent that has dialled in: the request is kept in the store until the agent fetches it and answers. */
import { type Clock, SluiceError } from '../../base/index.ts';
import { agentRequests, heartbeatMs } from '../../protocol/index.ts';
import type { DialledAgent, HubAgent, HubStore } from '../store/index.ts';
import { type AgentLink, readAgentAnswer } from './agent-link.ts';
import { answerTo, requestsFor, type Waiting } from './dialled-waiting.ts';

export type DialledMeans = {
  store: Pick<HubStore, 'requests' | 'dialledAgents'>;
  waiting: Waiting;
  clock: Pick<Clock, 'now'>;
  /** Aborted when the hub stops. */
  stopping: AbortSignal;
};

/** An agent of which nothing was heard for so many heartbeats is away. */
export const awayAfterMs = 4 * heartbeatMs;

/** A little more than the agent gives itself, so that its own words arrive. */
const graceMs = 5_000;

export function isConnected({ active, hasLeft, lastSeenAt }: DialledAgent, { now }: Pick<Clock, 'now'>): boolean {
  return active && !hasLeft && lastSeenAt !== null && now() - lastSeenAt < awayAfterMs;
}

/** Throws AGENT_AWAY, besides what every link throws. */
export function createDialledLink({ store, waiting, clock, stopping }: DialledMeans, agent: DialledAgent): AgentLink {
  return {
    async ask(name, input, { signal } = {}) {
      signal?.throwIfAborted();
      if (!isConnected(agent, clock)) throw new SluiceError('AGENT_AWAY', { name: agent.name });
      const { deadlineMs } = agentRequests[name];
      const id = await store.requests.add({ agent: agent.id, name, input, withinMs: deadlineMs });
      waiting.wake(requestsFor(agent.id));
      const found = await waiting.until({
        key: answerTo(id),
        look: () => lookFor(store, agent, id),
        atMostMs: deadlineMs + graceMs,
        signal,
      });
      const answer = found === 'answered' ? await store.requests.takeAnswer(id) : undefined;
      if (answer !== undefined) return readAgentAnswer(name, { errorCode: undefined, ...answer });
      // The agent may have it already, and is given it again by the hub that comes after this one.
      if (!stopping.aborted) await store.requests.drop(id);
      signal?.throwIfAborted();
      if (found === 'left') throw new SluiceError('AGENT_AWAY', { name: agent.name });
      throw new SluiceError('AGENT_TOO_SLOW', { request: name, seconds: deadlineMs / 1000 });
    },
  };
}

/** The link to an agent of a connection; one that is not registered any more is away. */
export function linkToDialled(means: DialledMeans, agent: HubAgent): AgentLink {
  const found = agent.agentId === null ? undefined : means.store.dialledAgents.findByAgentId(agent.agentId);
  if (found !== undefined) return createDialledLink(means, found);
  return {
    async ask() {
      throw new SluiceError('AGENT_AWAY', { name: agent.name ?? agent.agentId ?? '' });
    },
  };
}

/** An agent that stops answers what it has; what it did not take it will not answer in time. */
function lookFor({ requests, dialledAgents }: DialledMeans['store'], { id }: DialledAgent, request: string) {
  if (requests.isAnswered(request)) return 'answered';
  return dialledAgents.find(id)?.hasLeft ? 'left' : undefined;
}
