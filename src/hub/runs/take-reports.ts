/** Asks an agent at its own endpoint for its reports, again and again; what is on the hub's disk is acknowledged with the next question. */
import { SluiceError } from '../../base/index.ts';
import { type AgentAnswer, heartbeatMs, type ReportBatch } from '../../protocol/index.ts';
import { keepReports } from '../agent-api/keep-reports.ts';
import type { HubParts } from '../hub-parts.ts';
import type { AgentWork } from './agent-work.ts';
import { loopOverWork } from './work-loop.ts';

type Answer = AgentAnswer<'takeReports'>;
type Acknowledged = { journal: string; number: number } | null;

/** An agent that answers nothing at once is not asked without a pause. */
const emptyTooSoonMs = 1_000;

export async function takeReportsFrom(work: AgentWork, parts: HubParts): Promise<void> {
  const { store, agentRow, key, waiting, log, signal } = work;
  let acknowledged: Acknowledged = null;
  await loopOverWork({
    what: `taking reports of the agent ${work.agentName()}`,
    key,
    waiting,
    log,
    signal,
    // Before anything was deployed there is nothing to report.
    look: () => store.deployments.find(agentRow) !== undefined,
    async act() {
      const askedAt = performance.now();
      const answer = await work.link().ask('takeReports', { acknowledged, waitMs: heartbeatMs }, { signal });
      await hear(work, answer, parts.clock.now());
      if (answer.batch !== null) acknowledged = await keep(work, answer.batch as ReportBatch, parts);
      else if (performance.now() - askedAt < emptyTooSoonMs)
        await waiting.until({ key: 'no reports', look: () => undefined, atMostMs: emptyTooSoonMs, signal });
    },
  });
}

/** While reports come thick and fast it is not written down each time that the agent was heard of. */
async function hear(work: AgentWork, { deployment }: Answer, now: number): Promise<void> {
  const { store, agentRow, waiting, key } = work;
  const { lastSeenAt } = work.agent();
  if (lastSeenAt === null || now - lastSeenAt >= heartbeatMs || now < lastSeenAt) await store.agents.heard(agentRow);
  if (store.deployments.find(agentRow)?.has !== deployment) await store.deployments.heard(agentRow, deployment);
  waiting.wake(key);
}

async function keep(work: AgentWork, batch: ReportBatch, parts: HubParts): Promise<Acknowledged> {
  const { agentId } = work.agent();
  if (agentId === null) return null;
  const kept = await keepReports(parts, { agentId, name: work.agentName() }, batch);
  if ('acknowledged' in kept) return { journal: batch.journal, number: kept.acknowledged };
  const reason = `its reports begin with ${batch.from}, and ${kept.wanted} comes next`;
  throw new SluiceError('AGENT_ANSWER_INVALID', { request: 'takeReports', reason });
}
