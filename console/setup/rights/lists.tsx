/** The lists of profiles, permission sets and permission set licences. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';

const words = text.rights;

export function Profiles() {
  const add = (
    <LinkButton to="/profiles/new" look="primary">
      {words.newProfile}
    </LinkButton>
  );
  return (
    <Page title={words.profiles} product={text.product} actions={add}>
      <DataTable
        label={words.profiles}
        queryKey={['/profiles']}
        read={(query, signal) => api.call('GET', '/profiles', { query, signal })}
        rowKey={({ id }) => id}
        columns={[
          {
            label: words.columns.profile,
            sort: 'name',
            cell: ({ id, name }) => <Link href={`/profiles/${id}`}>{name}</Link>,
            text: ({ name }) => name,
          },
          {
            label: words.columns.userLicense,
            sort: 'license',
            cell: ({ license }) => license,
            text: ({ license }) => license,
          },
          {
            label: words.columns.custom,
            sort: 'standard',
            cell: ({ standard }) => words.customOf[standard ? 'no' : 'yes'],
            text: ({ standard }) => words.customOf[standard ? 'no' : 'yes'],
          },
          {
            label: words.columns.users,
            sort: 'users',
            cell: ({ users }) => users,
            text: ({ users }) => String(users),
          },
        ]}
        empty={<EmptyState title={words.none}>{words.systemPermissionsText}</EmptyState>}
      />
    </Page>
  );
}

export function PermissionSets() {
  const add = (
    <LinkButton to="/permission-sets/new" look="primary">
      {words.newSet}
    </LinkButton>
  );
  return (
    <Page title={words.permissionSets} product={text.product} actions={add}>
      <DataTable
        label={words.permissionSets}
        queryKey={['/permission-sets']}
        read={(query, signal) => api.call('GET', '/permission-sets', { query, signal })}
        rowKey={({ id }) => id}
        columns={[
          {
            label: words.columns.label,
            sort: 'label',
            cell: ({ id, label }) => <Link href={`/permission-sets/${id}`}>{label}</Link>,
            text: ({ label }) => label,
          },
          { label: words.columns.apiName, sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
          {
            label: words.columns.license,
            sort: 'license',
            cell: ({ license }) => license ?? '',
            text: ({ license }) => license ?? '',
          },
          {
            label: words.columns.users,
            sort: 'users',
            cell: ({ users }) => users,
            text: ({ users }) => String(users),
          },
        ]}
        empty={<EmptyState title={words.noSets}>{words.noSetsNext}</EmptyState>}
      />
    </Page>
  );
}

const kind = 'permissionSet';

export function PermissionSetLicenses() {
  return (
    <Page title={words.licenses} product={text.product}>
      <DataTable
        label={words.licenses}
        queryKey={['/licenses', kind]}
        read={(query, signal) => api.call('GET', '/licenses', { query: { ...query, kind }, signal })}
        rowKey={({ id }) => id}
        columns={[
          {
            label: words.columns.name,
            sort: 'name',
            cell: ({ id, name }) => <Link href={`/permission-set-licenses/${id}/assignments`}>{name}</Link>,
            text: ({ name }) => name,
          },
          { label: words.columns.key, sort: 'key', cell: ({ key }) => key, text: ({ key }) => key },
          {
            label: words.columns.total,
            sort: 'total',
            cell: ({ total }) => total,
            text: ({ total }) => String(total),
          },
          { label: words.columns.used, sort: 'used', cell: ({ used }) => used, text: ({ used }) => String(used) },
        ]}
        empty={<EmptyState title={words.noLicenses}>{words.none}</EmptyState>}
      />
    </Page>
  );
}
