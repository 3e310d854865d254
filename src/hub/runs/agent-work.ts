/** What the hub works with for one agent, and the loops that do it. */
import { type Log, SluiceError } from '../../base/index.ts';
import { heartbeatMs } from '../../protocol/index.ts';
import type { AgentLink } from '../agents/agent-link.ts';
import { runsFor, type Waiting } from '../agents/dialled-waiting.ts';
import { hasBeenHeard, isReached } from '../agents/heard-agent.ts';
import type { HubParts } from '../hub-parts.ts';
import type { HubAgent, HubRun, HubStore } from '../store/index.ts';
import { giveRuns, isThereToGive } from './give-runs.ts';
import { takeReportsFrom } from './take-reports.ts';
import { createTending } from './tend-agent.ts';
import { loopOverWork } from './work-loop.ts';

/** The records of a run that has some: CSV in parts, with a header in the first. */
export type RecordsOf = (run: HubRun) => Iterable<string>;

export type AgentWork = {
  agentRow: number;
  store: HubStore;
  waiting: Waiting;
  log: Log;
  leaseMs: number;
  recordsOf: RecordsOf;
  /** Wakes the loops of this agent. */
  key: string;
  /** The way as it is now. */
  link(): AgentLink;
  agent(): HubAgent;
  agentName(): string;
  signal: AbortSignal;
};

type Means = { parts: HubParts; leaseMs: number; recordsOf: RecordsOf; signal: AbortSignal };

export function workFor({ id: agentRow }: HubAgent, { parts, leaseMs, recordsOf, signal }: Means): AgentWork {
  const { store, waiting, log, ways } = parts;
  const agent = () => {
    const found = store.agents.find(agentRow);
    if (found === undefined) throw new SluiceError('AGENT_AWAY', { name: String(agentRow) });
    return found;
  };
  return {
    agentRow,
    store,
    waiting,
    log,
    leaseMs,
    recordsOf,
    key: runsFor(agentRow),
    link: () => ways.linkAt(ways.wayTo(agent())),
    agent,
    agentName: () => {
      const { name, url } = agent();
      return name ?? url ?? String(agentRow);
    },
    signal,
  };
}

/** Resolves when the signal is aborted; never throws. */
export async function workForAgent(work: AgentWork, kind: HubAgent['kind'], parts: HubParts): Promise<void> {
  const { store, agentRow, key, waiting, log, signal } = work;
  const name = work.agentName();
  const tending = createTending(work);
  if (kind === 'dialled') await untilDialledIn(work, parts);
  let failedAt = 0;
  const failed = async (error: unknown) => {
    failedAt = parts.clock.now();
    const { message, next } =
      error instanceof SluiceError ? error : { message: 'It failed inside the hub.', next: 'See its log.' };
    await store.deployments.failed(agentRow, `${message} ${next}`);
  };
  const recovered = () => store.deployments.recovered(agentRow);
  const shared = { key, waiting, log, signal, failed, mayGoOn: () => hasBeenHeard(store, work.agent(), failedAt) };
  const loops = [
    loopOverWork({
      ...shared,
      what: `tending the agent ${name}`,
      look: tending.isWanted,
      act: () => tending.tend().then(recovered),
    }),
    loopOverWork({
      ...shared,
      what: `giving runs to the agent ${name}`,
      look: () => isThereToGive(work, tending),
      act: () => giveRuns(work, tending).then(recovered),
    }),
  ];
  if (kind === 'endpoint') loops.push(takeReportsFrom(work, parts));
  await Promise.all(loops);
}

const dialsInWithinMs = 2 * heartbeatMs;

/** A hub that has just started calls no agent away that has had no time yet to dial in. */
async function untilDialledIn({ store, agent, key, waiting, signal }: AgentWork, { clock }: HubParts): Promise<void> {
  const look = () => isReached(store, agent(), clock) || undefined;
  await waiting.until({ key, look, atMostMs: dialsInWithinMs, signal }).catch(() => undefined);
}
