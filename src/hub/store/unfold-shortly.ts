/** Who looks at messages waits a little until what was accepted just before is among them; what is more comes by itself, in its order. */

type Unfolding = {
  anyAccepted(): boolean;
  /** One transaction; false when that was all. */
  unfold(): Promise<boolean>;
};

/** So many transactions are waited for, however many there are to come. */
const mostTurns = 5;

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
    for (let turn = 0; turn < mostTurns && anyAccepted(); turn++) await unfoldOnce();
  };
}
