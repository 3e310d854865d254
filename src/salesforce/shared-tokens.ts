/** Tokens shared by all openings of an org with the same key pair: the user signs in once, and not once an opening. */
import { createHash } from 'node:crypto';
import { type Clock, type Log, systemClock } from '../base/index.ts';
import { createTokenSource, type KeptTokenSource, type TokenSource } from './access-token.ts';
import { defaultDeadlines, openConnection } from './connection.ts';
import { type KeyPair, type SignInPlace, signIn } from './sign-in.ts';

/** Kept in memory only, and forgotten when it is disposed of; requests that are under way then fail. */
export type SharedTokens = AsyncDisposable & {
  sourceOf(place: SignInPlace, pair: KeyPair): TokenSource;
  /** The key pairs have changed: openings that have a token go on with it, and take their next one anew. */
  forget(): void;
  /** Somebody has mended something, perhaps: what failed is tried at once. */
  forgetFailures(): void;
};

/** Shorter than for one opening, since the next one is another run, by when somebody may have mended what was wrong. */
const refusalPace = { firstMs: 1_000, longestMs: 30_000 };

/** @example await using tokens = openSharedTokens(); await using org = openSalesforce({ ...settings, tokens }); */
export function openSharedTokens({
  clock = systemClock,
  random = Math.random,
  log,
}: {
  clock?: Clock;
  random?: () => number;
  log?: Log | undefined;
} = {}): SharedTokens {
  const sources = new Map<string, KeptTokenSource>();
  const closing = new AbortController();
  const deadlines = defaultDeadlines;

  /** By a connection of its own: the opening that asked may end before the answer is there. */
  async function fetchToken({ tokenUrl, rules, proxy }: SignInPlace, pair: KeyPair) {
    await using connection = openConnection({ deadlines, proxy });
    const { signal } = closing;
    const request = { connection, tokenUrl, rules, clock, signal, deadlineMs: deadlines.tokenMs, ...pair };
    return await signIn(request, log);
  }

  return {
    sourceOf(place, pair) {
      const name = nameOf(place, pair);
      const known = sources.get(name);
      if (known) return known;
      const source = createTokenSource({ fetchToken: () => fetchToken(place, pair), clock, random, refusalPace });
      sources.set(name, source);
      return source;
    },
    forget: () => sources.clear(),
    forgetFailures() {
      for (const [name, source] of sources) if (source.hasFailed()) sources.delete(name);
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the tokens are needed no longer'));
      sources.clear();
    },
  };
}

/** Of everything that decides which token is given and where it may go; the secret cannot be read out of it. */
function nameOf({ tokenUrl, rules }: SignInPlace, { consumerKey, consumerSecret }: KeyPair): string {
  const { myDomain, allowedHosts, allowPlainHttp } = rules;
  const parts = [myDomain.origin, tokenUrl.href, allowedHosts, allowPlainHttp, consumerKey, consumerSecret];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
