/** What an agent does when its hub asks about runs. */

import { SluiceError } from '../../base/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { AgentAnswer, AgentHandlers, AgentInput } from '../../protocol/index.ts';
import type { Deployed } from '../deployment/deployment.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';
import { getUsable, refuseRecords } from './deployed-run.ts';
import type { RecordsFiles } from './records-files.ts';
import { reportedRow } from './reported-row.ts';
import { noRows } from './run-ending.ts';
import type { RunQueue } from './run-queue.ts';
import type { TakenRun, TakenRuns } from './taken-runs.ts';

export type RunHandling = {
  ledger: Ledger;
  journal: ReportJournal;
  deployed: Deployed;
  records: RecordsFiles;
  runs: TakenRuns;
  queue: RunQueue;
  /** False where reports are brought to the hub, so that it need not fetch them. */
  givesReports: boolean;
  /** Aborted when the agent stops: nobody is kept waiting. */
  stopping: AbortSignal;
  onDeployed(): Promise<void>;
};

export type RunHandlers = Pick<
  AgentHandlers,
  'deploy' | 'putRecords' | 'startRun' | 'confirmRun' | 'carryRecords' | 'cancelRun' | 'lookAtRuns' | 'takeReports'
>;

export function createRunHandlers(handling: RunHandling): RunHandlers {
  const { deployed, records, runs, queue } = handling;
  return {
    async deploy({ deployment }) {
      if (await deployed.take(deployment)) await handling.onDeployed();
      return { number: deployed.number() };
    },
    async putRecords({ run, part, csv }) {
      const parts = runs.find(run) ? await records.count(run) : await records.put(run, part, csv);
      return { parts };
    },
    startRun: (input) => startRun(handling, input),
    async confirmRun({ run, lease }) {
      const taken = await runs.confirm(run, lease);
      queue.look();
      return stateOf(taken);
    },
    carryRecords: (input, { signal }) => carryRecords(handling, input, signal),
    async cancelRun({ run }) {
      const taken = await runs.askCancel(run);
      if (taken?.state === 'ended') await records.remove(run);
      else if (taken) queue.cancel(taken);
      return stateOf(taken);
    },
    lookAtRuns: (input) => input.runs.map((run) => lookAtRun(handling, run)),
    takeReports: (input, { signal }) => takeReports(handling, input, signal),
  };
}

const stateOf = (taken: TakenRun | undefined) => ({ state: taken?.state ?? ('unknown' as const) });

async function startRun(handling: RunHandling, input: AgentInput<'startRun'>): Promise<AgentAnswer<'startRun'>> {
  const { deployed, records, runs } = handling;
  const { run, lease, interface: name, full = false, records: given = null } = input;
  if (!runs.find(run)) {
    const { definition } = getUsable(deployed, name);
    if (given && definition.type === 'outbound') throw refuseRecords(input);
    const there = given ? await records.count(run) : 0;
    if (given && there < given.parts) throw new SluiceError('RECORDS_MISSING', { run, parts: given.parts, there });
  }
  return stateOf(await runs.take({ run, interface: name, lease, full, records: given }));
}

async function carryRecords(
  handling: RunHandling,
  { run, interface: name, form, csv, mode, waitMs }: AgentInput<'carryRecords'>,
  signal: AbortSignal,
): Promise<AgentAnswer<'carryRecords'>> {
  const { deployed, records, runs, queue, ledger } = handling;
  if (!runs.find(run)) {
    if (getUsable(deployed, name).definition.type === 'outbound') throw refuseRecords({ interface: name });
    await records.put(run, 0, csv);
  }
  const given = { form, parts: 1, ...(mode === undefined ? {} : { mode }) };
  const ended = queue.untilEnded(run, AbortSignal.any([signal, AbortSignal.timeout(waitMs)]));
  await runs.takeConfirmed({ run, interface: name, records: given });
  queue.look();
  if (!runs.find(run)?.ended) await ended;
  const taken = runs.find(run);
  if (!taken?.ended) return stateOf(taken);
  return { ...stateOf(taken), ended: { run: taken.ended, rows: rowsOf(ledger, run) } };
}

function rowsOf(ledger: Ledger, run: string): ReturnType<typeof reportedRow>[] {
  const kept = ledger.findHubRun(run);
  return kept ? [...ledger.readRows(kept.id)].map(reportedRow) : [];
}

function lookAtRun({ ledger, runs, queue }: RunHandling, run: string): AgentAnswer<'lookAtRuns'>[number] {
  const taken = runs.find(run);
  const kept = ledger.findHubRun(run);
  const progress = queue.progressOf(run);
  const known = kept?.rows ?? noRows;
  const isUnderWay = taken?.state === 'confirmed' && progress !== undefined;
  const { read, sent, succeeded, rejected, unknown, processed } = progress?.rows ?? { ...known, processed: 0 };
  return {
    run,
    ...stateOf(taken),
    phase: taken?.state === 'ended' ? 'finished' : isUnderWay ? progress.phase : null,
    rows: isUnderWay ? { ...known, read, sent, succeeded, rejected, unknown } : known,
    processed: isUnderWay ? processed : known.succeeded + known.rejected,
  };
}

async function takeReports(
  { journal, deployed, givesReports, stopping }: RunHandling,
  { acknowledged, waitMs }: AgentInput<'takeReports'>,
  signal: AbortSignal,
): Promise<AgentAnswer<'takeReports'>> {
  if (acknowledged !== null) await journal.acknowledgeBatch(acknowledged);
  const until = AbortSignal.any([signal, stopping, AbortSignal.timeout(waitMs)]);
  const next = () => (givesReports ? journal.nextBatch() : undefined);
  let appended = journal.untilAppended(until);
  let batch = next();
  while (batch === undefined && !until.aborted) {
    await appended;
    appended = journal.untilAppended(until);
    batch = next();
  }
  return { deployment: deployed.number(), batch: batch ?? null };
}
