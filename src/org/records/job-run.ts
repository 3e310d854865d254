/** Works through the upload of one job, 200 rows and their results in one transaction at a time. */
import { closeSync, existsSync, openSync } from 'node:fs';
import type { Access } from '../rights/index.ts';
import type { Field, Schema } from '../schema/schema.ts';
import { CsvBroken, type CsvRecord, delimiterOf, readCsvRecords, splitCells } from './csv-records.ts';
import { type CompiledHeader, compileHeader, type Draft, emptyDraft } from './draft.ts';
import { hasEnded, type JobRow, type JobStore, type KeptJob } from './job-store.ts';
import type { Operation, RowError, SaveResult } from './records.ts';
import { OrgRefused } from './refusal.ts';
import { type FaultSource, maxRowsPerChunk, type SaveTables } from './save.ts';
import { type Chunk, type Store, saveChunk } from './save-rows.ts';
import type { SaveTable } from './save-table.ts';
import { inTransaction } from './statements.ts';

export type JobRun = {
  id: string;
  /** One transaction's worth of work; false when the job has ended. After a throw this run is of no more use, another may begin. */
  step(): boolean;
  close(): void;
};

export type JobWork = {
  store: Store;
  tables: SaveTables;
  jobs: JobStore;
  faults: FaultSource;
  fileOf: (id: string) => string;
  /** Hears of what went wrong and will be tried again. */
  report: (error: unknown) => void;
};

/** Limits of Salesforce on one row. */
const maxRecordCharacters = 400_000;
const maxColumns = 5000;

/** From this version on failed rows tell the id they were about. */
const failedIdsSinceVersion = 53;

type Upload = {
  records: ReturnType<typeof readCsvRecords>;
  header: CompiledHeader;
  table: SaveTable;
  /** The rights the header was held against. */
  access: Access;
  cells: readonly string[];
  columns: number;
  externalIdField: Field | undefined;
};

/** Takes up a job that is closed, wherever it stands. */
export function startJobRun(work: JobWork, id: string): JobRun {
  let file: number | undefined;
  let upload: Upload | undefined;
  const begin = (job: KeptJob): Upload | undefined => {
    const path = work.fileOf(id);
    if (job.upload !== 'done') return undefined;
    if (!existsSync(path)) throw new CsvBroken('InvalidBatch : The upload of the job is not there');
    file ??= openSync(path, 'r');
    return openUpload(work, job, file);
  };
  const step = (): boolean => {
    const startedMs = performance.now();
    const job = work.jobs.find(id);
    if (job === undefined || hasEnded(job.state)) return false;
    upload ??= begin(job);
    if (upload !== undefined) upload = underRightsNow(work, job, upload);
    const read = upload === undefined ? { records: [] } : readChunk(upload.records);
    if (upload === undefined || read.records.length === 0) return endJob(work, job, read.broken);
    saveRecords(work, { job, upload, records: read.records, startedMs });
    return true;
  };
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return { id, close, step: () => stepOrFail(work, id, step) };
}

/** What is wrong with the upload fails the job; what is wrong here is the caller's to try again. */
function stepOrFail(work: JobWork, id: string, step: () => boolean): boolean {
  try {
    return step();
  } catch (error) {
    const message = messageOf(error);
    if (message === undefined) throw error;
    return endJob(work, work.jobs.get(id), message);
  }
}

function messageOf(error: unknown): string | undefined {
  if (error instanceof OrgRefused) return `InvalidEntity : ${error.refusal.message}`;
  return error instanceof CsvBroken ? error.message : undefined;
}

export function endJob({ jobs }: Pick<JobWork, 'jobs'>, job: KeptJob, errorMessage: string | undefined): false {
  const nowMs = Date.now();
  const state = errorMessage === undefined ? 'JobComplete' : 'Failed';
  const ended = { state, systemModstamp: nowMs, totalProcessingTime: nowMs - job.closedDate } as const;
  jobs.change(job.id, errorMessage === undefined ? ended : { ...ended, errorMessage });
  return false;
}

/** What the rights of this moment make of the header; it is read again only when they have changed. */
function underRightsNow({ store }: JobWork, job: KeptJob, upload: Upload): Upload {
  const access = store.accessOf(job.createdById);
  return access === upload.access ? upload : { ...upload, ...compileUpload(access, job, upload) };
}

/** Reads the header, and goes behind the rows that are done with; undefined for a file without a header. */
function openUpload({ store, tables }: JobWork, job: KeptJob, file: number): Upload | undefined {
  const first = readCsvRecords(file, { position: 0, lineEnding: job.lineEnding });
  const headerRecord = first.next();
  if (headerRecord === undefined) return undefined;
  const cells = splitCells(headerRecord.text, delimiterOf(job.columnDelimiter));
  const table = tables.get(job.object);
  const compiled = compileUpload(store.accessOf(job.createdById), job, { table, cells });
  const records =
    job.position === 0 ? first : readCsvRecords(file, { position: job.position, lineEnding: job.lineEnding });
  return { ...compiled, records, table, cells, columns: cells.length };
}

type Compiled = Pick<Upload, 'access' | 'header' | 'externalIdField'>;

