/** How the last runs went: how many rows of each became of what, and how fast. */
import { Link } from 'wouter';
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { classOf } from '../../ui/long-word.ts';
import { Moment } from '../../ui/moment.tsx';
import { Card } from '../../ui/page.tsx';
import { SimpleTable } from '../../ui/simple-table.tsx';
import { text as ui } from '../../ui/text.ts';
import { useAnswer } from '../api.ts';
import { RunState } from '../runs/run-progress.tsx';
import { rateOf, throughOf } from '../runs/run-values.ts';
import { text } from '../text.ts';

const words = text.home;

type Run = AnswerOf<HubOperation, 'GET', '/runs'>['rows'][number];

export function LastRuns({ everyMs }: { everyMs: number }) {
  const runs = useAnswer('/runs', { query: { pageSize: 10 }, everyMs });
  return (
    <Card title={words.runs}>
      <Loaded of={runs}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className="soft">{words.noRuns}</p>
          ) : (
            <SimpleTable label={words.runsTable} columns={Object.values(words.runColumns)} rows={rows.map(asRow)} />
          )
        }
      </Loaded>
    </Card>
  );
}

function asRow(run: Run) {
  const { read, rejected, unknown } = run.rows;
  const numbers = [read, throughOf(run), rejected, unknown].map((count) => count.toLocaleString());
  return [
    <Link key="run" href={`/runs/${run.id}`}>
      <span className={classOf(run.interface)}>{run.interface}</span>
    </Link>,
    <Moment key="started" at={run.startedAt} />,
    <RunState key="state" run={run} />,
    ...numbers,
    rateOf(run)?.toLocaleString() ?? ui.empty,
  ];
}
