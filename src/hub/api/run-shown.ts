/** A run as the API shows it: as the store has it, with why it waits, and how far its agent says it is. */
import type { Static } from 'typebox';
import type { HubParts } from '../hub-parts.ts';
import type { Progress } from '../runs/live-progress.ts';
import { doneOf } from '../runs/pace.ts';
import { whyItWaits } from '../runs/why-it-waits.ts';
import type { HubRun } from '../store/index.ts';
import type { shownRun } from './run-schemas.ts';

type Shown = Static<typeof shownRun>;

export async function showRuns(runs: readonly HubRun[], parts: HubParts): Promise<Shown[]> {
  const found = await parts.progress(runs);
  return runs.map((run) => show(run, parts, found.get(run.id)));
}

export async function showRun(run: HubRun, parts: HubParts): Promise<Shown> {
  const [shown] = await showRuns([run], parts);
  return shown as Shown;
}

function show(run: HubRun, parts: HubParts, live: Progress | undefined): Shown {
  const {
    interfaceId: _,
    agentRow,
    agent,
    form: __,
    wantedMode: ___,
    lease: ____,
    leaseUntil: _____,
    afterId,
    ...rest
  } = run;
  return {
    ...rest,
    agent: { id: agentRow, name: agent },
    after: afterId,
    waitsFor: whyItWaits(parts, run),
    progress: live === undefined ? null : progressOf(run, live, parts.clock.now()),
  };
}

function progressOf({ startedAt, direction }: HubRun, live: Progress, now: number): Shown['progress'] {
  const { phase, rows, processed } = live;
  const done = doneOf(live);
  const seconds = startedAt === null ? 0 : (now - startedAt) / 1_000;
  const pace = live.rowsPerSecond ?? (seconds >= 1 ? done / seconds : null);
  // What is merged into a table is there all at once.
  const isMerged = direction === 'outbound' && phase !== 'reading';
  const rowsPerSecond = pace === null || isMerged ? null : Math.round(pace);
  // Before the source was read to its end nobody knows how many there are.
  const isKnown = phase === 'sending' || phase === 'finished';
  const left = isKnown && rowsPerSecond ? Math.round(Math.max(0, rows.read - done) / rowsPerSecond) : null;
  return { phase, rows, processed, rowsPerSecond, secondsLeft: left };
}
