/** Says of a formula, while it is being written, what it gives and which columns it reads, or what is wrong with it and where. */
import { SluiceError } from '../base/index.ts';
import {
  compileFormula,
  type ExpressionType,
  type FormulaScope,
  type FormulaType,
  outlineFormula,
} from './formula/index.ts';

/** Line and column count from 1. */
export type FormulaProblem = { line: number; column: number; reason: string; hint: string };

export type JudgedFormula =
  | { gives: ExpressionType; columns: readonly string[]; problem: null }
  | { gives: null; columns: readonly string[]; problem: FormulaProblem };

/**
 * Without `columns`, as far as it can be told before anybody knows what columns there are.
 *
 * @example judgeFormula('UPER(name)').problem // { line: 1, column: 1, … }
 */
export function judgeFormula(formula: string, columns?: Readonly<Record<string, FormulaType>>): JudgedFormula {
  try {
    const { type, columns: read } =
      columns === undefined
        ? outlineFormula(formula)
        : compileFormula(formula, scopeOf(columns), { now: 0, timeZone: 'UTC' });
    return { gives: type, columns: read, problem: null };
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'FORMULA_INVALID') throw error;
    const { line, column, reason, hint } = error.values;
    const problem = { line: Number(line), column: Number(column), reason: String(reason), hint: String(hint) };
    return { gives: null, columns: [], problem };
  }
}

/** As in a run: a name as it is written, else in any case. */
function scopeOf(columns: Readonly<Record<string, FormulaType>>): FormulaScope {
  const names = Object.keys(columns);
  return {
    names,
    find(name) {
      const found = names.includes(name) ? name : names.find((one) => one.toLowerCase() === name.toLowerCase());
      const type = found === undefined ? undefined : columns[found];
      return type === undefined ? undefined : { type, read: () => null };
    },
  };
}
