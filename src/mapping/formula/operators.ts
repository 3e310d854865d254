/** The operators: which types each takes, what it gives, and how it is compiled. */
import { dayMs, isDate } from './calendar.ts';
import { type Call, type Compile, strict, strictIn } from './function-entry.ts';
import { add, compare, divide, isZero, multiply, negate, power, round, subtract, toWhole } from './numbers.ts';
import type { FormulaType, Num, Row, Run, Value } from './value.ts';

export type OperatorCase = { takes: readonly FormulaType[]; gives: FormulaType; compile: Compile };

export type OperatorEntry = {
  /** As it is written; a sign before a value begins with `sign`. */
  sign: string;
  sentence: string;
  example: readonly [formula: string, gives: string | null];
  cases: readonly OperatorCase[];
};

const numbers = ['Number', 'Number'] as const;
const everyType = ['Text', 'Number', 'Boolean', 'Date', 'DateTime', 'Time'] as const;
const orderedTypes = ['Number', 'Date', 'DateTime', 'Time'] as const;

function dateOrFail({ fail }: Call, date: number): number {
  if (isDate(date)) return date;
  throw fail('the result lies outside of the years 1 to 9999');
}

const moveDate = (direction: 1 | -1) =>
  strictIn((call) => (date: number, days: Num) => dateOrFail(call, date + direction * toWhole(days)));

/** To the second, as in Salesforce. */
const moveInstant = (direction: 1 | -1) =>
  strictIn((call) => (instant: number, days: Num) => {
    const moved = instant + direction * toWhole(round(multiply(days, 86_400), 0, 'nearest')) * 1000;
    dateOrFail(call, Math.floor(moved / dayMs));
    return moved;
  });

/** By milliseconds; behind midnight the day begins again. */
const moveTime = (direction: 1 | -1) =>
  strict((time: number, ms: Num) => wrapDay(time + direction * (toWhole(ms) % dayMs)));

const wrapDay = (ms: number) => ((ms % dayMs) + dayMs) % dayMs;

const swapped =
  (compile: Compile): Compile =>
  ([left, right], call) =>
    compile([right as Run, left as Run], call);

/** A blank text adds nothing. */
const join: Compile = (args) => {
  const [left, right] = args as [Run, Run];
  return (row) => joinTexts(left(row), right(row));
};

const joinTexts = (left: Value, right: Value) =>
  left === null ? right : right === null ? left : (left as string) + (right as string);

const texts = (compile: Compile): OperatorCase => ({ takes: ['Text', 'Text'], gives: 'Text', compile });

const addition: readonly OperatorCase[] = [
  { takes: numbers, gives: 'Number', compile: strict(add) },
  texts(join),
  { takes: ['Date', 'Number'], gives: 'Date', compile: moveDate(1) },
  { takes: ['Number', 'Date'], gives: 'Date', compile: swapped(moveDate(1)) },
  { takes: ['DateTime', 'Number'], gives: 'DateTime', compile: moveInstant(1) },
  { takes: ['Number', 'DateTime'], gives: 'DateTime', compile: swapped(moveInstant(1)) },
  { takes: ['Time', 'Number'], gives: 'Time', compile: moveTime(1) },
];

const subtraction: readonly OperatorCase[] = [
  { takes: numbers, gives: 'Number', compile: strict(subtract) },
  { takes: ['Date', 'Number'], gives: 'Date', compile: moveDate(-1) },
  { takes: ['Date', 'Date'], gives: 'Number', compile: strict((left: number, right: number) => left - right) },
  { takes: ['DateTime', 'Number'], gives: 'DateTime', compile: moveInstant(-1) },
  {
    takes: ['DateTime', 'DateTime'],
    gives: 'Number',
    compile: strict((left: number, right: number) => divide(left - right, dayMs)),
  },
  { takes: ['Time', 'Number'], gives: 'Time', compile: moveTime(-1) },
  { takes: ['Time', 'Time'], gives: 'Number', compile: strict((left: number, right: number) => wrapDay(left - right)) },
];

const divideOrFail = strictIn(({ fail }) => (left: Num, right: Num) => {
  if (isZero(right)) throw fail('it divides by zero');
  return divide(left, right);
});

const powerOrFail = strictIn(({ fail }) => (base: Num, exponent: Num) => {
  const result = power(base, exponent);
  if (result === undefined) throw fail('the exponent is no whole number, or the result too large');
  return result;
});

