/** Whether the rows of a job that ended as a whole may be sent again. */
import { findPaceOfRow, type PaceName } from '../base/index.ts';
import { parseJobError } from './row-error.ts';

/** Beginnings of messages of failed jobs that can pass; Salesforce documents none, so the list is short (mark M). */
const passing =
  /^(InternalServerError|ServerError|UNKNOWN_EXCEPTION|Timeout|QueryTimeout|ExceededQuota|TooManyLockFailure|LockFailure)/i;

/** An aborted job's rows go again; a failed one's only when its message says something that can pass. */
export function findPaceOfJob({ state, error }: { state: string | null; error: string | null }): PaceName | null {
  if (state === 'Aborted' || error === null) return 'fault';
  if (/lock/i.test(error)) return 'lock';
  return passing.test(error) ? 'fault' : findPaceOfRow(parseJobError(error).code);
}
