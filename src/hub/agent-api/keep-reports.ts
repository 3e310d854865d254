/** Puts reports of an agent into the store, says in the log what belongs nowhere, and wakes who waits for what they tell. */
import type { Report, ReportBatch } from '../../protocol/index.ts';
import { changesOf, runsFor, waitingMessages } from '../agents/dialled-waiting.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Kept } from '../store/index.ts';

type Means = Pick<HubParts, 'store' | 'waiting' | 'metrics' | 'log'>;

export async function keepReports(
  { store, waiting, metrics, log }: Means,
  { agentId, name }: { agentId: string; name: string },
  batch: ReportBatch,
): Promise<Kept> {
  const kept = await store.reports.keep(agentId, batch);
  if ('wanted' in kept) return kept;
  const { added, missing, runs, refused } = kept;
  metrics.reportsReceived(added, newOf(batch, { added, refused }));
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

type Refused = Extract<Kept, { added: number }>['refused'];

/** The last of the batch are new; what was refused may be anything. */
function newOf({ from, reports }: ReportBatch, { added, refused }: { added: number; refused: Refused }): Report[] {
  const aside = new Set(refused.map(({ number }) => number));
  const first = reports.length - added;
  return reports.filter((_, index) => index >= first && !aside.has(from + index)) as Report[];
}
