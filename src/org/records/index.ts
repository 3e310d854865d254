/**
 * records: the records of the org: saves, reads, queries and bulk jobs both ways, over worker threads and one SQLite file.
 * Rule: only the writing thread writes; a refused row is data, a refused call is an OrgRefused.
 * Read records.ts (the door) first, then open-records.ts and save-rows.ts.
 */
export { maxUploadBytes } from './jobs.ts';
export { openRecords } from './open-records.ts';
export { jsonDatetime } from './read.ts';
export {
  changedMeanwhile,
  type GivenRights,
  type InputRow,
  type Job,
  type JobRequest,
  type Operation,
  type OrgRefusal,
  type OutputRecord,
  type QueryJob,
  type QueryJobRequest,
  type QueryPage,
  type Records,
  type ResultKind,
  type RowError,
  type SaveRequest,
  type SaveResult,
} from './records.ts';
export { OrgRefused } from './refusal.ts';
