/** A chunk's life as a bulk job: each step goes from one state of the ledger to the next, and can be begun again at any of them. */
import { createReadStream } from 'node:fs';
import { SluiceError, withRetry } from '../base/index.ts';
import type { Chunk, ChunkRef, ChunkState } from '../ledger/index.ts';
import type { JobInfo } from '../salesforce/index.ts';
import { abortOrphans } from './orphan-jobs.ts';
import { reconcileChunk, settleEmptyChunk, settleVanishedJob } from './reconcile.ts';
import { fetchResultFiles } from './result-files.ts';
import { type Gates, type RunContext, refOf } from './run-context.ts';
import { lookAtRows } from './run-report.ts';

/** Larger pieces than the default keep the upload from waiting for the disk. */
const uploadReadBytes = 262_144;

const beforeUpload: ReadonlySet<ChunkState> = new Set(['spooled', 'created']);

/** How often a chunk gets a new job because somebody else ended its job. */
const maxNewJobs = 5;

type Step = { gate: keyof Gates; states: readonly ChunkState[]; act(context: RunContext, chunk: Chunk): Promise<void> };

const steps: readonly Step[] = [
  { gate: 'create', states: ['spooled'], act: makeJob },
  { gate: 'upload', states: ['created'], act: uploadChunk },
  { gate: 'process', states: ['uploaded', 'closed'], act: closeAndWait },
  { gate: 'fetch', states: ['polled'], act: fetchResults },
  { gate: 'reconcile', states: ['fetched'], act: reconcile },
];

/** Takes the chunk from wherever the ledger has it to `reconciled`. */
export async function carryBulkChunk(context: RunContext, ref: ChunkRef): Promise<void> {
  const uploaded = context.uploads.add();
  try {
    for (;;) {
      const chunk = context.ledger.getChunk(ref);
      const step = steps.find(({ states }) => states.includes(chunk.state));
      if (!step) return;
      if (!beforeUpload.has(chunk.state) || chunk.notBefore !== null) uploaded();
      await waitForTurn(context, chunk);
      await context.gates[step.gate].use(() => takeStep(context, step, ref));
    }
  } finally {
    uploaded();
  }
}

/** A step that failed in passing is taken again from where the ledger then has the chunk. */
async function takeStep(context: RunContext, step: Step, ref: ChunkRef): Promise<void> {
  const { clock, random, log, signal } = context;
  const act = async () => {
    const chunk = context.ledger.getChunk(ref);
    if (step.states.includes(chunk.state)) await step.act(context, chunk);
  };
  signal.throwIfAborted();
  await withRetry(act, { repeatable: true, what: `chunk ${ref.number} of run ${ref.run}`, clock, random, log, signal });
}

/**
 * No job is closed before the source was read to its end; results are read once no chunk waits to go up, since the org could
 * be at work on it meanwhile; and a retry waits for its time.
 */
async function waitForTurn({ committed, uploads, clock, signal }: RunContext, chunk: Chunk): Promise<void> {
  if (chunk.state === 'uploaded') await committed;
  if (chunk.state === 'polled' || chunk.state === 'fetched') await uploads.whenEmpty();
  const waitMs = (chunk.notBefore ?? 0) - clock.now();
  if (chunk.state === 'spooled' && waitMs > 0) await clock.sleep(waitMs, { signal });
}

async function makeJob(context: RunContext, chunk: Chunk): Promise<void> {
  const { salesforce, ledger, target, signal, observe } = context;
  if (chunk.rows === 0) return settleEmptyChunk(context, chunk);
  if (chunk.intentAt !== null) await abortOrphans(context, chunk.intentAt);
  const at = await salesforce.serverTimeMs({ signal });
  await ledger.sendingIntended(chunk, { at });
  observe('intended:recorded', refOf(chunk));
  const { object, operation, externalId } = target;
  const job = await salesforce.bulk.createJob({
    object,
    operation,
    ...(externalId && operation === 'upsert' ? { externalIdFieldName: externalId } : {}),
    signal,
  });
  observe('created:answered', refOf(chunk));
  await ledger.jobCreated(chunk, { jobId: job.id });
  context.freshJobs.add(job.id);
  observe('created:recorded', refOf(chunk));
}

/** A job takes one upload: after one that may have arrived, or not whole, the same bytes go into a new job. */
async function uploadChunk(context: RunContext, chunk: Chunk): Promise<void> {
  const { salesforce, ledger, spool, signal, observe } = context;
  const jobId = jobOf(chunk);
  if (!context.freshJobs.delete(jobId)) return giveUpJob(context, chunk, 'whether its upload arrived is not known');
  const open = () => createReadStream(spool.path(chunk.file), { highWaterMark: uploadReadBytes });
  try {
    await salesforce.bulk.upload(jobId, { open, bytes: chunk.bytes, signal });
  } catch (error) {
    if (!(await isJobLost(context, jobId, error))) throw error;
    return giveUpJob(context, chunk, 'somebody else ended it before its upload');
  }
  observe('uploaded:answered', refOf(chunk));
  await ledger.jobUploaded(chunk);
  if (chunk.parent === null) context.progress.add({ sent: chunk.rows });
  observe('uploaded:recorded', refOf(chunk));
}

