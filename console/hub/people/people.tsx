/** People: who may work in the Console. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api, type Person } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';

const words = text.people;
const { fields } = words;

const stateOf = ({ active }: Pick<Person, 'active'>) => (active ? text.states.active : text.states.inactive);

export function PersonState(person: Pick<Person, 'active'>) {
  return <Badge tone={person.active ? 'good' : 'warn'}>{stateOf(person)}</Badge>;
}

const columns: readonly Column<Person>[] = [
  {
    label: fields.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/people/${id}`}>{name}</Link>,
    text: ({ name }) => name,
  },
  { label: fields.username, sort: 'username', cell: ({ username }) => username, text: ({ username }) => username },
  { label: fields.email, sort: 'email', cell: ({ email }) => email, text: ({ email }) => email ?? '' },
  { label: fields.role, sort: 'role', cell: ({ role }) => text.roles[role], text: ({ role }) => text.roles[role] },
  { label: fields.active, sort: 'active', cell: (person) => <PersonState {...person} />, text: stateOf },
  {
    label: fields.lastLoginAt,
    sort: 'lastLoginAt',
    cell: ({ lastLoginAt }) => <Moment at={lastLoginAt} />,
    text: ({ lastLoginAt }) => (lastLoginAt === null ? '' : new Date(lastLoginAt).toISOString()),
  },
];

export function People() {
  const add = useMay('administrator') ? (
    <LinkButton to="/people/new" look="primary">
      {text.new}
    </LinkButton>
  ) : null;
  return (
    <Page title={text.pages.people} product={text.product} actions={add}>
      <p className="soft">{words.lead}</p>
      <DataTable
        label={text.pages.people}
        queryKey={['/people']}
        read={(query, signal) => api.call('GET', '/people', { query, signal })}
        columns={columns}
        rowKey={({ id }) => String(id)}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
