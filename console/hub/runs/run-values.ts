/** What runs are, in the words of the page. */

import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { runText as words } from '../text/runs.ts';

export type Run = AnswerOf<HubOperation, 'GET', '/runs/:id'>;

/** How it stands: its ending, or how far it is on its way there. */
export function stateOf({ state, status, cancelAskedAt }: Run): string {
  if (status !== null) return words.statuses[status];
  return cancelAskedAt === null ? words.states[state] : words.cancelling;
}

export function toneOf({ status, state }: Run): string {
  if (status === null) return state === 'running' ? 'info' : 'plain';
  if (status === 'completed') return 'good';
  return status === 'failed' || status === 'unknown rows' ? 'alarm' : 'warn';
}

/** As the agent says it now; else as it was reported. */
export function countsOf({ progress, rows }: Pick<Run, 'progress' | 'rows'>) {
  return progress?.rows ?? rows;
}

/** Rows that got where they were to go; records out of Salesforce count when their run has ended well. */
export function throughOf(run: Pick<Run, 'progress' | 'rows' | 'direction' | 'status'>): number {
  const { read, succeeded } = countsOf(run);
  return run.direction === 'outbound' && run.status === 'completed' ? read : succeeded;
}

/** Over the whole of a run that has ended; of one that goes on, as its agent says it. */
export function rateOf({ startedAt, endedAt, rows, progress }: Run): number | undefined {
  if (startedAt === null || endedAt === null) return progress?.rowsPerSecond ?? undefined;
  return Math.round((rows.read * 1_000) / Math.max(1, endedAt - startedAt));
}

/** From 0 to 1; undefined while the number of rows is not known. */
export function shareDone(run: Run): number | undefined {
  const { progress, direction } = run;
  if (progress === null || direction === 'outbound' || (progress.phase !== 'sending' && progress.phase !== 'finished'))
    return undefined;
  const { read, succeeded, rejected, unknown } = progress.rows;
  if (read === 0) return undefined;
  return Math.min(1, Math.max(progress.processed, succeeded + rejected + unknown) / read);
}

/** How long, in words. */
export function durationOf(seconds: number): string {
  const { progress } = words;
  if (seconds < 1) return progress.moment;
  if (seconds < 60) return progress.seconds(seconds);
  if (seconds < 3_600) return progress.minutes(Math.floor(seconds / 60), seconds % 60);
  return progress.hours(Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60));
}

const numbers = new Intl.NumberFormat();

export function countText(count: number): string {
  return numbers.format(count);
}
