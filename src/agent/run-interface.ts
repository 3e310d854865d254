/** Runs an interface, or goes on with a run that has not ended. */
import { type Clock, createLog, type Log, reasonOf, SluiceError, systemClock } from '../base/index.ts';
import { type ChunkState, lockInterface, type Run, type RunEnding, type RunError } from '../ledger/index.ts';
import { createRowKey, keyFieldOf, planMapping } from '../mapping/index.ts';
import type { Salesforce, SObjectDescribe } from '../salesforce/index.ts';
import { abortAttempt, hasTraces } from './attempt.ts';
import { createBacklog } from './backlog.ts';
import { carryChunk } from './carry-chunk.ts';
import { checkTarget } from './check-target.ts';
import { chooseModeAtStart } from './choose-mode.ts';
import { openSalesforceOf } from './connection-file.ts';
import { type EarlyDatabase, openDatabaseEarly } from './early-database.ts';
import type { LoadedInterface } from './interface-file.ts';
import { leaveBehind, leaveUnsent, leftRowsUnsent } from './leave-unsent.ts';
import type { Observe } from './observe.ts';
import { planReading } from './plan-reading.ts';
import { createProgress, type ProgressTeller } from './progress.ts';
import { readSource } from './read-source.ts';
import { createGates, type RunContext, type Target } from './run-context.ts';
import type { RunMeans } from './run-means.ts';
import { errorOf, getRun, judgeRun, type RunReport, reportOf } from './run-report.ts';
import { isInNoOrganization, stayInOrganization } from './same-organization.ts';
import { listSpools, openSpool } from './spool.ts';
import { createSpoolSums } from './spool-sums.ts';
import { createTasks, type Tasks } from './tasks.ts';

/** Time for aborting open jobs when a run is stopped or has failed. */
const cleanUpMs = 30_000;

/** One run being carried out. */
type Execution = Omit<RunMeans, 'signal' | 'observe' | 'clock' | 'random' | 'log' | 'dataFolder'> & {
  run: number;
  loaded: LoadedInterface;
  dataFolder: string;
  clock: Clock;
  random: () => number;
  log: Log;
  outerSignal: AbortSignal | undefined;
  observe: Observe;
  progress: ProgressTeller;
};

/**
 * Starts a run and carries it to its end. What goes wrong from here on stands in the report and in the ledger.
 *
 * Errors: INTERFACE_RUNNING, RUN_UNFINISHED, LEDGER_LOCKED.
 */
export async function startRun(loaded: LoadedInterface, means: RunMeans): Promise<RunReport> {
  const { ledger, dataFolder = ledger.folder } = means;
  const { name, object, operation, externalId } = loaded.interface;
  using _lock = lockInterface(dataFolder, name);
  const unfinished = ledger.findUnfinishedRun(name);
  if (unfinished) throw new SluiceError('RUN_UNFINISHED', { run: unfinished.id, interface: name });
  await removeOldSpools(means);
  const keyField = keyFieldOf(loaded.interface);
  const { hubRun } = means;
  const run = await ledger.startRun({
    interface: name,
    object,
    operation,
    externalId,
    keyField,
    definition: loaded,
    hubRun,
  });
  means.observe?.('run:recorded');
  return await execute(executionOf(run, loaded, means));
}

/** Goes on with a run that has not ended. Errors: RUN_MISSING, INTERFACE_RUNNING. */
export async function resumeRun(id: number, loaded: LoadedInterface, means: RunMeans): Promise<RunReport> {
  const { ledger, dataFolder = ledger.folder } = means;
  using _lock = lockInterface(dataFolder, loaded.interface.name);
  const run = getRun(ledger, id);
  if (run.endedAt !== null) return reportOf(run, run.endedAt);
  await ledger.runResumed(id);
  return await execute(executionOf(id, loaded, means));
}

function executionOf(run: number, loaded: LoadedInterface, means: RunMeans): Execution {
  const {
    ledger,
    clock = systemClock,
    random = Math.random,
    log = createLog(),
    dataFolder = ledger.folder,
    signal,
    observe,
  } = means;
  const told: Observe = (moment, chunk) => {
    log.debug({ run, chunk: chunk?.number, moment }, 'moment');
    observe?.(moment, chunk);
  };
  const progress = createProgress(means.onProgress);
  return { ...means, run, loaded, clock, random, log, dataFolder, outerSignal: signal, observe: told, progress };
}

