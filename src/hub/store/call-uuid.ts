/** UUIDs of calls, by which callers ask for them. */
import { randomUUID } from 'node:crypto';

/**
 * Version 7 of RFC 9562: the time, then 74 bits of chance. Those of one group stand side by side in their index, where chance alone
 * would have each of them write a page of its own.
 */
export function createCallUuid(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}
