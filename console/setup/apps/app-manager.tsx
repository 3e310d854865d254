/** App Manager: all apps, each with View, Edit and Manage. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { type AppRow, api } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { AppState } from './app-state.tsx';

const words = text.appManager;

export const appColumns: readonly Column<AppRow>[] = [
  {
    label: words.columns.name,
    sort: 'name',
    cell: (app) => <Link href={addressesOf(app).view}>{app.name}</Link>,
    text: ({ name }) => name,
  },
  { label: words.columns.apiName, sort: 'apiName', cell: ({ apiName }) => apiName, text: ({ apiName }) => apiName },
  {
    label: words.columns.kind,
    sort: 'kind',
    cell: ({ kind }) => text.kinds[kind],
    text: ({ kind }) => text.kinds[kind],
  },
  {
    label: words.columns.changedAt,
    sort: 'changedAt',
    cell: ({ changedAt }) => <Moment at={changedAt} />,
    text: ({ changedAt }) => new Date(changedAt).toISOString(),
  },
  {
    label: words.columns.ready,
    sort: 'ready',
    cell: (row) => <AppState {...row} />,
    text: ({ ready }) => (ready ? text.states.ready : text.states.notReady),
  },
];

const kinds = [
  { value: '', label: words.anyKind },
  { value: 'connectedApp', label: text.kinds.connectedApp },
  { value: 'externalClientApp', label: text.kinds.externalClientApp },
];

export function AppManager() {
  const add = (
    <LinkButton to="/apps/new" look="primary">
      {words.newConnectedApp}
    </LinkButton>
  );
  return (
    <Page title={text.pages.apps} product={text.product} actions={add}>
      <DataTable
        label={text.pages.apps}
        queryKey={['/apps']}
        read={(query, signal) => api.call('GET', '/apps', { query, signal })}
        columns={appColumns}
        rowKey={({ id }) => id}
        filters={[{ name: 'kind', label: words.kindFilter, choices: kinds }]}
        actions={(row) => <RowMenu name={row.name} entries={entriesOf(row)} />}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}

function entriesOf(app: AppRow) {
  const { view, edit, manage } = addressesOf(app);
  return [
    { label: text.view, to: view },
    { label: text.edit, to: edit },
    { label: text.manage, to: manage },
  ];
}
