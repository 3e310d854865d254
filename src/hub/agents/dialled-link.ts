/** Asks an agent that has dialled in: the request is kept in the store until the agent fetches it and answers. */
import { type Clock, SluiceError } from '../../base/index.ts';
import { agentRequests, type RequestAnswer } from '../../protocol/index.ts';
import type { DialledAgent, HubAgent, HubStore } from '../store/index.ts';
import { type AgentLink, readAgentAnswer } from './agent-link.ts';
import { answerTo, requestsFor, type Waiting } from './dialled-waiting.ts';

export type DialledMeans = { store: Pick<HubStore, 'requests'>; waiting: Waiting; clock: Pick<Clock, 'now'> };

/** An agent is heard of at least as often as a question for requests may last; this is twice that and a little more. */
const awayAfterMs = 60_000;

/** A little more than the agent gives itself, so that its own words arrive. */
const graceMs = 5_000;

export function isConnected({ active, lastSeenAt }: DialledAgent, { now }: Pick<Clock, 'now'>): boolean {
  return active && lastSeenAt !== null && now() - lastSeenAt < awayAfterMs;
}

/** Throws AGENT_AWAY, besides what every link throws. */
export function createDialledLink({ store, waiting, clock }: DialledMeans, agent: DialledAgent): AgentLink {
  return {
    async ask(name, input, { signal } = {}) {
      signal?.throwIfAborted();
      if (!isConnected(agent, clock)) throw new SluiceError('AGENT_AWAY', { name: agent.name });
      const { deadlineMs } = agentRequests[name];
      const id = await store.requests.add({ agent: agent.id, name, input, withinMs: deadlineMs });
      waiting.wake(requestsFor(agent.id));
      const answer = await waitForAnswer({ store, waiting }, { id, atMostMs: deadlineMs + graceMs, signal });
      if (answer !== undefined) return readAgentAnswer(name, { errorCode: undefined, ...answer });
      await store.requests.drop(id);
      signal?.throwIfAborted();
      throw new SluiceError('AGENT_TOO_SLOW', { request: name, seconds: deadlineMs / 1000 });
    },
  };
}

/** The link to an agent of a connection; one that is not registered any more is away. */
export function linkToDialled(
  means: DialledMeans & { store: Pick<HubStore, 'dialledAgents'> },
  agent: HubAgent,
): AgentLink {
  const found = agent.agentId === null ? undefined : means.store.dialledAgents.findByAgentId(agent.agentId);
  if (found !== undefined) return createDialledLink(means, found);
  return {
    async ask() {
      throw new SluiceError('AGENT_AWAY', { name: agent.name ?? agent.agentId ?? '' });
    },
  };
}

type Awaited = { id: string; atMostMs: number; signal: AbortSignal | undefined };

async function waitForAnswer(
  { store, waiting }: Pick<DialledMeans, 'store' | 'waiting'>,
  { id, atMostMs, signal }: Awaited,
): Promise<RequestAnswer | undefined> {
  const look = () => store.requests.isAnswered(id) || undefined;
  const answered = await waiting.until({ key: answerTo(id), look, atMostMs, signal });
  return answered === undefined ? undefined : await store.requests.takeAnswer(id);
}
