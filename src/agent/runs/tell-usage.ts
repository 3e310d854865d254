/** Reports how many API calls an org has left, as its answers say it while runs go: the last figure, and not with every answer. */
import { type Clock, type Log, reasonOf } from '../../base/index.ts';
import type { ApiUsage } from '../../salesforce/index.ts';
import type { ReportJournal } from '../report-journal/report-journal.ts';

export type UsageTeller = AsyncDisposable & {
  /** Beside whoever saw it, who does not wait for it. */
  seen(myDomainUrl: string, usage: ApiUsage): void;
};

type Means = { journal: Pick<ReportJournal, 'append'>; clock: Clock; log: Log };
type Seen = ApiUsage & { readAt: number };

/** An org answers many times a second; a person looks now and then. */
const everyMs = 30_000;

/** Told at once when nothing was told for a while, else when that time is over; disposing tells what is left. */
export function createUsageTeller(means: Means): UsageTeller {
  const { clock } = means;
  const stopping = new AbortController();
  const untold = new Map<string, Seen>();
  const telling = new Map<string, Promise<void>>();

  async function tellUntilQuiet(url: string): Promise<void> {
    for (let seen = untold.get(url); seen !== undefined; seen = untold.get(url)) {
      untold.delete(url);
      await tell(means, url, seen);
      await clock.sleep(everyMs, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    seen(url, usage) {
      untold.set(url, { ...usage, readAt: clock.now() });
      if (telling.has(url)) return;
      telling.set(
        url,
        tellUntilQuiet(url).finally(() => telling.delete(url)),
      );
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(telling.values());
    },
  };
}

/** The next figure replaces one that could not be written. */
async function tell({ journal, log }: Means, myDomainUrl: string, { used, max, readAt }: Seen): Promise<void> {
  const body = { myDomainUrl, used, allowed: max, readAt };
  await journal.append({ kind: 'apiUsage', at: readAt, body }).catch((error: unknown) => {
    log.warn({ reason: reasonOf(error) }, 'how many API calls are left could not be told');
  });
}
