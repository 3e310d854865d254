/**
 * formula: Salesforce's formula language, compiled to functions of a row.
 * Rule: it knows of texts, numbers and columns by name, and nothing of mappings.
 * Read value.ts first, then compile.ts and function-entry.ts.
 */

export { cellReader, cellWriter } from './cell-text.ts';
export {
  compileFormula,
  type FormulaScope,
  outlineFormula,
  signatureOf,
} from './compile.ts';
export type { FormulaContext, FunctionEntry } from './function-entry.ts';
export { functionTable } from './function-table.ts';
export { maxFormulaLetters } from './lexer.ts';
export { numberOfText, round, textOfNumber } from './numbers.ts';
export { type OperatorEntry, operators } from './operators.ts';
export { type ExpressionType, FormulaFault, type FormulaType, formulaTypes, type Value } from './value.ts';
