/**
 * mapping: which column, constant or formula feeds which Salesforce field, and what a null does to it.
 * Rule: it knows neither a database nor Salesforce's describe; formula/ knows of no mapping either.
 * Read mapping-schema.ts first, then plan-mapping.ts and formula/index.ts.
 */
export { type FunctionEntry, functionTable, type OperatorEntry, operators, signatureOf } from './formula/index.ts';
export { type FieldSource, type Mapping, mappingSchema } from './mapping-schema.ts';
export {
  type MappedCell,
  type MappedNulls,
  type MappedTarget,
  type MappingPlan,
  type MappingRules,
  planMapping,
} from './plan-mapping.ts';
