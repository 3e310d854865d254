/** What becomes of due times that passed: the rules of schedules, over plain data. */
import { type Deployment, nextRuns, type ScheduleDefinition } from '../../protocol/index.ts';

/** Later than this, a due time was missed: the agent was off, or its machine slept. */
const onTimeMs = 60_000;

const hourMs = 3_600_000;
/** How far back it is looked first: what comes often came lately, and what does not is soon counted. */
const looksBack = [hourMs, 24 * hourMs, 40 * 24 * hourMs, 400 * 24 * hourMs, Number.POSITIVE_INFINITY];

/** The last due time of each kind, if there is one. */
export type Passed = { onTime: number | null; late: number | null };

/** What was due after `after`, and up to now. */
export function passedOf(schedule: ScheduleDefinition, { after, now }: { after: number; now: number }): Passed {
  const border = Math.max(after, now - onTimeMs - 1);
  return {
    onTime: lastDue(schedule, { after: border, until: now }),
    late: lastDue(schedule, { after, until: border }),
  };
}

function lastDue(schedule: ScheduleDefinition, { after, until }: { after: number; until: number }): number | null {
  for (const back of looksBack) {
    const from = Math.max(after, until - back);
    const last = lastBehind(schedule, from, until);
    if (last !== null || from === after) return last;
  }
  return null;
}

function lastBehind(schedule: ScheduleDefinition, from: number, until: number): number | null {
  let last: number | null = null;
  for (let next = dueAfter(schedule, from); next <= until; next = dueAfter(schedule, next)) last = next;
  return last;
}

const dueAfter = (schedule: ScheduleDefinition, from: number) =>
  nextRuns(schedule, { from, count: 1 })[0] ?? Number.POSITIVE_INFINITY;

type Missed = { dueAt: number; reason: 'overlap' | 'away' | 'stopped' };

/** `run`: the due time of the run that begins. */
export type Verdict = { run: number | null; missed: readonly Missed[]; waiting: number | null };

export type Question = Passed & {
  schedule: Pick<ScheduleDefinition, 'missed'>;
  /** Of its integration. */
  state: Deployment['interfaces'][number]['state'];
  /** A due time that was kept until the integration is active. */
  waiting: number | null;
  /** Whether a run of the interface goes on, or waits for its turn. */
  isOpen: boolean;
};

/**
 * Of several due times that passed only the last counts: it runs, waits, or is left out and told.
 *
 * @example decide({ onTime: at, late: null, schedule: {}, state: 'active', waiting: null, isOpen: false }) // { run: at, missed: [], waiting: null }
 */
export function decide({ onTime, late, schedule, state, waiting, isOpen }: Question): Verdict {
  const last = onTime ?? late ?? waiting;
  if (last === null) return { run: null, missed: [], waiting: null };
  if (state === 'stopped') return leaveOut(last, 'stopped');
  if (state === 'inactive') return { run: null, missed: [], waiting: last };
  if (isOpen) return leaveOut(last, 'overlap');
  if (schedule.missed !== 'skip') return { run: last, missed: [], waiting: null };
  const missed = late === null ? [] : leaveOut(late, 'away').missed;
  // One that waited for its integration was kept on purpose.
  return { run: onTime ?? waiting, missed, waiting: null };
}

const leaveOut = (dueAt: number, reason: Missed['reason']): Verdict => ({
  run: null,
  missed: [{ dueAt, reason }],
  waiting: null,
});
