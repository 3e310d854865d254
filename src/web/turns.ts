/** A few at once, the others in line: for work that costs memory or a thread each, such as looking at a password. */

/** `from`: who it is for; left out, nobody in particular. */
export type Turns = <Result>(work: () => Promise<Result>, from?: string) => Promise<Result>;

/** `ofOne`: how many of one caller may be in line, so that a flood of one leaves room for others. */
export type TurnLimits = { atOnce: number; waiting: number; ofOne?: number; refuse: () => Error };

/** `refuse` makes the error for who comes when the line is full. */
export function createTurns({ atOnce, waiting, ofOne = waiting, refuse }: TurnLimits): Turns {
  const line: { from: string; begin: () => void }[] = [];
  let running = 0;
  const mayWait = (from: string) => line.length < waiting && line.filter((one) => one.from === from).length < ofOne;
  return async (work, from = '') => {
    if (running >= atOnce) {
      if (!mayWait(from)) throw refuse();
      await new Promise<void>((resolve) => line.push({ from, begin: resolve }));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The turn is handed on, or given back.
      const next = line.shift();
      if (next) next.begin();
      else running -= 1;
    }
  };
}
