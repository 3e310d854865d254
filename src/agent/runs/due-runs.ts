/** Runs on schedule: what is due by now begins, is left out and said so, or waits; decided once for each due time, on disk. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/index.ts';
import { nextRuns, type ScheduleDefinition } from '../../protocol/index.ts';
import { type Deployed, type DeployedInterface, scheduleOf } from '../deployment/deployment.ts';
import type { AddReport, ReportJournal } from '../report-journal/report-journal.ts';
import { decide, passedOf, type Verdict } from './decide-due.ts';
import { addRun, type TakenRuns } from './taken-runs.ts';

export type DueMeans = {
  deployed: Deployed;
  journal: ReportJournal;
  runs: Pick<TakenRuns, 'hasOpenSourceRun'>;
  clock: Clock;
};

/** A clock that was set back by more than this begins to count anew. */
const clockBackMs = 3_600_000;

type Kept = { schedule: string; considered: number; waiting: number | null };

/** Looks at every schedule of the deployment; true when a run was added. Errors: STORE_FULL; what was due is decided the next time. */
export async function considerSchedules(means: DueMeans): Promise<boolean> {
  let isAdded = false;
  for (const deployed of means.deployed.interfaces()) {
    const schedule = scheduleOf(deployed.definition);
    if (schedule === undefined || deployed.fault !== undefined) continue;
    isAdded = (await considerOne(means, deployed, schedule)) || isAdded;
  }
  return isAdded;
}

/** When something is due next after this time, or waits already; undefined when nothing ever is. */
export function nextDue(
  { deployed, journal }: Pick<DueMeans, 'deployed' | 'journal'>,
  now: number,
): number | undefined {
  const times = deployed.interfaces().flatMap((one) => {
    const schedule = one.fault === undefined ? scheduleOf(one.definition) : undefined;
    if (schedule === undefined) return [];
    const kept = findKept(journal, one.definition.name);
    if (kept === undefined || kept.schedule !== JSON.stringify(schedule)) return [now];
    if (kept.waiting !== null && one.state !== 'inactive') return [now];
    return nextRuns(schedule, { from: kept.considered, count: 1 });
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function findKept({ store }: ReportJournal, name: string): Kept | undefined {
  const row = store.get('SELECT schedule, considered, waiting FROM schedule WHERE interface = :name', { name });
  if (!row) return undefined;
  const waiting = row.waiting === null ? null : Number(row.waiting);
  return { schedule: String(row.schedule), considered: Number(row.considered), waiting };
}

async function considerOne(means: DueMeans, deployed: DeployedInterface, schedule: ScheduleDefinition) {
  const { journal, runs, clock } = means;
  const { name } = deployed.definition;
  const now = clock.now();
  const text = JSON.stringify(schedule);
  const kept = findKept(journal, name);
  if (kept === undefined || kept.schedule !== text || kept.considered > now + clockBackMs) {
    await keep(journal, name, { schedule: text, considered: now, waiting: null });
    return false;
  }
  const passed = passedOf(schedule, { after: kept.considered, now });
  const last = passed.onTime ?? passed.late;
  const isWaiting = kept.waiting !== null && deployed.state !== 'inactive';
  if (last === null && !isWaiting) return false;
  const { state } = deployed;
  const verdict = decide({ ...passed, schedule, state, waiting: kept.waiting, isOpen: runs.hasOpenSourceRun(name) });
  const considered = last ?? kept.considered;
  return await carryOut(means, name, verdict, { schedule: text, considered, waiting: verdict.waiting });
}

async function carryOut(
  { journal, clock }: DueMeans,
  name: string,
  { run: dueAt, missed }: Verdict,
  kept: Kept,
): Promise<boolean> {
  const at = clock.now();
  await journal.record((add: AddReport) => {
    keepNow(journal, name, kept);
    for (const { dueAt: due, reason } of missed)
      add({ kind: 'scheduleMissed', at, body: { interface: name, dueAt: due, reason } });
    if (dueAt === null) return;
    const run = { run: randomUUID(), interface: name, lease: 0, state: 'confirmed', trigger: 'schedule' } as const;
    addRun(journal, { ...run, dueAt, full: false, records: null }, at);
  });
  return dueAt !== null;
}

function keepNow({ store }: ReportJournal, name: string, { schedule, considered, waiting }: Kept): void {
  const sql = `INSERT INTO schedule VALUES (:name, :schedule, :considered, :waiting)
    ON CONFLICT (interface) DO UPDATE SET schedule = :schedule, considered = :considered, waiting = :waiting`;
  store.run(sql, { name, schedule, considered, waiting });
}

async function keep(journal: ReportJournal, name: string, kept: Kept): Promise<void> {
  await journal.record(() => keepNow(journal, name, kept));
}

/** Forgets schedules of interfaces that are not deployed any more: one that comes back counts anew. */
export async function dropOldSchedules({ deployed, journal }: Pick<DueMeans, 'deployed' | 'journal'>): Promise<void> {
  const { store } = journal;
  const names = new Set(deployed.interfaces().map(({ definition }) => definition.name));
  await journal.record(() => {
    for (const { interface: name } of store.all('SELECT interface FROM schedule'))
      if (!names.has(String(name))) store.run('DELETE FROM schedule WHERE interface = :name', { name: String(name) });
  });
}
