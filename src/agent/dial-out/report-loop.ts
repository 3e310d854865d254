/** Sends the journal's reports to the hub, oldest first, and forgets those that the hub has on its disk. */
import { type Clock, type Log, SluiceError } from '../../base/index.ts';
import { dialOutPaths } from '../../protocol/index.ts';
import type { BatchText, ReportJournal } from '../report-journal/report-journal.ts';
import type { HubCalls } from './hub-calls.ts';
import { loopSteadily } from './steady-loop.ts';

export type ReportMeans = {
  calls: HubCalls;
  journal: ReportJournal;
  clock: Clock;
  random: () => number;
  log: Log;
  stopping: AbortSignal;
};

const sendTimeoutMs = 60_000;

export async function runReportLoop(means: ReportMeans): Promise<void> {
  const { journal, clock, random, log, stopping } = means;
  const sendBatch = createSending(means);
  const act = async () => {
    const appended = journal.untilAppended(stopping);
    if (!(await sendBatch(stopping))) await appended;
  };
  await loopSteadily({ what: 'sending reports to the hub', act, clock, random, log, signal: stopping });
}

/**
 * Sends one batch each time it is called; false when there was nothing to send. While the hub works on one the next is read, and
 * what it has is forgotten; what is not forgotten yet when the program dies is sent again, and changes nothing there.
 */
export function createSending({ calls, journal }: Pick<ReportMeans, 'calls' | 'journal'>) {
  let ahead: BatchText | undefined;
  /** Up to this number the hub has them, and up to the other they are forgotten here. */
  let had = 0;
  let forgotten = 0;

  async function forget(): Promise<void> {
    const upTo = had;
    if (upTo > forgotten) await journal.acknowledge(upTo);
    forgotten = upTo;
  }
  return async (signal: AbortSignal): Promise<boolean> => {
    const batch = ahead ?? journal.nextText(had);
    ahead = undefined;
    if (batch === undefined) return await forget().then(() => false);
    const { last } = batch;
    const readAhead = async () => journal.nextText(last);
    const [acknowledged, following] = await Promise.all([send(calls, batch, signal), readAhead(), forget()]);
    had = acknowledged;
    if (acknowledged === last) ahead = following;
    // The hub has had more than this journal ever wrote: the folder came back from a backup, and its numbers begin anew.
    if (acknowledged > last) {
      await journal.beginAnew();
      had = forgotten;
    }
    return true;
  };
}

async function send(calls: HubCalls, { text }: BatchText, signal: AbortSignal): Promise<number> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(sendTimeoutMs)]);
  const { json } = await calls.postText(dialOutPaths.reports, text, { signal: until });
  const { acknowledged } = Object(json) as { acknowledged?: unknown };
  if (Number.isInteger(acknowledged)) return acknowledged as number;
  throw new SluiceError('HUB_ANSWER_INVALID', { hub: 'the hub', reason: 'it does not say what it has' });
}
