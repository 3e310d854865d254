/** From a formula to a function of a row: names are looked up, types held against each other, and only then anything is run. */
import { findNearestName, type SluiceError } from '../../base/index.ts';
import type { Argument, Call, FormulaContext, FunctionEntry } from './function-entry.ts';
import { functionTable } from './function-table.ts';
import { formulaError } from './lexer.ts';
import { type OperatorCase, operators } from './operators.ts';
import { type Node, parseFormula } from './parse.ts';
import { type ExpressionType, FormulaFault, type FormulaType, type Row, type Run, type Value } from './value.ts';

export type FormulaColumn = { type: FormulaType | 'Unknown'; read(row: Row): Value };

/** The columns that a formula may name. */
export type FormulaScope = {
  /** Undefined for one that is not there. */
  find(name: string): FormulaColumn | undefined;
  /** For the hint when one is not there. */
  names: readonly string[];
};

export type Formula = {
  type: ExpressionType;
  /** Throws FormulaFault for values it cannot work with. */
  run: Run;
  /** As they are written in it, each once. */
  columns: readonly string[];
};

/** What is known of a formula before its columns are. */
export type FormulaOutline = Omit<Formula, 'run'>;

type Compiled = { type: ExpressionType; run: Run; at: number; constant?: Value };

type Compiling = { formula: string; scope: FormulaScope; context: FormulaContext };

/**
 * Compiles a formula in Salesforce's language.
 *
 * Errors: FORMULA_INVALID with line and column, what is wrong there, and what to write instead.
 *
 * @example compileFormula('UPPER(name)', { find: () => ({ type: 'Text', read: ([name]) => name }), names: ['name'] }, { now: 0, timeZone: 'UTC' }).run(['ada'])
 */
export function compileFormula(formula: string, scope: FormulaScope, context: FormulaContext): Formula {
  const tree = parseFormula(formula);
  const { type, run } = compile(tree, { formula, scope, context });
  return { type, run, columns: [...new Set(columnsOf(tree))] };
}

/** What can be said of a formula while nobody has said what its columns hold. Errors: FORMULA_INVALID. */
export function outlineFormula(formula: string): FormulaOutline {
  const unknown: FormulaScope = { find: () => ({ type: 'Unknown', read: () => null }), names: [] };
  const { type, columns } = compileFormula(formula, unknown, { now: 0, timeZone: 'UTC' });
  return { type, columns };
}

function columnsOf(node: Node): string[] {
  if (node.kind === 'column') return [node.name];
  return node.kind === 'call' ? node.args.flatMap(columnsOf) : [];
}

function compile(node: Node, compiling: Compiling): Compiled {
  if (node.kind === 'column') return compileColumn(node, compiling);
  if (node.kind === 'call') return node.operator ? compileOperator(node, compiling) : compileFunction(node, compiling);
  const { value, type, at } = node;
  return { type, at, constant: value, run: () => value };
}

function compileColumn({ name, at }: Node & { kind: 'column' }, { formula, scope }: Compiling): Compiled {
  const column = scope.find(name);
  if (column) return { type: column.type, at, run: column.read };
  const { names } = scope;
  const nearest = findNearestName(name, names) ?? (functionTable.has(name.toUpperCase()) ? `${name}(…)` : undefined);
  const listed =
    names.length > 0 && names.length <= 30 ? `The columns are: ${names.join(', ')}.` : 'Texts stand in quotes.';
  throw formulaError(formula, at, [`there is no column ${name}`, nearest ? `Is ${nearest} meant?` : listed]);
}

type CallNode = Node & { kind: 'call' };

function compileFunction(node: CallNode, compiling: Compiling): Compiled {
  const entry = functionTable.get(node.name.toUpperCase());
  if (!entry) throw unknownFunction(node, compiling.formula);
  checkCount(entry, node, compiling.formula);
  const args = node.args.map((arg) => compile(arg, compiling));
  const call = makeCall(node, args, compiling);
  args.forEach((arg, place) => {
    const argument = argumentAt(entry, place, args.length);
    if (!takes(argument, arg.type)) throw wrongType(call, { entry, argument, place });
  });
  const type = typeof entry.result === 'string' ? entry.result : entry.result.find(call);
  const run = entry.compile(
    args.map((arg) => arg.run),
    call,
  );
  return { type, at: node.at, run };
}

function unknownFunction({ name, at }: CallNode, formula: string): SluiceError {
  const nearest = findNearestName(name, functionTable.keys());
  const hint = nearest ? `Is ${nearest} meant?` : 'docs/reference/formulas.md lists the functions.';
  return formulaError(formula, at, [`there is no function ${name}`, hint]);
}

function checkCount({ name, args }: FunctionEntry, node: CallNode, formula: string): void {
  const least = args.filter(({ optional }) => !optional).length;
  const most = args.some(({ repeats }) => repeats) ? Number.POSITIVE_INFINITY : args.length;
  const given = node.args.length;
  if (given >= least && given <= most) return;
  const wanted =
    most === least ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  const noun = wanted === '1' || wanted === 'at least 1' ? 'argument' : 'arguments';
  throw formulaError(formula, node.at, [
    `${name} takes ${wanted} ${noun}, and ${given} ${given === 1 ? 'is' : 'are'} given`,
    `Write ${signatureOf({ name, args })}.`,
  ]);
}