async function execute(execution: Execution): Promise<RunReport> {
  const { ledger, run, clock, observe, progress } = execution;
  try {
    await carry(execution);
    await ledger.runEnded(run, endingOf(execution));
    observe('ended:recorded');
    await openSpool(execution.dataFolder, run).drop();
  } catch (error) {
    await settleFailure(execution, error);
  }
  progress.phase('finished');
  return reportOf(getRun(ledger, run), clock.now());
}

function endingOf({ ledger, run, loaded, cancelling }: Execution): { status: RunEnding; error?: RunError } {
  if (cancelling === undefined || !leftRowsUnsent(ledger, run))
    return judgeRun(getRun(ledger, run), ledger.listChunks(run), loaded.interface);
  const hint = 'What was sent is accounted for; run the interface again for the rest.';
  return { status: 'cancelled', error: errorOf(new SluiceError('RUN_CANCELLED', { run, reason: cancelling, hint })) };
}

async function carry(execution: Execution): Promise<void> {
  const { ledger, run, loaded } = execution;
  const isNew = isInNoOrganization(execution);
  await using salesforce = await openSalesforceOf(loaded.connection, { ...execution, settlesWithFirstAnswer: isNew });
  const state = getRun(ledger, run);
  if (state.committedAt !== null) return await goForward(execution, salesforce, state);
  const signal = execution.outerSignal ?? new AbortController().signal;
  const chunks = ledger.listChunks(run);
  await using database = openDatabaseEarly(loaded.connection, execution);
  if (!isNew) await stayInOrganization({ ledger, run, salesforce, signal });
  if (chunks.length > 0) await giveUpAttempt(execution, salesforce, { again: true, signal });
  await carryFromSource(execution, { salesforce, database });
}

/** One that is cancelled comes to its end also where its org is not to be found any more. */
async function goForward(execution: Execution, salesforce: Salesforce, state: Run): Promise<void> {
  const { ledger, run, outerSignal: signal = new AbortController().signal, loaded } = execution;
  const needsOrg = ledger.listChunks(run).some((chunk) => !settledHere.has(chunk.state));
  try {
    if (needsOrg) await stayInOrganization({ ledger, run, salesforce, signal });
    await carryCommitted(execution, salesforce, state);
  } catch (error) {
    if (execution.cancelling === undefined || !isOfOtherOrg(error)) throw error;
    const describe = { ...nothingDescribed, name: loaded.interface.object };
    const means = { salesforce, describe, tasks: createTasks(signal), committed: Promise.resolve() };
    await leaveBehind(createContext(execution, means), openChunks(execution));
  }
}

/** Chunks in these states can be settled without asking the org. */
const settledHere: ReadonlySet<ChunkState> = new Set(['fetched', 'reconciled']);

/** From the source: nothing was processed before. */
async function carryFromSource(
  execution: Execution,
  { salesforce, database }: { salesforce: Salesforce; database: EarlyDatabase },
): Promise<void> {
  const { ledger, run, loaded, progress, dataFolder } = execution;
  const { interface: definition } = loaded;
  progress.phase('checking');
  await openSpool(dataFolder, run).drop();
  const tasks = createTasks(execution.outerSignal);
  const describe = await salesforce.describe(definition.object, { signal: tasks.signal });
  await stayInOrganization({ ledger, run, salesforce, signal: tasks.signal });
  const {
    nulls = 'clear',
    mapping,
    externalId = null,
    operation,
    mode = 'auto',
    timeZone = 'UTC',
    source,
  } = definition;
  const plan = planMapping(mapping, { defaultNulls: nulls, ...(externalId === null ? {} : { externalId }) });
  const { keyField } = getRun(ledger, run);
  await checkTarget({
    salesforce,
    describe,
    operation,
    externalId,
    keyField,
    header: plan.header,
    signal: tasks.signal,
  });
  await ledger.headerPlanned(run, plan.header);
  const choice = chooseModeAtStart({ mode, operation, header: plan.header, describe });
  if (choice) await ledger.modeChosen(run, choice);
  if (plan.header.some((name) => name.includes('.')))
    await ledger.goneSerial(run, 'rows share parents, which two jobs at once would lock against each other');

  const { promise: committed, resolve, reject } = Promise.withResolvers<void>();
  committed.catch(() => undefined);
  const context = createContext(execution, { salesforce, tasks, describe, committed });
  progress.phase('reading');
  try {
    const opened = await database.get();
    const { signal } = tasks;
    const [keyOf, now] = [context.key.of, execution.clock.now()];
    const { cells, mapRows } = await planReading({ definition, plan, database: opened, describe, keyOf, now, signal });
    const blocks = opened.readCsv({ source, cells, timeZone }, { signal });
    await readSource({ context, blocks, definition, choice, tasks, mapRows });
    resolve();
    progress.phase('sending');
  } catch (error) {
    tasks.fail(error);
    reject(error);
  }
  await tasks.settle();
}

