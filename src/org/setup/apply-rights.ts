/** Brings profiles, permission sets and users of a setup file into the store. */
import { isDeepStrictEqual } from 'node:util';
import { SluiceError } from '../../base/index.ts';
import type { ApplyWork } from './apply-setup.ts';
import { whyNotAssignable } from './check-user.ts';
import type { PermissionSet, Profile } from './profile.ts';
import { readModel } from './read-model.ts';
import { noGrants, withInput } from './save-grants.ts';
import { insertPermissionSet, insertProfile, updatePermissionSet, updateProfile } from './save-profile.ts';
import {
  assignLicenseRow,
  assignPermissionSetRow,
  completeUser,
  findUserRow,
  insertUser,
  unassignLicenseRow,
  unassignPermissionSetRow,
  updateUser,
} from './save-user.ts';
import { grantsInputOf, loginHoursOf } from './setup-grants.ts';
import type { PermissionSetSetup, ProfileSetup, UserSetup } from './setup-schema.ts';
import { salesforceLicense, systemAdministrator } from './stock.ts';
import type { SetupUser } from './user.ts';

export function applyProfiles(work: ApplyWork): void {
  const known = new Map(readModel(work.store).profiles.map((profile) => [profile.name.toLowerCase(), profile]));
  for (const given of work.setup.profiles) applyProfile(given, known.get(given.name.toLowerCase()), work);
}

function applyProfile(given: ProfileSetup, before: Profile | undefined, work: ApplyWork): void {
  const { store, schema, now, changes } = work;
  const login = {
    loginHours: given.loginHours ? loginHoursOf(given.loginHours) : (before?.loginHours ?? {}),
    loginIpRanges: given.loginIpRanges ?? before?.loginIpRanges ?? [],
  };
  const grants = withInput(schema, before ?? noGrants, grantsInputOf(given));
  if (before === undefined) {
    const { name, license = salesforceLicense } = given;
    insertProfile(store.database, { name, license, standard: false, ...login, ...grants }, now);
    changes.push(`profile ${name} was added`);
    return;
  }
  const after: Profile = { ...before, ...login, ...grants };
  if (isDeepStrictEqual(after, before)) return;
  updateProfile(store.database, after, now);
  changes.push(`profile ${before.name} was changed`);
}

export function applyPermissionSets(work: ApplyWork): void {
  const known = new Map(readModel(work.store).permissionSets.map((set) => [set.name.toLowerCase(), set]));
  for (const given of work.setup.permissionSets) applyPermissionSet(given, known.get(given.name.toLowerCase()), work);
}

function applyPermissionSet(given: PermissionSetSetup, before: PermissionSet | undefined, work: ApplyWork): void {
  const { store, schema, now, changes } = work;
  const head = {
    label: given.label ?? before?.label ?? given.name.replaceAll('_', ' '),
    description: given.description ?? before?.description ?? null,
  };
  const grants = withInput(schema, before ?? noGrants, grantsInputOf(given));
  if (before === undefined) {
    insertPermissionSet(store.database, { name: given.name, license: given.license ?? null, ...head, ...grants }, now);
    changes.push(`permission set ${given.name} was added`);
    return;
  }
  const after: PermissionSet = { ...before, ...head, ...grants };
  if (isDeepStrictEqual(after, before)) return;
  updatePermissionSet(store.database, after, now);
  changes.push(`permission set ${before.name} was changed`);
}

export function applyUsers(work: ApplyWork): void {
  for (const user of work.setup.users) applyUser(user, work);
  const model = readModel(work.store);
  for (const given of work.setup.users) {
    const user = model.users.find(({ username }) => username.toLowerCase() === given.username.toLowerCase());
    if (user !== undefined) applyAssignments(given, user, { ...work, model });
  }
}

function applyUser(given: UserSetup, { store: { database }, changes, now }: ApplyWork): void {
  const row = findUserRow(database, given.username);
  const { username, lastName, firstName, email, alias, active, frozen, profile } = given;
  const named = Object.entries({ firstName, email, alias, active, frozen, profile }).filter(
    ([, value]) => value !== undefined,
  );
  const user = completeUser({ username, lastName, ...Object.fromEntries(named) }, systemAdministrator);
  if (!row) {
    insertUser(database, user, now);
    changes.push(`user ${username} was added`);
    return;
  }
  // Whoever was frozen in a hurry is not let in again by a file that says nothing of it.
  const login = database.prepare('SELECT frozen FROM user_login WHERE user_id = ?').get(String(row.Id));
  const changed = updateUser(database, row, { ...user, frozen: frozen ?? login?.frozen === 1 }, now);
  if (changed.length > 0)
    changes.push(`user ${username}: ${changed.map((key) => key.replace(/Id$/, '')).join(', ')} changed`);
}

type AssignWork = ApplyWork & { model: ReturnType<typeof readModel> };

/** Exactly those of the file, when it names any. Licences go first. */
function applyAssignments(given: UserSetup, user: SetupUser, work: AssignWork): void {
  const licenses = given.permissionSetLicenses;
  const sets = given.permissionSets;
  if (licenses === undefined && sets === undefined) return;
  if (licenses) applyLicenses(licenses, user, work);
  if (sets) applySets(sets, { ...user, permissionSetLicenses: licenses ?? user.permissionSetLicenses }, work);
}

function applyLicenses(
  names: readonly string[],
  user: SetupUser,
  { store: { database }, model, now, changes }: AssignWork,
): void {
  const ids = new Map(model.licenses.map(({ name, id }) => [name, id]));
  for (const name of names) {
    if (user.permissionSetLicenses.includes(name)) continue;
    assignLicenseRow(database, { userId: user.id, licenseId: ids.get(name) ?? '', now });
    changes.push(`user ${user.username}: permission set license ${name} was assigned`);
  }
  for (const name of user.permissionSetLicenses) {
    if (names.includes(name)) continue;
    unassignLicenseRow(database, user.id, ids.get(name) ?? '');
    changes.push(`user ${user.username}: permission set license ${name} was taken away`);
  }
}

function applySets(
  names: readonly string[],
  user: SetupUser,
  { store: { database }, model, now, changes }: AssignWork,
): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const set of model.permissionSets) {
    const has = user.permissionSets.includes(set.name);
    if (has === wanted.has(set.name.toLowerCase())) continue;
    if (has) unassignPermissionSetRow(database, user.id, set.id);
    else {
      const reason = whyNotAssignable(user, set, model);
      if (reason !== undefined) throw notAssignable(user, set, reason);
      assignPermissionSetRow(database, { userId: user.id, permissionSetId: set.id, now });
    }
    changes.push(`user ${user.username}: permission set ${set.name} was ${has ? 'taken away' : 'assigned'}`);
  }
}

function notAssignable(user: SetupUser, set: PermissionSet, reason: string): SluiceError {
  const expected = `one that this user can have: ${reason.replace(/\.$/, '')}`;
  return new SluiceError('SETTING_INVALID', {
    name: 'permissionSets',
    where: `user ${user.username}`,
    value: set.name,
    expected,
  });
}
