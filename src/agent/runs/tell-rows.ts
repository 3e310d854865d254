/** Reports the rows of a run chunk by chunk, from the ledger: each chunk that is reconciled, once, whatever crashes meanwhile. */
import { setImmediate as letOthersGo } from 'node:timers/promises';
import type { Chunk, Ledger } from '../../ledger/index.ts';
import { maxRowsInReport, type ReportBody, type ToldRow, toldRow } from '../../protocol/index.ts';
import { reportedRow } from './reported-row.ts';
import type { TakenRuns } from './taken-runs.ts';

export type Telling = {
  ledger: Ledger;
  runs: Pick<TakenRuns, 'told' | 'toldUpTo'>;
};

/** Rows looked at and written down in one transaction: enough for the disk, and few enough to let others go between. */
const rowsTogether = 5 * maxRowsInReport;

/**
 * Tells what is not told yet of the chunks that are reconciled by now. Before the commit point of the run nothing is told, since an attempt
 * that is given up takes its rows back.
 *
 * @throws SluiceError STORE_FULL; what was not told is told by the next call.
 */
export async function tellRows({ ledger, runs }: Telling, hubRun: string): Promise<void> {
  const run = ledger.findHubRun(hubRun);
  if (!run || run.committedAt === null) return;
  for (const chunk of ledger.listChunks(run.id))
    if (chunk.state === 'reconciled') await tellChunk({ ledger, runs }, hubRun, chunk);
}

async function tellChunk({ ledger, runs }: Telling, hubRun: string, chunk: Chunk): Promise<void> {
  let times: Pick<ReportBody<'rows'>, 'sentAt' | 'settledAt'> | undefined;
  for (;;) {
    const behind = runs.toldUpTo(hubRun, chunk.number);
    const at = { run: chunk.run, chunk: chunk.number };
    const rows = ledger.readChunkRows(at, { behind, limit: rowsTogether });
    const last = rows.at(-1);
    if (last === undefined) return;
    times ??= timesOf(ledger, chunk);
    const reported = rows.map((row) => toldRow(reportedRow(row)));
    const bodies = inReports(reported, { run: hubRun, chunk: chunk.number, first: behind + 1, ...times });
    await runs.told({ run: hubRun, chunk: chunk.number, place: last.place }, bodies);
    await letOthersGo();
  }
}

function inReports(rows: ToldRow[], body: Omit<ReportBody<'rows'>, 'rows'>): ReportBody<'rows'>[] {
  return Array.from({ length: Math.ceil(rows.length / maxRowsInReport) }, (_, index) => {
    const from = index * maxRowsInReport;
    return { ...body, first: body.first + from, rows: rows.slice(from, from + maxRowsInReport) };
  });
}

function timesOf(ledger: Ledger, chunk: Chunk): Pick<ReportBody<'rows'>, 'sentAt' | 'settledAt'> {
  const sentAt = ledger.findMoment(chunk, 'intended');
  return { sentAt, settledAt: ledger.findMoment(chunk, 'reconciled') ?? ledger.findMoment(chunk, 'not sent') ?? 0 };
}

export type Teller = {
  /** Beside the run, which does not wait for it; what goes wrong comes to light in `tellAll`. */
  tellSoon(): void;
  /** Resolves when all that is reconciled is in the journal. Errors: STORE_FULL, STORE_LOCKED. */
  tellAll(): Promise<void>;
};

export function createTeller(telling: Telling, run: string): Teller {
  let underWay: Promise<void> | undefined;
  let isAskedAgain = false;

  async function tellUntilQuiet(): Promise<void> {
    do {
      isAskedAgain = false;
      await tellRows(telling, run);
    } while (isAskedAgain);
  }

  return {
    tellSoon() {
      isAskedAgain = true;
      underWay ??= tellUntilQuiet()
        .catch(() => undefined)
        .finally(() => {
          underWay = undefined;
        });
    },
    async tellAll() {
      await underWay;
      await tellRows(telling, run);
    },
  };
}