/** From the spool: the source is not needed any more. */
async function carryCommitted(execution: Execution, salesforce: Salesforce, state: Run): Promise<void> {
  const { loaded, progress } = execution;
  const tasks = createTasks(execution.outerSignal);
  const { object } = loaded.interface;
  const needed = state.mode === 'collections';
  const describe = needed
    ? await salesforce.describe(object, { signal: tasks.signal })
    : { ...nothingDescribed, name: object };
  const context = createContext(execution, { salesforce, tasks, describe, committed: Promise.resolve() });
  progress.set({ ...state.rows, processed: state.rows.succeeded + state.rows.rejected });
  progress.phase('sending');
  if (execution.cancelling !== undefined) return await carryHandedOver(context, tasks);
  for (const chunk of openChunks(execution)) tasks.start(() => carryChunk(context, chunk));
  await tasks.settle();
}

const openChunks = ({ ledger, run }: Pick<RunContext, 'ledger' | 'run'>) =>
  ledger.listChunks(run).filter((chunk) => chunk.state !== 'reconciled');

/** Until nothing is open: rows that come back to be tried again are not. */
async function carryHandedOver(context: RunContext, tasks: Tasks): Promise<void> {
  for (let open = openChunks(context); open.length > 0; open = openChunks(context)) {
    for (const chunk of await leaveUnsent(context, open)) tasks.start(() => carryChunk(context, chunk));
    await tasks.settle();
  }
}

const nothingDescribed: Omit<SObjectDescribe, 'name'> = {
  label: '',
  createable: true,
  updateable: true,
  deletable: true,
  queryable: true,
  fields: [],
};

type Opened = { salesforce: Salesforce; tasks: Tasks; describe: SObjectDescribe; committed: Promise<void> };

function createContext(execution: Execution, { salesforce, tasks, describe, committed }: Opened): RunContext {
  const { ledger, run, loaded, dataFolder, clock, random, log, observe, progress } = execution;
  const state = getRun(ledger, run);
  const { object, operation, externalId = null } = loaded.interface;
  const target: Target = { object, operation, externalId, describe };
  const header = state.header ?? [];
  const spool = openSpool(dataFolder, run);
  const uploads = createBacklog();
  return {
    run,
    ledger,
    salesforce,
    spool,
    target,
    header,
    key: createRowKey(header, state.keyField),
    clock,
    random,
    log,
    signal: tasks.signal,
    observe,
    progress,
    gates: createGates({ serial: state.serial }),
    committed,
    uploads,
    sums: createSpoolSums({ spool, header, uploads, signal: tasks.signal }),
    freshJobs: new Set(),
    lockedChunks: { count: 0 },
    cancelling: execution.cancelling !== undefined,
    abortOrphans: !loaded.connection.salesforce.sharedUser,
  };
}

type GivingUp = { again: boolean; signal: AbortSignal };

async function giveUpAttempt(execution: Execution, salesforce: Salesforce, { again, signal }: GivingUp): Promise<void> {
  const { ledger, run, loaded, log } = execution;
  await stayInOrganization({ ledger, run, salesforce, signal });
  const target = loaded.interface;
  const abortOrphans = !loaded.connection.salesforce.sharedUser;
  await abortAttempt({ salesforce, ledger, signal, run, abortOrphans, log, target }, ledger.listChunks(run));
  await ledger.attemptGivenUp(run, { again });
}

