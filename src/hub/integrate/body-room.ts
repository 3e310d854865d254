/** Reads the bodies of calls: within their limits, piece by piece, and all together within what memory there is for them. */
import { createHash } from 'node:crypto';
import { ApiRefused, refuseCall } from '../../web/index.ts';

export type BodyLimits = {
  maxBytes: number;
  idleMs: number;
  totalMs: number;
  /** Whether its digest will be asked for. */
  digested: boolean;
};

export type Body = {
  pieces: AsyncIterable<Uint8Array>;
  /** What was read so far is no longer held in memory. */
  release(): void;
  /** SHA-256 of all that was read, once it was. */
  digest(): string;
};

export type BodyRoom = {
  /** Disposed of when the call has ended. */
  enter(source: AsyncIterable<Uint8Array>, limits: BodyLimits): Body & Disposable;
};

const retrySeconds = 2;

/** `maxBytes`: of all bodies together. */
export function createBodyRoom(maxBytes: number): BodyRoom {
  let held = 0;
  return {
    enter(source, limits) {
      const hash = limits.digested ? createHash('sha256') : undefined;
      let mine = 0;
      const take = (bytes: number) => {
        if (held + bytes > maxBytes) throw busy();
        held += bytes;
        mine += bytes;
      };
      const release = () => {
        held -= mine;
        mine = 0;
      };
      return {
        pieces: readWithin(source, limits, (piece) => {
          take(piece.length);
          hash?.update(piece);
        }),
        release,
        digest: () => hash?.digest('hex') ?? '',
        [Symbol.dispose]: release,
      };
    },
  };
}

function busy(): ApiRefused {
  const message = 'The hub is reading as many bodies as its memory allows.';
  const errors = [{ field: null, message, next: 'Send it again in a few seconds: nothing of it was kept.' }];
  return new ApiRefused({ status: 429, errors, headers: { 'Retry-After': String(retrySeconds) } });
}

export function tooLarge(maxBytes: number): ApiRefused {
  const message = `The body is larger than the ${maxBytes} bytes that are taken in this mode.`;
  return refuseCall(413, message, 'Send fewer records at once, or use mode=Bulk: nothing of it was kept.');
}

function tooSlow(seconds: number): ApiRefused {
  return refuseCall(
    408,
    `The body did not go on, or not come to its end, within ${seconds} seconds.`,
    'Send it again: nothing of it was kept.',
  );
}

function brokeOff(): ApiRefused {
  return refuseCall(400, 'The body broke off.', 'Send it again: nothing of it was kept.');
}

async function* readWithin(
  source: AsyncIterable<Uint8Array>,
  { maxBytes, idleMs, totalMs }: BodyLimits,
  take: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const until = performance.now() + totalMs;
  let bytes = 0;
  for (;;) {
    const leftMs = Math.min(idleMs, until - performance.now());
    const { done, value } = await nextWithin(iterator, leftMs, leftMs < idleMs ? totalMs : idleMs);
    if (done) return;
    bytes += value.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    take(value);
    yield value;
  }
}

async function nextWithin(iterator: AsyncIterator<Uint8Array>, leftMs: number, limitMs: number) {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(tooSlow(limitMs / 1_000)), Math.max(0, leftMs));
  const next = iterator.next().catch((error: unknown) => {
    throw error instanceof ApiRefused ? error : brokeOff();
  });
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
    // What loses the race may still fail.
    next.catch(() => undefined);
  }
}
