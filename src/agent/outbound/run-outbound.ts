/** Runs an interface out of Salesforce: everything or what changed, staged, and merged in one step with its bookmark. */
import { createLog, type Log, reasonOf, SluiceError, systemClock } from '../../base/index.ts';
import { type Load, openTarget, type Target, type TargetTable } from '../../database/index.ts';
import { type LoadedCounts, lockInterface } from '../../ledger/index.ts';
import type { Salesforce } from '../../salesforce/index.ts';
import { databaseSettingsOf, openSalesforceOf } from '../connection-file.ts';
import { createProgress, type ProgressTeller } from '../progress.ts';
import type { RunMeans } from '../run-means.ts';
import { errorOf, getRun, type RunReport, reportOf } from '../run-report.ts';
import { isInNoOrganization, stayInOrganization } from '../same-organization.ts';
import { decideExtent, type Extent, makeBookmark, type OutboundBookmark, parseBookmark } from './bookmark.ts';
import { computingLoad } from './computed-columns.ts';
import { dropLeftJobs, type LeftJobs } from './left-jobs.ts';
import type { LoadedOutbound } from './outbound-file.ts';
import { type OutboundPlan, planOutbound } from './plan-outbound.ts';
import { outboundSoql } from './soql.ts';
import { stageRecords } from './stage-records.ts';

export type OutboundMeans = RunMeans & {
  /** Reads everything, whatever the bookmark says. */
  full?: boolean | undefined;
};

/** Time for taking a job out of the org when a run is stopped or has failed. */
const cleanUpMs = 10_000;

type Execution = { run: number; loaded: LoadedOutbound; means: OutboundMeans; log: Log; signal: AbortSignal } & {
  progress: ProgressTeller;
};

/**
 * Starts a run and carries it to its end. One that was cut off before is ended in the ledger: nothing of it is in the table, or all
 * of it with its bookmark.
 *
 * Errors: INTERFACE_RUNNING, LEDGER_LOCKED, RUN_UNFINISHED for one into Salesforce under this name. What goes wrong from there on stands in the report and in the ledger.
 */
export async function startOutbound(loaded: LoadedOutbound, means: OutboundMeans): Promise<RunReport> {
  const { ledger, dataFolder = ledger.folder } = means;
  const { name, object } = loaded.interface;
  using _lock = lockInterface(dataFolder, name);
  const left = ledger.findUnfinishedRun(name);
  if (left?.direction === 'inbound') throw new SluiceError('RUN_UNFINISHED', { run: left.id, interface: name });
  if (left) {
    const error = errorOf(new SluiceError('RUN_STARTED_OVER', { run: left.id, interface: name }));
    await ledger.runEnded(left.id, { status: 'failed', error });
  }
  // So that it still reads everything when it is gone on with.
  const definition: LoadedOutbound = means.full === true ? { ...loaded, full: true } : loaded;
  const run = await ledger.startRun({
    direction: 'outbound',
    interface: name,
    object,
    operation: 'read',
    definition,
    hubRun: means.hubRun,
  });
  return await execute(executionOf(run, definition, means));
}

/** Starts a run that was cut off over from the bookmark. Errors: RUN_MISSING, INTERFACE_RUNNING. */
export async function resumeOutbound(id: number, loaded: LoadedOutbound, means: OutboundMeans): Promise<RunReport> {
  const { ledger, dataFolder = ledger.folder } = means;
  using _lock = lockInterface(dataFolder, loaded.interface.name);
  const run = getRun(ledger, id);
  if (run.endedAt !== null) return reportOf(run, run.endedAt);
  await ledger.runResumed(id);
  return await execute(executionOf(id, loaded, means));
}

function executionOf(run: number, loaded: LoadedOutbound, means: OutboundMeans): Execution {
  const { log = createLog(), signal = new AbortController().signal } = means;
  return { run, loaded, means, log, signal, progress: createProgress(means.onProgress) };
}

