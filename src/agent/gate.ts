/** Lets a few in at a time, in the order they came. */

export type Gate = {
  /** May be lowered while some are inside; they stay, and fewer follow. */
  limit: number;
  use<T>(act: () => Promise<T>): Promise<T>;
};

export function createGate(limit: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;

  function letIn(): void {
    while (inside < gate.limit && waiting.length > 0) {
      inside++;
      waiting.shift()?.();
    }
  }

  const gate: Gate = {
    limit,
    async use(act) {
      await new Promise<void>((enter) => {
        waiting.push(enter);
        letIn();
      });
      try {
        return await act();
      } finally {
        inside--;
        letIn();
      }
    },
  };
  return gate;
}
