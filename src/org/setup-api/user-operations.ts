/** Users: the list, the look-up for Run As, New User, Edit, Freeze, Reset Password. */
import { type Static, Type } from 'typebox';
import { createPassword } from '../../base/index.ts';
import {
  listOf,
  listQuery,
  listQueryWith,
  notThere,
  pageOf,
  refuseField,
  requireVersion,
  version,
  versionOf,
} from '../../web/index.ts';
import type { SetupUser, UserChange } from '../setup/index.ts';
import { userReference } from './app-schemas.ts';
import { referTo } from './app-view.ts';
import { operation, type SetupApi } from './operation.ts';

const page = 'Users';
const closed = { additionalProperties: false } as const;

const fields = {
  username: Type.String({ title: 'Username', minLength: 1, maxLength: 80 }),
  lastName: Type.String({ title: 'Last Name', minLength: 1, maxLength: 80 }),
  firstName: Type.Union([Type.String({ maxLength: 40 }), Type.Null()], { title: 'First Name' }),
  email: Type.String({ title: 'Email', minLength: 1, maxLength: 128 }),
  alias: Type.String({ title: 'Alias', minLength: 1, maxLength: 8 }),
  active: Type.Boolean({ title: 'Active' }),
  frozen: Type.Boolean({ title: 'Frozen' }),
  profile: Type.String({
    title: 'Profile',
    minLength: 1,
    maxLength: 255,
    description: 'The name of a profile; it decides the license.',
  }),
};

const userRow = Type.Object(
  {
    id: Type.String(),
    ...fields,
    name: Type.String(),
    license: Type.String(),
    lastLoginAt: Type.Union([Type.Integer(), Type.Null()]),
  },
  closed,
);

const user = Type.Object(
  {
    ...userRow.properties,
    version,
    permissionSets: Type.Array(Type.String()),
    permissionSetLicenses: Type.Array(Type.String()),
  },
  closed,
);

const { username, lastName, profile, email, ...others } = fields;

export const userOperations = [
  operation({
    method: 'GET',
    path: '/users',
    id: 'listUsers',
    summary: 'All users.',
    page,
    query: listQueryWith({
      active: Type.Optional(Type.Boolean()),
      profile: Type.Optional(Type.String({ maxLength: 255 })),
      license: Type.Optional(Type.String({ maxLength: 255 })),
    }),
    answer: listOf(userRow),
    run({ query }, { org }) {
      const rows = org.setup.users.filter((one) => fits(one, query)).map(rowOfUser);
      return { json: pageOf(rows, query, 'name') };
    },
  }),
  operation({
    method: 'GET',
    path: '/user-lookup',
    id: 'lookUpUsers',
    summary: 'The magnifying glass beside Run As: users by name or username, active ones only.',
    page,
    query: listQuery,
    answer: listOf(userReference),
    run({ query }, { org }) {
      const rows = org.setup.users.filter(({ active, frozen }) => active && !frozen).map(referTo);
      return { json: pageOf(rows, query, 'name') };
    },
  }),
  operation({
    method: 'POST',
    path: '/users',
    id: 'createUser',
    summary: 'New User.',
    page,
    status: 201,
    body: Type.Object({ username, lastName, profile, email, ...Type.Partial(Type.Object(others)).properties }, closed),
    answer: user,
    run: ({ body, administrator }, { org }) => ({
      json: viewOfUser(org.setup.administer(administrator.username).createUser(body)),
    }),
  }),
  operation({
    method: 'GET',
    path: '/users/:id',
    id: 'getUser',
    summary: 'One user.',
    page,
    answer: user,
    run: ({ params }, api) => ({ json: viewOfUser(getUser(params.id, api)) }),
  }),
  operation({
    method: 'PATCH',
    path: '/users/:id',
    id: 'editUser',
    summary: 'Edit, Freeze, Unfreeze, Activate and Deactivate: what is left out stays as it is.',
    page,
    refusals: [409],
    body: Type.Object({ version, ...Type.Partial(Type.Object(fields)).properties }, closed),
    answer: user,
    run({ params, body, administrator }, api) {
      const before = getUser(params.id, api);
      const { version: given, ...change } = body;
      requireVersion(given, versionOfUser(before));
      refuseLockingOneselfOut(before.id === administrator.userId, before, change);
      const changed = api.org.setup.administer(administrator.username).changeUser(before.id, change);
      if (!changed.active || changed.frozen) api.sessions.endAllOf(changed.id);
      return { json: viewOfUser(changed) };
    },
  }),
  operation({
    method: 'POST',
    path: '/users/:id/password',
    id: 'resetPassword',
    summary: 'Reset Password: makes a new one, shown this once, and ends the sessions the user has in Setup.',
    page,
    status: 201,
    answer: Type.Object({ username: Type.String(), password: Type.String() }, closed),
    async run({ params, administrator }, api) {
      const { id, username: name } = getUser(params.id, api);
      const password = createPassword();
      await api.org.setup.administer(administrator.username).setPassword(id, password);
      api.sessions.endAllOf(id);
      return { json: { username: name, password } };
    },
  }),
];

export function getUser(id: string | undefined, { org }: SetupApi): SetupUser {
  const found = org.setup.findUser(id ?? '');
  if (found === undefined) throw notThere('user');
  return found;
}

type Filters = { active?: boolean; profile?: string; license?: string };

function fits(user: SetupUser, { active, profile: wanted, license }: Filters): boolean {
  if (active !== undefined && user.active !== active) return false;
  if (wanted !== undefined && user.profile !== wanted) return false;
  return license === undefined || user.license === license;
}

/** Whoever takes their own way in away meets a dead end. */
function refuseLockingOneselfOut(own: boolean, before: SetupUser, change: UserChange): void {
  if (!own) return;
  const next = 'Log in as another System Administrator and do it there.';
  if (change.active === false) throw refuseField('active', 'You cannot deactivate yourself.', next);
  if (change.frozen === true) throw refuseField('frozen', 'You cannot freeze yourself.', next);
  if (change.profile !== undefined && change.profile !== before.profile)
    throw refuseField('profile', 'You cannot change your own profile.', next);
}

function rowOfUser(one: SetupUser): Static<typeof userRow> {
  const { id, username: name, lastName: last, firstName, name: full, email: address, alias, active, frozen } = one;
  const { profile: profileName, license, lastLoginAt } = one;
  return {
    ...{ id, username: name, lastName: last, firstName, email: address, alias, active, frozen },
    ...{ profile: profileName, name: full, license, lastLoginAt },
  };
}

export function viewOfUser(one: SetupUser): Static<typeof user> {
  return {
    ...rowOfUser(one),
    version: versionOfUser(one),
    permissionSets: [...one.permissionSets],
    permissionSetLicenses: [...one.permissionSetLicenses],
  };
}

function versionOfUser(one: SetupUser): string {
  const { lastLoginAt: _, ...edited } = rowOfUser(one);
  return versionOf(edited);
}