async function execute(execution: Execution): Promise<RunReport> {
  const { run, means, progress, log, signal } = execution;
  const { ledger } = means;
  try {
    const counts = await carry(execution);
    await ledger.rowsLoaded(run, counts);
    await ledger.runEnded(run, { status: 'completed' });
  } catch (failure) {
    const error = errorOf(signal.aborted && !isInDoubt(failure) ? cancelledError(run, signal) : failure);
    log.info({ run, code: error.code }, error.message);
    if (error.code === 'INTERNAL') log.error({ run, err: failure }, error.message);
    if (startsOver(execution, error)) await ledger.runInterrupted(run, error);
    else await ledger.runEnded(run, { status: error.code === 'RUN_CANCELLED' ? 'cancelled' : 'failed', error });
  }
  progress.phase('finished');
  return reportOf(getRun(ledger, run), Date.now());
}

/** A run of a hub that is stopped with its agent begins at its bookmark again when that is started. */
const startsOver = ({ means, signal }: Execution, { code }: { code: string }) =>
  means.hubRun !== undefined &&
  code === 'RUN_CANCELLED' &&
  signal.reason instanceof SluiceError &&
  signal.reason.code === 'STOPPED';

/** The commit may have gone through, which whoever stopped the run has to know. */
const isInDoubt = (error: unknown) => error instanceof SluiceError && error.inDoubt && error.code === 'LOAD_IN_DOUBT';

function cancelledError(run: number, signal: AbortSignal): SluiceError {
  const cause: unknown = signal.reason;
  const stopped = cause instanceof SluiceError && cause.code === 'STOPPED';
  const reason = stopped ? `it received ${cause.values.signal}` : reasonOf(cause);
  const hint = 'The table is as it was before; run the interface again when wanted.';
  return new SluiceError('RUN_CANCELLED', { run, reason, hint });
}

async function carry(execution: Execution): Promise<LoadedCounts> {
  const { run, loaded, means, progress, signal } = execution;
  const { ledger } = means;
  progress.phase('checking');
  const { environment, secretsFolder, settings, clock, random, onApiUsage } = means;
  const given = {
    environment,
    secretsFolder,
    settings,
    onApiUsage,
    log: execution.log,
    ...(clock && { clock }),
    ...(random && { random }),
  };
  const isNew = isInNoOrganization({ ledger, run });
  await using salesforce = await openSalesforceOf(loaded.connection, { ...given, settlesWithFirstAnswer: isNew });
  if (!isNew) await stayInOrganization({ ledger, run, salesforce, signal });
  const { timeZone = 'UTC' } = loaded.interface;
  const moment = { now: (clock ?? systemClock).now(), timeZone };
  const plan = await planOutbound(loaded.interface, (object) => salesforce.describe(object, { signal }), moment);
  await stayInOrganization({ ledger, run, salesforce, signal });
  await dropLeftJobs(leftJobs(execution, salesforce));
  await using target = await openTarget(await databaseSettingsOf(loaded.connection, means));
  try {
    return await loadAll(execution, { salesforce, target, plan });
  } finally {
    await dropOwnJobs(execution, salesforce);
  }
}

type Opened = { salesforce: Salesforce; target: Target; plan: OutboundPlan };

async function loadAll(execution: Execution, { salesforce, target, plan }: Opened): Promise<LoadedCounts> {
  const { loaded, progress, signal } = execution;
  const { interface: definition } = loaded;
  const isNew = await prepare(target, plan.into, { create: definition.target.create ?? false, signal });
  const { organizationId } = await salesforce.accessToken({ signal });
  const serverTime = () => salesforce.serverTimeMs({ signal });
  const before = isNew ? undefined : parseBookmark(await target.readBookmark(bookmarkName(definition), { signal }));
  const org = { organizationId, serverTimeMs: await serverTime() };
  const extent = decideExtent({ definition, plan, bookmark: before, full: loaded.full ?? false, org });
  await using load = await target.openLoad(loadPlan(plan, extent), { signal });
  // Again, now that nobody else loads into the table: what others brought before this is not older than the bookmark.
  const bookmark = makeBookmark(plan, definition, { organizationId, serverTimeMs: await serverTime() });
  progress.phase('reading');
  const read = await stage(execution, { salesforce, load, plan, extent });
  progress.phase('sending');
  return { read, ...(await merge(load, { bookmark, name: bookmarkName(definition), signal })) };
}

