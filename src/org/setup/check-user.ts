/** Says what makes no sense in a user or a profile's login settings, and what licences forbid. */
import { hasName } from './check-app.ts';
import { type LoginHours, type PermissionSet, weekdays } from './profile.ts';
import type { ModelData } from './read-model.ts';
import type { SetupProblem } from './setup-refused.ts';
import { integrationLicense, integrationPermissionSetLicense } from './stock.ts';
import type { SetupUser, UserFields } from './user.ts';

/** `id` is that of the user who is changed. */
export function checkUser(user: UserFields, { users, profiles }: ModelData, id?: string): SetupProblem[] {
  const taken = users.some((other) => other.id !== id && other.username.toLowerCase() === user.username.toLowerCase());
  return [
    ...unless(
      /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(user.username) && user.username.length <= 80,
      'username',
      'The Username must be in the form of an email address (for example, john@acme.com).',
    ),
    ...unless(
      !taken,
      'username',
      'Duplicate Username: another user of this org has it. It does not have to be the e-mail address.',
    ),
    ...unless(
      user.lastName.trim() !== '' && user.lastName.length <= 80,
      'lastName',
      'You must enter a value of at most 80 characters.',
    ),
    ...unless((user.firstName ?? '').length <= 40, 'firstName', 'The first name has at most 40 characters.'),
    ...unless(/^[^@\s]+@[^@\s]+$/.test(user.email) && user.email.length <= 128, 'email', 'This is no e-mail address.'),
    ...unless(user.alias !== '' && user.alias.length <= 8, 'alias', 'An alias has 1 to 8 characters.'),
    ...unless(
      hasName(
        profiles.map(({ name }) => name),
        user.profile,
      ),
      'profile',
      `There is no profile ${user.profile}.`,
    ),
  ];
}

/** Whether a licence is left for an active user of this profile. */
export function checkLicense(user: UserFields, { profiles, licenses }: ModelData, before?: SetupUser): SetupProblem[] {
  const name = profiles.find((profile) => profile.name.toLowerCase() === user.profile.toLowerCase())?.license;
  const license = licenses.find((each) => each.name === name);
  if (license === undefined || !user.active || (before?.active && before.license === name)) return [];
  return unless(
    license.used < license.total,
    'profile',
    `License Limit Exceeded: all ${license.total} licenses of ${name} are in use.`,
  );
}

/** Why a user cannot have a permission set as things are; undefined when nothing is against it. */
export function whyNotAssignable(
  user: Pick<SetupUser, 'username' | 'license' | 'permissionSetLicenses'>,
  permissionSet: PermissionSet,
  { licenses }: Pick<ModelData, 'licenses'>,
): string | undefined {
  const head = `Can't assign permission set ${permissionSet.label} to user ${user.username}.`;
  const { license } = permissionSet;
  const kind = licenses.find(({ name }) => name === license)?.kind;
  if (kind === 'user' && license !== user.license)
    return `${head} The permission set is for users with the license ${license}.`;
  if (kind === 'permissionSet' && !user.permissionSetLicenses.includes(license ?? ''))
    return `${head} The user isn't assigned the permission set license ${license}. Assign it first.`;
  const [object] = Object.keys(permissionSet.objects);
  if (object === undefined || user.license !== integrationLicense) return undefined;
  if (user.permissionSetLicenses.includes(integrationPermissionSetLicense)) return undefined;
  return `${head} The user license doesn't allow the permission: Read ${object}. Assign the permission set license ${integrationPermissionSetLicense} first.`;
}

export function checkLoginHours(hours: LoginHours): SetupProblem[] {
  return Object.entries(hours).flatMap(([day, { start, end }]) => {
    const field = `loginHours.${day}`;
    if (!weekdays.some((each) => each === day)) return [{ field, message: `${day} is no day of the week.` }];
    const fit = [start, end].every((minute) => Number.isInteger(minute) && minute >= 0 && minute <= 1440);
    if (!fit) return [{ field, message: 'Login hours are minutes of the day, from 0 to 1440.' }];
    return unless(start <= end, field, 'The end time is before the start time.');
  });
}

function unless(fine: boolean, field: string, message: string): SetupProblem[] {
  return fine ? [] : [{ field, message }];
}
