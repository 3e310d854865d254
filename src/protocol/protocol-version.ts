/** Which protocol hub and agent speak. Each says its own with every call and answer, in a header that those who do not know it pass over. */

/** Grows with whatever one side may only do when the other knows it. 1: it says nothing of it. */
export const protocolVersion = 2;

export const protocolHeader = 'Sluice-Protocol';

/** From which version on the other side takes it. */
export const protocolSince = {
  /** A question for requests with `room: 0`, by which an agent that is busy says that it is there. */
  askingWithoutRoom: 2,
} as const;

/** Of a header as it came; 1 for what is no version. */
export function readProtocolVersion(header: unknown): number {
  return typeof header === 'string' && /^[1-9]\d{0,5}$/.test(header) ? Number(header) : 1;
}
