/** Reads the small bodies of the OAuth endpoints: up to a bound, within ten seconds, with one timer for all that are awaited. */
import type { IncomingMessage } from 'node:http';

/** How long a client may take over so small a body. */
const bodyMs = 10_000;

/** Waits that all take the same time: the oldest ends first, so that one timer serves them all. */
type Deadlines = { add(wait: Wait): void; remove(wait: Wait): void };
type Wait = { endsAt: number; expire(): void };

const deadlines = createDeadlines(bodyMs);

/** The body, or `maxBytes` of it and one more, so that it is seen to be too long; undefined when it does not come. */
export function readSmallBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const pieces: Buffer[] = [];
  let bytes = 0;
  const finish = (whole: boolean) => {
    deadlines.remove(wait);
    resolve(whole ? joined(pieces).subarray(0, maxBytes + 1) : undefined);
  };
  const wait: Wait = { endsAt: 0, expire: () => finish(false) };
  deadlines.add(wait);
  request.on('data', (piece: Buffer) => {
    if (bytes > maxBytes) return;
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxBytes) finish(true);
  });
  request.on('end', () => finish(true));
  request.on('error', () => finish(false));
  return promise;
}

function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

function createDeadlines(waitMs: number): Deadlines {
  const waits = new Set<Wait>();
  let timer: NodeJS.Timeout | undefined;
  const expire = () => {
    timer = undefined;
    const now = performance.now();
    for (const wait of waits) {
      if (wait.endsAt > now) {
        timer = setTimeout(expire, Math.ceil(wait.endsAt - now));
        return;
      }
      waits.delete(wait);
      wait.expire();
    }
  };
  return {
    add(wait) {
      wait.endsAt = performance.now() + waitMs;
      waits.add(wait);
      timer ??= setTimeout(expire, waitMs);
      timer.ref();
    },
    remove(wait) {
      waits.delete(wait);
      if (waits.size === 0) timer?.unref();
    },
  };
}
