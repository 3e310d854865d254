/** The thread that works at query jobs: each reads through a connection of its own and writes its results, a slice at a time. */

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { createAccessFinder } from '../rights/index.ts';
import { createSchema } from '../schema/create-schema.ts';
import { openBulkQuery } from '../soql/index.ts';
import { delimiterOf, quotedResultCell } from './csv-records.ts';
import { openDatabase } from './database.ts';
import type { QueryJobTask } from './query-jobs.ts';
import { createResultWriter, type ResultWriter, resultFiles } from './query-result-files.ts';
import type { GivenRights } from './records.ts';
import type { RecordsWorkerData } from './records-worker.ts';
import { serveCalls } from './worker-call.ts';

export type Slice = { records: number; done: boolean };

type AtWork = { database: DatabaseSync; rows: Iterator<readonly string[]>; lineOf: LineOf; writer: ResultWriter };
type LineOf = (cells: readonly string[]) => string;

/** How long a slice takes, and how often it looks at the clock. */
const sliceMs = 50;
const rowsPerLook = 200;

if (parentPort !== null) {
  const { folder, durable, setupFile, objects, rights } = workerData as RecordsWorkerData;
  const schema = createSchema(objects);
  const access = createAccessFinder(schema);
  if (rights !== undefined) access.set(rights.rights, rights.defaults);
  const filesOf = resultFiles(folder);
  const atWork = new Map<string, AtWork>();

  function begin({ id, createdById, soql, all, ...form }: QueryJobTask): void {
    const database = openDatabase(join(folder, 'records.sqlite'), { durable, setupFile, readOnly: true });
    try {
      const asked = { userId: createdById, access: access.of(createdById), soql, all };
      const { columns, rows } = openBulkQuery({ database, schema }, asked);
      const lineOf = createLine(form);
      atWork.set(id, { database, rows, lineOf, writer: createResultWriter(filesOf(id), lineOf(columns)) });
    } catch (error) {
      database.close();
      throw error;
    }
  }

  function step({ id }: { id: string }): Slice {
    const job = atWork.get(id);
    if (job === undefined) throw new Error(`the query job ${id} was not begun here`);
    try {
      const done = writeSlice(job);
      if (done) finish(id, job);
      return { records: job.writer.records(), done };
    } catch (error) {
      drop({ id });
      throw error;
    }
  }

  function finish(id: string, { database, writer }: AtWork): void {
    writer.finish({ durable });
    database.close();
    atWork.delete(id);
  }

  function drop({ id }: { id: string }): void {
    const job = atWork.get(id);
    atWork.delete(id);
    job?.database.close();
    job?.writer.discard();
  }

  serveCalls(parentPort, {
    begin,
    step,
    drop,
    setRights: (given: GivenRights) => access.set(given.rights, given.defaults),
    close() {
      for (const id of [...atWork.keys()]) drop({ id });
      setImmediate(() => parentPort?.close());
    },
  });
}

function createLine({ columnDelimiter, lineEnding }: Pick<QueryJobTask, 'columnDelimiter' | 'lineEnding'>): LineOf {
  const delimiter = delimiterOf(columnDelimiter);
  const end = lineEnding === 'CRLF' ? '\r\n' : '\n';
  return (cells) => cells.map(quotedResultCell).join(delimiter) + end;
}

/** True when there are no more rows. */
function writeSlice({ rows, lineOf, writer }: AtWork): boolean {
  const endMs = performance.now() + sliceMs;
  do {
    for (let count = 0; count < rowsPerLook; count += 1) {
      const { value, done } = rows.next();
      if (done === true) return true;
      writer.add(lineOf(value));
    }
  } while (performance.now() < endMs);
  return false;
}
