/** Group commit: short works of many callers share one transaction, and each hears of it after the commit. */

type Outcome = { value: unknown } | { error: unknown };

type Waiting = { work: () => unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void };

type Store = {
  write(work: () => Outcome[]): Promise<Outcome[]>;
  /** One statement on the connection that writes. */
  execute(sql: string): void;
  /** Told how many works shared a transaction. */
  onCommitted?: ((works: number) => void) | undefined;
};

/**
 * All that come in one turn of the event loop are written together, in the order they came. Each has a savepoint of its own: of
 * a work that throws nothing stays, and the others are not touched by it.
 */
export function createGathering({
  write,
  execute,
  onCommitted,
}: Store): <Result>(work: () => Result) => Promise<Result> {
  let waiting: Waiting[] = [];

  function commit(): void {
    const together = waiting;
    waiting = [];
    write(() => together.map(({ work }) => runApart(execute, work))).then(
      (outcomes) => {
        onCommitted?.(outcomes.length);
        for (const [place, outcome] of outcomes.entries()) tell(together[place], outcome);
      },
      (error: unknown) => {
        for (const one of together) tell(one, { error });
      },
    );
  }

  return <Result>(work: () => Result) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    if (waiting.length === 0) setImmediate(commit);
    waiting.push({ work, resolve: resolve as Waiting['resolve'], reject });
    return promise;
  };
}

function runApart(execute: Store['execute'], work: () => unknown): Outcome {
  execute('SAVEPOINT gathered');
  try {
    const value = work();
    execute('RELEASE gathered');
    return { value };
  } catch (error) {
    execute('ROLLBACK TO gathered; RELEASE gathered');
    return { error };
  }
}

function tell(one: Waiting | undefined, outcome: Outcome): void {
  if ('error' in outcome) one?.reject(outcome.error);
  else one?.resolve(outcome.value);
}
