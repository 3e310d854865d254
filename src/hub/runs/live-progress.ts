/** How far runs are, as their agents say it; at most one question a second for each run, and seldomer for a long one, whoever looks. */
import type { AgentAnswer } from '../../protocol/index.ts';
import type { HubParts } from '../hub-parts.ts';
import type { HubRun } from '../store/index.ts';
import { createPaces } from './pace.ts';

/** `rowsPerSecond`: in the last half minute; null while nobody can say. */
export type Progress = AgentAnswer<'lookAtRuns'>[number] & { rowsPerSecond: number | null };

/** The progress of each run that its agent told of in time; by the row of the run. */
export type LiveProgress = (runs: readonly HubRun[]) => Promise<ReadonlyMap<number, Progress>>;

/** `at`: when the answer came, or failed to. */
type Asked = { at?: number; answer: Promise<Progress | undefined> };

const shortestMs = 1_000;
const longestKeptMs = 3_000;
const forgottenAfterMs = 60_000;

/**
 * How long an answer is good: a tenth of what the run has taken so far, from one to three seconds. An agent is asked beside its work, and
 * of a run that takes minutes nobody misses what is two seconds old.
 */
export function answerIsGoodForMs(runMs: number): number {
  return Math.min(longestKeptMs, Math.max(shortestMs, runMs / 10));
}

const longestMs = 2_500;
/** As many as one question may name. */
const atOnce = 100;

export function createLiveProgress({ store, ways, clock }: Pick<HubParts, 'store' | 'ways' | 'clock'>): LiveProgress {
  const asked = new Map<number, Asked>();
  const paces = createPaces();

  async function ask(agentRow: number, runs: readonly HubRun[]): Promise<Map<string, Progress>> {
    const agent = store.agents.find(agentRow);
    if (agent === undefined) return new Map();
    const signal = AbortSignal.timeout(longestMs);
    const link = ways.linkAt(ways.wayTo(agent));
    const answers = await link.ask('lookAtRuns', { runs: runs.map(({ run }) => run) }, { signal });
    const at = performance.now();
    const idOf = new Map(runs.map(({ run, id }) => [run, id]));
    return new Map(
      answers.flatMap((one) => {
        const id = idOf.get(one.run);
        return id === undefined ? [] : [[one.run, { ...one, rowsPerSecond: paces.note(id, one, at) }]];
      }),
    );
  }

  function askForStale(runs: readonly HubRun[], now: number): void {
    const goodForMs = ({ startedAt }: HubRun) => answerIsGoodForMs(startedAt === null ? 0 : clock.now() - startedAt);
    const isStale = (run: HubRun) => {
      const known = asked.get(run.id);
      return known === undefined || (known.at !== undefined && now - known.at > goodForMs(run));
    };
    for (const [agentRow, all] of Map.groupBy(runs.filter(isStale), (run) => run.agentRow)) {
      const some = all.slice(0, atOnce);
      const answers = ask(agentRow, some).catch(() => new Map<string, Progress>());
      for (const { id, run } of some) asked.set(id, underWay(answers.then((found) => found.get(run))));
    }
  }

  return async (runs) => {
    const now = performance.now();
    for (const [id, { at }] of asked) {
      if (at === undefined || now - at <= forgottenAfterMs) continue;
      asked.delete(id);
      paces.forget(id);
    }
    const going = runs.filter(({ state }) => state === 'running' || state === 'confirmed');
    askForStale(going, now);
    const found = new Map<number, Progress>();
    for (const { id } of going) {
      const progress = await asked.get(id)?.answer;
      if (progress !== undefined) found.set(id, progress);
    }
    return found;
  };
}

/** Who looks meanwhile waits for the same answer, however slow its agent is. */
function underWay(answer: Asked['answer']): Asked {
  const one: Asked = { answer };
  void answer.then(() => {
    one.at = performance.now();
  });
  return one;
}
