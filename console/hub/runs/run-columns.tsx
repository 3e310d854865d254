/** The columns of lists of runs. */
import { Link } from 'wouter';
import { Moment } from '../../ui/moment.tsx';
import type { Column } from '../../ui/rows-table.tsx';
import { runText as words } from '../text/runs.ts';
import { RunState } from './run-progress.tsx';
import { countsOf, countText, type Run, stateOf, throughOf } from './run-values.ts';

const timeText = (at: number | null) => (at === null ? '' : new Date(at).toISOString());

const countColumn = (label: string, of: (run: Run) => number): Column<Run> => ({
  label,
  cell: (run) => countText(of(run)),
  text: (run) => String(of(run)),
});

const { columns } = words;

const agentColumn: Column<Run> = {
  label: columns.agent,
  cell: ({ agent }) => agent.name,
  text: ({ agent }) => agent.name ?? '',
};

const first: readonly Column<Run>[] = [
  {
    label: columns.id,
    sort: 'id',
    cell: ({ id }) => (
      <Link className="oneline" href={`/runs/${id}`}>
        {words.number(id)}
      </Link>
    ),
    text: ({ id }) => String(id),
  },
  { label: columns.interface, sort: 'interface', cell: (run) => run.interface, text: (run) => run.interface },
];

const rest: readonly Column<Run>[] = [
  { label: columns.state, sort: 'state', cell: (run) => <RunState run={run} />, text: stateOf },
  countColumn(columns.succeeded, throughOf),
  countColumn(columns.failed, (run) => countsOf(run).rejected),
  countColumn(columns.unknown, (run) => countsOf(run).unknown),
  {
    label: columns.trigger,
    sort: 'trigger',
    cell: ({ trigger, askedBy }) => (trigger === 'manual' ? askedBy : words.triggers[trigger]),
    text: ({ askedBy }) => askedBy,
  },
  {
    label: columns.askedAt,
    sort: 'askedAt',
    cell: ({ askedAt }) => <Moment at={askedAt} />,
    text: ({ askedAt }) => timeText(askedAt),
  },
  {
    label: columns.endedAt,
    sort: 'endedAt',
    cell: ({ endedAt }) => <Moment at={endedAt} />,
    text: ({ endedAt }) => timeText(endedAt),
  },
];

export const runColumns: readonly Column<Run>[] = [...first, agentColumn, ...rest];
export const agentRunColumns: readonly Column<Run>[] = [...first, ...rest];