/** Two blank texts are the same; with any other blank the answer is blank. */
function equality(type: FormulaType, equal: boolean): Compile {
  if (type === 'Number') return strict((left: Num, right: Num) => (compare(left, right) === 0) === equal);
  if (type !== 'Text') return strict((left: number, right: number) => (left === right) === equal);
  return (args) => {
    const [left, right] = args as [Run, Run];
    return (row) => (left(row) === right(row)) === equal;
  };
}

const equalities = (equal: boolean) =>
  everyType.map((type): OperatorCase => ({ takes: [type, type], gives: 'Boolean', compile: equality(type, equal) }));

const order = (holds: (difference: number) => boolean) =>
  orderedTypes.map(
    (type): OperatorCase => ({
      takes: [type, type],
      gives: 'Boolean',
      compile: strict((left: Num, right: Num) => holds(compare(left, right))),
    }),
  );

/** Stops at the first argument that decides. A blank counts as false. */
export const all: Compile = (args) => (row: Row) => {
  for (const arg of args) if (arg(row) !== true) return false;
  return true;
};

export const any: Compile = (args) => (row: Row) => {
  for (const arg of args) if (arg(row) === true) return true;
  return false;
};

const arithmetic = (compile: Compile): readonly OperatorCase[] => [{ takes: numbers, gives: 'Number', compile }];
const logical = (compile: Compile): readonly OperatorCase[] => [
  { takes: ['Boolean', 'Boolean'], gives: 'Boolean', compile },
];
const sign = (compile: Compile): readonly OperatorCase[] => [{ takes: ['Number'], gives: 'Number', compile }];

const inOrder = 'takes numbers, dates, date/times or times.';

/** From what binds most to what binds least. */
export const operators: readonly OperatorEntry[] = [
  { sign: 'sign -', sentence: 'Turns the sign of a number.', example: ['-2 ^ 2', '4'], cases: sign(strict(negate)) },
  { sign: 'sign +', sentence: 'Leaves a number as it is.', example: ['+2', '2'], cases: sign(([arg]) => arg as Run) },
  { sign: '*', sentence: 'Multiplies two numbers.', example: ['0.1 * 3', '0.3'], cases: arithmetic(strict(multiply)) },
  {
    sign: '/',
    sentence: 'Divides a number; by zero the row is refused.',
    example: ['7 / 2', '3.5'],
    cases: arithmetic(divideOrFail),
  },
  {
    sign: '^',
    sentence: 'Raises a number to a whole power. In Salesforce it binds less than * and /, and so it does here.',
    example: ['2 * 2 ^ 3', '64'],
    cases: arithmetic(powerOrFail),
  },
  {
    sign: '+',
    sentence: 'Adds numbers, joins texts, or moves a date or date/time by days and a time by milliseconds.',
    example: ['DATE(2026, 1, 31) + 1', '2026-02-01'],
    cases: addition,
  },
  {
    sign: '-',
    sentence: 'Subtracts; between two dates or date/times it gives days, between two times milliseconds.',
    example: ['DATE(2026, 3, 1) - DATE(2026, 2, 1)', '28'],
    cases: subtraction,
  },
  {
    sign: '&',
    sentence: 'Joins two texts; a blank adds nothing.',
    example: ['"A" & NULL & "-1"', 'A-1'],
    cases: [texts(join)],
  },
  { sign: '<', sentence: `Less than; ${inOrder}`, example: ['1 < 2', 'true'], cases: order((by) => by < 0) },
  { sign: '<=', sentence: `At most; ${inOrder}`, example: ['2 <= 2', 'true'], cases: order((by) => by <= 0) },
  { sign: '>', sentence: `Greater than; ${inOrder}`, example: ['1 > 2', 'false'], cases: order((by) => by > 0) },
  { sign: '>=', sentence: `At least; ${inOrder}`, example: ['1.0 >= 1', 'true'], cases: order((by) => by >= 0) },
  {
    sign: '=',
    sentence: 'Equal, also written ==; texts by upper and lower case.',
    example: ['"a" = "A"', 'false'],
    cases: equalities(true),
  },
  { sign: '<>', sentence: 'Not equal, also written !=.', example: ['1 <> 2', 'true'], cases: equalities(false) },
  {
    sign: '&&',
    sentence: 'Both are true; a blank counts as false.',
    example: ['TRUE && 1 > 2', 'false'],
    cases: logical(all),
  },
  {
    sign: '||',
    sentence: 'At least one is true; a blank counts as false.',
    example: ['TRUE || 1 > 2', 'true'],
    cases: logical(any),
  },
];
