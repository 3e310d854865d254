/** How the last runs went: how many rows of each became of what, and how fast. */
import { Link } from 'wouter';
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card } from '../../ui/page.tsx';
import { SimpleTable } from '../../ui/simple-table.tsx';
import { text as ui } from '../../ui/text.ts';
import { useAnswer } from '../api.ts';
import { throughOf } from '../runs/run-values.ts';
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
      {run.interface}
    </Link>,
    <Moment key="started" at={run.startedAt} />,
    run.status ?? run.state,
    ...numbers,
    rateOf(run)?.toLocaleString(undefined, { maximumFractionDigits: 0 }) ?? ui.empty,
  ];
}

/** Of a run that has ended, over the whole of it; of one that goes on, as its agent says it. */
function rateOf({ startedAt, endedAt, rows, progress }: Run): number | undefined {
  if (startedAt === null || endedAt === null) return progress?.rowsPerSecond ?? undefined;
  return (rows.read * 1000) / Math.max(1, endedAt - startedAt);
}
