/** The door to the records of the org, as the front door sees it: promises over worker threads. */
import type { Access, OrgWideDefault, UserRights } from '../rights/index.ts';
import type { Schema } from '../schema/schema.ts';

/** One refusal of one row, in Salesforce's own words. */
export type RowError = { statusCode: string; message: string; fields: readonly string[] };

export type SaveResult =
  | { success: true; id: string; created: boolean }
  | { success: false; id: string | null; created: boolean; errors: readonly RowError[] };

/** A failure of the whole call, to be answered with this HTTP status as `[{message, errorCode[, fields]}]`. */
export type OrgRefusal = { status: number; errorCode: string; message: string; fields?: readonly string[] };

/** A row as it came in JSON: field API names in any case, parents as `{Account: {Ext__c: 'A-1'}}`. */
export type InputRow = Readonly<Record<string, unknown>>;

/** A record as it goes out: field names in canonical case, values as salesforce-data-api section 4 has them in JSON. */
export type OutputRecord = Record<string, unknown>;

export type Operation = 'insert' | 'update' | 'upsert' | 'delete';

export type SaveRequest = {
  /** The user in whose name this happens: owner, audit fields and rights. */
  userId: string;
  operation: Operation;
  /** One object for all rows, in canonical case. */
  object: string;
  /** At most 200 rows; update and delete carry `Id`. */
  rows: readonly InputRow[];
  /** For upsert: canonical field name, may be `Id`. */
  externalIdField?: string;
  allOrNone: boolean;
  /** Upsert only: do not insert what does not match. */
  updateOnly?: boolean;
  /** Version of the API that was asked, e.g. 68; some forms depend on it. */
  apiVersion: number;
  /** When the rows are stamped; now when left out. */
  stampedMs?: number | undefined;
  /** The one row of an update as `read` gave it: it is refused with `changedMeanwhile` once it is another. */
  asRead?: OutputRecord;
};

/** Code of the refusal of a row that somebody changed since it was read; Salesforce has none for it. */
export const changedMeanwhile = 'CHANGED_MEANWHILE';

export type QueryPage = {
  totalSize: number;
  done: boolean;
  records: readonly OutputRecord[];
  /** What stands behind `/query/` in nextRecordsUrl, e.g. `01g…-2000`. */
  nextLocator?: string;
};

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

export type Job = {
  id: string;
  operation: string;
  object: string;
  createdById: string;
  /** Milliseconds since 1970. */
  createdDate: number;
  systemModstamp: number;
  state: JobState;
  contentType: 'CSV';
  apiVersion: number;
  lineEnding: 'LF' | 'CRLF';
  columnDelimiter: 'BACKQUOTE' | 'CARET' | 'COMMA' | 'PIPE' | 'SEMICOLON' | 'TAB';
  externalIdFieldName?: string;
  assignmentRuleId?: string;
  retries: number;
  totalProcessingTime: number;
  apiActiveProcessingTime: number;
  apexProcessingTime: number;
  numberRecordsProcessed: number;
  numberRecordsFailed: number;
  errorMessage?: string;
};

export type JobRequest = Pick<Job, 'operation' | 'object' | 'lineEnding' | 'columnDelimiter' | 'apiVersion'> & {
  userId: string;
  externalIdFieldName?: string;
  assignmentRuleId?: string;
};

/** A query job is never Open: its query comes with it. */
export type QueryJob = Omit<
  Job,
  'operation' | 'state' | 'numberRecordsFailed' | 'apexProcessingTime' | 'externalIdFieldName' | 'assignmentRuleId'
> & {
  operation: 'query' | 'queryAll';
  state: Exclude<JobState, 'Open'>;
};

export type QueryJobRequest = Pick<Job, 'operation' | 'lineEnding' | 'columnDelimiter' | 'apiVersion'> & {
  userId: string;
  soql: string;
};

/** Which results: those from a locator on, or from the first; `apiVersion` must be that of the job. */
export type QueryResultRequest = { userId: string; id: string; apiVersion: number; locator?: string | undefined };

/** A page of results: CSV with a header, and where the next page begins. */
export type QueryResultPage = { records: number; bytes: AsyncIterable<Uint8Array>; nextLocator?: string };

