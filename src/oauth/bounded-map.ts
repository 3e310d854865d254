/** Maps that forget: what was put in longest ago goes first. */

/** Puts a value in, as the newest; at `maxSize` the oldest tenth goes at once, since finding the oldest of a Map is slow. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value, maxSize: number): void {
  map.delete(key);
  if (map.size >= maxSize) dropOldest(map, Math.ceil(maxSize / 10));
  map.set(key, value);
}

function dropOldest(map: Map<string, unknown>, count: number): void {
  let left = count;
  for (const key of map.keys()) {
    if (left === 0) return;
    map.delete(key);
    left -= 1;
  }
}
