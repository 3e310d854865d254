/** Remembers what was read from the store, as long as no person has changed anything there. */
const mostRemembered = 500;

/** `stampNow` differs after each change, also of another process. What `find` throws, and undefined, is not remembered. */
export function createShortcut<Name, Found>(stampNow: () => number) {
  let stamp = -1;
  const found = new Map<Name, Found>();
  return (name: Name, find: () => Found): Found => {
    const now = stampNow();
    if (now !== stamp || found.size >= mostRemembered) found.clear();
    stamp = now;
    const known = found.get(name) ?? find();
    if (known !== undefined) found.set(name, known);
    return known;
  };
}
