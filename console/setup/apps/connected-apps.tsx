/** Manage Connected Apps: the policies of each app, with Edit beside it. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { type AppRow, api } from '../api.ts';
import { text } from '../text.ts';
import { AppState } from './app-state.tsx';

const words = text.connectedApps;

const columns: readonly Column<AppRow>[] = [
  {
    label: words.columns.action,
    cell: ({ id, name }) => (
      <Link href={`/apps/${id}/policies`} aria-label={words.editOf(name)}>
        {text.edit}
      </Link>
    ),
    text: () => text.edit,
  },
  {
    label: words.columns.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/apps/${id}/manage`}>{name}</Link>,
    text: ({ name }) => name,
  },
  {
    label: words.columns.ready,
    sort: 'ready',
    cell: (row) => <AppState {...row} />,
    text: ({ ready }) => (ready ? text.states.ready : text.states.notReady),
  },
  {
    label: words.columns.changedAt,
    sort: 'changedAt',
    cell: ({ changedAt }) => <Moment at={changedAt} />,
    text: ({ changedAt }) => new Date(changedAt).toISOString(),
  },
];

export function ConnectedApps() {
  const begin = <LinkButton to="/apps/new">{text.appManager.newConnectedApp}</LinkButton>;
  return (
    <Page title={text.pages.connectedApps} product={text.product}>
      <DataTable
        label={text.pages.connectedApps}
        queryKey={['/apps', 'connected']}
        read={(query, signal) => api.call('GET', '/apps', { query: { ...query, kind: 'connectedApp' }, signal })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={text.appManager.empty} action={begin}>
            {words.emptyNext}
          </EmptyState>
        }
      />
    </Page>
  );
}
