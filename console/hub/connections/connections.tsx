/** Connections, under the heading that integration products give them: Connection Destination. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api, type Connection } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';

const words = text.connections;

export function ConnectionState(connection: Pick<Connection, 'verified'>) {
  return <Badge tone={connection.verified ? 'good' : 'warn'}>{stateOf(connection)}</Badge>;
}

function stateOf({ verified }: Pick<Connection, 'verified'>): string {
  return verified ? words.states.verified : words.states.unverified;
}

export function agentNameOf({ agent: { name, hostUrl, portForward } }: Connection): string {
  return name ?? `${hostUrl}:${portForward}`;
}

const storeOf = ({ database }: Connection) => words.stores[database.database];

const columns: readonly Column<Connection>[] = [
  {
    label: words.columns.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/connections/${id}`}>{name}</Link>,
    text: ({ name }) => name,
  },
  {
    label: words.columns.type,
    sort: 'type',
    cell: ({ type }) => words.types[type],
    text: ({ type }) => words.types[type],
  },
  { label: words.columns.agent, cell: agentNameOf, text: agentNameOf },
  { label: words.columns.database, cell: storeOf, text: storeOf },
  {
    label: words.columns.org,
    cell: ({ salesforce }) => <span className="code">{salesforce.myDomainUrl}</span>,
    text: ({ salesforce }) => salesforce.myDomainUrl,
  },
  { label: words.columns.state, cell: (row) => <ConnectionState {...row} />, text: stateOf },
  {
    label: words.columns.changed,
    sort: 'changedAt',
    cell: ({ changedAt }) => <Moment at={changedAt} />,
    text: ({ changedAt }) => new Date(changedAt).toISOString(),
  },
];

export function Connections() {
  const add = useMay('administrator') ? (
    <LinkButton to="/connections/new" look="primary">
      {text.new}
    </LinkButton>
  ) : null;
  return (
    <Page title={words.heading} kind={text.pages.connections} product={text.product} actions={add}>
      <DataTable
        label={words.heading}
        queryKey={['/connections']}
        read={(query, signal) => api.call('GET', '/connections', { query, signal })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
