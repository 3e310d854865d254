/** Who looks at messages waits a little until what was accepted just before is among them; what is more comes by itself, in its order. */

type Unfolding = {
  anyAccepted(): boolean;
  /** One transaction; false when that was all. */
  unfold(): Promise<boolean>;
};

/** No further transaction is waited for after this time, or after so many of them. */
const longMs = 100;
const mostTurns = 20;

/** Many who wait at once wait for the same transactions. */
export function createUnfoldShortly({ anyAccepted, unfold }: Unfolding): () => Promise<void> {
  let underWay: Promise<boolean> | undefined;

  function unfoldOnce(): Promise<boolean> {
    underWay ??= unfold().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return async () => {
    const until = performance.now() + longMs;
    for (let turn = 0; turn < mostTurns && anyAccepted(); turn++) {
      await unfoldOnce();
      if (performance.now() > until) return;
    }
  };
}
