/** What holds rights, a profile or a permission set, as the pages about rights read and save it. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf, BodyOf } from '../../ui/api.ts';
import { api } from '../api.ts';

export type HolderKind = 'profiles' | 'permission-sets';

type PermissionSet = AnswerOf<SetupOperation, 'GET', '/permission-sets/:id'>;
type Grants = Pick<PermissionSet, 'userPermissions' | 'objects' | 'fields' | 'apexClasses'>;

export type ObjectRights = Grants['objects'][string];
export type FieldRights = Grants['fields'][string];

export type Holder = Grants & {
  kind: HolderKind;
  id: string;
  version: string;
  label: string;
  license: string | null;
  users: number;
  /** Only of a permission set. */
  name: string | null;
  description: string | null;
  /** Every right there is, which cannot be changed. */
  hasAll: boolean;
  /** Not one of the profiles that every org has. */
  isOwn: boolean;
};

export type GrantsChange = Omit<BodyOf<SetupOperation, 'PATCH', '/permission-sets/:id'>, 'version'>;

export function useHolder(kind: HolderKind, id: string): UseQueryResult<Holder> {
  return useQuery({
    queryKey: [`/${kind}/:id`, { id }],
    queryFn: ({ signal }) => readHolder(kind, id, signal),
  });
}

async function readHolder(kind: HolderKind, id: string, signal: AbortSignal): Promise<Holder> {
  const given = { params: { id }, signal };
  if (kind === 'profiles') {
    const {
      name,
      all,
      standard,
      loginHours: _,
      loginIpRanges: __,
      ...rest
    } = await api.call('GET', '/profiles/:id', given);
    return { ...rest, kind, label: name, name: null, description: null, hasAll: all, isOwn: !standard };
  }
  return { ...(await api.call('GET', '/permission-sets/:id', given)), kind, hasAll: false, isOwn: true };
}

/** A part that is given takes the place of the one before; one that is left out stays. */
export async function saveGrants({ kind, id, version }: Holder, change: GrantsChange): Promise<void> {
  const given = { params: { id }, body: { version, ...change } };
  if (kind === 'profiles') await api.call('PATCH', '/profiles/:id', given);
  else await api.call('PATCH', '/permission-sets/:id', given);
}

export function addressOf({ kind, id }: Pick<Holder, 'kind' | 'id'>): string {
  return `/${kind}/${id}`;
}
