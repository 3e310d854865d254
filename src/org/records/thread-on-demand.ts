/** A worker thread that is started with its first call, and started anew when one took too long or ended it. */
import type { Log } from '../../base/index.ts';
import { queryTimeout } from './reader.ts';
import { OrgRefused } from './refusal.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export type ThreadOnDemand = {
  call(method: string, input: unknown): Promise<unknown>;
  /** For a thread that is there; one that is started later has it from `workerData`. */
  tell(method: string, input: unknown): void;
  /** Ends it wherever it is; the call under way rejects. */
  abandon(): void;
  close(): Promise<void>;
};

type OnDemandOptions = {
  name: string;
  /** Asked anew for each thread that is started. */
  workerData: () => unknown;
  /** Milliseconds a call may take. */
  maxCallMs: number;
  /** Hears that a thread begins, which knows nothing of what an earlier one was told. */
  onStart: () => void;
  log?: Log | undefined;
};

export function createThreadOnDemand(options: OnDemandOptions): ThreadOnDemand {
  const { name, workerData, maxCallMs, onStart, log } = options;
  let thread: Promise<WorkerThread> | undefined;
  const current = async () => {
    const known = await thread?.catch(() => undefined);
    return known?.alive() === true ? known : undefined;
  };
  const start = () => {
    onStart();
    thread = startWorkerThread(name, { workerData: workerData(), log });
    return thread;
  };
  return {
    async call(method, input) {
      const living = (await current()) ?? (await start());
      const timer = setTimeout(() => {
        log?.warn({ thread: name, method, maxCallMs }, 'a call took too long; another thread goes on');
        living.abandon(new OrgRefused(queryTimeout));
      }, maxCallMs);
      return living.call(method, input).finally(() => clearTimeout(timer));
    },
    tell(method, input) {
      thread?.then((living) => living.call(method, input)).catch(() => undefined);
    },
    abandon() {
      thread?.then((living) => living.abandon(new Error('the records are closed'))).catch(() => undefined);
    },
    async close() {
      await (await current())?.close();
    },
  };
}
