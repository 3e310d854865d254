/** Exact numbers: whole ones as JavaScript's own while they fit, all others as decimals of 39 digits, halves rounded away from zero. */
import { Decimal } from 'decimal.js';
import type { Num } from './value.ts';

/** Salesforce's own engine counts with 39 digits, half up. */
export const Exact = Decimal.clone({ precision: 39, rounding: Decimal.ROUND_HALF_UP });

/** Powers, roots and logarithms: as many digits as a Salesforce number has. */
const Rough = Decimal.clone({ precision: 18, rounding: Decimal.ROUND_HALF_UP });

const longestPower = 64;

/** A result smaller than this is zero. */
const smallestPower = new Exact('1e-39');

const fits = Number.isSafeInteger;

export function add(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && fits(left + right)) return left + right;
  return Exact.add(left, right);
}

export function subtract(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && fits(left - right)) return left - right;
  return Exact.sub(left, right);
}

export function multiply(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && fits(left * right)) return left * right;
  return Exact.mul(left, right);
}

/** The divisor is not zero. */
export function divide(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number' && left % right === 0) return left / right;
  return Exact.div(left, right);
}

/** The remainder has the sign of the first; the divisor is not zero. */
export function remainder(left: Num, right: Num): Num {
  if (typeof left === 'number' && typeof right === 'number') return left % right;
  return Exact.mod(left, right);
}

/** Undefined where the exponent is no whole number, or the result has more than 64 digits. */
export function power(base: Num, exponent: Num): Num | undefined {
  const exact = new Exact(base);
  const times = toWhole(exponent);
  if (compare(exponent, times) !== 0 || (times < 0 && exact.isZero())) return undefined;
  if (!exact.isZero() && exact.abs().log(10).times(times).gt(longestPower)) return undefined;
  const result = new Exact(new Rough(exact).pow(times));
  return result.abs().lt(smallestPower) ? 0 : result;
}

/** Below zero, equal or above. */
export function compare(left: Num, right: Num): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return new Exact(left).cmp(right);
}

export const isZero = (number: Num): boolean => (typeof number === 'number' ? number === 0 : number.isZero());

/** Cut to a whole number, as far as JavaScript can hold one. */
export function toWhole(number: Num): number {
  return typeof number === 'number' ? number : number.trunc().toNumber();
}

type Rounding = 'nearest' | 'away' | 'towards' | 'up' | 'down';

const roundings: Readonly<Record<Rounding, Decimal.Rounding>> = {
  nearest: Decimal.ROUND_HALF_UP,
  away: Decimal.ROUND_UP,
  towards: Decimal.ROUND_DOWN,
  up: Decimal.ROUND_CEIL,
  down: Decimal.ROUND_FLOOR,
};

/** To so many digits behind the point, or, below zero, before it. */
export function round(number: Num, digits: number, rounding: Rounding): Num {
  if (typeof number === 'number' && digits >= 0) return number;
  const exact = new Exact(number);
  if (digits >= 0) return exact.toDecimalPlaces(Math.min(digits, longestPower), roundings[rounding]);
  const unit = new Exact(10).pow(Math.min(-digits, longestPower));
  return exact.div(unit).toDecimalPlaces(0, roundings[rounding]).times(unit);
}

export const absolute = (number: Num): Num => (typeof number === 'number' ? Math.abs(number) : number.abs());
export const negate = (number: Num): Num => (typeof number === 'number' ? 0 - number : number.neg());
export const squareRoot = (number: Num): Num => new Exact(new Rough(number).sqrt());
export const exponential = (number: Num): Num => new Exact(new Rough(number).exp());
export const naturalLogarithm = (number: Num): Num => new Exact(new Rough(number).ln());
export const logarithm = (number: Num): Num => new Exact(new Rough(number).log(10));

const numberForm = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const shortWhole = /^-?\d{1,15}$/;

/** Undefined for what is no number. */
export function numberOfText(text: string): Num | undefined {
  if (shortWhole.test(text)) return Number(text) + 0;
  return numberForm.test(text) ? new Exact(text) : undefined;
}

/** Plainly, without exponent and without zeros at the end. */
export function textOfNumber(number: Num): string {
  if (typeof number === 'number') return String(number + 0);
  return number.isZero() ? '0' : number.toFixed();
}
