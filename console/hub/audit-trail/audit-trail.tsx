/** Audit Trail: what was changed, by whom and when. */
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { type AuditEntry, api } from '../api.ts';
import { text } from '../text.ts';

const words = text.auditTrail;

const plain = (name: 'actor' | 'section' | 'display'): Column<AuditEntry> => ({
  label: words.columns[name],
  sort: name,
  cell: (entry) => entry[name],
  text: (entry) => entry[name],
});

const columns: readonly Column<AuditEntry>[] = [
  {
    label: words.columns.at,
    sort: 'at',
    cell: ({ at }) => <Moment at={at} to="second" />,
    text: ({ at }) => new Date(at).toISOString(),
  },
  plain('actor'),
  plain('section'),
  plain('display'),
];

export function AuditTrail() {
  return (
    <Page title={text.pages.auditTrail} product={text.product}>
      <p className="soft">{words.lead}</p>
      <DataTable
        label={text.pages.auditTrail}
        queryKey={['/audit-trail']}
        read={(query, signal) => api.call('GET', '/audit-trail', { query, signal })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
