/**
 * mapping: which column, constant or formula feeds which Salesforce field, and what a null does to it.
 * Rule: it knows neither a database nor Salesforce's describe; formula/ knows of no mapping either.
 * Read mapping-schema.ts first, then plan-mapping.ts and formula/index.ts.
 */
export { type ColumnMapping, type ColumnSource, columnMappingSchema, fieldPathSchema } from './column-schema.ts';
export { type CompiledColumn, type CompiledColumns, compileColumns, computedColumns } from './compile-columns.ts';
export {
  type FormulaType,
  type FunctionEntry,
  formulaTypes,
  functionTable,
  type OperatorEntry,
  operators,
  signatureOf,
} from './formula/index.ts';
export { type FormulaProblem, type JudgedFormula, judgeFormula } from './judge-formula.ts';
export { type FieldSource, type Mapping, mappingSchema } from './mapping-schema.ts';
export {
  type ColumnHolds,
  type ColumnWishes,
  columnOfField,
  fieldsOf,
  type PlannedColumn,
  planColumns,
} from './plan-columns.ts';
export {
  isComputed,
  type MappedCell,
  type MappedNulls,
  type MappedTarget,
  type MappingPlan,
  type MappingRules,
  planMapping,
  type ReadCell,
} from './plan-mapping.ts';
export {
  type CellHashes,
  createRowDigest,
  createRowSum,
  emptyHigh,
  emptyLow,
  mixHigh,
  mixLow,
  nothingHigh,
  nothingLow,
  nullMark,
  type RowDigest,
  type RowSum,
} from './row-digest.ts';
export { createRowKey, keyFieldOf, type RowKey } from './row-key.ts';
export {
  type CellRow,
  compileRowMapping,
  type RowField,
  type RowMapping,
  RowRefusal,
  type SourceColumns,
} from './row-mapping.ts';
export { checkTestCases, type TestCase, testCasesSchema } from './test-cases.ts';
export { type TriedColumns, tryColumns, typesOfFields } from './try-columns.ts';
export { columnsOfRows, type SampleRow, type TriedRow, tryMapping } from './try-mapping.ts';
