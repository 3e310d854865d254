/** Takes one run as far as it comes: begun once, gone on with after whatever stopped it, its rows and its end reported. */
import { type Clock, type Log, reasonOf, SluiceError } from '../../base/index.ts';
import type { Run, RunError } from '../../ledger/index.ts';
import type { ApiUsage } from '../../salesforce/index.ts';
import type { Observe } from '../observe.ts';
import { type AnyLoaded, isOutbound } from '../outbound/outbound-file.ts';
import { resumeOutbound, startOutbound } from '../outbound/run-outbound.ts';
import type { OnProgress } from '../progress.ts';
import { resumeRun, startRun } from '../run-interface.ts';
import type { RunMeans } from '../run-means.ts';
import { errorOf } from '../run-report.ts';
import { type Connecting, connectionOf, connectionSettingsOf, getUsable, loadDeployed } from './deployed-run.ts';
import { endingBefore, endingOfRun } from './run-ending.ts';
import type { TakenRun, TakenRuns } from './taken-runs.ts';
import { createTeller, type Teller } from './tell-rows.ts';
import type { UsageTeller } from './tell-usage.ts';

export type Carrying = Connecting & {
  ledger: RunMeans['ledger'];
  runs: TakenRuns;
  clock: Clock;
  random: () => number;
  log: Log;
  usage: Pick<UsageTeller, 'seen'>;
  observe?: Observe | undefined;
};

export type Going = {
  /** Ends this go: the agent stops, or the run was cancelled. */
  signal: AbortSignal;
  onProgress: OnProgress;
};

/** null: it has ended, and that is in the journal. Else why it stopped; it goes on where it is. */
export type Gone = RunError | null;

export const cancelReason = 'it was cancelled at the hub';

/** Errors that say that a run could not begin now, and that nothing is wrong with it. */
const passing = new Set(['INTERFACE_RUNNING', 'LEDGER_LOCKED', 'LEDGER_FULL', 'STORE_FULL', 'STORE_LOCKED']);

/** Errors that say that a run was not to begin any more. */
const cancelling = new Set(['RUN_CANCELLED', 'INTEGRATION_STOPPED']);

/** @throws SluiceError STORE_FULL, STORE_LOCKED; what was not written down is, with the next go. */
export async function carryRun(carrying: Carrying, taken: TakenRun, going: Going): Promise<Gone> {
  const { ledger, runs, records, clock } = carrying;
  const { run } = taken;
  const teller = createTeller(carrying, run);
  try {
    await carryInLedger(carrying, taken, { ...going, teller });
  } catch (error) {
    const told = errorOf(error);
    tell(carrying.log, run, error);
    if (ledger.findHubRun(run) || passing.has(told.code) || going.signal.aborted) return told;
    await runs.ended(endingBefore(run, cancelling.has(told.code) ? 'cancelled' : 'failed', told, clock.now()));
    await records.remove(run);
    return null;
  }
  await teller.tellAll();
  return await settle(carrying, run);
}

async function settle({ ledger, runs, records }: Carrying, run: string): Promise<Gone> {
  const kept = ledger.findHubRun(run);
  if (!kept) throw new Error(`the ledger has lost run ${run}`);
  if (kept.endedAt === null)
    return kept.error ?? errorOf(new SluiceError('INTERNAL', { reason: 'the run did not end' }));
  await records.remove(run);
  await runs.ended(endingOfRun(run, kept));
  return null;
}

function tell(log: Log, run: string, error: unknown): void {
  if (error instanceof SluiceError) log.info({ run, code: error.code }, error.message);
  else log.error({ run, err: error }, `a run was stopped: ${reasonOf(error)}`);
}

type Telling = Going & { teller: Teller };

async function carryInLedger(carrying: Carrying, taken: TakenRun, going: Telling): Promise<void> {
  const kept = carrying.ledger.findHubRun(taken.run);
  if (kept) return await goOn(carrying, taken, { kept, going });
  if (taken.cancelAsked) throw notBegun(taken);
  const usable = getUsable(carrying.deployed, taken.interface);
  if (isStopped(carrying, taken)) {
    // The hub has not heard of it yet.
    await carrying.runs.began(taken, usable);
    throw new SluiceError('INTEGRATION_STOPPED', { integration: usable.definition.integration ?? taken.interface });
  }
  const loaded = await loadDeployed(carrying.records, taken, usable);
  await carrying.runs.began(taken, usable);
  const means = meansOf(carrying, { ...taken, connection: usable.connection }, going);
  if (isOutbound(loaded)) await startOutbound(loaded, { ...means, full: taken.full });
  else await startRun(loaded, means);
}

/** One that was due before its integration was stopped, and has not begun; what the hub gave, the hub cancels. */
export function isStopped({ deployed, ledger }: Pick<Carrying, 'deployed' | 'ledger'>, taken: TakenRun): boolean {
  const { trigger, interface: name, run } = taken;
  return trigger === 'schedule' && deployed.find(name)?.state === 'stopped' && !ledger.findHubRun(run);
}

function notBegun({ run }: TakenRun): SluiceError {
  const hint = 'Nothing was processed; run it again when wanted.';
  return new SluiceError('RUN_CANCELLED', { run, reason: cancelReason, hint });
}

/** One that is cancelled before its commit point is told to stop, which ends it; behind it what was sent is accounted for. */
async function goOn(
  carrying: Carrying,
  taken: TakenRun,
  { kept, going }: { kept: Run; going: Telling },
): Promise<void> {
  if (kept.endedAt !== null) return;
  const loaded = kept.definition as AnyLoaded;
  const isForward = kept.committedAt !== null;
  const stopped = AbortSignal.abort(new Error(cancelReason));
  const signal = taken.cancelAsked && !isForward ? stopped : going.signal;
  const cancelling = taken.cancelAsked && isForward ? cancelReason : undefined;
  const means = { ...meansOf(carrying, taken, { ...going, signal }), cancelling };
  if (isOutbound(loaded)) await resumeOutbound(kept.id, loaded, means);
  else await resumeRun(kept.id, loaded, means);
}

function meansOf(carrying: Carrying, taken: TakenRun, { signal, onProgress, teller }: Telling): RunMeans {
  const { ledger, clock, random, log } = carrying;
  const observe: Observe = (moment, chunk) => {
    carrying.observe?.(moment, chunk);
    if (moment === 'reconciled:recorded') teller.tellSoon();
  };
  const settings = connectionSettingsOf(carrying, taken);
  const onApiUsage = (usage: ApiUsage) =>
    carrying.usage.seen(connectionOf(carrying, taken).salesforce.myDomainUrl, usage);
  const told = { onProgress, onApiUsage, observe };
  return { ledger, environment: {}, settings, hubRun: taken.run, clock, random, log, signal, ...told };
}
