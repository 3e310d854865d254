/** Permission Sets, Permission Set Licenses, and to whom they are assigned. */
import { type Static, Type } from 'typebox';
import {
  listOf,
  listQuery,
  listQueryWith,
  notThere,
  pageOf,
  requireVersion,
  version,
  versionOf,
} from '../../web/index.ts';
import type { License, PermissionSet, SetupUser } from '../setup/index.ts';
import { userReference } from './app-schemas.ts';
import { referTo } from './app-view.ts';
import { grants, grantsChange, viewOfGrants } from './grant-schemas.ts';
import { operation, type SetupApi } from './operation.ts';
import { getUser } from './user-operations.ts';

const closed = { additionalProperties: false } as const;
const orNull = (title: string, maxLength: number) => Type.Union([Type.String({ maxLength }), Type.Null()], { title });

const row = {
  id: Type.String(),
  name: Type.String({ description: 'The API name.' }),
  label: Type.String(),
  license: Type.Union([Type.String(), Type.Null()]),
  users: Type.Integer(),
};
const permissionSetRow = Type.Object(row, closed);
const permissionSet = Type.Object(
  { ...row, version, description: Type.Union([Type.String(), Type.Null()]), ...grants },
  closed,
);

const label = Type.String({ title: 'Label', minLength: 1, maxLength: 80 });
const description = orNull('Description', 255);

const setsPage = 'Permission Sets';

const sets = [
  operation({
    method: 'GET',
    path: '/permission-sets',
    id: 'listPermissionSets',
    summary: 'All permission sets.',
    page: setsPage,
    query: listQuery,
    answer: listOf(permissionSetRow),
    run: ({ query }, api) => ({
      json: pageOf(
        api.org.setup.permissionSets.map((one) => rowOf(one, api)),
        query,
        'label',
      ),
    }),
  }),
  operation({
    method: 'POST',
    path: '/permission-sets',
    id: 'createPermissionSet',
    summary: 'New: a permission set, for a license or for none.',
    page: setsPage,
    status: 201,
    body: Type.Object(
      {
        name: Type.String({ title: 'API Name', minLength: 1, maxLength: 80 }),
        label: Type.Optional(label),
        description: Type.Optional(description),
        license: Type.Optional(orNull('License', 255)),
        ...grantsChange,
      },
      closed,
    ),
    answer: permissionSet,
    run: ({ body, administrator }, api) => ({
      json: viewOf(api.org.setup.administer(administrator.username).createPermissionSet(body), api),
    }),
  }),
  operation({
    method: 'GET',
    path: '/permission-sets/:id',
    id: 'getPermissionSet',
    summary: 'One permission set.',
    page: setsPage,
    answer: permissionSet,
    run: ({ params }, api) => ({ json: viewOf(getPermissionSet(params.id, api), api) }),
  }),
  operation({
    method: 'PATCH',
    path: '/permission-sets/:id',
    id: 'editPermissionSet',
    summary:
      'Edit, Object Settings, Field Permissions, Apex Class Access: a part that is given takes the place of the one before, one that is left out stays.',
    page: setsPage,
    refusals: [409],
    body: Type.Object(
      { version, label: Type.Optional(label), description: Type.Optional(description), ...grantsChange },
      closed,
    ),
    answer: permissionSet,
    run({ params, body, administrator }, api) {
      const before = getPermissionSet(params.id, api);
      const { version: given, ...changes } = body;
      requireVersion(given, versionOfSet(before));
      const changed = api.org.setup.administer(administrator.username).changePermissionSet(before.id, changes);
      return { json: viewOf(changed, api) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/permission-sets/:id',
    id: 'deletePermissionSet',
    summary: 'Deletes a permission set that is assigned to nobody.',
    page: setsPage,
    run({ params, administrator }, api) {
      api.org.setup.administer(administrator.username).deletePermissionSet(getPermissionSet(params.id, api).id);
      return { json: undefined };
    },
  }),
];

const licensesPage = 'Permission Set Licenses';

const license = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum(['user', 'permissionSet']),
    name: Type.String(),
    key: Type.String({ description: 'License definition key, or developer name.' }),
    total: Type.Integer(),
    used: Type.Integer(),
  },
  closed,
);

const licenses = [
  operation({
    method: 'GET',
    path: '/licenses',
    id: 'listLicenses',
    summary: 'User licenses and permission set licenses, how many there are and how many are used.',
    page: licensesPage,
    query: listQueryWith({ kind: Type.Optional(Type.Enum(['user', 'permissionSet'])) }),
    answer: listOf(license),
    run({ query }, { org }) {
      const rows = org.setup.licenses.filter(({ kind }) => query.kind === undefined || kind === query.kind);
      return {
        json: pageOf(
          rows.map(({ id, kind, name, key, total, used }) => ({ id, kind, name, key, total, used })),
          query,
          'name',
        ),
      };
    },
  }),
];

