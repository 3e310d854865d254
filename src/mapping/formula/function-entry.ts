/** What one function of the formula language is, and ways to compile its call. */
import type { ExpressionType, FormulaFault, FormulaType, Run, Value } from './value.ts';

/** What formulas are told of the world. */
export type FormulaContext = {
  /** Milliseconds since 1970 that NOW and TODAY stand for: one moment for all rows. */
  now: number;
  /** IANA name of the zone whose calendar TODAY and DATEVALUE go by. */
  timeZone: string;
};

/** One place where a function is called. */
export type Call = {
  types: readonly ExpressionType[];
  context: FormulaContext;
  /** Refuses the row; the reason is a sentence without its beginning and end: `"x" is no number`. */
  fail(reason: string): FormulaFault;
  /** The value of an argument that is the same in every row; undefined for others. */
  constant(place: number): Value | undefined;
  /** Refuses the formula, at one of its arguments. */
  refuse(place: number, reason: string, hint: string): Error;
};

export type Compile = (args: readonly Run[], call: Call) => Run;

export type Argument = {
  name: string;
  /** `Any` is every type; more than one are alternatives. */
  type: FormulaType | 'Any' | readonly FormulaType[];
  optional?: true;
  /** It may come once or more. */
  repeats?: true;
};

export type FunctionEntry = {
  /** In capitals. */
  name: string;
  group: 'Logical' | 'Text' | 'Math' | 'Date and time';
  args: readonly Argument[];
  /** Where it depends on the arguments, it is found for each call, and may refuse it. */
  result: FormulaType | { as: string; find(call: Call): ExpressionType };
  sentence: string;
  /** A formula, and what it gives as text; null is blank. */
  example: readonly [formula: string, gives: string | null];
  compile: Compile;
};

type Work = (...values: Value[]) => Value;

/** Blank as soon as one argument is; otherwise what `work` makes of the values. */
export function strict(work: (...values: never[]) => Value): Compile {
  return strictIn(() => work);
}

/** The same for work that may fail in a row, or looks at the call. */
export function strictIn(makeWork: (call: Call) => (...values: never[]) => Value): Compile {
  return (args, call) => {
    const work = makeWork(call) as unknown as Work;
    const [first, second] = args as [Run, Run];
    if (args.length === 1) return (row) => workOnOne(work, first(row));
    if (args.length === 2) return (row) => workOnTwo(work, first(row), second(row));
    return (row) => {
      const values = args.map((arg) => arg(row));
      return values.includes(null) ? null : work(...values);
    };
  };
}

const workOnOne = (work: Work, value: Value) => (value === null ? null : work(value));

function workOnTwo(work: Work, left: Value, right: Value): Value {
  return left === null || right === null ? null : work(left, right);
}

/** The one type that all these types are, blanks and unknown ones aside; undefined where they differ. */
export function commonType(types: readonly ExpressionType[]): ExpressionType | undefined {
  const known = new Set(types.filter((type) => type !== 'Blank' && type !== 'Unknown'));
  if (known.size > 1) return undefined;
  return [...known][0] ?? (types.includes('Unknown') ? 'Unknown' : 'Blank');
}