export type QueryJobs = {
  create(request: QueryJobRequest): Promise<QueryJob>;
  get(of: { userId: string; id: string }): Promise<QueryJob>;
  /** Newest first; 1000 a page. */
  list(request: { userId: string; after?: string }): Promise<{ jobs: readonly QueryJob[]; next?: string }>;
  abort(of: { userId: string; id: string }): Promise<QueryJob>;
  delete(of: { userId: string; id: string }): Promise<void>;
  /** Refused before the job is complete. */
  results(request: QueryResultRequest & { maxRecords?: number | undefined }): Promise<QueryResultPage>;
  /** The locators of up to five pages, and what to ask for the next five. */
  pages(request: QueryResultRequest): Promise<{ locators: readonly string[]; next?: string }>;
};

export type ResultKind = 'successfulResults' | 'failedResults' | 'unprocessedrecords';

/** A share (0 to 1) of rows answers UNABLE_TO_LOCK_ROW; the same seed meets the same rows. Left out: all objects, all operations. */
export type RowFaults = {
  share: number;
  seed?: number;
  objects?: readonly string[];
  operations?: readonly Operation[];
};

/** All rights of all users, and which records others than their owners may see. */
export type GivenRights = {
  rights: ReadonlyMap<string, UserRights>;
  defaults: Readonly<Record<string, OrgWideDefault>>;
};

/** Every method rejects with an `OrgRefused` (records/refusal.ts) carrying an OrgRefusal when the call as a whole is refused. */
export type Records = AsyncDisposable & {
  /** Of the whole org; what one user sees of it is in `accessOf`. */
  readonly schema: Schema;
  accessOf(userId: string): Access;
  /**
   * All rights of all users, by their ids in 18 characters; users without an entry may do nothing from then on. In force for each call made
   * after this one, and for the next 200 rows of jobs at work.
   */
  setRights(rights: GivenRights['rights'], defaults: GivenRights['defaults']): Promise<void>;
  save(request: SaveRequest): Promise<readonly SaveResult[]>;
  /** Requests for different objects, all or none of them, whatever each says of `allOrNone`; results in their order. */
  saveTogether(requests: readonly SaveRequest[]): Promise<readonly (readonly SaveResult[])[]>;
  /** One record with all readable fields, or those named; undefined when it is not there, or deleted. */
  read(request: {
    userId: string;
    object: string;
    id: string;
    fields?: readonly string[];
    apiVersion: number;
  }): Promise<OutputRecord | undefined>;
  /** Ids of the records that carry this value in this external id field. */
  findByExternalId(request: {
    userId: string;
    object: string;
    field: string;
    value: string;
  }): Promise<readonly string[]>;
  /** `batchSize` 200 to 2000. `columns` answers with the column metadata of `&columns=true` instead of records. */
  query(request: {
    userId: string;
    soql: string;
    all: boolean;
    batchSize: number;
    apiVersion: number;
  }): Promise<QueryPage>;
  queryMore(request: { userId: string; locator: string; apiVersion: number }): Promise<QueryPage>;
  queryColumns(request: { userId: string; soql: string }): Promise<object>;
  countRecords(request: { userId: string; objects: readonly string[] }): Promise<ReadonlyMap<string, number>>;

  createJob(request: JobRequest): Promise<Job>;
  getJob(request: { userId: string; id: string }): Promise<Job>;
  /** Newest first; 1000 a page. */
  listJobs(request: { userId: string; after?: string }): Promise<{ jobs: readonly Job[]; next?: string }>;
  /** Where the front door writes the body of the one PUT; refused when there was one before. The file is fsynced by the caller. */
  beginUpload(request: { userId: string; id: string }): Promise<{ file: string }>;
  finishUpload(request: { userId: string; id: string; bytes: number }): Promise<void>;
  /** The upload broke off: the job is as before. */
  dropUpload(request: { userId: string; id: string }): Promise<void>;
  setJobState(request: { userId: string; id: string; state: 'UploadComplete' | 'Aborted' }): Promise<Job>;
  deleteJob(request: { userId: string; id: string }): Promise<void>;
  /** The result file in pieces of about 256 KiB; refused before the job has ended. */
  results(request: { userId: string; id: string; kind: ResultKind }): AsyncIterable<Uint8Array>;

  readonly queryJobs: QueryJobs;

  /** From now on; null ends it. Holds for saves and for jobs. */
  setRowFaults(faults: RowFaults | null): Promise<void>;
};
