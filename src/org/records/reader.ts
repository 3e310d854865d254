/** The reading thread behind a queue: one call at a time, each with its time, and a new thread when one takes too long. */
import type { Log } from '../../base/index.ts';
import type { OrgRefusal } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export type Reader = {
  call(method: string, input: unknown): Promise<unknown>;
  /** Whether a call would have to wait. */
  busy(): boolean;
  /** Does not wait for a query that is under way: it and those behind it are refused. */
  close(): Promise<void>;
};

export const queryTimeout: OrgRefusal = {
  status: 400,
  errorCode: 'QUERY_TIMEOUT',
  message: 'Your query request was running for too long.',
};

type Turn = { method: string; input: unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void };

export type ReaderOptions = {
  /** Asked anew for each thread that is started. */
  workerData: () => unknown;
  maxQueryMs: number;
  log?: Log | undefined;
};

/** A statement of SQLite cannot be interrupted from outside: the thread is left to itself and its place taken by another. */
export async function openReader({ workerData, maxQueryMs, log }: ReaderOptions): Promise<Reader> {
  const start = () => startWorkerThread('reader-worker', { workerData: workerData(), log });
  let thread: Promise<WorkerThread> = start();
  await thread;
  const queue: Turn[] = [];
  let working = false;
  let closing = false;
  const livingThread = async () => {
    const current = await thread.catch(() => undefined);
    if (current?.alive() === true) return current;
    if (closing) throw new Error('the records are closed');
    thread = start();
    return thread;
  };
  const runTurn = async ({ method, input, resolve, reject }: Turn) => {
    const current = await livingThread();
    const timer = setTimeout(() => {
      log?.warn({ method, maxQueryMs }, 'a query took too long; another thread reads from now on');
      thread = start();
      // Should it not start, the next call starts another.
      thread.catch(() => undefined);
      current.abandon(new OrgRefused(queryTimeout));
    }, maxQueryMs);
    await current.call(method, input).then(resolve, reject);
    clearTimeout(timer);
  };
  const work = async () => {
    working = true;
    for (let turn = queue.shift(); turn !== undefined; turn = queue.shift()) await runTurn(turn).catch(turn.reject);
    working = false;
  };
  return {
    busy: () => working,
    call(method, input) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      queue.push({ method, input, resolve, reject });
      if (!working) void work();
      return promise;
    },
    async close() {
      closing = true;
      const current = await thread;
      if (working) current.abandon(new Error('the records are closed'));
      else await current.close();
    },
  };
}
