/** Waits for a job to end, asking often at first and seldom later. */
import { type Clock, SluiceError, sleepUnlessStopped } from '../../base/index.ts';
import type { Rest } from '../rest.ts';
import { getJob, type JobInfo, type JobState } from './job.ts';

export type PollOptions = {
  signal?: AbortSignal | undefined;
  /** Called with every look at the job. */
  onProgress?: ((job: JobInfo) => void) | undefined;
};

const ended: ReadonlySet<JobState> = new Set(['JobComplete', 'Failed', 'Aborted']);

const firstPauseMs = 250;
const longestPauseMs = 10_000;
const growth = 1.5;

/** The job when it is JobComplete, Failed or Aborted. An org that is away for minutes is waited for. */
export async function waitForJob(
  rest: Rest,
  jobId: string,
  { signal, onProgress, clock, random }: PollOptions & { clock: Clock; random: () => number },
): Promise<JobInfo> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * growth)) {
    const job = await getJob(rest, jobId, { signal });
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
