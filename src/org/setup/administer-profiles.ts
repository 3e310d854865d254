/** Profiles as an administrator makes, changes and deletes them. */
import type { Administration } from './administration.ts';
import { checkIpRanges, hasName } from './check-app.ts';
import { checkGrants } from './check-grants.ts';
import { checkLoginHours } from './check-user.ts';
import type { Grants, Profile, ProfileChange, ProfileInput } from './profile.ts';
import { noGrants, withInput } from './save-grants.ts';
import { deleteProfileRow, insertProfile, updateProfile } from './save-profile.ts';
import { change, getProfile, type Office, refuseAny } from './setup-change.ts';
import { refuseSetup, type SetupProblem } from './setup-refused.ts';

type ProfileFunctions = Pick<Administration, 'createProfile' | 'changeProfile' | 'deleteProfile'>;

const section = 'Manage Users';
const grantParts = ['userPermissions', 'objects', 'fields', 'apexClasses'] as const;

export function administerProfiles(office: Office): ProfileFunctions {
  const { store, schema, model } = office;
  return {
    createProfile(input) {
      const existing = model.data.profiles.find(({ name }) => hasName([name], input.existingProfile ?? ''));
      const profile = newProfile(office, input, existing);
      refuseAny([
        ...checkNewProfile(office, input, existing),
        ...checkProfile(office, { grants: profile, before: existing ?? noGrants }, profile),
      ]);
      const display = `Created profile ${input.name}${existing ? `: cloned from profile ${existing.name}` : ''}`;
      const id = change(office, { action: 'createdProfile', section, display, rights: true }, (now) =>
        insertProfile(store.database, profile, now),
      );
      return getProfile(office, id);
    },
    changeProfile(profileId, input) {
      const before = getProfile(office, profileId);
      if (before.all && grantParts.some((part) => input[part] !== undefined))
        throw refuseSetup(null, 'System Administrator has all rights; they cannot be changed.');
      const { loginHours = before.loginHours, loginIpRanges = before.loginIpRanges } = input;
      const after: Profile = { ...before, loginHours, loginIpRanges, ...withInput(schema, before, input) };
      refuseAny(checkProfile(office, { grants: after, before }, after));
      const display = `Changed profile ${before.name}: ${Object.keys(input).join(', ')}`;
      change(office, { action: 'changedProfile', section, display, rights: true }, (now) =>
        updateProfile(store.database, after, now),
      );
      return getProfile(office, profileId);
    },
    deleteProfile(profileId) {
      const { name, standard } = getProfile(office, profileId);
      if (standard) throw refuseSetup(null, `${name} is a standard profile and cannot be deleted.`);
      const user = model.data.users.find((each) => each.profileId === profileId);
      if (user) throw refuseSetup(null, `Profile ${name} cannot be deleted: user ${user.username} has it.`);
      const app = model.data.apps.find((each) => each.profiles.includes(name));
      if (app) throw refuseSetup(null, `Profile ${name} cannot be deleted: app ${app.name} names it.`);
      change(office, { action: 'deletedProfile', section, display: `Deleted profile ${name}`, rights: true }, () =>
        deleteProfileRow(store.database, profileId),
      );
    },
  };
}

/** What is given stands in place of what the existing profile has. Whether Salesforce clones login hours and ranges too is not known. */
function newProfile(
  { schema }: Office,
  input: ProfileInput,
  existing: Profile | undefined,
): Omit<Profile, 'id' | 'all'> {
  const { name, license = existing?.license ?? '' } = input;
  const { loginHours = existing?.loginHours ?? {}, loginIpRanges = existing?.loginIpRanges ?? [] } = input;
  return {
    name,
    license,
    standard: false,
    loginHours,
    loginIpRanges,
    ...withInput(schema, existing ?? noGrants, input),
  };
}

function checkNewProfile(office: Office, input: ProfileInput, existing: Profile | undefined): SetupProblem[] {
  const { name } = input;
  const names = office.model.data.profiles.map((each) => each.name);
  return [
    ...unless(name.trim() !== '' && name.length <= 80, 'name', 'You must enter a value of at most 80 characters.'),
    ...unless(!hasName(names, name), 'name', `Duplicate name: there is a profile ${name} already.`),
    ...checkOrigin(office, input, existing),
  ];
}

/** What it is made of: a profile that there is, whose license it keeps; or a license. */
function checkOrigin(
  { model }: Office,
  { license, existingProfile }: ProfileInput,
  existing: Profile | undefined,
): SetupProblem[] {
  if (existingProfile === undefined) {
    const licenses = model.data.licenses.filter(({ kind }) => kind === 'user').map(({ name }) => name);
    if (license === undefined) return unless(false, 'existingProfile', 'You must choose the profile to clone.');
    return unless(licenses.includes(license), 'license', `This must be one of ${licenses.join(', ')}.`);
  }
  if (existing === undefined) return unless(false, 'existingProfile', `There is no profile ${existingProfile}.`);
  const isKept = license === undefined || license === existing.license;
  return unless(isKept, 'license', `A clone keeps the license of its profile, ${existing.license}.`);
}

/** Names that were granted before may stay: an org may be older than the rule that each must be a class. */
function checkProfile(
  { schema, apexClasses }: Office,
  { grants, before }: { grants: Grants; before: Grants },
  login: Required<Pick<ProfileChange, 'loginHours' | 'loginIpRanges'>>,
): SetupProblem[] {
  return [
    ...checkGrants(schema, grants, [...apexClasses, ...before.apexClasses]),
    ...checkLoginHours(login.loginHours),
    ...checkIpRanges('loginIpRanges', login.loginIpRanges),
  ];
}

function unless(isFine: boolean, field: string, message: string): SetupProblem[] {
  return isFine ? [] : [{ field, message }];
}
