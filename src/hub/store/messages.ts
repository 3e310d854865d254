/** Messages: one record's passage each, from what agents report of their runs and from what people do about it. */
import type { Writing } from './hub-store.ts';
import { type RowsReport, type RunOfMessages, takeRows } from './message-rows.ts';
import { beginMessages, endMessages, type RunEnding } from './message-runs.ts';

export type Messages = {
  /** Inside a transaction only, as the two below: each is a short work of one report. */
  rowsReported(run: RunOfMessages, report: RowsReport): void;
  runConfirmed(run: Pick<RunOfMessages, 'id'>): void;
  runEnded(run: RunOfMessages, ending: RunEnding): void;
};

export function messagesTable({ store, clock }: Writing, chance: () => number = Math.random): Messages {
  return {
    rowsReported: (run, report) => takeRows({ store, run, report, now: clock.now(), chance }),
    runConfirmed: (run) => beginMessages(store, run),
    runEnded: (run, ending) => endMessages({ store, run, ending, now: clock.now(), chance: chance() }),
  };
}
