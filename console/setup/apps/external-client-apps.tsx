/** External Client App Manager: the external client apps of this org. */
import { LinkButton } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { type AppRow, api } from '../api.ts';
import { text } from '../text.ts';
import { addressesOf } from './app-address.ts';
import { appColumns } from './app-manager.tsx';

const words = text.eca;
const kind = 'externalClientApp';

export function ExternalClientApps() {
  const add = (
    <LinkButton to="/external-client-apps/new" look="primary">
      {words.new}
    </LinkButton>
  );
  return (
    <Page title={words.manager} product={text.product} actions={add}>
      <DataTable
        label={words.manager}
        queryKey={['/apps', kind]}
        read={(query, signal) => api.call('GET', '/apps', { query: { ...query, kind }, signal })}
        columns={appColumns}
        rowKey={({ id }) => id}
        actions={(row) => <RowMenu name={row.name} entries={entriesOf(row)} />}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}

function entriesOf(app: AppRow) {
  const { view, edit, policies } = addressesOf(app);
  return [
    { label: text.view, to: view },
    { label: words.editSettings, to: edit },
    { label: words.editPolicies, to: policies },
  ];
}
