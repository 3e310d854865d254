/** Who may use the REST resources of apps: users with a permission out of Setup. */
import type { Administration, SetupUser, UserPermission } from '../setup/index.ts';
import type { Call, OrgParts } from './call.ts';
import { refuse } from './refusals.ts';

/** The calling user, and what is done in the user's name. */
export type AppUser = { user: SetupUser; administration: Administration };

/** The user of the call, who must have one of the permissions or all rights; else 403. */
export function requireAppUser(
  { session }: Call,
  { setup }: OrgParts,
  permissions: readonly UserPermission[],
): AppUser {
  const user = setup.findUser(session.userId);
  if (user === undefined || !mayDo(user, setup, permissions))
    throw refuse(403, 'INSUFFICIENT_ACCESS', 'insufficient access rights on cross-reference id');
  return { user, administration: setup.administer(user.username) };
}

function mayDo(user: SetupUser, { profiles, permissionSets }: OrgParts['setup'], wanted: readonly UserPermission[]) {
  const profile = profiles.find(({ id }) => id === user.profileId);
  if (profile?.all) return true;
  const sets = permissionSets.filter(({ name }) => user.permissionSets.includes(name));
  const granted = [...(profile?.userPermissions ?? []), ...sets.flatMap(({ userPermissions }) => userPermissions)];
  return wanted.some((permission) => granted.includes(permission));
}

/** The path of a resource in the version of the call. */
export function pageAddress({ base }: Call, path: string): string {
  return base + path;
}
