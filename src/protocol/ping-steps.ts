/** Goes through the steps of a ping in order: the first cross ends it, what comes after is skipped, and no step hangs. */
import { reasonOf, SluiceError } from '../base/index.ts';
import { notTried, type PingReport, type PingStep } from './ping.ts';

/** What a step found: a sentence, with a next step when somebody should look at it; or what another program found, step by step. */
export type Found = string | { detail: string; next: string } | { skipped: string } | PingReport;

export type Step = {
  name: string;
  label: string;
  run(signal: AbortSignal): Promise<Found>;
  /** How long it may take, where that is another time than for most. */
  stepMs?: number;
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
    if (failed !== undefined) told.push(skip(step, `${failed.label} failed.`));
    else told.push(...(await runStep(step, { signal, stepMs: step.stepMs ?? stepMs, about })));
  }
  return { ok: told.every(({ status }) => status !== 'failed'), steps: told, about };
}

type Means = { signal: AbortSignal | undefined; stepMs: number; about: PingReport['about'] };

async function runStep({ name, label, run }: Step, { signal: outer, stepMs, about }: Means): Promise<PingStep[]> {
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
    const found = await untilAborted(run(signal), signal);
    if (typeof found === 'string' || !('steps' in found)) return [told(asFound(found))];
    Object.assign(about, found.about);
    return found.steps;
  } catch (error) {
    outer?.throwIfAborted();
    const { message, next, code } = deadline.aborted ? tooSlow(label, stepMs) : asSluiceError(error);
    return [told({ status: 'failed', detail: message, next, code, ...saidBy(error) })];
  }
}

function asSluiceError(error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  return new SluiceError('INTERNAL', { reason: reasonOf(error) }, { cause: error });
}

/** The words of a token endpoint, which an error of the Salesforce client carries. */
function saidBy(thrown: unknown): Pick<PingStep, 'tokenError'> {
  const { error, error_description } = Object(thrown) as Record<string, unknown>;
  if (typeof error !== 'string' || typeof error_description !== 'string') return {};
  return { tokenError: { error, error_description } };
}

function asFound(found: Exclude<Found, PingReport>): Pick<PingStep, 'status' | 'detail' | 'next' | 'code'> {
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
