/** Puts reports of an agent into the store, says in the log what belongs nowhere, and wakes who waits for what they tell. */
import type { ReportBatch } from '../../protocol/index.ts';
import { changesOf, runsFor, waitingMessages } from '../agents/dialled-waiting.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Kept } from '../store/index.ts';

type Means = Pick<HubParts, 'store' | 'waiting' | 'log'>;

export async function keepReports(
  { store, waiting, log }: Means,
  { agentId, name }: { agentId: string; name: string },
  batch: ReportBatch,
): Promise<Kept> {
  const kept = await store.reports.keep(agentId, batch);
  if ('wanted' in kept) return kept;
  const { missing, runs, refused } = kept;
  if (missing > 0) log.warn({ agent: name, missing, from: batch.from }, 'reports of an agent are not here');
  for (const { number, reason } of refused)
    log.warn({ agent: name, number, reason }, 'a report belongs nowhere, and was kept by itself');
  for (const run of runs) waiting.wake(changesOf(run));
  // What waited behind a run that has ended may go on now, also at another agent.
  if (!runs.some((run) => store.runs.find(run)?.state === 'ended')) return kept;
  for (const { id } of store.agents.listInUse()) waiting.wake(runsFor(id));
  waiting.wake(waitingMessages);
  return kept;
}
