/** The one thread that writes records: saves and jobs, and answers about them. */
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createAccessFinder } from '../rights/index.ts';
import { createSchema } from '../schema/create-schema.ts';
import type { SObject } from '../schema/schema.ts';
import { SoqlUnsupported } from '../soql/index.ts';
import { openDatabase } from './database.ts';
import { openIdCounter } from './id-counter.ts';
import { type ResultRequest, readResultPiece } from './job-results.ts';
import { openJobStore } from './job-store.ts';
import { openJobs, uploadFile } from './jobs.ts';
import { createTableFinder } from './matching.ts';
import { findQueryPage, listQueryPages } from './query-job-results.ts';
import { openQueryJobStore } from './query-job-store.ts';
import { openQueryJobs } from './query-jobs.ts';
import { resultFiles } from './query-result-files.ts';
import { countRecords, type FindRequest, findByExternalId, type ReadRequest, readRecord } from './read.ts';
import type { GivenRights, QueryResultRequest, RowFaults, SaveRequest } from './records.ts';
import { createRowFaults } from './row-faults.ts';
import { createSaveTables, saveJsonRows, saveJsonRowsTogether } from './save.ts';
import type { Store } from './save-rows.ts';
import { createStatements } from './statements.ts';
import { createTables } from './tables.ts';
import { reportTo, serveCalls, type Unsupported } from './worker-call.ts';

export type RecordsWorkerData = {
  folder: string;
  durable: boolean;
  setupFile: string | undefined;
  objects: readonly SObject[];
  faults: RowFaults | null;
  rights?: GivenRights | undefined;
};

const expiryCheckMs = 60 * 60 * 1000;

if (parentPort !== null) {
  const { folder, durable, setupFile, objects, faults, rights } = workerData as RecordsWorkerData;
  const schema = createSchema(objects);
  const access = createAccessFinder(schema);
  if (rights !== undefined) access.set(rights.rights, rights.defaults);
  const database = openDatabase(join(folder, 'records.sqlite'), { durable, setupFile });
  createTables(database, schema);
  const statements = createStatements(database);
  const ids = openIdCounter(database);
  const store: Store = {
    database,
    statements,
    schema,
    ids,
    tableOf: createTableFinder(schema),
    accessOf: access.of,
    hasSetup: setupFile !== undefined,
  };
  const tables = createSaveTables(schema);
  let fault = createRowFaults(faults);
  const jobStore = openJobStore(database, ids);
  const fileOf = uploadFile(folder);
  const jobs = openJobs(
    { store, tables, jobs: jobStore, faults: () => fault, fileOf, report: reportTo(parentPort) },
    folder,
  );
  const queryResults = {
    queryJobs: openQueryJobStore(database, ids),
    accessOf: access.of,
    resultsOf: resultFiles(folder),
  };
  const queryJobs = openQueryJobs(queryResults);
  const removeExpired = () => {
    jobs.removeExpired();
    queryJobs.removeExpired();
  };
  const expiry = setInterval(removeExpired, expiryCheckMs);
  serveCalls(parentPort, {
    save: (request: SaveRequest) => saveJsonRows(store, tables, request, () => fault),
    saveTogether: (requests: readonly SaveRequest[]) => saveJsonRowsTogether(store, tables, requests, () => fault),
    read: (request: ReadRequest) => readRecord(store, request),
    findByExternalId: (request: FindRequest) => findByExternalId(store, request),
    countRecords: (request: { userId: string; objects: readonly string[] }) => countRecords(store, request),
    resultPiece: (request: ResultRequest) => readResultPiece({ jobs: jobStore, accessOf: access.of, fileOf }, request),
    createJob: jobs.create,
    getJob: jobs.get,
    listJobs: jobs.list,
    beginUpload: jobs.beginUpload,
    finishUpload: jobs.finishUpload,
    dropUpload: jobs.dropUpload,
    setJobState: jobs.setState,
    deleteJob: jobs.remove,
    createQueryJob: reportingUnsupported(parentPort, queryJobs.create),
    getQueryJob: queryJobs.get,
    listQueryJobs: queryJobs.list,
    abortQueryJob: queryJobs.abort,
    deleteQueryJob: queryJobs.remove,
    unfinishedQueryJobs: queryJobs.unfinished,
    beginQueryJob: ({ id }: { id: string }) => queryJobs.begin(id),
    noteQueryProgress: queryJobs.noteProgress,
    noteQueryRetry: queryJobs.noteRetry,
    endQueryJob: queryJobs.end,
    findQueryPage: (request: QueryResultRequest) => findQueryPage(queryResults, request),
    listQueryPages: (request: QueryResultRequest) => listQueryPages(queryResults, request),
    setRights: (given: GivenRights) => access.set(given.rights, given.defaults),
    setRowFaults(chosen: RowFaults | null) {
      fault = createRowFaults(chosen);
    },
    async close() {
      clearInterval(expiry);
      await jobs.stop();
      database.close();
      setImmediate(() => parentPort?.close());
    },
  });
  removeExpired();
  jobs.resume();
}

/** The same, telling the log of what is at Salesforce but not here. */
function reportingUnsupported<Input, Result>(
  port: MessagePort,
  act: (input: Input) => Result,
): (input: Input) => Result {
  return (input) => {
    try {
      return act(input);
    } catch (error) {
      if (error instanceof SoqlUnsupported) port.postMessage({ unsupported: error.what } satisfies Unsupported);
      throw error;
    }
  };
}