const bookmarkName = ({ name }: { name: string }) => `outbound:${name}`;

/** True when the table was not there: a bookmark beside it is then of another one. */
async function prepare(
  target: Target,
  into: TargetTable,
  { create, signal }: { create: boolean; signal: AbortSignal },
): Promise<boolean> {
  try {
    await target.prepareTable(into, { signal });
    return false;
  } catch (error) {
    if (!create || !(error instanceof SluiceError) || error.code !== 'TARGET_MISSING') throw error;
    await target.prepareTable(into, { create, signal });
    return true;
  }
}

/** Of a full run, what does not come is gone. */
function loadPlan({ into, deleted, deletedColumn }: OutboundPlan, { kind }: Extent) {
  const unstaged = kind === 'full';
  if (deleted === 'mark') return { into, deletions: { by: 'mark', column: deletedColumn, unstaged } } as const;
  if (deleted === 'remove') return { into, deletions: { by: 'remove', header: 'IsDeleted', unstaged } } as const;
  return { into };
}

type Stage = { salesforce: Salesforce; load: Load; plan: OutboundPlan; extent: Extent };

async function stage(execution: Execution, { salesforce, load, plan, extent }: Stage): Promise<number> {
  const { run, loaded, means, progress, signal } = execution;
  const { where, mode = 'auto' } = loaded.interface;
  const soql = outboundSoql(plan, { where, extent });
  await means.ledger.eventNoted({ run, what: 'reading', detail: { ...extent, soql } });
  return await stageRecords({
    salesforce,
    load: plan.computed === undefined ? load : computingLoad(load, plan.computed, plan.object),
    soql,
    fields: plan.fields,
    all: extent.kind === 'incremental' && plan.deleted !== 'ignore',
    mode,
    signal,
    onMode: (choice) => means.ledger.modeChosen(run, choice),
    onIntent: async () => await means.ledger.queryJobIntended(run, await salesforce.serverTimeMs({ signal })),
    onJob: (jobId) => means.ledger.queryJobMade(run, jobId),
    onRows: (read) => progress.set({ read }),
  });
}

type Merging = { bookmark: OutboundBookmark; name: string; signal: AbortSignal };

async function merge(load: Load, { bookmark, name, signal }: Merging): Promise<Omit<LoadedCounts, 'read'>> {
  const merged = await load.merge({ bookmark: { name, value: JSON.stringify(bookmark) }, signal });
  const { inserted, updated, unchanged, deleted } = merged;
  return { inserted, updated, unchanged, deleted };
}

function leftJobs({ loaded, means, log, signal }: Execution, salesforce: Salesforce): LeftJobs {
  const { name, object } = loaded.interface;
  const dropOrphans = !loaded.connection.salesforce.sharedUser;
  return { salesforce, ledger: means.ledger, interfaceName: name, object, dropOrphans, log, signal };
}

/** A job that cannot be taken out now is left to the next run. */
async function dropOwnJobs(execution: Execution, salesforce: Salesforce): Promise<void> {
  const signal = AbortSignal.timeout(cleanUpMs);
  await dropLeftJobs(leftJobs({ ...execution, signal }, salesforce)).catch((error: unknown) => {
    execution.log.warn(
      { run: execution.run, reason: reasonOf(error) },
      'a query job could not be taken out of the org',
    );
  });
}
