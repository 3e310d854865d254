/** What every load does around its staging and its merge: one act at a time, the rows counted, and over for good when an act failed. */
import { SluiceError } from '../base/index.ts';
import type { Bookmark, Load, LoadCounts } from './target.ts';

export type MergeMeans = { staged: number; bookmark: Bookmark | undefined; signal: AbortSignal | undefined };

export type LoadActs = {
  /** As it is called in sentences. */
  database: string;
  stage(csv: Parameters<Load['stage']>[0], signal: AbortSignal | undefined): Promise<number>;
  merge(means: MergeMeans): Promise<LoadCounts>;
  /** The error as one of ours. */
  judge(error: unknown): unknown;
  /** Called when the signal is aborted in the middle, where the library itself heeds none. */
  hangUp?(): void;
  close(): Promise<void> | void;
};

/** A load half staged can never be merged, so whatever goes wrong ends it. */
export function createGuardedLoad(acts: LoadActs): Load {
  let staged = 0;
  let isOver = false;

  async function guarded<T>(signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    if (isOver) throw new SluiceError('LOAD_FAILED', { database: acts.database, reason: 'the load has ended' });
    isOver = true;
    const hangUp = () => acts.hangUp?.();
    signal?.addEventListener('abort', hangUp, { once: true });
    try {
      const result = await act();
      isOver = false;
      return result;
    } catch (error) {
      throw signal?.aborted && !isInDoubt(error) ? signal.reason : acts.judge(error);
    } finally {
      signal?.removeEventListener('abort', hangUp);
    }
  }

  return {
    async stage(csv, { signal } = {}) {
      const rows = await guarded(signal, () => acts.stage(csv, signal));
      staged += rows;
      return rows;
    },
    merge: ({ signal, bookmark } = {}) => guarded(signal, () => acts.merge({ staged, bookmark, signal })),
    async [Symbol.asyncDispose]() {
      await acts.close();
    },
  };
}

/** That a commit may have gone through counts more than that somebody stopped. */
const isInDoubt = (error: unknown) => error instanceof SluiceError && error.inDoubt;
