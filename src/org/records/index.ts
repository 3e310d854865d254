/**
 * records: the records of the org: saves, reads, queries and bulk jobs both ways, over worker threads and one SQLite file.
 * Rule: only the writing thread writes; a refused row is data, a refused call is an OrgRefused.
 * Read records.ts (the door) first, then open-records.ts and save-rows.ts.
 */
export { maxUploadBytes } from './jobs.ts';
export { openRecords } from './open-records.ts';
export { jsonDatetime } from './read.ts';
export type {
  GivenRights,
  InputRow,
  Job,
  JobRequest,
  Operation,
  OrgRefusal,
  QueryJob,
  QueryJobRequest,
  QueryPage,
  Records,
  ResultKind,
  RowError,
  SaveRequest,
  SaveResult,
} from './records.ts';
export { OrgRefused } from './refusal.ts';
