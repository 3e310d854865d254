/**
 * Slows down who guesses secrets: after some wrong ones for an app from one address, that pair must wait, each time longer.
 *
 * Another address is another pair: a stranger cannot lock an app for its owner. A wrong secret sent again is no new guess, so
 * that a program that was not told of a new secret locks nobody out.
 */
import { hash, randomBytes } from 'node:crypto';
import { type Clock, callerNetwork } from '../base/index.ts';
import { createFailureTable, type FailureTable, type Place } from './failure-table.ts';

export type LockOut = {
  /** Milliseconds still to wait, 0 when none; asked before any secret is looked at. */
  waitMs(name: string, address: string | undefined): number;
  /** A wrong secret; `guess` tells one from another and is not kept. */
  failed(name: string, address: string | undefined, guess: Uint8Array): void;
  succeeded(name: string, address: string | undefined): void;
  /** How many pairs are remembered. */
  readonly size: number;
};

const defaults = { freeGuesses: 10, firstWaitMs: 1_000, longestWaitMs: 900_000, maxPairs: 32_768 };

/** `maxPairs` is a multiple of 8. */
export function createLockOut(options: { clock: Pick<Clock, 'now'> } & Partial<typeof defaults>): LockOut {
  const { clock, freeGuesses, firstWaitMs, longestWaitMs, maxPairs } = { ...defaults, ...options };
  const table = createFailureTable(maxPairs);
  const placeOf = createPlaceFinder(table);
  return {
    waitMs(name, address) {
      return table.size === 0 ? 0 : Math.max(0, table.lockedUntil(placeOf(name, address)) - clock.now());
    },
    failed(name, address, guess) {
      const count = table.addFailure(placeOf(name, address), markOf(guess));
      const doublings = count - freeGuesses;
      if (doublings < 0) return;
      const until = clock.now() + Math.min(longestWaitMs, firstWaitMs * 2 ** doublings);
      table.lock(placeOf(name, address), until);
    },
    succeeded(name, address) {
      if (table.size > 0) table.forget(placeOf(name, address));
    },
    get size() {
      return table.size;
    },
  };
}

/** The last pair is kept at hand: it is asked for two or three times in a row. */
function createPlaceFinder(table: FailureTable): (name: string, address: string | undefined) => Place {
  const seed = randomBytes(16).toString('hex');
  let last: { name: string; address: string | undefined; place: Place } | undefined;
  return (name, address) => {
    if (last !== undefined && last.name === name && last.address === address) return last.place;
    const place = table.placeOf(hash('sha256', `${seed} ${pairOf(name, address)}`, 'binary'));
    last = { name, address, place };
    return place;
  };
}

/** Its first six bytes: enough to tell guesses apart. */
function markOf(guess: Uint8Array): number {
  let mark = 0;
  for (let index = 0; index < 6; index += 1) mark = mark * 256 + (guess[index] ?? 0);
  return mark;
}

function pairOf(name: string, address = ''): string {
  return `${callerNetwork(address)} ${name}`;
}