/** Before the commit point nothing was processed: clean up and end. After it, the run stays to be resumed. */
async function settleFailure(execution: Execution, failure: unknown): Promise<void> {
  const { ledger, run, dataFolder, outerSignal, log } = execution;
  const state = getRun(ledger, run);
  const cancelled = outerSignal?.aborted === true;
  const startsOver = execution.hubRun !== undefined && isStop(outerSignal);
  const error = cancelled ? cancelledError(state, outerSignal) : errorOf(failure);
  log.info({ run, code: error.code }, error.message);
  if (error.code === 'INTERNAL') log.error({ run, err: failure }, error.message);
  if (state.committedAt !== null)
    return await ledger.runInterrupted(run, { ...error, next: nextAfterCommit(error, cancelled) });
  try {
    // First, since a full disk may be what went wrong; the source has it all still.
    await openSpool(dataFolder, run).drop();
    await cleanUp(execution, state, { again: startsOver });
    if (startsOver) return await ledger.runInterrupted(run, error);
    const ending = { ...error, next: nextBeforeCommit(error) };
    await ledger.runEnded(run, { status: cancelled ? 'cancelled' : 'failed', error: ending });
  } catch (cause) {
    log.warn({ run, reason: reasonOf(cause) }, 'open jobs could not be aborted');
    await ledger.runInterrupted(run, {
      ...error,
      next: `${error.next} Then run "sluice resume", which also aborts the jobs that are still open.`,
    });
  }
}

async function cleanUp(execution: Execution, state: Run, { again }: { again: boolean }): Promise<void> {
  const { ledger, run, loaded } = execution;
  if (hasTraces(state, ledger.listChunks(run))) {
    await using salesforce = await openSalesforceOf(loaded.connection, execution);
    const signal = AbortSignal.timeout(cleanUpMs);
    await giveUpAttempt(execution, salesforce, { again, signal }).catch((cause: unknown) =>
      leaveJobs(execution, cause),
    );
  } else if (ledger.listChunks(run).length > 0) await ledger.attemptGivenUp(run, { again });
}

const otherOrg = new Set<unknown>(['ORGANIZATION_CHANGED', 'ORG_REPLACED']);

const isOfOtherOrg = (error: unknown) => otherOrg.has((Object(error) as { code?: unknown }).code);

/** In an org that the connection does not lead to any more jobs stay open, and are never processed. */
async function leaveJobs({ ledger, run, log }: Execution, cause: unknown): Promise<void> {
  if (!isOfOtherOrg(cause)) throw cause;
  log.warn({ run, reason: reasonOf(cause) }, 'open jobs stay where they are, and are never processed');
  await ledger.attemptGivenUp(run, { again: false });
}

const isStop = (signal: AbortSignal | undefined): boolean =>
  signal?.reason instanceof SluiceError && signal.reason.code === 'STOPPED';

function cancelledError({ id, committedAt }: Run, signal: AbortSignal): RunError {
  const cause: unknown = signal.reason;
  const stopped = cause instanceof SluiceError && cause.code === 'STOPPED';
  const reason = stopped ? `it received ${cause.values.signal}` : reasonOf(cause);
  const hint =
    committedAt === null ? 'Nothing was processed; run it again when wanted.' : 'Run "sluice resume" to let it go on.';
  return errorOf(new SluiceError('RUN_CANCELLED', { run: id, reason, hint }));
}

/** What was lost of an upload is aborted with its job, so that nobody has to look for it. */
function nextBeforeCommit({ code, next }: RunError): string {
  if (code === 'ORGANIZATION_CHANGED')
    return 'See that the connection leads to the right org, then run the interface again: nothing of this run was processed.';
  if (code === 'ANSWER_LOST') return 'Run the interface again: nothing of this run was processed.';
  return /\bagain\b/.test(next) ? next : `${next} Then run the interface again: nothing of this run was processed.`;
}

function nextAfterCommit({ code, next }: RunError, cancelled: boolean): string {
  if (isOfOtherOrg({ code }))
    return 'Let the address lead to the org before again, then run "sluice resume"; where that org is gone, cancel the run at its hub: what was handed over is unknown then.';
  return cancelled || next.includes('sluice resume')
    ? next
    : `${next} Then run "sluice resume": the run goes on where it stopped, and nothing is sent twice.`;
}

/** What was left by runs that ended just before their process did. */
async function removeOldSpools({ ledger, dataFolder = ledger.folder }: RunMeans): Promise<void> {
  for (const id of listSpools(dataFolder)) {
    const run = ledger.findRun(id);
    if (run && run.endedAt !== null) await openSpool(dataFolder, id).drop();
  }
}
