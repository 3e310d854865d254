/** Counts what is still to be done, and lets others wait until nothing is. */

export type Backlog = {
  /** Gives the function that takes it off again; calling that twice does nothing more. */
  add(): () => void;
  whenEmpty(): Promise<void>;
};

export function createBacklog(): Backlog {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    add() {
      let there = true;
      count++;
      return () => {
        if (!there) return;
        there = false;
        count--;
        if (count > 0) return;
        for (const goOn of waiting) goOn();
        waiting = [];
      };
    },
    whenEmpty: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
