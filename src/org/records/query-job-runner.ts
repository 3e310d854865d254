/** The query jobs at work: one thread for all of them, in which they take turns; it is started with the first job. */
import type { Log } from '../../base/index.ts';
import type { Slice } from './query-job-worker.ts';
import type { QueryJobTask } from './query-jobs.ts';
import type { GivenRights } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { createThreadOnDemand } from './thread-on-demand.ts';
import type { WorkerThread } from './worker-thread.ts';

export type QueryJobRunner = {
  add(id: string): void;
  setRights(rights: GivenRights): void;
  /** Ends the work between two slices; a job left over is begun again at the next start. */
  close(): Promise<void>;
};

export type RunnerOptions = {
  writer: Pick<WorkerThread, 'call'>;
  /** Asked anew for each thread that is started. */
  workerData: () => unknown;
  /** How long a job may take from one row to the next. */
  maxQueryMs: number;
  log?: Log | undefined;
};

const jobsAtOnce = 5;
const notedEveryMs = 250;
const restMs = 10_000;

export function createQueryJobRunner({ writer, workerData, maxQueryMs, log }: RunnerOptions): QueryJobRunner {
  const waiting: string[] = [];
  const running: string[] = [];
  const notedAt = new Map<string, number>();
  let closing = false;
  let working: Promise<void> | undefined;
  // What a lost thread was at has to be begun again.
  const onStart = () => void waiting.push(...running.splice(0));
  const name = 'query-job-worker';
  const thread = createThreadOnDemand({ name, workerData, maxCallMs: maxQueryMs, onStart, log });

  async function begin(id: string): Promise<boolean> {
    const task = (await writer.call('beginQueryJob', { id })) as QueryJobTask | undefined;
    if (task === undefined) return false;
    await thread.call('begin', task);
    return true;
  }

  async function step(id: string): Promise<boolean> {
    const { records, done } = (await thread.call('step', { id })) as Slice;
    if (done) await writer.call('endQueryJob', { id, records });
    if (done || performance.now() - (notedAt.get(id) ?? 0) < notedEveryMs) return !done;
    notedAt.set(id, performance.now());
    if (await writer.call('noteQueryProgress', { id, records })) return true;
    await thread.call('drop', { id });
    return false;
  }

  /** Whether the job goes on. What is wrong with the query fails it; what is wrong here is tried again. */
  async function turn(id: string, act: (id: string) => Promise<boolean>): Promise<boolean> {
    try {
      if (await act(id)) return true;
    } catch (error) {
      if (!closing) await settle(id, error);
    }
    notedAt.delete(id);
    return false;
  }

  async function settle(id: string, error: unknown): Promise<void> {
    try {
      if (error instanceof OrgRefused) return void (await writer.call('endQueryJob', failedBy(id, error)));
      const reason = error instanceof Error ? error.message : String(error);
      const waitMs = (await writer.call('noteQueryRetry', { id, reason })) as number | undefined;
      if (waitMs !== undefined) setTimeout(add, waitMs, id).unref();
    } catch {
      // Not even this can be written: the job stays as it is, for later.
      setTimeout(add, restMs, id).unref();
    }
  }

  async function work(): Promise<void> {
    while (!closing && running.length + waiting.length > 0) {
      while (!closing && running.length < jobsAtOnce) {
        const next = waiting.shift();
        if (next === undefined) break;
        if (await turn(next, begin)) running.push(next);
      }
      const id = running.shift();
      if (id !== undefined && (await turn(id, step))) running.push(id);
    }
    working = undefined;
  }

  function add(id: string): void {
    waiting.push(id);
    if (!closing) working ??= work();
  }

  return {
    add,
    setRights: (rights) => thread.tell('setRights', rights),
    async close() {
      closing = true;
      if (working !== undefined) thread.abandon();
      await working;
      await thread.close();
    },
  };
}

function failedBy(id: string, { refusal: { errorCode, message } }: OrgRefused) {
  return { id, records: 0, errorMessage: `InvalidBatch : Failed to process query: ${errorCode}: ${message}` };
}
