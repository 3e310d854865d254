/** The thread of calls as the hub sees it: group commit of accepted calls, each heard of once it is on the disk. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Clock, type ErrorCode, SluiceError } from '../../base/index.ts';
import type { SqliteFile } from '../../store/index.ts';
import { type CallRow, type FoldedCall, rowOfCall, type WrittenCall } from './write-call.ts';

export type CallsWorkerData = { folder: string };

/** `unfold`: so many messages, or a little more. */
export type CallsWork = { accept: readonly CallRow[] } | { unfold: number; now: number };

type Fault = { code: ErrorCode; values: SluiceError['values'] } | { stack: string };
export type CallsAnswer = { value: unknown } | { fault: Fault };

export type CallsThread = AsyncDisposable & {
  /** On the disk when it resolves; all that come while the disk is busy are written together. */
  accept(call: Omit<FoldedCall, 'now'>): Promise<WrittenCall>;
  /** See unfold-calls.ts. */
  unfold(mostMessages: number): Promise<boolean>;
};

type Means = {
  folder: string;
  store: Pick<SqliteFile, 'giveTurn'>;
  clock: Pick<Clock, 'now'>;
  onCommitted?: ((works: number) => void) | undefined;
};

type Waiting = { row: CallRow; resolve(written: WrittenCall): void; reject(error: unknown): void };

/** It is started with its first work, and anew should it end by itself. */
export function openCallsThread({ folder, store, clock, onCommitted }: Means): CallsThread {
  let waiting: Waiting[] = [];
  let thread: Thread | undefined;
  const ask = (work: CallsWork): Promise<unknown> => {
    if (thread?.ended !== false) thread = new Thread(folder);
    return thread.ask(work);
  };

  async function commit(): Promise<void> {
    const together = waiting;
    waiting = [];
    try {
      const written = (await ask({ accept: together.map(({ row }) => row) })) as number[];
      onCommitted?.(together.length);
      for (const [place, { resolve }] of together.entries()) resolve(writtenAt(written, place));
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  return {
    accept(call) {
      const { promise, resolve, reject } = Promise.withResolvers<WrittenCall>();
      if (waiting.length === 0) setImmediate(() => store.giveTurn(commit));
      waiting.push({ row: rowOfCall({ ...call, now: clock.now() }), resolve, reject });
      return promise;
    },
    unfold: (mostMessages) => store.giveTurn(() => ask({ unfold: mostMessages, now: clock.now() }) as Promise<boolean>),
    [Symbol.asyncDispose]: () => store.giveTurn(async () => thread?.close()),
  };
}

function writtenAt(written: readonly number[], place: number): WrittenCall {
  return { id: written[place * 2] as number, first: written[place * 2 + 1] as number };
}

/** Keeps the process going only while it is at work. */
class Thread {
  ended = false;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #asked: PromiseWithResolvers<unknown> | undefined;

  constructor(folder: string) {
    const file = new URL(`./calls-worker${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(file, { workerData: { folder } satisfies CallsWorkerData });
    this.#worker.unref();
    this.#worker.on('message', (answer: CallsAnswer) => this.#hear(answer));
    this.#worker.on('error', (error) => this.#end(error));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#end(new Error('the thread that writes calls has ended'));
        resolve();
      });
    });
  }

  ask(work: CallsWork): Promise<unknown> {
    this.#asked = Promise.withResolvers();
    this.#worker.ref();
    this.#worker.postMessage(work);
    return this.#asked.promise;
  }

  /** When it is at no work. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.#worker.ref();
    this.#worker.postMessage('close');
    await this.#exited;
  }

  #hear(answer: CallsAnswer): void {
    this.#worker.unref();
    if ('value' in answer) this.#asked?.resolve(answer.value);
    else this.#asked?.reject(errorOf(answer.fault));
  }

  #end(error: unknown): void {
    this.ended = true;
    this.#asked?.reject(error);
  }
}

function errorOf(fault: Fault): Error {
  if ('code' in fault) return new SluiceError(fault.code, fault.values);
  return new Error(fault.stack.split('\n', 1)[0], { cause: fault.stack });
}
