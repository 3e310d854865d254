/** How the integrate API says no to what nobody foresaw. */
import { type Log, reasonOf, SluiceError } from '../../base/index.ts';
import { ApiRefused, type Refusal } from '../../web/index.ts';

const retrySeconds = '10';

/** What is refused keeps its own words; all else may pass by itself, and is told in the log. */
export function refusalOf(error: unknown, log: Log): Refusal {
  if (error instanceof ApiRefused) return error.refusal;
  log.error({ reason: reasonOf(error) }, 'a call of the integrate API could not be served');
  const full = error instanceof SluiceError && error.code === 'STORE_FULL';
  const message = full ? 'The disk of the hub is full.' : 'The hub cannot serve this now.';
  const next = 'Send it again later: nothing of it was kept. The log of the hub says why.';
  return { status: 503, errors: [{ field: null, message, next }], headers: { 'Retry-After': retrySeconds } };
}
