/** Things under way side by side: the first that fails stops the others. */

export type Tasks = {
  readonly signal: AbortSignal;
  start(act: () => Promise<void>): void;
  /** Stops everything; the first error counts, what follows from it does not. */
  fail(error: unknown): void;
  /** Waits for all, also those started meanwhile; throws the first error. */
  settle(): Promise<void>;
};

export function createTasks(outer: AbortSignal | undefined): Tasks {
  const stop = new AbortController();
  const signal = outer ? AbortSignal.any([outer, stop.signal]) : stop.signal;
  const started: Promise<void>[] = [];
  let first: { error: unknown } | undefined;

  function fail(error: unknown): void {
    first ??= { error };
    stop.abort(error);
  }

  return {
    signal,
    start(act) {
      started.push(act().catch(fail));
    },
    fail,
    async settle() {
      for (let index = 0; index < started.length; index++) await started[index];
      if (first) throw first.error;
    },
  };
}
