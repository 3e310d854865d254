/** Exact numbers: as JavaScript's own while they are short, all others as decimals of 39 digits, halves rounded away from zero. */
import { createRequire } from 'node:module';
import type { Decimal } from 'decimal.js';
import {
  addShort,
  type Countable,
  compareShort,
  multiplyShort,
  type Rounding,
  roundShort,
  Short,
  shortOfText,
  textOfShort,
} from './short.ts';
import type { Num } from './value.ts';

const require = createRequire(import.meta.url);

type Decimals = {
  /** Salesforce's own engine counts with 39 digits, half up. */
  Exact: typeof Decimal;
  /** Powers, roots and logarithms: as many digits as a Salesforce number has. */
  Rough: typeof Decimal;
  /** A result of a power smaller than this is zero. */
  smallestPower: Decimal;
};

let loaded: Decimals | undefined;

/** Loaded with the first number that is not short: most runs never see one. */
function decimals(): Decimals {
  loaded ??= load();
  return loaded;
}

function load(): Decimals {
  const { Decimal } = require('decimal.js') as typeof import('decimal.js');
  const Exact = Decimal.clone({ precision: 39, rounding: Decimal.ROUND_HALF_UP });
  const Rough = Decimal.clone({ precision: 18, rounding: Decimal.ROUND_HALF_UP });
  return { Exact, Rough, smallestPower: new Exact('1e-39') };
}

const longestPower = 64;

const fits = Number.isSafeInteger;
const isShort = (number: Num): number is Countable => typeof number === 'number' || number instanceof Short;
const exact = (number: Num): Decimal => exactly(number instanceof Short ? textOfShort(number) : number);

function exactly(value: Decimal.Value): Decimal {
  const { Exact } = decimals();
  return new Exact(value);
}

function roughly(value: Num): Decimal {
  const { Rough } = decimals();
  return new Rough(exact(value));
}

export function add(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && fits(left + right)) return left + right;
  return (isShort(left) && isShort(right) ? addShort(left, right, 1) : undefined) ?? exact(left).add(exact(right));
}

export function subtract(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && fits(left - right)) return left - right;
  return (isShort(left) && isShort(right) ? addShort(left, right, -1) : undefined) ?? exact(left).sub(exact(right));
}

export function multiply(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && fits(left * right)) return left * right + 0;
  return (isShort(left) && isShort(right) ? multiplyShort(left, right) : undefined) ?? exact(left).mul(exact(right));
}

/** The divisor is not zero. */
export function divide(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && left % right === 0) return left / right + 0;
  return exact(left).div(exact(right));
}

/** The remainder has the sign of the first; the divisor is not zero. */
export function remainder(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number') return (left % right) + 0;
  return exact(left).mod(exact(right));
}

/** Undefined where the exponent is no whole number, or the result has more than 64 digits. */
export function power(base: Num, exponent: Num): Num | undefined {
  const number = exact(base);
  const times = toWhole(exponent);
  if (compare(exponent, times) !== 0 || (times < 0 && number.isZero())) return undefined;
  if (!number.isZero() && number.abs().log(10).times(times).gt(longestPower)) return undefined;
  const result = exactly(roughly(number).pow(times));
  return result.abs().lt(decimals().smallestPower) ? 0 : result;
}

/** Below zero, equal or above. */
export function compare(left: Num, right: Num): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const difference = isShort(left) && isShort(right) ? compareShort(left, right) : Number.NaN;
  return Number.isNaN(difference) ? exact(left).cmp(exact(right)) : difference;
}

export function isZero(number: Num): boolean {
  return typeof number === 'number' ? number === 0 : number instanceof Short ? false : number.isZero();
}

/** Cut to a whole number, as far as JavaScript can hold one. */
export function toWhole(number: Num): number {
  return typeof number === 'number' ? number : exact(number).trunc().toNumber();
}

/** In the numbers of decimal.js. */
const roundings: Readonly<Record<Rounding, Decimal.Rounding>> = { away: 0, towards: 1, up: 2, down: 3, nearest: 4 };

/** To so many digits behind the point, or, below zero, before it. */
export function round(number: Num, digits: number, rounding: Rounding): Num {
  if (digits < 0) {
    const unit = exactly(10).pow(Math.min(-digits, longestPower));
    return exact(number).div(unit).toDecimalPlaces(0, roundings[rounding]).times(unit);
  }
  if (typeof number === 'number') return number;
  const short = number instanceof Short ? roundShort(number, digits, rounding) : undefined;
  return short ?? exact(number).toDecimalPlaces(Math.min(digits, longestPower), roundings[rounding]);
}

export const absolute = (number: Num): Num => (compare(number, 0) < 0 ? negate(number) : number);
export const negate = (number: Num): Num => subtract(0, number);
export const squareRoot = (number: Num): Num => exactly(roughly(number).sqrt());
export const exponential = (number: Num): Num => exactly(roughly(number).exp());
export const naturalLogarithm = (number: Num): Num => exactly(roughly(number).ln());
export const logarithm = (number: Num): Num => exactly(roughly(number).log(10));

const numberForm = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** Undefined for what is no number. */
export function numberOfText(text: string): Num | undefined {
  return shortOfText(text) ?? (numberForm.test(text) ? exactly(text) : undefined);
}

/** Plainly, without exponent and without zeros at the end. */
export function textOfNumber(number: Num): string {
  if (typeof number === 'number') return String(number + 0);
  if (number instanceof Short) return textOfShort(number);
  return number.isZero() ? '0' : number.toFixed();
}
