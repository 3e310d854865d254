/** Opens the records of an org: starts the writing and the reading thread and speaks to them. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../base/index.ts';
import { createAccessFinder } from '../rights/index.ts';
import type { Schema } from '../schema/schema.ts';
import type { ResultPiece, ResultPlace } from './job-results.ts';
import { queryJobsOver } from './query-job-calls.ts';
import { createQueryJobRunner, type QueryJobRunner } from './query-job-runner.ts';
import { openReader, type Reader } from './reader.ts';
import type { GivenRights, Records, ResultKind, RowFaults } from './records.ts';
import type { RecordsWorkerData } from './records-worker.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export type OpenRecordsOptions = {
  /** Where records.sqlite and the folder `jobs` are; made when it is not there. */
  folder: string;
  /** False for a folder that is thrown away at the end. */
  durable: boolean;
  schema: Schema;
  /** Users are read from it, and references to them checked; left out: setup.sqlite of the same folder, when it is there. */
  setupFile?: string | undefined;
  faults?: RowFaults | null;
  /** In force from the first row of a job that is taken up; left out: everybody may do everything until `setRights`. */
  rights?: GivenRights | undefined;
  /** Milliseconds a query may take before it is answered QUERY_TIMEOUT. */
  maxQueryMs?: number;
  log?: Log;
};

/** Salesforce's own limit on a query. */
const defaultMaxQueryMs = 120_000;

/**
 * Jobs left unfinished by an earlier process are taken up at once, behind the last row that was processed.
 *
 * @example await using records = await openRecords({ folder, durable: true, schema });
 */
export async function openRecords(options: OpenRecordsOptions): Promise<Records> {
  const { folder, durable, schema, faults = null, maxQueryMs = defaultMaxQueryMs, log } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const besides = join(folder, 'setup.sqlite');
  const setupFile = options.setupFile ?? (existsSync(besides) ? besides : undefined);
  const given: { rights: GivenRights | undefined } = { rights: options.rights };
  const workerData: RecordsWorkerData = { folder, durable, setupFile, objects: schema.objects, faults, ...given };
  const latest = () => ({ ...workerData, ...given });
  const writer = await startWorkerThread('records-worker', { workerData, log });
  try {
    const reader = await openReader({ workerData: latest, maxQueryMs, log });
    const runner = createQueryJobRunner({ writer, workerData: latest, maxQueryMs, log });
    for (const id of (await writer.call('unfinishedQueryJobs', undefined)) as string[]) runner.add(id);
    return recordsOver(schema, { writer, reader, runner, given });
  } catch (error) {
    await writer.close();
    throw error;
  }
}

type Answered<Name extends keyof Records> = Records[Name] extends (...input: never[]) => infer Result ? Result : never;

/** `given`: what a reading thread that is started later begins with. */
type Threads = {
  writer: WorkerThread;
  reader: Reader;
  runner: QueryJobRunner;
  given: { rights: GivenRights | undefined };
};

function recordsOver(schema: Schema, { writer, reader, runner, given }: Threads): Records {
  const access = createAccessFinder(schema);
  if (given.rights !== undefined) access.set(given.rights.rights, given.rights.defaults);
  const write =
    <Name extends keyof Records & string>(method: Name) =>
    (input: unknown) =>
      writer.call(method, input) as Answered<Name>;
  const query =
    <Name extends keyof Records & string>(method: Name) =>
    (input: unknown) =>
      reader.call(method, input) as Answered<Name>;
  // A long query must not hold up what takes a moment: then the writing thread answers.
  const quick = (method: string, input: unknown) => (reader.busy() ? writer : reader).call(method, input);
  const read =
    <Name extends keyof Records & string>(method: Name) =>
    (input: unknown) =>
      quick(method, input) as Answered<Name>;
  return {
    schema,
    accessOf: access.of,
    async setRights(rights, defaults) {
      given.rights = { rights, defaults };
      access.set(rights, defaults);
      // Calls stand in line behind it; a reader that ends before its turn is followed by one that begins with these rights.
      reader.call('setRights', given.rights).catch(() => undefined);
      runner.setRights(given.rights);
      await writer.call('setRights', given.rights);
    },
    save: write('save'),
    saveTogether: write('saveTogether'),
    read: read('read'),
    findByExternalId: read('findByExternalId'),
    query: query('query'),
    queryMore: query('queryMore'),
    queryColumns: query('queryColumns'),
    countRecords: query('countRecords'),
    createJob: write('createJob'),
    getJob: write('getJob'),
    listJobs: write('listJobs'),
    beginUpload: write('beginUpload'),
    finishUpload: write('finishUpload'),
    dropUpload: write('dropUpload'),
    setJobState: write('setJobState'),
    deleteJob: write('deleteJob'),
    results: (request) => resultPieces(quick, request),
    queryJobs: queryJobsOver(writer, runner, quick),
    setRowFaults: write('setRowFaults'),
    async [Symbol.asyncDispose]() {
      await runner.close();
      await reader.close();
      await writer.close();
    },
  };
}

type Quick = (method: string, input: unknown) => Promise<unknown>;

async function* resultPieces(
  quick: Quick,
  { userId, id, kind }: { userId: string; id: string; kind: ResultKind },
): AsyncGenerator<Uint8Array> {
  let place: ResultPlace | undefined;
  do {
    const piece = (await quick('resultPiece', { userId, id, kind, place })) as ResultPiece;
    if (piece.bytes.length > 0) yield piece.bytes;
    place = piece.next;
  } while (place !== undefined);
}
