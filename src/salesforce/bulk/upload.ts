/** One upload a job: bytes from a stream that can be opened again, held to their number, watched for standstill. */
import type { Readable } from 'node:stream';
import { reasonOf, SluiceError } from '../../base/index.ts';
import { readText } from '../answer-body.ts';
import type { Deadlines } from '../connection.ts';
import type { Rest } from '../rest.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { ingestJob } from './job.ts';
import { jobPath, missingJob } from './job-calls.ts';

export type Upload = {
  /** Called once for each try; a second one happens only after a clear refusal, such as of the token. */
  open: () => Readable;
  /** Exactly what the stream gives. */
  bytes: number;
  signal?: AbortSignal | undefined;
};

/** How the org's message for a second upload begins (two notes of developers who saw it). */
const alreadyThereText = 'Found multiple contents for job';

/**
 * Sends the CSV of a job.
 *
 * An error with `inDoubt` means that the org may hold all of it, or none: abort the job and send the bytes in a new one.
 * UPLOAD_ALREADY_THERE: an earlier upload arrived, whole or not. UPLOAD_SOURCE_FAILED: the stream broke, or its length was not `bytes`.
 */
export async function uploadToJob(rest: Rest, jobId: string, upload: Upload, deadlines: Deadlines): Promise<void> {
  const { bytes, open, signal } = upload;
  const source: Source = { fault: undefined };
  const body = () => readSource(open, source);
  try {
    const answer = await rest.open({
      method: 'PUT',
      path: jobPath(rest, ingestJob(jobId), '/batches'),
      headers: { 'content-type': 'text/csv; charset=UTF-8', 'content-length': String(bytes) },
      body,
      headersMs: deadlines.uploadIdleMs,
      signal,
    });
    await readText(answer, { what: 'upload' });
  } catch (error) {
    throw explainUpload(error, { jobId, source });
  }
}

type Source = { fault: unknown };

/** The stream's blocks; remembers a fault of the stream itself, apart from all that can happen on the wire. */
async function* readSource(open: () => Readable, source: Source): AsyncGenerator<Uint8Array> {
  try {
    for await (const block of open()) yield block as Uint8Array;
  } catch (error) {
    source.fault = error;
    throw error;
  }
}

function explainUpload(error: unknown, { jobId, source }: { jobId: string; source: Source }): unknown {
  if (isAlreadyThere(error)) return new SluiceError('UPLOAD_ALREADY_THERE', { jobId }, { cause: error, inDoubt: true });
  const fault = isLengthFault(error) ? error.cause : source.fault;
  if (fault !== undefined) {
    return new SluiceError('UPLOAD_SOURCE_FAILED', { jobId, reason: reasonOf(fault) }, { cause: fault, inDoubt: true });
  }
  return error instanceof SalesforceError && error.status === 404 ? missingJob(error, jobId) : error;
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof SalesforceError && error.errors.some(({ message }) => message.startsWith(alreadyThereText));
}

function isLengthFault(error: unknown): error is SluiceError & { cause: Error } {
  if (!(error instanceof SluiceError) || !(error.cause instanceof Error)) return false;
  return 'code' in error.cause && error.cause.code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH';
}
