/** Keeps work going for every agent that connections lead to, and ends runs that nobody can have any more. */
import { reasonOf, SluiceError } from '../../base/index.ts';
import { agentsInUse, changesOf, runsFor } from '../agents/dialled-waiting.ts';
import type { HubParts } from '../hub-parts.ts';
import type { HubAgent, HubRun } from '../store/index.ts';
import { type RecordsOf, workFor, workForAgent } from './agent-work.ts';

type Means = { leaseMs: number; recordsOf: RecordsOf };
type Kept = { done: Promise<void>; stop(): void };

const lookMs = 1_000;

/** Until it is disposed of, which waits for all that is under way. */
export function keepAgents(parts: HubParts, means: Means): AsyncDisposable {
  const closing = new AbortController();
  const kept = new Map<string, Kept>();
  const done = keepOn(parts, means, { kept, signal: closing.signal });
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await done;
      await Promise.all([...kept.values()].map((one) => one.done));
    },
  };
}

type Keeping = { kept: Map<string, Kept>; signal: AbortSignal };

async function keepOn(parts: HubParts, means: Means, keeping: Keeping): Promise<void> {
  const { waiting, log } = parts;
  const { signal } = keeping;
  for (let stamp = ''; !signal.aborted; ) {
    try {
      stamp = parts.store.deployments.stamp();
      settle(parts, means, keeping);
      await endStranded(parts);
      for (const id of await parts.store.runs.finishEnding()) parts.waiting.wake(changesOf(id));
    } catch (error) {
      if (!signal.aborted) log.error({ reason: reasonOf(error) }, 'the work of agents cannot be looked after');
    }
    const look = () => parts.store.deployments.stamp() !== stamp || undefined;
    await waiting.until({ key: agentsInUse, look, atMostMs: lookMs, signal }).catch(() => undefined);
  }
}

/** An agent that is reached another way now is another one here. */
const keyOf = ({ id, agentId, kind }: HubAgent) => `${id} ${kind} ${agentId}`;

function settle(parts: HubParts, means: Means, { kept, signal }: Keeping): void {
  const wanted = new Map(parts.store.agents.listInUse().map((agent) => [keyOf(agent), agent]));
  for (const [key, { stop }] of kept) if (!wanted.has(key)) stop();
  for (const [key, agent] of wanted) {
    if (kept.has(key)) parts.waiting.wake(runsFor(agent.id));
    else kept.set(key, begin(agent, parts, means));
  }

  function begin(agent: HubAgent, hub: HubParts, { leaseMs, recordsOf }: Means): Kept {
    const leaving = new AbortController();
    const until = AbortSignal.any([leaving.signal, signal]);
    const work = workFor(agent, { parts: hub, leaseMs, recordsOf, signal: until });
    const done = workForAgent(work, agent.kind, hub).finally(() => kept.delete(keyOf(agent)));
    return { done, stop: () => leaving.abort() };
  }
}

/** What nobody can be given ends, with the reason; what an integration has begun that is stopped is cancelled. */
async function endStranded({ store, waiting }: HubParts): Promise<void> {
  for (const run of store.runs.stranded()) {
    const error = strandedBy(store.interfaces.find(run.interfaceId)?.definition.status, run);
    const ended = await store.runs.end(run.id, { status: 'cancelled', error });
    for (const id of ended) waiting.wake(changesOf(id));
  }
  for (const run of store.runs.toStop()) {
    await store.runs.askCancel(`integration ${run.integration}, which was stopped`, run);
    waiting.wake(runsFor(run.agentRow));
  }
}

function strandedBy(status: string | undefined, run: HubRun): SluiceError {
  if (status !== 'deployed') return new SluiceError('INTERFACE_UNDEPLOYED', { interface: run.interface });
  return new SluiceError('INTEGRATION_STOPPED', { integration: run.integration });
}
