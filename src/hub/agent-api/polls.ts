/** How many questions for requests one agent may leave open: a second comes after a break of the connection, a hundredth from nobody good. */

export type Polls = {
  /** `signal` ends with the given one, and when newer questions of the same agent need the place. */
  enter(agent: number, signal: AbortSignal): Disposable & { signal: AbortSignal };
};

/** Beyond it the one that has waited longest is answered at once. */
const openAtOnce = 4;

export function createPolls(): Polls {
  const open = new Map<number, Set<AbortController>>();
  return {
    enter(agent, signal) {
      const places = open.get(agent) ?? new Set();
      open.set(agent, places);
      const [oldest] = places;
      if (oldest !== undefined && places.size >= openAtOnce) leave(oldest).abort();
      const place = new AbortController();
      places.add(place);
      return {
        signal: AbortSignal.any([signal, place.signal]),
        [Symbol.dispose]: () => void leave(place),
      };

      function leave(left: AbortController): AbortController {
        places.delete(left);
        if (places.size === 0 && open.get(agent) === places) open.delete(agent);
        return left;
      }
    },
  };
}
