/**
 * Slows down who guesses secrets: after some wrong ones for an app from one address, that pair must wait, each time longer.
 *
 * Another address is another pair: a stranger cannot lock an app for its owner. A wrong secret sent again is no new guess, so
 * that a program that was not told of a new secret locks nobody out. Memory is bounded: the pairs that failed longest ago go.
 */
import type { Clock } from '../base/index.ts';
import { plainAddress } from './address-ranges.ts';
import { remember } from './bounded-map.ts';

export type LockOut = {
  /** Milliseconds still to wait, 0 when none; asked before any secret is looked at. */
  waitMs(name: string, address: string | undefined): number;
  /** A wrong secret; `guess` tells one from another and is not kept. */
  failed(name: string, address: string | undefined, guess: Uint8Array): void;
  succeeded(name: string, address: string | undefined): void;
  /** How many pairs are remembered. */
  readonly size: number;
};

type Failures = { count: number; guesses: number[]; lockedUntil: number };

const defaults = { freeGuesses: 10, firstWaitMs: 1_000, longestWaitMs: 900_000, maxPairs: 20_000 };
/** Of so many guesses it is known whether they were made before. */
const guessesKept = 4;

export function createLockOut(options: { clock: Pick<Clock, 'now'> } & Partial<typeof defaults>): LockOut {
  const { clock, freeGuesses, firstWaitMs, longestWaitMs, maxPairs } = { ...defaults, ...options };
  const pairs = new Map<string, Failures>();
  return {
    waitMs(name, address) {
      if (pairs.size === 0) return 0;
      const failures = pairs.get(pairOf(name, address));
      return failures === undefined ? 0 : Math.max(0, failures.lockedUntil - clock.now());
    },
    failed(name, address, guess) {
      const pair = pairOf(name, address);
      const failures = pairs.get(pair) ?? { count: 0, guesses: [], lockedUntil: 0 };
      const mark = markOf(guess);
      if (failures.guesses.includes(mark)) return;
      failures.guesses = [mark, ...failures.guesses].slice(0, guessesKept);
      failures.count += 1;
      const doublings = failures.count - freeGuesses;
      if (doublings >= 0) failures.lockedUntil = clock.now() + Math.min(longestWaitMs, firstWaitMs * 2 ** doublings);
      remember(pairs, pair, failures, maxPairs);
    },
    succeeded(name, address) {
      if (pairs.size > 0) pairs.delete(pairOf(name, address));
    },
    get size() {
      return pairs.size;
    },
  };
}

/** Its first six bytes: enough to tell guesses apart. */
function markOf(guess: Uint8Array): number {
  let mark = 0;
  for (let index = 0; index < 6; index += 1) mark = mark * 256 + (guess[index] ?? 0);
  return mark;
}

/** Whoever has one address of IPv6 has the 2^64 beside it as well. */
function pairOf(name: string, address = ''): string {
  const plain = plainAddress(address);
  return `${plain.includes(':') ? networkOf(plain) : plain} ${name}`;
}

/** The first 64 bits, in one spelling. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('%', 1).join('').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
