/** What can be assigned to users: permission sets and permission set licences, by the same acts. */
import type { Query } from '../../ui/api.ts';
import { api, useAnswer } from '../api.ts';

export type AssignableKind = 'permission-sets' | 'permission-set-licenses';

/** Its label, once it is read. */
export function useAssignableLabel(kind: AssignableKind, id: string): string {
  const isSet = kind === 'permission-sets';
  const set = useAnswer('/permission-sets/:id', { params: { id }, wanted: isSet });
  const licenses = useAnswer('/licenses', { query: { pageSize: 200 }, wanted: !isSet });
  if (isSet) return set.data?.label ?? '';
  return licenses.data?.rows.find((license) => license.id === id)?.name ?? '';
}

export function listAssignments(kind: AssignableKind, id: string, query: Query, signal?: AbortSignal) {
  const given = { params: { id }, query, signal };
  return kind === 'permission-sets'
    ? api.call('GET', '/permission-sets/:id/assignments', given)
    : api.call('GET', '/permission-set-licenses/:id/assignments', given);
}

type Assignment = { kind: AssignableKind; id: string; userId: string };

export async function assign({ kind, id, userId }: Assignment): Promise<void> {
  const given = { params: { id, userId } };
  if (kind === 'permission-sets') await api.call('PUT', '/permission-sets/:id/assignments/:userId', given);
  else await api.call('PUT', '/permission-set-licenses/:id/assignments/:userId', given);
}

export async function unassign({ kind, id, userId }: Assignment): Promise<void> {
  const given = { params: { id, userId } };
  if (kind === 'permission-sets') await api.call('DELETE', '/permission-sets/:id/assignments/:userId', given);
  else await api.call('DELETE', '/permission-set-licenses/:id/assignments/:userId', given);
}
