/** A setting that lists hosts. */

/** `a.example, b.example:8443` as its parts; no text, no hosts. */
export function readHostList(list = ''): string[] {
  return list
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
}
