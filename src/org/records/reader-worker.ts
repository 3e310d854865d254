/** The thread that reads: records, SOQL and result files. It may be replaced at any moment. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createSchema } from '../schema/create-schema.ts';
import { createQueryRunner, type QueryRequest } from '../soql/index.ts';
import { openDatabase } from './database.ts';
import { type ResultRequest, readResultPiece } from './job-results.ts';
import { openJobStore } from './job-store.ts';
import { uploadFile } from './jobs.ts';
import { createTableFinder } from './matching.ts';
import { countRecords, findByExternalId, type ReadRequest, readRecord } from './read.ts';
import type { RecordsWorkerData } from './records-worker.ts';
import { createStatements } from './statements.ts';
import { serveCalls } from './worker-call.ts';

if (parentPort !== null) {
  const { folder, durable, setupFile, objects } = workerData as RecordsWorkerData;
  const schema = createSchema(objects);
  const database = openDatabase(join(folder, 'records.sqlite'), { durable, setupFile, readOnly: true });
  const reading = { schema, statements: createStatements(database), tableOf: createTableFinder() };
  const jobs = openJobStore(database, undefined);
  const fileOf = uploadFile(folder);
  const runner = createQueryRunner({ database, schema });
  serveCalls(parentPort, {
    read: (request: ReadRequest) => readRecord(reading, request),
    findByExternalId: (request: { object: string; field: string; value: string }) => findByExternalId(reading, request),
    countRecords: ({ objects: names }: { objects: readonly string[] }) => countRecords(reading, names),
    resultPiece: (request: ResultRequest) => readResultPiece(jobs, fileOf, request),
    query: (request: QueryRequest) => runner.query(request),
    queryMore: (request: { userId: string; locator: string; apiVersion: number }) => runner.queryMore(request),
    queryColumns: (request: { userId: string; soql: string }) => runner.queryColumns(request),
    close() {
      database.close();
      setImmediate(() => parentPort?.close());
    },
  });
}
