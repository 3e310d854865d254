/** Sends the journal's reports to the hub, oldest first, and forgets those that the hub has on its disk. */
import { type Clock, type Log, SluiceError } from '../../base/index.ts';
import { dialOutPaths, type ReportBatch } from '../../protocol/index.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';
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

/** Sends one batch each time it is called; false when there was nothing to send. While the hub works on one the next is read. */
export function createSending({ calls, journal }: Pick<ReportMeans, 'calls' | 'journal'>) {
  let ahead: ReportBatch | undefined;
  return async (signal: AbortSignal): Promise<boolean> => {
    const batch = ahead ?? journal.nextBatch();
    ahead = undefined;
    if (batch === undefined) return false;
    const last = batch.from + batch.reports.length - 1;
    const readAhead = async () => journal.nextBatch(last);
    const [acknowledged, following] = await Promise.all([send(calls, batch, signal), readAhead()]);
    // The hub has had more than this journal ever wrote: the folder came back from a backup, and its numbers begin anew.
    if (acknowledged > last) await journal.beginAnew();
    else await journal.acknowledge(acknowledged);
    if (acknowledged === last) ahead = following;
    return true;
  };
}

async function send(calls: HubCalls, batch: ReportBatch, signal: AbortSignal): Promise<number> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(sendTimeoutMs)]);
  const { json } = await calls.post(dialOutPaths.reports, batch, { signal: until });
  const { acknowledged } = Object(json) as { acknowledged?: unknown };
  if (Number.isInteger(acknowledged)) return acknowledged as number;
  throw new SluiceError('HUB_ANSWER_INVALID', { hub: 'the hub', reason: 'it does not say what it has' });
}
