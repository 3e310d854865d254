/** Functions that decide. */
import { type Call, commonType, type FunctionEntry, strict } from '../function-entry.ts';
import { compare, numberOfText } from '../numbers.ts';
import { all, any } from '../operators.ts';
import type { ExpressionType, Num, Run, Value } from '../value.ts';

/** The type that the arguments from this place on share. */
const sharedFrom = (from: number) => ({
  as: 'that of the values',
  find: (call: Call) => shareType(call, [...call.types.keys()].slice(from)),
});

function shareType(call: Call, places: readonly number[]): ExpressionType {
  for (const [index, place] of places.entries()) {
    const before = commonType(places.slice(0, index).map((known) => call.types[known] ?? 'Blank'));
    const type = call.types[place] ?? 'Blank';
    if (before === undefined || commonType([before, type]) !== undefined) continue;
    throw call.refuse(place, `it is ${type}, and the value before it ${before}`, 'Give values of one type.');
  }
  return commonType(places.map((place) => call.types[place] ?? 'Blank')) ?? 'Blank';
}

function caseType(call: Call): ExpressionType {
  const { types } = call;
  if (types.length < 4 || types.length % 2 !== 0) {
    const hint = 'After the expression come pairs of a value and a result, and at the end the result for all others.';
    throw call.refuse(0, `CASE takes 4, 6, 8, … arguments, and ${types.length} are given`, hint);
  }
  const boolean = types.indexOf('Boolean');
  if (boolean >= 0) throw call.refuse(boolean, 'CASE takes no Boolean, here as in Salesforce', 'Use IF.');
  const places = types.map((_, place) => place).slice(1, -1);
  shareType(call, [0, ...places.filter((place) => place % 2 === 1)]);
  return shareType(call, [...places.filter((place) => place % 2 === 0), types.length - 1]);
}

function compileCase(args: readonly Run[], { types }: Call): Run {
  const [expression = blank] = args;
  const otherwise = args.at(-1) ?? blank;
  const same = types[0] === 'Number' ? sameNumber : types[0] === 'Text' ? sameText : sameOther;
  const pairs = Math.floor((args.length - 2) / 2);
  return (row) => {
    const value = expression(row);
    for (let pair = 0; pair < pairs; pair++) {
      if (same(value, (args[pair * 2 + 1] as Run)(row))) return (args[pair * 2 + 2] as Run)(row);
    }
    return otherwise(row);
  };
}

const blank: Run = () => null;
const sameText = (left: Value, right: Value) => left === right;
const sameOther = (left: Value, right: Value) => left !== null && left === right;
const sameNumber = (left: Value, right: Value) =>
  left !== null && right !== null && compare(left as Num, right as Num) === 0;

const isBlank = (args: readonly Run[]): Run => {
  const [value] = args as [Run];
  return (row) => value(row) === null;
};

const blankOr = (args: readonly Run[]): Run => {
  const [value, substitute] = args as [Run, Run];
  return (row) => value(row) ?? substitute(row);
};

/** Salesforce: a text is never null, only blank. */
const neverForTexts =
  (compile: (args: readonly Run[]) => Run, forTexts: (args: readonly Run[]) => Run) =>
  (args: readonly Run[], { types }: Call): Run =>
    types[0] === 'Text' ? forTexts(args) : compile(args);

const logical = 'Logical';

export const logicalFunctions: readonly FunctionEntry[] = [
  {
    name: 'AND',
    group: logical,
    args: [{ name: 'condition', type: 'Boolean', repeats: true }],
    result: 'Boolean',
    sentence: 'TRUE when every condition is true; it stops at the first that is not.',
    example: ['AND(1 < 2, "a" = "a")', 'true'],
    compile: all,
  },
  {
    name: 'BLANKVALUE',
    group: logical,
    args: [
      { name: 'expression', type: 'Any' },
      { name: 'substitute', type: 'Any' },
    ],
    result: sharedFrom(0),
    sentence: 'The expression, or where it is blank the substitute.',
    example: ['BLANKVALUE("", "none")', 'none'],
    compile: blankOr,
  },
  {
    name: 'CASE',
    group: logical,
    args: [
      { name: 'expression', type: 'Any' },
      { name: 'value, result', type: 'Any', repeats: true },
      { name: 'otherwise', type: 'Any' },
    ],
    result: { as: 'that of the results', find: caseType },
    sentence: 'The result behind the first value that the expression is equal to, else the last argument.',
    example: ['CASE("B", "A", 1, "B", 2, 0)', '2'],
    compile: compileCase,
  },
  {
    name: 'IF',
    group: logical,
    args: [
      { name: 'condition', type: 'Boolean' },
      { name: 'if_true', type: 'Any' },
      { name: 'if_false', type: 'Any' },
    ],
    result: sharedFrom(1),
    sentence: 'The second argument when the condition is true; the third when it is false or blank.',
    example: ['IF(NULL > 1, "yes", "no")', 'no'],
    compile: (args) => {
      const [condition, yes, no] = args as [Run, Run, Run];
      return (row) => (condition(row) === true ? yes(row) : no(row));
    },
  },
  {
    name: 'ISBLANK',
    group: logical,
    args: [{ name: 'expression', type: 'Any' }],
    result: 'Boolean',
    sentence: 'TRUE when there is no value; a text of one blank is a value.',
    example: ['ISBLANK("")', 'true'],
    compile: isBlank,
  },
  {
    name: 'ISNULL',
    group: logical,
    args: [{ name: 'expression', type: 'Any' }],
    result: 'Boolean',
    sentence: 'As ISBLANK, but always FALSE for texts, which Salesforce never counts as null.',
    example: ['ISNULL("")', 'false'],
    compile: neverForTexts(isBlank, () => () => false),
  },
  {
    name: 'ISNUMBER',
    group: logical,
    args: [{ name: 'text', type: 'Text' }],
    result: 'Boolean',
    sentence: 'TRUE when the text is a number that VALUE can read; FALSE when it is blank.',
    example: ['ISNUMBER("12.5")', 'true'],
    compile: (args) => {
      const [text] = args as [Run];
      return (row) => numberOfText((text(row) ?? '') as string) !== undefined;
    },
  },
  {
    name: 'NOT',
    group: logical,
    args: [{ name: 'condition', type: 'Boolean' }],
    result: 'Boolean',
    sentence: 'FALSE for TRUE and TRUE for FALSE; a blank stays blank. Also written ! before the condition.',
    example: ['NOT(1 > 2)', 'true'],
    compile: strict((condition: boolean) => !condition),
  },
  {
    name: 'NULLVALUE',
    group: logical,
    args: [
      { name: 'expression', type: 'Any' },
      { name: 'substitute', type: 'Any' },
    ],
    result: sharedFrom(0),
    sentence: 'As BLANKVALUE, but a text is never replaced, since Salesforce never counts it as null.',
    example: ['NULLVALUE(NULL, 7)', '7'],
    compile: neverForTexts(blankOr, ([text]) => text ?? blank),
  },
  {
    name: 'OR',
    group: logical,
    args: [{ name: 'condition', type: 'Boolean', repeats: true }],
    result: 'Boolean',
    sentence: 'TRUE when one condition is true; it stops at the first that is.',
    example: ['OR(1 > 2, "a" = "a")', 'true'],
    compile: any,
  },
];
