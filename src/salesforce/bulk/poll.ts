/** Waits for a job to end, asking often at first and seldom later. */
import { type Clock, SluiceError, sleepUnlessStopped } from '../../base/index.ts';
import type { Rest } from '../rest.ts';
import type { JobInfo } from './job.ts';
import { type AnyJob, type JobPlace, type JobState, lookAtJob } from './job-calls.ts';

export type PollOptions<Job extends AnyJob = JobInfo> = {
  signal?: AbortSignal | undefined;
  /** Called with every look at the job. */
  onProgress?: ((job: Job) => void) | undefined;
};

const ended: ReadonlySet<JobState> = new Set(['JobComplete', 'Failed', 'Aborted']);

const firstPauseMs = 250;
const longestPauseMs = 10_000;
const growth = 1.5;

/** The job when it is JobComplete, Failed or Aborted. An org that is away for minutes is waited for. */
export async function waitForJob<Job extends AnyJob>(
  rest: Rest,
  place: JobPlace,
  { signal, onProgress, clock, random }: PollOptions<Job> & { clock: Clock; random: () => number },
): Promise<Job> {
  const { jobId } = place;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * growth)) {
    const job = await lookAtJob<Job>(rest, place, { signal });
    onProgress?.(job);
    if (ended.has(job.state)) return job;
    if (job.state === 'Open') throw neverClosed(jobId);
    const what = `Waiting for the bulk job ${jobId}`;
    await sleepUnlessStopped(clock, pauseMs * (0.75 + random() / 4), { what, inDoubt: false, signal });
  }
}

/** An Open job waits for its upload and would never end. */
function neverClosed(jobId: string): SluiceError {
  return new SluiceError('SALESFORCE_REFUSED', {
    what: `waiting for the bulk job ${jobId}`,
    sentStatus: 200,
    reason: 'the job is still Open; it has to be closed first',
  });
}
