/** Profiles: rights, Enabled Apex Class Access, login hours and login IP ranges. */
import { type Static, Type } from 'typebox';
import { listOf, listQuery, notThere, pageOf, requireVersion, version, versionOf } from '../../web/index.ts';
import { type Profile, weekdays } from '../setup/index.ts';
import { ipRange } from './app-schemas.ts';
import { plainRange } from './app-view.ts';
import { grants, grantsChange, viewOfGrants } from './grant-schemas.ts';
import { operation, type SetupApi } from './operation.ts';

const page = 'Profiles';
const closed = { additionalProperties: false } as const;
const minutes = (title: string) =>
  Type.Integer({ title, minimum: 0, maximum: 1440, description: 'Minutes of the day, in UTC.' });
const hours = Type.Object({ start: minutes('Start Time'), end: minutes('End Time') }, closed);

const loginHours = Type.Object(Object.fromEntries(weekdays.map((day) => [day, Type.Optional(hours)])), {
  ...closed,
  title: 'Login Hours',
  description: 'A day that is not named has no limit.',
});
const loginIpRanges = Type.Array(ipRange, { title: 'Login IP Ranges', maxItems: 128 });

const row = {
  id: Type.String(),
  name: Type.String(),
  license: Type.String(),
  standard: Type.Boolean(),
  users: Type.Integer(),
};
const profileRow = Type.Object(row, closed);
const profile = Type.Object(
  {
    ...row,
    version,
    all: Type.Boolean({ description: 'Every right there is.' }),
    ...grants,
    loginHours,
    loginIpRanges,
  },
  closed,
);

const change = { ...grantsChange, loginHours: Type.Optional(loginHours), loginIpRanges: Type.Optional(loginIpRanges) };

export const profileOperations = [
  operation({
    method: 'GET',
    path: '/profiles',
    id: 'listProfiles',
    summary: 'All profiles.',
    page,
    query: listQuery,
    answer: listOf(profileRow),
    run: ({ query }, api) => ({
      json: pageOf(
        api.org.setup.profiles.map((one) => rowOfProfile(one, api)),
        query,
        'name',
      ),
    }),
  }),
  operation({
    method: 'POST',
    path: '/profiles',
    id: 'createProfile',
    summary: 'New Profile: a clone of an existing profile, or, of a license alone, one without rights.',
    page,
    status: 201,
    body: Type.Object(
      {
        name: Type.String({ title: 'Profile Name', minLength: 1, maxLength: 255 }),
        existingProfile: Type.Optional(
          Type.String({
            title: 'Existing Profile',
            minLength: 1,
            maxLength: 255,
            description: 'The name of the profile to clone: its license, rights, login hours and login IP ranges.',
          }),
        ),
        license: Type.Optional(Type.String({ title: 'User License', minLength: 1, maxLength: 255 })),
        ...change,
      },
      closed,
    ),
    answer: profile,
    run: ({ body, administrator }, api) => ({
      json: viewOfProfile(api.org.setup.administer(administrator.username).createProfile(body), api),
    }),
  }),
  operation({
    method: 'GET',
    path: '/profiles/:id',
    id: 'getProfile',
    summary: 'One profile.',
    page,
    answer: profile,
    run: ({ params }, api) => ({ json: viewOfProfile(getProfile(params.id, api), api) }),
  }),
  operation({
    method: 'PATCH',
    path: '/profiles/:id',
    id: 'editProfile',
    summary: 'Edit: a part that is given takes the place of the one before, one that is left out stays.',
    page,
    refusals: [409],
    body: Type.Object({ version, ...change }, closed),
    answer: profile,
    run({ params, body, administrator }, api) {
      const before = getProfile(params.id, api);
      const { version: given, ...changes } = body;
      requireVersion(given, versionOfProfile(before));
      const changed = api.org.setup.administer(administrator.username).changeProfile(before.id, changes);
      return { json: viewOfProfile(changed, api) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/profiles/:id',
    id: 'deleteProfile',
    summary: 'Deletes a profile that no user has.',
    page,
    run({ params, administrator }, api) {
      api.org.setup.administer(administrator.username).deleteProfile(getProfile(params.id, api).id);
      return { json: undefined };
    },
  }),
];

function getProfile(id: string | undefined, { org }: SetupApi): Profile {
  const found = org.setup.profiles.find((one) => one.id === id);
  if (found === undefined) throw notThere('profile');
  return found;
}

function rowOfProfile({ id, name, license, standard }: Profile, { org }: SetupApi): Static<typeof profileRow> {
  const users = org.setup.users.filter(({ profileId }) => profileId === id).length;
  return { id, name, license, standard, users };
}

function viewOfProfile(one: Profile, api: SetupApi): Static<typeof profile> {
  return {
    ...rowOfProfile(one, api),
    version: versionOfProfile(one),
    all: one.all,
    ...viewOfGrants(one),
    loginHours: one.loginHours,
    loginIpRanges: one.loginIpRanges.map(plainRange),
  };
}

function versionOfProfile(one: Profile): string {
  return versionOf([viewOfGrants(one), one.loginHours, one.loginIpRanges]);
}
