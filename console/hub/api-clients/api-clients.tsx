/** API Clients: programs that send records in. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { type ApiClient, api } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';

const words = text.apiClients;
const { fields } = words;

export function interfacesOf({ interfaces }: Pick<ApiClient, 'interfaces'>): string {
  if (interfaces === null) return words.allInterfaces;
  return interfaces.length === 0 ? words.noInterfaces : interfaces.join(', ');
}

const stateOf = ({ active }: ApiClient) => (active ? text.states.active : text.states.inactive);

const columns: readonly Column<ApiClient>[] = [
  {
    label: fields.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/api-clients/${id}`}>{name}</Link>,
    text: ({ name }) => name,
  },
  {
    label: fields.clientId,
    cell: ({ clientId }) => <span className="code">{clientId}</span>,
    text: ({ clientId }) => clientId,
  },
  { label: fields.scopes, cell: ({ scopes }) => scopes.join(', '), text: ({ scopes }) => scopes.join(' ') },
  { label: fields.interfaces, cell: interfacesOf, text: interfacesOf },
  {
    label: fields.active,
    cell: (client) => <Badge tone={client.active ? 'good' : 'warn'}>{stateOf(client)}</Badge>,
    text: stateOf,
  },
  {
    label: fields.lastUsedAt,
    cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} />,
    text: ({ lastUsedAt }) => (lastUsedAt === null ? '' : new Date(lastUsedAt).toISOString()),
  },
];

export function ApiClients() {
  const add = useMay('administrator') ? (
    <LinkButton to="/api-clients/new" look="primary">
      {text.new}
    </LinkButton>
  ) : null;
  return (
    <Page title={text.pages.apiClients} product={text.product} actions={add}>
      <p className="soft">{words.lead}</p>
      <DataTable
        label={text.pages.apiClients}
        queryKey={['/api-clients']}
        read={(query, signal) => api.call('GET', '/api-clients', { query, signal })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
