/** The log of an agent: its runs, and what it reported of itself. */
import { DataTable } from '../../ui/data-table.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, EmptyState } from '../../ui/page.tsx';
import { type Column, RowsTable } from '../../ui/rows-table.tsx';
import { api, useAnswer } from '../api.ts';
import { agentRunColumns } from '../runs/run-columns.tsx';
import { runFilters } from '../runs/runs.tsx';
import { runText, boardText as words } from '../text/runs.ts';
import type { Agent, BoardReport } from './board-rows.ts';

const reportColumns: readonly Column<BoardReport>[] = [
  {
    label: words.log.at,
    cell: ({ at }) => <Moment at={at} to="second" />,
    text: ({ at }) => new Date(at).toISOString(),
  },
  { label: words.log.said, cell: ({ said }) => said, text: ({ said }) => said },
];

const everyMs = 5_000;
const reportsShown = 50;

export function AgentLog({ agent: { id: agent } }: { agent: Agent }) {
  const reports = useAnswer('/control-board/reports', { query: { agent, pageSize: reportsShown }, everyMs });
  return (
    <>
      <DataTable
        label={words.log.runs}
        queryKey={['/runs', agent]}
        read={(query, signal) => api.call('GET', '/runs', { query: { ...query, agent }, signal })}
        columns={agentRunColumns}
        rowKey={({ id }) => String(id)}
        filters={runFilters}
        everyMs={everyMs}
        empty={<EmptyState title={runText.none}>{runText.noneNext}</EmptyState>}
      />
      <Card title={words.log.reports}>
        <Loaded of={reports}>
          {({ rows }) =>
            rows.length === 0 ? (
              <EmptyState title={words.log.none}>{words.log.noneNext}</EmptyState>
            ) : (
              <RowsTable
                label={words.log.reports}
                columns={reportColumns}
                rows={rows}
                rowKey={({ id }) => String(id)}
              />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
