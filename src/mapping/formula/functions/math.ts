/** Functions on numbers. */
import { type Argument, type FunctionEntry, strict, strictIn } from '../function-entry.ts';
import {
  absolute,
  compare,
  exponential,
  isZero,
  logarithm,
  naturalLogarithm,
  remainder,
  round,
  squareRoot,
  toWhole,
} from '../numbers.ts';
import type { Num } from '../value.ts';

const math = 'Math';
const number: Argument = { name: 'number', type: 'Number' };
const digits: Argument = { name: 'num_digits', type: 'Number' };

type Simple = Pick<FunctionEntry, 'name' | 'sentence' | 'example' | 'compile'>;

const ofNumber = (entry: Simple): FunctionEntry => ({ ...entry, group: math, args: [number], result: 'Number' });

const ofNumbers = (entry: Simple): FunctionEntry => ({
  ...entry,
  group: math,
  args: [{ ...number, repeats: true }],
  result: 'Number',
});

const mustBe = (holds: (value: Num) => boolean, reason: string, work: (value: Num) => Num) =>
  strictIn(({ fail }) => (value: Num) => {
    if (!holds(value)) throw fail(reason);
    return work(value);
  });

const isPositive = (value: Num) => compare(value, 0) > 0;

export const mathFunctions: readonly FunctionEntry[] = [
  ofNumber({
    name: 'ABS',
    sentence: 'The number without its sign.',
    example: ['ABS(-4.2)', '4.2'],
    compile: strict(absolute),
  }),
  ofNumber({
    name: 'CEILING',
    sentence: 'Rounds to the next whole number away from zero.',
    example: ['CEILING(-2.5)', '-3'],
    compile: strict((value: Num) => round(value, 0, 'away')),
  }),
  ofNumber({
    name: 'EXP',
    sentence: 'e to the power of the number.',
    example: ['EXP(0)', '1'],
    compile: mustBe((value) => compare(value, 147) <= 0, 'the result of EXP is too large', exponential),
  }),
  ofNumber({
    name: 'FLOOR',
    sentence: 'Rounds to the next whole number towards zero.',
    example: ['FLOOR(-2.5)', '-2'],
    compile: strict((value: Num) => round(value, 0, 'towards')),
  }),
  ofNumber({
    name: 'LN',
    sentence: 'The natural logarithm, to 18 digits.',
    example: ['ROUND(LN(10), 4)', '2.3026'],
    compile: mustBe(isPositive, 'LN takes only numbers above zero', naturalLogarithm),
  }),
  ofNumber({
    name: 'LOG',
    sentence: 'The logarithm to base 10, to 18 digits.',
    example: ['LOG(1000)', '3'],
    compile: mustBe(isPositive, 'LOG takes only numbers above zero', logarithm),
  }),
  ofNumbers({
    name: 'MAX',
    sentence: 'The greatest of the numbers; blank when one of them is.',
    example: ['MAX(3, 11, 7)', '11'],
    compile: strict((...values: Num[]) => values.reduce((most, value) => (compare(value, most) > 0 ? value : most))),
  }),
  ofNumber({
    name: 'MCEILING',
    sentence: 'Rounds up to the next whole number, towards zero when it is below zero.',
    example: ['MCEILING(-2.5)', '-2'],
    compile: strict((value: Num) => round(value, 0, 'up')),
  }),
  ofNumber({
    name: 'MFLOOR',
    sentence: 'Rounds down to the next whole number, away from zero when it is below zero.',
    example: ['MFLOOR(-2.5)', '-3'],
    compile: strict((value: Num) => round(value, 0, 'down')),
  }),
  ofNumbers({
    name: 'MIN',
    sentence: 'The least of the numbers; blank when one of them is.',
    example: ['MIN(3, 11, 7)', '3'],
    compile: strict((...values: Num[]) => values.reduce((least, value) => (compare(value, least) < 0 ? value : least))),
  }),
  {
    name: 'MOD',
    group: math,
    args: [number, { name: 'divisor', type: 'Number' }],
    result: 'Number',
    sentence: 'What is left of a division, with the sign of the number.',
    example: ['MOD(-7, 3)', '-1'],
    compile: strictIn(({ fail }) => (value: Num, divisor: Num) => {
      if (isZero(divisor)) throw fail('MOD divides by zero');
      return remainder(value, divisor);
    }),
  },
  {
    name: 'ROUND',
    group: math,
    args: [number, digits],
    result: 'Number',
    sentence:
      'Rounds to so many digits behind the point, halves away from zero; below zero it rounds before the point.',
    example: ['ROUND(-225.495, 2)', '-225.5'],
    compile: strict((value: Num, places: Num) => round(value, toWhole(places), 'nearest')),
  },
  ofNumber({
    name: 'SQRT',
    sentence: 'The square root, to 18 digits.',
    example: ['SQRT(2.25)', '1.5'],
    compile: mustBe((value) => compare(value, 0) >= 0, 'SQRT takes no number below zero', squareRoot),
  }),
  {
    name: 'TRUNC',
    group: math,
    args: [number, { ...digits, optional: true }],
    result: 'Number',
    sentence: 'Cuts the digits behind so many, none when left out.',
    example: ['TRUNC(8.929, 2)', '8.92'],
    compile: strict((value: Num, places: Num = 0) => round(value, toWhole(places), 'towards')),
  },
];
