/** The thread that reads: records, SOQL and result files. It may be replaced at any moment. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createAccessFinder } from '../rights/index.ts';
import { createSchema } from '../schema/create-schema.ts';
import { createQueryRunner, type QueryRequest } from '../soql/index.ts';
import { openDatabase } from './database.ts';
import { type ResultRequest, readResultPiece } from './job-results.ts';
import { openJobStore } from './job-store.ts';
import { uploadFile } from './jobs.ts';
import { createTableFinder } from './matching.ts';
import { findQueryPage, listQueryPages } from './query-job-results.ts';
import { openQueryJobStore } from './query-job-store.ts';
import { resultFiles } from './query-result-files.ts';
import { countRecords, type FindRequest, findByExternalId, type ReadRequest, readRecord } from './read.ts';
import type { GivenRights, QueryResultRequest } from './records.ts';
import type { RecordsWorkerData } from './records-worker.ts';
import { createStatements } from './statements.ts';
import { serveCalls, type Unsupported } from './worker-call.ts';

if (parentPort !== null) {
  const { folder, durable, setupFile, objects, rights } = workerData as RecordsWorkerData;
  const schema = createSchema(objects);
  const access = createAccessFinder(schema);
  if (rights !== undefined) access.set(rights.rights, rights.defaults);
  const database = openDatabase(join(folder, 'records.sqlite'), { durable, setupFile, readOnly: true });
  const accessOf = access.of;
  const reading = { accessOf, statements: createStatements(database), tableOf: createTableFinder(schema) };
  const jobs = openJobStore(database, undefined);
  const fileOf = uploadFile(folder);
  const queryResults = { queryJobs: openQueryJobStore(database, undefined), accessOf, resultsOf: resultFiles(folder) };
  const onUnsupported = (unsupported: string) => parentPort?.postMessage({ unsupported } satisfies Unsupported);
  const runner = createQueryRunner({ database, schema, accessOf, onUnsupported });
  serveCalls(parentPort, {
    read: (request: ReadRequest) => readRecord(reading, request),
    findByExternalId: (request: FindRequest) => findByExternalId(reading, request),
    countRecords: (request: { userId: string; objects: readonly string[] }) => countRecords(reading, request),
    resultPiece: (request: ResultRequest) => readResultPiece({ jobs, accessOf, fileOf }, request),
    findQueryPage: (request: QueryResultRequest) => findQueryPage(queryResults, request),
    listQueryPages: (request: QueryResultRequest) => listQueryPages(queryResults, request),
    setRights: (given: GivenRights) => access.set(given.rights, given.defaults),
    query: (request: QueryRequest) => runner.query(request),
    queryMore: (request: { userId: string; locator: string; apiVersion: number }) => runner.queryMore(request),
    queryColumns: (request: { userId: string; soql: string }) => runner.queryColumns(request),
    close() {
      database.close();
      setImmediate(() => parentPort?.close());
    },
  });
}
