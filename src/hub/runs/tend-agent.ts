/** Keeps an agent as the hub wants it: its deployment, the runs that may begin, those that are to be cancelled, those it lost. */
import { SluiceError } from '../../base/index.ts';
import { changesOf } from '../agents/dialled-waiting.ts';
import type { HubRun } from '../store/index.ts';
import type { AgentWork } from './agent-work.ts';
import { contentFor } from './deployment-document.ts';

/** What was asked once is asked again after this long, until it is reported. */
const askAgainMs = 15_000;
const lookForLostMs = 60_000;

export type Tending = {
  isWanted(): boolean;
  tend(): Promise<void>;
  /** Whether the agent has what it is to do as it stands in the store now, an interface that was just saved among it. */
  isUpToDate(): boolean;
};

export function createTending(work: AgentWork): Tending {
  const { agentRow, store } = work;
  const cancelsAsked = new Map<number, number>();
  let looked = performance.now();
  let made = '';

  const cancels = () => {
    const now = performance.now();
    return store.runs.toCancel(agentRow).filter(({ id }) => now - (cancelsAsked.get(id) ?? -Infinity) > askAgainMs);
  };
  const lostIsDue = () => performance.now() - looked > lookForLostMs;

  return {
    isWanted: () =>
      isBehind(work, made) || store.runs.toConfirm(agentRow).length > 0 || cancels().length > 0 || lostIsDue(),
    isUpToDate: () => !isBehind(work, made),
    async tend() {
      if (isBehind(work, made)) {
        // Until it is known that the agent was told, nothing that stands in the tables was.
        store.deployments.tended(agentRow, '');
        made = await deploy(work);
        store.deployments.tended(agentRow, made);
        work.waiting.wake(work.key);
      }
      for (const run of store.runs.toConfirm(agentRow)) await confirmRun(work, run);
      for (const run of cancels()) {
        cancelsAsked.set(run.id, performance.now());
        await cancelRun(work, run);
      }
      if (!lostIsDue()) return;
      looked = performance.now();
      await findLost(work);
    },
  };
}

/** Whether the agent must be told anew; `made` is what the tables looked like when its document was last made. */
function isBehind({ store, agentRow }: AgentWork, made: string): boolean {
  if (store.deployments.stamp() !== made) return true;
  const kept = store.deployments.find(agentRow);
  return kept !== undefined && kept.has < kept.number;
}

/** Makes the document anew, and sends it when the agent has not got it. */
async function deploy({ store, agentRow, link, signal }: AgentWork): Promise<string> {
  const { deployments } = store;
  const stamp = deployments.stamp();
  const { content, made } = contentFor(store, agentRow);
  // An agent that was never given anything is left alone.
  if (content.interfaces.length === 0 && deployments.find(agentRow) === undefined) return stamp;
  await deployments.made(agentRow, made);
  const { deployment } = await link().ask('about', {}, { signal });
  await deployments.heard(agentRow, deployment);
  const { has = 0, number = 1 } = deployments.find(agentRow) ?? {};
  if (has >= number) return stamp;
  await deployments.sent(agentRow, number);
  const taken = await link().ask('deploy', { deployment: { number, ...content } }, { signal });
  await deployments.heard(agentRow, taken.number);
  return stamp;
}

/** Lets a run begin that was given to this agent. */
export async function confirmRun(work: AgentWork, run: HubRun): Promise<void> {
  const { store, link, signal, waiting } = work;
  const input = { run: run.run, lease: Math.max(1, run.lease) };
  const { state } = await link().ask('confirmRun', input, { signal });
  if (state === 'taken')
    throw new SluiceError('AGENT_ANSWER_INVALID', { request: 'confirmRun', reason: 'the run was not let begin' });
  if (state !== 'unknown') await store.runs.confirmAnswered(run.id);
  else if (run.lease === 0) await store.runs.putBack(run.id);
  else await endLost(work, run);
  waiting.wake(changesOf(run.id));
}

async function cancelRun(work: AgentWork, run: HubRun): Promise<void> {
  const { state } = await work.link().ask('cancelRun', { run: run.run }, { signal: work.signal });
  if (state === 'unknown') await endLost(work, run);
}

/** An agent whose folder was lost or brought back from a backup does not know what it began. */
async function findLost(work: AgentWork): Promise<void> {
  const begun = work.store.runs.begun(work.agentRow, 100);
  if (begun.length === 0) return;
  const answers = await work.link().ask('lookAtRuns', { runs: begun.map(({ run }) => run) }, { signal: work.signal });
  const unknown = new Set(answers.filter(({ state }) => state === 'unknown').map(({ run }) => run));
  for (const run of begun) if (unknown.has(run.run)) await endLost(work, run);
}

async function endLost({ store, waiting, agentName, log }: AgentWork, run: HubRun): Promise<void> {
  const error = new SluiceError('RUN_LOST', { agent: agentName() });
  log.error({ run: run.run, interface: run.interface, agent: agentName() }, 'an agent has lost a run');
  for (const id of await store.runs.end(run.id, { status: 'unknown rows', error })) waiting.wake(changesOf(id));
}