/** `LPAD(text, padded_length[, pad_text])`. */
export function signatureOf({ name, args }: Pick<FunctionEntry, 'name' | 'args'>): string {
  const parts = args.map(({ name: arg, optional, repeats }, place) => {
    const text = `${place > 0 ? ', ' : ''}${arg}${repeats ? ', …' : ''}`;
    return optional ? `[${text}]` : text;
  });
  return `${name}(${parts.join('')})`;
}

/** An argument that repeats takes all places up to those behind it. */
function argumentAt({ args }: FunctionEntry, place: number, given: number): Argument {
  const repeating = args.findIndex(({ repeats }) => repeats);
  if (repeating < 0 || place < repeating) return args[place] as Argument;
  const behind = args.length - repeating - 1;
  return (given - place <= behind ? args[args.length - (given - place)] : args[repeating]) as Argument;
}

function takes({ type: wanted }: Argument, type: ExpressionType): boolean {
  if (wanted === 'Any' || type === 'Blank' || type === 'Unknown') return true;
  return typeof wanted === 'string' ? wanted === type : wanted.includes(type);
}

type Misfit = { entry: FunctionEntry; argument: Argument; place: number };

function wrongType(call: Call, { entry, argument, place }: Misfit): Error {
  const wanted = typeof argument.type === 'string' ? [argument.type as FormulaType] : (argument.type as FormulaType[]);
  const type = call.types[place] ?? 'Blank';
  const reason = `${entry.name} takes ${wanted.join(' or ')} as ${argument.name}, and this is ${type}`;
  return call.refuse(place, reason, conversionHint(type, wanted));
}

const conversions: Readonly<Record<string, string>> = {
  'Number Text': 'TEXT',
  'Date Text': 'TEXT',
  'DateTime Text': 'TEXT',
  'Time Text': 'TEXT',
  'Text Number': 'VALUE',
  'Text Date': 'DATEVALUE',
  'DateTime Date': 'DATEVALUE',
  'Text DateTime': 'DATETIMEVALUE',
  'Date DateTime': 'DATETIMEVALUE',
  'Text Time': 'TIMEVALUE',
  'DateTime Time': 'TIMEVALUE',
};

function conversionHint(type: ExpressionType, wanted: readonly FormulaType[]): string {
  const name = wanted.map((target) => conversions[`${type} ${target}`]).find((found) => found !== undefined);
  if (name) return `Put ${name}(…) around it.`;
  return type === 'Boolean' ? 'Use IF(…) to make another value of it.' : `Give ${wanted.join(' or ')}.`;
}

function compileOperator(node: CallNode, compiling: Compiling): Compiled {
  const entry = operators.find(({ sign }) => sign === node.name);
  const args = node.args.map((arg) => compile(arg, compiling));
  const cases = (entry?.cases ?? []).filter((one) => fits(one, args));
  const call = makeCall(node, args, compiling);
  const [chosen] = cases;
  if (!chosen) throw wrongOperands(node, args, { call, cases: entry?.cases ?? [] });
  const results = new Set(cases.map(({ gives }) => gives));
  const open = results.size > 1 && args.some(({ type }) => type === 'Unknown');
  const run = chosen.compile(
    args.map((arg) => arg.run),
    call,
  );
  return { type: open ? 'Unknown' : chosen.gives, at: node.at, run };
}

function fits({ takes: wanted }: OperatorCase, args: readonly Compiled[]): boolean {
  return args.every(({ type }, place) => type === 'Blank' || type === 'Unknown' || type === wanted[place]);
}

/** Which operand is at fault: the one that no case takes, or the second, given the first. */
function wrongOperands(
  { name }: CallNode,
  args: readonly Compiled[],
  { call, cases }: { call: Call; cases: readonly OperatorCase[] },
): Error {
  const first = args[0]?.type ?? 'Blank';
  const withFirst = cases.filter(({ takes: [wanted] }) => wanted === first || first === 'Blank' || first === 'Unknown');
  const place = withFirst.length > 0 && args.length > 1 ? 1 : 0;
  const wanted = [...new Set((place === 1 ? withFirst : cases).map(({ takes: types }) => types[place] as FormulaType))];
  const type = args[place]?.type ?? 'Blank';
  const behind = place === 1 && first !== 'Unknown' && first !== 'Blank' ? ` behind ${first}` : '';
  const reason = `${name.replace('sign ', 'the sign ')} takes ${wanted.join(' or ')}${behind}, and this is ${type}`;
  return call.refuse(place, reason, conversionHint(type, wanted));
}

function makeCall(node: CallNode, args: readonly Compiled[], { formula, context }: Compiling): Call {
  return {
    types: args.map(({ type }) => type),
    context,
    fail: (reason) => new FormulaFault(`${reason} (${placeOf(formula, node.at)} of the formula)`),
    constant: (place) => args[place]?.constant,
    refuse: (place, reason, hint) => formulaError(formula, args[place]?.at ?? node.at, [reason, hint]),
  };
}

function placeOf(formula: string, at: number): string {
  const { values } = formulaError(formula, at, ['', '']);
  return `line ${values.line}, column ${values.column}`;
}
