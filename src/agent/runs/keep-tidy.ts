/** What an agent forgets by itself: runs that are older than it keeps them, and what was handed over for runs that never came. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type Log, reasonOf } from '../../base/index.ts';
import type { EndedRun, Ledger } from '../../ledger/index.ts';
import { forgetRuns, type KeptRuns } from '../forget-runs.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';
import type { RecordsFiles } from './records-files.ts';
import type { TakenRuns } from './taken-runs.ts';

export type Tidying = {
  ledger: Ledger;
  journal: ReportJournal;
  runs: Pick<TakenRuns, 'find' | 'forgetOld' | 'listConfirmed'>;
  records: RecordsFiles;
  kept: KeptRuns;
  clock: Clock;
  log: Log;
};

const everyMs = 3_600_000;
/** By the computer's own time, so that a clock that jumps is noticed. */
const lookEveryMs = 60_000;

/** At once and from hour to hour, until it is disposed of. */
export function keepTidy(tidying: Tidying): AsyncDisposable {
  const stopping = new AbortController();
  const running = tidyUntil(tidying, stopping.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

async function tidyUntil(tidying: Tidying, signal: AbortSignal): Promise<void> {
  const { clock, log } = tidying;
  let last = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    if (clock.now() - last >= everyMs || clock.now() < last) {
      last = clock.now();
      await tidy(tidying, signal).catch((error: unknown) =>
        log.warn({ reason: reasonOf(error) }, 'old runs stay; they are looked at again in an hour'),
      );
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Errors: LEDGER_LOCKED, LEDGER_FULL, STORE_LOCKED, STORE_FULL. */
export async function tidy({ runs, records, ...more }: Tidying, signal: AbortSignal): Promise<void> {
  await runs.forgetOld();
  const wanted = new Set(runs.listConfirmed().map(({ run }) => records.folder(run)));
  await records.removeOld((path) => wanted.has(path), Date.now());
  await forgetTold({ runs, ...more }, signal);
}

/** While the hub has not acknowledged reports from before the end of a run, the run stays. */
async function forgetTold(
  { ledger, journal, runs, kept, clock, log }: Omit<Tidying, 'records'>,
  signal: AbortSignal,
): Promise<void> {
  const oldestReport = journal.oldestAt() ?? Number.POSITIVE_INFINITY;
  const isTold = (hubRun: string) => (runs.find(hubRun)?.state ?? 'ended') === 'ended';
  const mayGo = ({ hubRun, endedAt }: EndedRun) => hubRun === null || (isTold(hubRun) && endedAt < oldestReport);
  const forgotten = await forgetRuns({ ledger, kept, now: clock.now(), mayGo, signal });
  if (forgotten > 0) log.info({ runs: forgotten }, 'forgot runs that are older than they are kept');
}
