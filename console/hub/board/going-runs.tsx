/** The runs of an agent that go on, and those that were started here, until the page is left. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Card } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { useAnswer } from '../api.ts';
import { RunProgress } from '../runs/run-progress.tsx';
import type { Run } from '../runs/run-values.ts';
import { runText as words } from '../text/runs.ts';

/** One question a second for all of them while any goes on; their agent is asked no oftener, however many look. */
const goingMs = 1_000;
const restingMs = 5_000;

/** More than go on at once in one agent, as a rule. */
const fewest = 25;

export function GoingRuns({ agent, started }: { agent: number; started: readonly number[] }) {
  const [isGoing, setGoing] = useState(false);
  const pageSize = Math.max(fewest, started.length);
  const runs = useAnswer('/runs', { query: { agent, pageSize }, everyMs: isGoing ? goingMs : restingMs });
  const shown = (runs.data?.rows ?? []).filter((run) => isShown(run, started));
  const isOneOpen = shown.some(({ state }) => state !== 'ended');
  useEffect(() => setGoing(isOneOpen), [isOneOpen]);
  useReadBoardWhenOneEnds(shown);
  return (
    <>
      <Problems errors={errorsOf(runs.error)} />
      {shown.length === 0 ? null : (
        <Card title={words.progress.title}>
          {shown.map((run) => (
            <RunProgress key={run.id} run={run} />
          ))}
        </Card>
      )}
    </>
  );
}

const isShown = ({ id, state }: Run, started: readonly number[]) => state !== 'ended' || started.includes(id);

function useReadBoardWhenOneEnds(shown: readonly Run[]): void {
  const queries = useQueryClient();
  const states = shown.map(({ id, state }) => `${id} ${state}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes here is what the board shows of them
  useEffect(() => void queries.invalidateQueries({ queryKey: ['/control-board/interfaces'] }), [states]);
}
