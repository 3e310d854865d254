/** A worker thread as its owner sees it: start it, call it, end it. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from '../../base/index.ts';
import { type Answer, type Ready, readAnswer, type Unsupported } from './worker-call.ts';

export type WorkerThread = {
  call(method: string, input: unknown): Promise<unknown>;
  /** False once it has ended, for whatever reason; then every call rejects. */
  alive(): boolean;
  /** Ends it between two calls, after what it is at. */
  close(): Promise<void>;
  /** Ends it wherever it is; calls without an answer reject with `reason`. */
  abandon(reason: Error): void;
};

export type StartOptions = { workerData: unknown; log?: Log | undefined };

type Waiting = { resolve: (value: unknown) => void; reject: (error: unknown) => void };

/** Starts `name` (a file beside this one, without its ending) and resolves when it can be called. */
export async function startWorkerThread(name: string, { workerData, log }: StartOptions): Promise<WorkerThread> {
  const worker = new Worker(new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url), { workerData });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let ended: Error | undefined;
  const ready = Promise.withResolvers<void>();
  const end = (reason: Error) => {
    ended ??= reason;
    ready.reject(reason);
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  };
  worker.on('message', (message: Answer | Ready | Unsupported) => {
    if ('ready' in message) ready.resolve();
    else if ('unsupported' in message) log?.warn(message, 'a query asked for what is at Salesforce but not in the box');
    else settle(waiting, message, log);
  });
  worker.on('error', (error) => {
    log?.error({ thread: name, error: String(error) }, 'a thread of the records ended by an error');
    end(error instanceof Error ? error : new Error(String(error)));
  });
  const exited = new Promise<void>((resolve) =>
    worker.once('exit', () => resolve(end(new Error(`the thread ${name} has ended`)))),
  );
  const call = async (method: string, input: unknown) => {
    if (ended !== undefined) throw ended;
    last += 1;
    worker.postMessage({ id: last, method, input });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    waiting.set(last, { resolve, reject });
    return promise;
  };
  await ready.promise;
  return {
    call,
    alive: () => ended === undefined,
    async close() {
      if (ended === undefined) await call('close', undefined);
      await exited;
    },
    abandon(reason) {
      end(reason);
      worker.terminate().catch(() => undefined);
    },
  };
}

function settle(waiting: Map<number, Waiting>, answer: Answer, log: Log | undefined): void {
  const one = waiting.get(answer.id);
  waiting.delete(answer.id);
  if (answer.fault !== undefined) log?.error({ fault: answer.fault }, 'the records failed at something');
  try {
    one?.resolve(readAnswer(answer));
  } catch (error) {
    one?.reject(error);
  }
}
