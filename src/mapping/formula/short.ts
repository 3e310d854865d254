/** Decimals of few digits: whole units of a power of ten, all of it exact in JavaScript's own numbers. */

/** 10 to the power of 0 to 15, each exact. */
const powers = Array.from({ length: 16 }, (_, digits) => 10 ** digits);
const mostDigits = powers.length - 1;

/** `units` is a whole number that JavaScript holds exactly and no multiple of ten, `scale` at least 1: 1.25 is 125 with 2 digits behind the point. */
export class Short {
  readonly units: number;
  readonly scale: number;

  constructor(units: number, scale: number) {
    this.units = units;
    this.scale = scale;
  }
}

/** What can be counted with here. */
export type Countable = number | Short;

export type Rounding = 'nearest' | 'away' | 'towards' | 'up' | 'down';

const unitsOf = (value: Countable) => (typeof value === 'number' ? value : value.units);
const scaleOf = (value: Countable) => (typeof value === 'number' ? 0 : value.scale);

/** Undefined when it has too many digits. */
function make(units: number, scale: number): Countable | undefined {
  if (!Number.isSafeInteger(units)) return undefined;
  let left = units;
  let digits = scale;
  while (digits > 0 && left % 10 === 0) {
    left /= 10;
    digits--;
  }
  return digits === 0 ? left + 0 : digits > mostDigits ? undefined : new Short(left, digits);
}

/** Undefined when the sum has too many digits; the same for all below. */
export function addShort(left: Countable, right: Countable, sign: 1 | -1): Countable | undefined {
  const scale = Math.max(scaleOf(left), scaleOf(right));
  return make(raise(left, scale) + sign * raise(right, scale), scale);
}

/** NaN when that has too many digits. */
function raise(value: Countable, scale: number): number {
  const units = unitsOf(value) * (powers[scale - scaleOf(value)] as number);
  return Number.isSafeInteger(units) ? units : Number.NaN;
}

export function multiplyShort(left: Countable, right: Countable): Countable | undefined {
  return make(unitsOf(left) * unitsOf(right), scaleOf(left) + scaleOf(right));
}

/** Below zero, equal or above; NaN when it cannot be told here. */
export function compareShort(left: Countable, right: Countable): number {
  const scale = Math.max(scaleOf(left), scaleOf(right));
  return raise(left, scale) - raise(right, scale);
}

/** `digits` behind the point, not below zero. */
export function roundShort({ units, scale }: Short, digits: number, rounding: Rounding): Countable | undefined {
  if (digits >= scale) return make(units, scale);
  const step = powers[scale - digits] as number;
  const rest = units % step;
  return make((units - rest) / step + carry(rest, step, rounding), digits);
}

function carry(rest: number, step: number, rounding: Rounding): number {
  if (rest === 0 || rounding === 'towards') return 0;
  const away = Math.sign(rest);
  if (rounding === 'away') return away;
  if (rounding === 'nearest') return Math.abs(rest) * 2 >= step ? away : 0;
  return (rounding === 'up') === away > 0 ? away : 0;
}

const minus = 45;
const point = 46;

/** Undefined for what is no number, or one of more than 15 digits or in another form. */
export function shortOfText(text: string): Countable | undefined {
  const first = text.charCodeAt(0) === minus ? 1 : 0;
  const { length } = text;
  if (length === first || length - first > mostDigits + 1) return undefined;
  let units = 0;
  let pointAt = length;
  for (let at = first; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === point && pointAt === length && at > first && at < length - 1) pointAt = at;
    else if (code >= 48 && code <= 57) units = units * 10 + code - 48;
    else return undefined;
  }
  return make(first === 1 ? -units : units, pointAt === length ? 0 : length - pointAt - 1);
}

export function textOfShort({ units, scale }: Short): string {
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${units < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}
