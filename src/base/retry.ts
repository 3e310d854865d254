/** The only place where it is decided whether something is tried again, and how long to wait before. */
import { type Clock, systemClock } from './clock.ts';
import { type ErrorCode, type ErrorEntry, errorTable, reasonOf, SluiceError } from './errors.ts';
import type { Log } from './log.ts';

/** How long to wait: the pause doubles from `firstMs` to `longestMs`; after `forMs` in all it is given up. */
export type Pace = { firstMs: number; longestMs: number; forMs: number };

/** What the log says before each new try. */
export const tryingAgain = 'trying again';

export type PaceName = 'fault' | 'lock' | 'limit';

/** `fault`: server and network; `lock`: somebody else holds a record; `limit`: an allocation is used up. */
export const paces: Readonly<Record<PaceName, Pace>> = {
  fault: { firstMs: 500, longestMs: 15_000, forMs: 180_000 },
  lock: { firstMs: 2_000, longestMs: 60_000, forMs: 300_000 },
  limit: { firstMs: 30_000, longestMs: 300_000, forMs: 900_000 },
};

const paceOfCode: Partial<Record<ErrorCode, PaceName>> = {
  ROW_LOCKED: 'lock',
  SALESFORCE_LIMIT: 'limit',
  LOGIN_RATE_EXCEEDED: 'limit',
};

/** Status codes of single rows that can pass by themselves (REST guide, status codes; marks F and M in our facts). */
const paceOfRowCode: ReadonlyMap<string, PaceName> = new Map([
  ['UNABLE_TO_LOCK_ROW', 'lock'],
  ['REQUEST_LIMIT_EXCEEDED', 'limit'],
  ['SERVER_UNAVAILABLE', 'fault'],
  ['SERVICE_UNAVAILABLE', 'fault'],
  ['API_TEMPORARILY_UNAVAILABLE', 'fault'],
  ['QUERY_TIMEOUT', 'fault'],
  ['TXN_SECURITY_METERING_ERROR', 'fault'],
]);

/** How to wait before sending a refused row again; null when the same row would be refused again. */
export function findPaceOfRow(statusCode: string): PaceName | null {
  return paceOfRowCode.get(statusCode) ?? null;
}

/** Codes of jobs that failed as a whole, for what lies on the side of Salesforce or was in the way for a while. */
const passingJobCode =
  /^(InternalServerError|ServerError|Timeout|QueryTimeout|ExceededQuota|TooManyLockFailure|LockFailure|JOB_ABORTED)$/i;

/** Whether what was refused or failed with this code, Salesforce's or ours, may go through later just as it is. */
export function passesByItself(code: string): boolean {
  if (code === 'INTERNAL') return false;
  const ours: ErrorEntry | undefined = Object.hasOwn(errorTable, code) ? errorTable[code as ErrorCode] : undefined;
  return ours?.retry === 'later' || paceOfRowCode.has(code) || passingJobCode.test(code);
}

/**
 * How to wait before trying again after `error`; null when it must not be tried again.
 * `repeatable`: doing it twice has the effect of doing it once, so a lost answer may be followed by a second try.
 */
export function findPaceOfError(error: unknown, { repeatable }: { repeatable: boolean }): PaceName | null {
  if (!(error instanceof SluiceError) || error.retry !== 'later') return null;
  if (error.inDoubt && !repeatable) return null;
  return paceOfCode[error.code] ?? (error.code === 'INTERNAL' ? null : 'fault');
}

/** The pause before try number `attempt` (the second try is 1), between half of it and the whole, by chance. */
export function pauseMs({ firstMs, longestMs }: Pick<Pace, 'firstMs' | 'longestMs'>, attempt: number, chance: number) {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return whole * (0.5 + chance / 2);
}

export type RetryOptions = {
  /** Whether a lost answer may be followed by a second try. */
  repeatable: boolean;
  /** Instead of the pace's own time; 0 means one try only. */
  forMs?: number | undefined;
  /** What is tried, for the log. */
  what?: string;
  clock?: Clock;
  random?: () => number;
  log?: Log | undefined;
  signal?: AbortSignal | undefined;
};

/** Runs `act` until it succeeds, fails for good, or time is up; throws the last error as it came. */
export async function withRetry<T>(act: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock = systemClock, random = Math.random, signal } = options;
  const startedMs = clock.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const waitMs = judge(error, { attempt, waitedMs: clock.now() - startedMs, chance: random(), ...options });
      if (waitMs === null || signal?.aborted) throw error;
      const inDoubt = error instanceof SluiceError && error.inDoubt;
      options.log?.info(
        { what: options.what, code: codeOf(error), reason: reasonOf(error), attempt, waitMs: Math.round(waitMs) },
        tryingAgain,
      );
      await sleepUnlessStopped(clock, waitMs, { what: options.what ?? 'The work', inDoubt, signal });
    }
  }
}

/** The error for work that the caller's signal ended: the signal's own SluiceError, or CANCELLED. */
export function cancelled(signal: AbortSignal, { what, inDoubt }: { what: string; inDoubt: boolean }): SluiceError {
  const cause: unknown = signal.reason;
  if (cause instanceof SluiceError) return new SluiceError(cause.code, cause.values, { cause, inDoubt });
  return new SluiceError('CANCELLED', { what, reason: reasonOf(cause) }, { cause, inDoubt });
}

/** Waits; when the signal ends the wait, throws what `cancelled` makes of it. */
export async function sleepUnlessStopped(
  clock: Clock,
  milliseconds: number,
  { what, inDoubt, signal }: { what: string; inDoubt: boolean; signal: AbortSignal | undefined },
): Promise<void> {
  try {
    await clock.sleep(milliseconds, { signal });
  } catch (error) {
    throw signal?.aborted ? cancelled(signal, { what, inDoubt }) : error;
  }
}

function judge(
  error: unknown,
  {
    repeatable,
    forMs,
    attempt,
    waitedMs,
    chance,
  }: RetryOptions & { attempt: number; waitedMs: number; chance: number },
): number | null {
  const name = findPaceOfError(error, { repeatable });
  if (name === null) return null;
  const waitMs = pauseMs(paces[name], attempt, chance);
  return waitedMs + waitMs <= (forMs ?? paces[name].forMs) ? waitMs : null;
}

function codeOf(error: unknown): string {
  return error instanceof SluiceError ? error.code : 'none';
}
