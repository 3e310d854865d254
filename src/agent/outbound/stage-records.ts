/** Records out of the org into the staging of a load: by query while they are few, else by a job of Bulk API 2.0. */
import type { Load } from '../../database/index.ts';
import type { Salesforce } from '../../salesforce/index.ts';
import { recordsCsv } from './records-csv.ts';

export type Staging = {
  salesforce: Salesforce;
  load: Pick<Load, 'stage'>;
  soql: string;
  fields: readonly string[];
  /** Deleted records too (queryAll). */
  all: boolean;
  mode: 'auto' | 'query' | 'bulk';
  signal: AbortSignal;
  onMode(choice: { mode: 'query' | 'bulk'; reason: string }): Promise<void>;
  /** A job is about to be asked for. */
  onIntent(): Promise<void>;
  /** The job is made, and not asked for anything yet. */
  onJob(jobId: string): Promise<void>;
  onRows(rows: number): void;
};

/** One page of a query. */
const pageSize = 2_000;

/** A query travels in the address of a request, which has its limits. */
const longestInAddress = 8_000;

/** Gives the number of rows. */
export async function stageRecords(staging: Staging): Promise<number> {
  const { soql, mode, onMode } = staging;
  if (mode === 'bulk') return await stageSaying(staging, 'bulk', 'the interface file says so');
  if (mode === 'query') return await stageSaying(staging, 'query', 'the interface file says so');
  if (soql.length > longestInAddress) return await stageSaying(staging, 'bulk', 'the query is long');
  const found = await stageFirstPage(staging);
  if (found === null) return await stageSaying(staging, 'bulk', 'more records than one page holds');
  await onMode({ mode: 'query', reason: `${found} ${found === 1 ? 'record' : 'records'}, which is one page` });
  return found;
}

async function stageSaying(staging: Staging, mode: 'query' | 'bulk', reason: string): Promise<number> {
  await staging.onMode({ mode, reason });
  return await (mode === 'bulk' ? stageByJob(staging) : stageByQuery(staging));
}

/** Null, and nothing staged, when there are more pages. */
async function stageFirstPage({
  salesforce,
  load,
  soql,
  fields,
  all,
  signal,
  onRows,
}: Staging): Promise<number | null> {
  for await (const page of salesforce.queryPages(soql, { all, batchSize: pageSize, signal })) {
    if (page.nextRecordsUrl !== null) return null;
    const rows = await load.stage([recordsCsv(fields, page.records)], { signal });
    onRows(rows);
    return rows;
  }
  return 0;
}

async function stageByQuery({ salesforce, load, soql, fields, all, signal, onRows }: Staging): Promise<number> {
  let rows = 0;
  for await (const { records } of salesforce.queryPages(soql, { all, batchSize: pageSize, signal })) {
    rows += await load.stage([recordsCsv(fields, records)], { signal });
    onRows(rows);
  }
  return rows;
}

async function stageByJob({ salesforce, load, soql, all, signal, onIntent, onJob, onRows }: Staging): Promise<number> {
  await onIntent();
  const { id } = await salesforce.bulkQuery.createJob({ soql, all, signal });
  await onJob(id);
  await salesforce.bulkQuery.wait(id, { signal });
  let rows = 0;
  for await (const { bytes } of salesforce.bulkQuery.pages(id, { signal })) {
    rows += await load.stage(bytes, { signal });
    onRows(rows);
  }
  return rows;
}

/** A job that is still at work is stopped first. One that is not there any more is gone. */
export async function dropQueryJob(salesforce: Salesforce, jobId: string, signal: AbortSignal): Promise<void> {
  const isMissing = (error: unknown) => (error as { code?: string }).code === 'JOB_NOT_FOUND';
  try {
    const { state } = await salesforce.bulkQuery.get(jobId, { signal });
    if (state === 'UploadComplete' || state === 'InProgress') await salesforce.bulkQuery.abort(jobId, { signal });
    await salesforce.bulkQuery.delete(jobId, { signal });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
