/** A few at once, the others in line: for work that costs memory or a thread each, such as looking at a password. */

export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** `refuse` makes the error for who comes when the line is full. */
export function createTurns(limits: { atOnce: number; waiting: number; refuse: () => Error }): Turns {
  const line: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limits.atOnce) {
      if (line.length >= limits.waiting) throw limits.refuse();
      await new Promise<void>((resolve) => line.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The turn is handed on, or given back.
      const next = line.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
