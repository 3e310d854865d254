/** When the interfaces of an agent run by themselves. */
import { DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState } from '../../ui/page.tsx';
import type { Column } from '../../ui/rows-table.tsx';
import { api } from '../api.ts';
import { boardText as words } from '../text/runs.ts';
import type { Agent, BoardInterface } from './board-rows.ts';
import { nameColumn, statusColumn } from './interface-tab.tsx';

const { columns } = words;

const stateTones = { active: 'good', inactive: 'warn', stopped: 'alarm' } as const;

const schedulerColumns: readonly Column<BoardInterface>[] = [
  nameColumn,
  { label: columns.integration, sort: 'integration', cell: (row) => row.integration, text: (row) => row.integration },
  {
    label: columns.state,
    cell: ({ integrationState: state }) => <Badge tone={stateTones[state]}>{words.integrationStates[state]}</Badge>,
    text: ({ integrationState }) => words.integrationStates[integrationState],
  },
  statusColumn,
  { label: columns.schedule, cell: scheduleOf, text: scheduleOf },
  {
    label: columns.nextDueAt,
    cell: ({ nextDueAt }) => <Moment at={nextDueAt} />,
    text: ({ nextDueAt }) => (nextDueAt === null ? '' : new Date(nextDueAt).toISOString()),
  },
];

function scheduleOf({ schedule }: BoardInterface): string {
  if (schedule === null) return words.byHand;
  const { every, cron = '', timeZone = 'UTC' } = schedule;
  return every === undefined ? words.cron(cron, timeZone) : words.every(every);
}

const everyMs = 10_000;

export function SchedulerTab({ agent: { id: agent } }: { agent: Agent }) {
  return (
    <DataTable
      label={words.tabs.scheduler}
      queryKey={['/control-board/interfaces', agent, 'scheduler']}
      read={(query, signal) => api.call('GET', '/control-board/interfaces', { query: { ...query, agent }, signal })}
      columns={schedulerColumns}
      rowKey={({ name }) => name}
      everyMs={everyMs}
      empty={<EmptyState title={words.noInterfaces}>{words.noInterfacesNext}</EmptyState>}
    />
  );
}
