/** The jobs at work: they take turns, a transaction each, and between two turns the thread answers what came in. */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import { endJob, type JobRun, type JobWork, startJobRun } from './job-run.ts';

export type JobQueue = {
  add(id: string): void;
  /** Ends the work between two transactions. */
  stop(): Promise<void>;
};

const jobsAtOnce = 5;

/** How often a job is tried again when the org itself stumbles over it (a full disk, say), and how long after. */
const maxRetries = 20;
const firstRetryMs = 200;
const lastRetryMs = 10_000;

export function createJobQueue(work: JobWork): JobQueue {
  const waiting: string[] = [];
  const running: JobRun[] = [];
  let stopping = false;
  let turning: Promise<void> | undefined;
  const add = (id: string) => {
    waiting.push(id);
    if (!stopping) turning ??= letOthersIn().then(turn);
  };
  const turn = async () => {
    while (!stopping && (running.length > 0 || waiting.length > 0)) {
      while (running.length < jobsAtOnce && waiting.length > 0) running.push(startJobRun(work, waiting.shift() ?? ''));
      const run = running.shift();
      if (run !== undefined && takeTurn(work, run, add)) running.push(run);
      await letOthersIn();
    }
    turning = undefined;
  };
  return {
    add,
    async stop() {
      stopping = true;
      await turning;
      for (const run of running) run.close();
    },
  };
}

/** Whether the run goes on. */
function takeTurn(work: JobWork, run: JobRun, add: (id: string) => void): boolean {
  try {
    if (run.step()) return true;
  } catch (error) {
    work.report(error);
    const waitMs = noteRetry(work, run.id, error);
    if (waitMs !== undefined) setTimeout(add, waitMs, run.id).unref();
  }
  run.close();
  return false;
}

/** Milliseconds until the job is tried again; undefined when it was tried often enough and has failed. */
function noteRetry({ jobs }: JobWork, id: string, error: unknown): number | undefined {
  try {
    const { retries } = jobs.get(id);
    if (retries < maxRetries) {
      jobs.change(id, { retries: retries + 1 });
      return Math.min(firstRetryMs * 2 ** retries, lastRetryMs);
    }
    endJob({ jobs }, jobs.get(id), `InternalServerError : ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } catch {
    // Not even this can be written: the job stays as it is.
    return lastRetryMs;
  }
}
