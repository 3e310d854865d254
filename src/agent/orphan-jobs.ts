/** Jobs whose creation was never answered: found among the org's jobs, and aborted. */
import type { RunContext } from './run-context.ts';

export type OrphanSearch = Pick<RunContext, 'salesforce' | 'ledger' | 'signal' | 'run' | 'abortOrphans' | 'log'> & {
  target: Pick<RunContext['target'], 'object' | 'operation'>;
};

/** The org's clock is told in whole seconds, and the date of a job may be cut to them too. */
export const clockGrainMs = 1_000;

/**
 * Aborts the Open jobs of this user, object and operation that were made since `sinceMs` (the org's time) and are named in no
 * ledger row. An Open job has processed nothing, so nothing is lost with it.
 */
export async function abortOrphans(context: OrphanSearch, sinceMs: number): Promise<void> {
  const { salesforce, ledger, target, signal, run } = context;
  const { userId } = await salesforce.accessToken({ signal });
  for await (const job of salesforce.bulk.list({ signal })) {
    const ours =
      job.state === 'Open' &&
      sameId(job.createdById, userId) &&
      job.object.toLowerCase() === target.object.toLowerCase() &&
      job.operation === target.operation &&
      Date.parse(job.createdDate) >= sinceMs - clockGrainMs;
    if (!ours || ledger.isJobKnown(job.id)) continue;
    if (context.abortOrphans) await salesforce.bulk.abort(job.id, { signal });
    const what = context.abortOrphans ? 'orphaned job aborted' : 'orphaned job left alone';
    context.log?.warn({ run, jobId: job.id }, what);
    await ledger.eventNoted({ run, what, detail: { jobId: job.id, createdDate: job.createdDate } });
  }
}

/** An id of 15 characters and one of 18 are the same record. */
export function sameId(one: string, other: string): boolean {
  return one.slice(0, 15) === other.slice(0, 15);
}
