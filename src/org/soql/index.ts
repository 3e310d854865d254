/**
 * soql: Salesforce's query language over the org's SQLite tables.
 * Rule: one query is one statement, and every value in it is a bound parameter.
 * Read query-runner.ts first, then translate.ts.
 */
export { checkBulkQuery, openBulkQuery } from './bulk-query.ts';
export { createQueryRunner, type QueryRequest, type QueryRunner } from './query-runner.ts';
export { SoqlUnsupported } from './refusals.ts';