function compileUpload(access: Access, job: KeptJob, { table, cells }: Pick<Upload, 'table' | 'cells'>): Compiled {
  const { schema } = access;
  if (schema.findObject(job.object) === undefined)
    throw new CsvBroken(`InvalidEntity : Entity '${job.object}' is not supported by the Bulk API.`);
  const header = readHeader(schema, table, cells);
  const externalIdField = externalIdColumn(schema, table, job);
  const needed = job.operation === 'insert' ? undefined : (externalIdField?.name ?? 'Id');
  const mayBeLeftOut = job.operation === 'upsert' && needed === 'Id';
  if (needed !== undefined && !mayBeLeftOut && !header.fields.includes(needed)) throw fieldNotFound(needed);
  return { access, header, externalIdField };
}

function externalIdColumn(schema: Schema, table: SaveTable, job: KeptJob): Field | undefined {
  return job.operation === 'upsert' ? schema.findField(table.object, job.externalIdFieldName ?? 'Id') : undefined;
}

function readHeader(schema: Schema, table: SaveTable, cells: readonly string[]): CompiledHeader {
  if (cells.length > maxColumns) throw new CsvBroken(`InvalidBatch : The header has more than ${maxColumns} fields`);
  const header = compileHeader(schema, table, cells);
  if ('unknown' in header) throw fieldNotFound(header.unknown);
  return header;
}

function fieldNotFound(name: string): CsvBroken {
  return new CsvBroken(`InvalidBatch : Field name not found : ${name}`);
}

/** Up to 200 records; where reading breaks, those before it are still saved, and the next step finds it broken at once. */
function readChunk(records: Upload['records']): { records: CsvRecord[]; broken?: string } {
  const chunk: CsvRecord[] = [];
  try {
    while (chunk.length < maxRowsPerChunk) {
      const record = records.next();
      if (record === undefined) break;
      chunk.push(record);
    }
  } catch (error) {
    if (!(error instanceof CsvBroken)) throw error;
    return { records: chunk, broken: error.message };
  }
  return { records: chunk };
}

type Saving = { job: KeptJob; upload: Upload; records: readonly CsvRecord[]; startedMs: number };

function saveRecords(work: JobWork, { job, upload, records, startedMs }: Saving): void {
  const drafts = records.map((record) => draftOf(upload, job, record));
  inTransaction(work.store.database, () => {
    const results = saveChunk(work.store, {
      table: upload.table,
      ...howToSave(job),
      drafts,
      externalIdField: upload.externalIdField,
      asker: { userId: job.createdById, access: upload.access },
      nowMs: Date.now(),
      fault: work.faults(),
    });
    work.jobs.addChunk(
      job,
      results.map((result, index) => rowOf(job, records[index], result)),
    );
    work.jobs.change(job.id, progressOf(job, { records, results, startedMs }));
  });
}

function howToSave({ operation }: KeptJob): Pick<Chunk, 'operation' | 'pastBin'> {
  if (operation === 'hardDelete') return { operation: 'delete', pastBin: true };
  return { operation: operation as Operation };
}

function draftOf({ header, table, columns }: Upload, job: KeptJob, { text }: CsvRecord): Draft {
  const cells = splitCells(text, delimiterOf(job.columnDelimiter));
  const refused = refuseShape(text, cells.length, columns);
  if (refused === undefined) return header.draft(cells);
  return { ...emptyDraft(table), errors: [refused] };
}

function refuseShape(text: string, cells: number, columns: number): RowError | undefined {
  if (text.length > maxRecordCharacters) {
    return {
      statusCode: 'LIMIT_EXCEEDED',
      message: `The row has more than ${maxRecordCharacters} characters`,
      fields: [],
    };
  }
  if (cells === columns) return undefined;
  return {
    statusCode: 'CLIENT_INPUT_ERROR',
    message: `The row has ${cells} cells, the header has ${columns}`,
    fields: [],
  };
}

function rowOf(job: KeptJob, record: CsvRecord | undefined, result: SaveResult): JobRow {
  const offset = record?.offset ?? 0;
  const length = record?.length ?? 0;
  if (result.success) return [offset, length, result.id, result.created ? 1 : 0];
  const id = job.apiVersion >= failedIdsSinceVersion ? (result.id ?? '') : '';
  return [offset, length, id, 0, result.errors.map(errorText).join('')];
}

/** A row's refusal as `sf__Error` has it: `CODE:message:Field1 Field2 --`. */
function errorText({ statusCode, message, fields }: RowError): string {
  return `${statusCode}:${message}:${fields.length > 0 ? `${fields.join(' ')} ` : ''}--`;
}

type Done = { records: readonly CsvRecord[]; results: readonly SaveResult[]; startedMs: number };

function progressOf(job: KeptJob, { records, results, startedMs }: Done): Partial<KeptJob> {
  const failed = results.reduce((count, { success }) => count + (success ? 0 : 1), 0);
  return {
    state: 'InProgress',
    systemModstamp: Date.now(),
    position: records.at(-1)?.end ?? job.position,
    chunks: job.chunks + 1,
    numberRecordsProcessed: job.numberRecordsProcessed + results.length,
    numberRecordsFailed: job.numberRecordsFailed + failed,
    apiActiveProcessingTime: job.apiActiveProcessingTime + Math.round(performance.now() - startedMs),
  };
}
