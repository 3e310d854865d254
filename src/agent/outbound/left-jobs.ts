/** Query jobs that runs which were cut off have left in the org; their results are of no use to anybody. */
import type { Log } from '../../base/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Salesforce } from '../../salesforce/index.ts';
import { clockGrainMs, sameId } from '../orphan-jobs.ts';
import { dropQueryJob } from './stage-records.ts';

export type LeftJobs = {
  salesforce: Salesforce;
  ledger: Ledger;
  /** Of which interface, and what it reads. */
  interfaceName: string;
  object: string;
  /** False where several agents share the run-as user: a job nobody knows may then be another agent's. */
  dropOrphans: boolean;
  log: Log;
  signal: AbortSignal;
};

/** Asking for a job is given up long before this. */
const longestAskingMs = 600_000;

export async function dropLeftJobs(left: LeftJobs): Promise<void> {
  const { salesforce, ledger, interfaceName, signal } = left;
  for (const { run, jobId } of ledger.listQueryJobs(interfaceName)) {
    await dropQueryJob(salesforce, jobId, signal);
    await ledger.queryJobGone(run);
  }
  for (const { run, at } of ledger.listQueryIntents(interfaceName)) {
    await dropOrphans(left, { run, at });
    await ledger.queryIntentGone(run);
  }
}

/** The run was cut off after it asked for a job and before it knew its id. */
async function dropOrphans(left: LeftJobs, { run, at }: { run: number; at: number }): Promise<void> {
  const { salesforce, ledger, log, signal } = left;
  const { userId } = await salesforce.accessToken({ signal });
  for await (const { id: jobId, object, createdById, createdDate } of salesforce.bulkQuery.list({ signal })) {
    const madeAt = Date.parse(createdDate);
    const ours =
      sameId(createdById, userId) &&
      object.toLowerCase() === left.object.toLowerCase() &&
      madeAt >= at - clockGrainMs &&
      madeAt <= at + longestAskingMs;
    if (!ours || ledger.isQueryJobKnown(jobId)) continue;
    if (left.dropOrphans) await dropQueryJob(salesforce, jobId, signal);
    const what = left.dropOrphans ? 'orphaned query job taken out of the org' : 'orphaned query job left alone';
    log.warn({ run, jobId }, what);
    await ledger.eventNoted({ run, what, detail: { jobId, createdDate } });
  }
}