/** Whether an upload was refused because the job is no longer open for it. */
async function isJobLost({ salesforce, signal }: RunContext, jobId: string, error: unknown): Promise<boolean> {
  if (!(error instanceof SluiceError)) return false;
  if (error.code === 'JOB_NOT_FOUND' || error.code === 'UPLOAD_ALREADY_THERE') return true;
  if (error.code !== 'SALESFORCE_REFUSED') return false;
  const job = await salesforce.bulk.get(jobId, { signal });
  return job.state === 'Aborted';
}

/** Aborts a job that was never closed and lets the chunk begin anew. */
async function giveUpJob(context: RunContext, chunk: Chunk, reason: string): Promise<void> {
  const jobId = jobOf(chunk);
  const ended = await abortIfThere(context, jobId);
  if (ended && ended.state !== 'Aborted') {
    throw new SluiceError('INTERNAL', {
      reason: `the job ${jobId} was closed by somebody else while its upload was under way`,
    });
  }
  const before = context.ledger
    .listEvents(chunk.run)
    .filter((event) => event.chunk === chunk.number && event.what === 'job given up');
  if (before.length >= maxNewJobs) {
    throw new SluiceError('JOB_FAILED', {
      jobs: `job ${jobId}`,
      look: lookAtRows(context.ledger.findRun(chunk.run) ?? { id: chunk.run, hubRun: null }),
      reason: `${reason}, ${maxNewJobs} times in a row`,
    });
  }
  context.log?.warn({ run: chunk.run, chunk: chunk.number, jobId, reason }, 'job given up');
  await context.ledger.jobGivenUp(chunk, reason);
}

export async function abortIfThere(
  { salesforce, signal }: Pick<RunContext, 'salesforce' | 'signal'>,
  jobId: string,
): Promise<JobInfo | null> {
  try {
    return await salesforce.bulk.abort(jobId, { signal });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

async function closeAndWait(context: RunContext, chunk: Chunk): Promise<void> {
  const { salesforce, ledger, signal, observe, progress } = context;
  const jobId = jobOf(chunk);
  try {
    if (chunk.state === 'uploaded') {
      const job = await salesforce.bulk.close(jobId, { signal });
      if (await wasAbortedUntouched(context, job))
        return giveUpJob(context, chunk, 'somebody else aborted it before it was closed');
      observe('closed:answered', refOf(chunk));
      await ledger.jobClosed(chunk);
      observe('closed:recorded', refOf(chunk));
    }
    context.sums.begin(chunk);
    const onProgress = (job: JobInfo) => progress.jobProcessed(job.id, job.numberRecordsProcessed ?? 0);
    const end = await salesforce.bulk.wait(jobId, { signal, onProgress });
    observe('polled:answered', refOf(chunk));
    await ledger.jobPolled(chunk, {
      state: end.state,
      errorMessage: end.errorMessage || undefined,
      processed: end.numberRecordsProcessed ?? 0,
      failed: end.numberRecordsFailed ?? 0,
    });
    observe('polled:recorded', refOf(chunk));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await settleVanishedJob(context, ledger.getChunk(chunk));
  }
}

async function wasAbortedUntouched({ salesforce, signal }: RunContext, job: JobInfo): Promise<boolean> {
  if (job.state !== 'Aborted') return false;
  const { numberRecordsProcessed = 0 } = await salesforce.bulk.get(job.id, { signal });
  return numberRecordsProcessed === 0;
}

async function fetchResults(context: RunContext, chunk: Chunk): Promise<void> {
  try {
    await fetchResultFiles(context, chunk, jobOf(chunk));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return settleVanishedJob(context, chunk);
  }
  context.observe('fetched:answered', refOf(chunk));
  await context.ledger.resultsFetched(chunk);
  context.observe('fetched:recorded', refOf(chunk));
}

async function reconcile(context: RunContext, chunk: Chunk): Promise<void> {
  await reconcileChunk(context, chunk);
  context.observe('reconciled:recorded', refOf(chunk));
}

function jobOf(chunk: Chunk): string {
  if (chunk.jobId === null) throw new Error(`chunk ${chunk.number} of run ${chunk.run} has no job`);
  return chunk.jobId;
}

function isNotFound(error: unknown): boolean {
  return error instanceof SluiceError && error.code === 'JOB_NOT_FOUND';
}
