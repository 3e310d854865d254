/** Who may work in Setup: an active System Administrator. */
import type { SetupModel, SetupUser } from '../setup/index.ts';

export type Administrator = { userId: string; username: string; name: string; email: string };

type Users = Pick<SetupModel, 'findUser' | 'profiles'>;

/** Looked up anew for each call, so that a frozen administrator is out at once. */
export function findAdministrator(setup: Users, userId: string): Administrator | undefined {
  const user = setup.findUser(userId);
  if (user === undefined || whyNot(setup, user) !== undefined) return undefined;
  const { id, username, name, email } = user;
  return { userId: id, username, name, email };
}

/** One sentence, for somebody who has given the right password. */
export function whyNotAdministrator(setup: Users, userId: string): string {
  const user = setup.findUser(userId);
  return (user && whyNot(setup, user)) ?? 'This user may not log in to Setup.';
}

function whyNot({ profiles }: Users, { active, frozen, profileId }: SetupUser): string | undefined {
  if (!active) return 'This user is inactive.';
  if (frozen) return 'This user is frozen.';
  const profile = profiles.find(({ id }) => id === profileId);
  if (profile?.userPermissions.includes('ApiUserOnly'))
    return 'This user may use the API only, and cannot log in to Setup.';
  return profile?.all ? undefined : 'Only a System Administrator can log in to Setup.';
}
