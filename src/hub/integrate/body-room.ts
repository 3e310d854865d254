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

/** `wholeIfThere`: all of it, when it has come to its end before anything of it was asked for. */
export type BodySource = AsyncIterable<Uint8Array> & { wholeIfThere?(): Promise<Uint8Array | undefined> };

export type Body = {
  /** Undefined: it is still to come, by its pieces; of what is given here there are none. */
  wholeIfThere(): Promise<Uint8Array | undefined>;
  pieces: AsyncIterable<Uint8Array>;
  /** What was read so far is no longer held in memory. */
  release(): void;
  /** SHA-256 of all that was read, once it was. */
  digest(): string;
};

export type BodyRoom = {
  /** Disposed of when the call has ended. */
  enter(source: BodySource, limits: BodyLimits): Body & Disposable;
};

const retrySeconds = 2;

/** `maxBytes`: of all bodies together. */
export function createBodyRoom(maxBytes: number): BodyRoom {
  let held = 0;
  return {
    enter(source, limits) {
      const hash = limits.digested ? createHash('sha256') : undefined;
      let mine = 0;
      const take = (piece: Uint8Array) => {
        if (held + piece.length > maxBytes) throw busy();
        held += piece.length;
        mine += piece.length;
        hash?.update(piece);
      };
      const release = () => {
        held -= mine;
        mine = 0;
      };
      return {
        async wholeIfThere() {
          const whole = await source.wholeIfThere?.();
          if (whole !== undefined && whole.length > limits.maxBytes) throw tooLarge(limits.maxBytes);
          if (whole !== undefined) take(whole);
          return whole;
        },
        pieces: { [Symbol.asyncIterator]: () => readWithin(source, limits, take) },
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
  limits: BodyLimits,
  take: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  using waiter = createWaiter(source[Symbol.asyncIterator](), limits);
  let bytes = 0;
  for (;;) {
    const { done, value } = await waiter.next();
    if (done) return;
    bytes += value.length;
    if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes);
    take(value);
    yield value;
  }
}

type Waiter = Disposable & { next(): Promise<IteratorResult<Uint8Array>> };

/** Waits for one piece after the other, by one timer that is only looked at when it ends. */
function createWaiter(iterator: AsyncIterator<Uint8Array>, { idleMs, totalMs }: BodyLimits): Waiter {
  const until = performance.now() + totalMs;
  let waited: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;
  let askedAt = performance.now();
  const leftMs = () => Math.min(askedAt + idleMs, until) - performance.now();
  const look = () => {
    if (waited === undefined) askedAt = performance.now();
    const left = leftMs();
    if (left > 0) timer = setTimeout(look, left);
    else waited?.reject(tooSlow((until < askedAt + idleMs ? totalMs : idleMs) / 1_000));
  };
  let timer = setTimeout(look, leftMs());
  return {
    next() {
      askedAt = performance.now();
      waited = Promise.withResolvers();
      const { promise, resolve, reject } = waited;
      iterator.next().then(
        (result) => {
          waited = undefined;
          resolve(result);
        },
        (error: unknown) => reject(error instanceof ApiRefused ? error : brokeOff()),
      );
      return promise;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
