/** How fast a run goes now: by what moved in the last half minute, and not since it began, so that the time left is that of what it does now. */
import type { AgentAnswer } from '../../protocol/index.ts';

type Told = AgentAnswer<'lookAtRuns'>[number];
type Sample = { at: number; done: number };
type Kept = { phase: Told['phase']; samples: Sample[] };

export type Paces = {
  /** Rows a second; null until two looks lie far enough apart. `at` is in milliseconds, by a clock that only goes forward. */
  note(run: number, told: Told, at: number): number | null;
  forget(run: number): void;
};

const windowMs = 30_000;
const shortestMs = 1_000;

/** Rows that are through in this phase: read while it reads, else settled, or said to be done by Salesforce. */
export function doneOf({ phase, rows, processed }: Pick<Told, 'phase' | 'rows' | 'processed'>): number {
  return phase === 'reading' ? rows.read : Math.max(processed, rows.succeeded + rows.rejected + rows.unknown);
}

export function createPaces(): Paces {
  const kept = new Map<number, Kept>();
  return {
    note(run, told, at) {
      const { samples } = keptIn(kept, run, told.phase);
      samples.push({ at, done: doneOf(told) });
      // One from before the window stays, or somebody who looks seldom would never be told.
      while (samples.length > 2 && at - (samples[1]?.at ?? at) >= windowMs) samples.shift();
      const [first, last] = [samples[0], samples.at(-1)] as [Sample, Sample];
      const forMs = last.at - first.at;
      return forMs < shortestMs ? null : Math.max(0, ((last.done - first.done) * 1_000) / forMs);
    },
    forget: (run) => void kept.delete(run),
  };
}

function keptIn(kept: Map<number, Kept>, run: number, phase: Told['phase']): Kept {
  const known = kept.get(run);
  if (known?.phase === phase) return known;
  const begun: Kept = { phase, samples: [] };
  kept.set(run, begun);
  return begun;
}
