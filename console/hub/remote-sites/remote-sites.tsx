/** Remote Sites: the hosts and ports that the hub may call. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api, type RemoteSite } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';

const words = text.remoteSites;
const stateOf = ({ active }: RemoteSite) => (active ? text.states.active : text.states.inactive);

const columns: readonly Column<RemoteSite>[] = [
  {
    label: words.fields.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/remote-sites/${id}`}>{name}</Link>,
    text: ({ name }) => name,
  },
  {
    label: words.fields.url,
    sort: 'url',
    cell: ({ url }) => <span className="code">{url}</span>,
    text: ({ url }) => url,
  },
  {
    label: words.fields.active,
    sort: 'active',
    cell: (site) => <Badge tone={site.active ? 'good' : 'warn'}>{stateOf(site)}</Badge>,
    text: stateOf,
  },
  {
    label: words.fields.description,
    cell: ({ description }) => description,
    text: ({ description }) => description ?? '',
  },
  {
    label: text.changed,
    sort: 'changedAt',
    cell: ({ changedAt }) => <Moment at={changedAt} />,
    text: ({ changedAt }) => new Date(changedAt).toISOString(),
  },
];

export function RemoteSites() {
  const add = useMay('administrator') ? (
    <LinkButton to="/remote-sites/new" look="primary">
      {text.new}
    </LinkButton>
  ) : null;
  return (
    <Page title={text.pages.remoteSites} product={text.product} actions={add}>
      <p className="soft">{words.lead}</p>
      <DataTable
        label={text.pages.remoteSites}
        queryKey={['/remote-sites']}
        read={(query, signal) => api.call('GET', '/remote-sites', { query, signal })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
