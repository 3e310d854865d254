/** Goes through the steps of a ping in order: the first cross ends it, what comes after is skipped, and no step hangs. */
import { SluiceError } from '../../base/index.ts';
import { notTried, type PingReport, type PingStep } from '../../protocol/index.ts';
import { OAuthError } from '../../salesforce/index.ts';
import { errorOf } from '../run-report.ts';

/** What a step found: a sentence, and a next step when somebody should look at it. */
export type Found = string | { detail: string; next: string } | { skipped: string };

export type Step = {
  name: string;
  label: string;
  run(signal: AbortSignal): Promise<Found>;
};

/** For one step; a host that answers nothing is told by then. */
const stepDeadlineMs = 15_000;

export type PingOptions = {
  /** Filled by the steps as they go. */
  about?: PingReport['about'];
  signal?: AbortSignal | undefined;
  /** How long one step may take. */
  stepMs?: number;
};

export async function runPingSteps(
  steps: readonly Step[],
  { about = {}, signal, stepMs = stepDeadlineMs }: PingOptions = {},
): Promise<PingReport> {
  const told: PingStep[] = [];
  for (const step of steps) {
    const failed = told.find(({ status }) => status === 'failed');
    told.push(failed === undefined ? await runStep(step, { signal, stepMs }) : skip(step, `${failed.label} failed.`));
  }
  return { ok: told.every(({ status }) => status !== 'failed'), steps: told, about };
}

type Means = { signal: AbortSignal | undefined; stepMs: number };

async function runStep({ name, label, run }: Step, { signal: outer, stepMs }: Means): Promise<PingStep> {
  const started = performance.now();
  outer?.throwIfAborted();
  const deadline = AbortSignal.timeout(stepMs);
  const signal = outer === undefined ? deadline : AbortSignal.any([outer, deadline]);
  const told = (rest: Pick<PingStep, 'status' | 'detail' | 'next' | 'code' | 'tokenError'>): PingStep => ({
    name,
    label,
    ...rest,
    milliseconds: Math.round(performance.now() - started),
  });
  try {
    return told(asFound(await untilAborted(run(signal), signal)));
  } catch (error) {
    outer?.throwIfAborted();
    const { message, next, code } = errorOf(deadline.aborted ? tooSlow(label, stepMs) : error);
    return told({ status: 'failed', detail: message, next, code, ...saidBy(error) });
  }
}

function saidBy(thrown: unknown): Pick<PingStep, 'tokenError'> {
  if (!(thrown instanceof OAuthError)) return {};
  const { error, error_description } = thrown;
  return { tokenError: { error, error_description } };
}

function asFound(found: Found): Pick<PingStep, 'status' | 'detail' | 'next' | 'code'> {
  if (typeof found === 'string') return { status: 'passed', detail: found, next: null, code: null };
  if ('skipped' in found) return { status: 'skipped', detail: found.skipped, next: null, code: null };
  return { status: 'noted', ...found, code: null };
}

function skip({ name, label }: Step, detail: string): PingStep {
  return { name, label, status: 'skipped', detail: notTried + detail, next: null, code: null, milliseconds: 0 };
}

function tooSlow(label: string, stepMs: number): SluiceError {
  return new SluiceError('PING_TOO_SLOW', { step: label, seconds: stepMs / 1000 });
}

/** A step whose library heeds no signal is left alone when its time is over. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  work.catch(() => undefined);
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort));
}