/** What can be assigned: how it is found, who has it, and how it is given and taken. */
type Assignable<Path extends string, Thing> = {
  path: Path;
  page: string;
  noun: string;
  operationNoun: string;
  get(id: string | undefined, api: SetupApi): Thing;
  has(user: SetupUser, thing: Thing): boolean;
  assign(by: string, given: { userId: string; thing: Thing; api: SetupApi }): void;
  unassign(by: string, given: { userId: string; thing: Thing; api: SetupApi }): void;
};

function assignmentOperations<Path extends string, Thing>({
  path,
  page,
  noun,
  operationNoun,
  get,
  has,
  assign,
  unassign,
}: Assignable<Path, Thing>) {
  const usersOf = (thing: Thing, api: SetupApi) => api.org.setup.users.filter((one) => has(one, thing)).map(referTo);
  return [
    operation({
      method: 'GET',
      path: `${path}/:id/assignments` as const,
      id: `list${operationNoun}Assignments`,
      summary: `Manage Assignments: the users who have the ${noun}.`,
      page,
      query: listQuery,
      answer: listOf(userReference),
      run: ({ params, query }, api) => ({ json: pageOf(usersOf(get(params.id, api), api), query, 'name') }),
    }),
    operation({
      method: 'PUT',
      path: `${path}/:id/assignments/:userId` as const,
      id: `add${operationNoun}Assignment`,
      summary: `Add Assignment: gives the ${noun} to a user; a second time changes nothing.`,
      page,
      answer: userReference,
      run({ params, administrator }, api) {
        const thing = get(params.id, api);
        const user = getUser(params.userId, api);
        if (!has(user, thing)) assign(administrator.username, { userId: user.id, thing, api });
        return { json: referTo(getUser(user.id, api)) };
      },
    }),
    operation({
      method: 'DELETE',
      path: `${path}/:id/assignments/:userId` as const,
      id: `remove${operationNoun}Assignment`,
      summary: `Remove Assignment: takes the ${noun} from a user.`,
      page,
      run({ params, administrator }, api) {
        const thing = get(params.id, api);
        const user = getUser(params.userId, api);
        if (!has(user, thing)) throw notThere('assignment');
        unassign(administrator.username, { userId: user.id, thing, api });
        return { json: undefined };
      },
    }),
  ];
}

const setAssignments = assignmentOperations<'/permission-sets', PermissionSet>({
  path: '/permission-sets',
  page: setsPage,
  noun: 'permission set',
  operationNoun: 'PermissionSet',
  get: getPermissionSet,
  has: ({ permissionSets }, { name }) => permissionSets.includes(name),
  assign: (by, { userId, thing, api }) => void api.org.setup.administer(by).assignPermissionSet(userId, thing.name),
  unassign: (by, { userId, thing, api }) => void api.org.setup.administer(by).unassignPermissionSet(userId, thing.name),
});

const licenseAssignments = assignmentOperations<'/permission-set-licenses', License>({
  path: '/permission-set-licenses',
  page: licensesPage,
  noun: 'permission set license',
  operationNoun: 'PermissionSetLicense',
  get: getPermissionSetLicense,
  has: ({ permissionSetLicenses }, { name }) => permissionSetLicenses.includes(name),
  assign: (by, { userId, thing, api }) =>
    void api.org.setup.administer(by).assignPermissionSetLicense(userId, thing.name),
  unassign: (by, { userId, thing, api }) =>
    void api.org.setup.administer(by).unassignPermissionSetLicense(userId, thing.name),
});

export const permissionSetOperations = [...sets, ...setAssignments, ...licenses, ...licenseAssignments];

function getPermissionSet(id: string | undefined, { org }: SetupApi): PermissionSet {
  const found = org.setup.permissionSets.find((one) => one.id === id);
  if (found === undefined) throw notThere('permission set');
  return found;
}

function getPermissionSetLicense(id: string | undefined, { org }: SetupApi): License {
  const found = org.setup.licenses.find((one) => one.kind === 'permissionSet' && one.id === id);
  if (found === undefined) throw notThere('permission set license');
  return found;
}

function rowOf(
  { id, name, label: text, license: key }: PermissionSet,
  { org }: SetupApi,
): Static<typeof permissionSetRow> {
  const users = org.setup.users.filter(({ permissionSets }) => permissionSets.includes(name)).length;
  return { id, name, label: text, license: key, users };
}

function viewOf(one: PermissionSet, api: SetupApi): Static<typeof permissionSet> {
  return { ...rowOf(one, api), version: versionOfSet(one), description: one.description, ...viewOfGrants(one) };
}

function versionOfSet(one: PermissionSet): string {
  return versionOf([one.label, one.description, viewOfGrants(one)]);
}
