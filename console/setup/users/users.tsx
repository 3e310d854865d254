/** Users: the list. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, EmptyState, Page } from '../../ui/page.tsx';
import { api, type UserRow } from '../api.ts';
import { text } from '../text.ts';

const words = text.users;

const columns: readonly Column<UserRow>[] = [
  {
    label: words.columns.name,
    sort: 'name',
    cell: ({ id, name }) => <Link href={`/users/${id}`}>{name}</Link>,
    text: ({ name }) => name,
  },
  {
    label: words.columns.username,
    sort: 'username',
    cell: ({ username }) => username,
    text: ({ username }) => username,
  },
  { label: words.columns.profile, sort: 'profile', cell: ({ profile }) => profile, text: ({ profile }) => profile },
  { label: words.columns.license, sort: 'license', cell: ({ license }) => license, text: ({ license }) => license },
  { label: words.columns.active, sort: 'active', cell: (row) => <UserState {...row} />, text: stateOf },
  {
    label: words.columns.lastLoginAt,
    sort: 'lastLoginAt',
    cell: ({ lastLoginAt }) => <Moment at={lastLoginAt} />,
    text: ({ lastLoginAt }) => (lastLoginAt === null ? '' : new Date(lastLoginAt).toISOString()),
  },
];

type State = Pick<UserRow, 'active' | 'frozen'>;

function stateOf({ active, frozen }: State): string {
  if (!active) return words.states.inactive;
  return frozen ? words.states.frozen : words.states.active;
}

export function UserState(user: State) {
  return <Badge tone={user.active && !user.frozen ? 'good' : 'warn'}>{stateOf(user)}</Badge>;
}

const activeChoices = [
  { value: '', label: words.any },
  { value: 'true', label: words.active },
  { value: 'false', label: words.inactive },
];

export function Users() {
  const add = (
    <LinkButton to="/users/new" look="primary">
      {words.new}
    </LinkButton>
  );
  return (
    <Page title={text.pages.users} product={text.product} actions={add}>
      <DataTable
        label={text.pages.users}
        queryKey={['/users']}
        read={(query, signal) => api.call('GET', '/users', { query, signal })}
        columns={columns}
        rowKey={({ id }) => id}
        filters={[{ name: 'active', label: words.activeFilter, choices: activeChoices }]}
        actions={({ id, name }) => (
          <Link href={`/users/${id}/edit`} aria-label={words.edit(name)}>
            {text.edit}
          </Link>
        )}
        empty={<EmptyState title={words.empty}>{words.emptyNext}</EmptyState>}
      />
    </Page>
  );
}
