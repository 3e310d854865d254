/**
 * mapping: which column or constant feeds which Salesforce field, and what a null does to it.
 * Rule: it decides over names only and touches no row; it knows neither a database nor Salesforce's describe.
 * Read mapping-schema.ts first, then plan-mapping.ts.
 */
export { type FieldSource, type Mapping, mappingSchema } from './mapping-schema.ts';
export {
  type MappedCell,
  type MappedNulls,
  type MappedTarget,
  type MappingPlan,
  type MappingRules,
  planMapping,
} from './plan-mapping.ts';
