/** Users as an administrator makes and changes them: their state, their licences and their permission sets. */

import { hashPassword } from '../../base/index.ts';
import type { Administration } from './administration.ts';
import { checkLicense, checkUser, whyNotAssignable } from './check-user.ts';
import type { License } from './profile.ts';
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
import { change, getPermissionSet, getUser, type Office, refuseAny } from './setup-change.ts';
import { refuseSetup, SetupNotFound } from './setup-refused.ts';
import { updateRow } from './setup-rows.ts';
import { systemAdministrator } from './stock.ts';
import type { SetupUser, UserChange, UserFields, UserInput } from './user.ts';

type UserFunctions = Pick<
  Administration,
  | 'createUser'
  | 'changeUser'
  | 'setPassword'
  | 'assignPermissionSetLicense'
  | 'unassignPermissionSetLicense'
  | 'assignPermissionSet'
  | 'unassignPermissionSet'
>;

const section = 'Manage Users';
const leastPasswordLength = 8;
const mostPasswordLength = 255;

export function administerUsers(office: Office): UserFunctions {
  return {
    createUser: (input) => createUser(office, input),
    changeUser: (userId, input) => changeUser(office, userId, input),
    async setPassword(userId, password) {
      const { username } = getUser(office, userId);
      if (password !== null && (password.length < leastPasswordLength || password.length > mostPasswordLength))
        throw refuseSetup('password', `A password has ${leastPasswordLength} to ${mostPasswordLength} characters.`);
      const kept = password === null ? null : await hashPassword(password);
      change(office, { action: 'changedPassword', section, display: `Changed the password of user ${username}` }, () =>
        updateRow(office.store.database, 'user_login', { key: ['user_id', userId], values: { password_hash: kept } }),
      );
    },
    assignPermissionSetLicense: (userId, name) => assignLicense(office, userId, name),
    unassignPermissionSetLicense: (userId, name) => unassignLicense(office, userId, name),
    assignPermissionSet: (userId, name) => assignPermissionSet(office, userId, name),
    unassignPermissionSet: (userId, name) => unassignPermissionSet(office, userId, name),
  };
}

/** In Salesforce a new user names the profile; so here, for the widest one is no good default. */
function createUser(office: Office, input: UserInput): SetupUser {
  const { store, model } = office;
  if (input.profile === undefined) throw refuseSetup('profile', 'You must enter a value.');
  const user = completeUser(input, input.profile);
  refuseAny([...checkUser(user, model.data), ...checkLicense(user, model.data)]);
  const display = `Created new user ${user.username}`;
  const id = change(office, { action: 'createdUser', section, display, rights: true }, (now) =>
    insertUser(store.database, user, now),
  );
  return getUser(office, id);
}

function changeUser(office: Office, userId: string, input: UserChange): SetupUser {
  const { store, model, tokens } = office;
  const before = getUser(office, userId);
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const user = completeUser({ ...fieldsOf(before), ...Object.fromEntries(given) }, before.profile);
  refuseAny([...checkUser(user, model.data, userId), ...checkLicense(user, model.data, before)]);
  checkLastAdministrator(office, before, user);
  checkAssigned(office, before, user);
  const row = findUserRow(store.database, before.username) ?? {};
  const display = `Changed user ${before.username}: ${given.map(([key]) => key).join(', ')}`;
  const isOut = before.active && !user.active;
  change(office, { action: 'changedUser', section, display, rights: true }, (now) => {
    updateUser(store.database, row, user, now);
    if (isOut) store.database.prepare('DELETE FROM oauth_grant WHERE user_id = ?').run(userId);
  });
  // Their tokens are refused from now on anyway; nobody has to wait for the disk.
  if (isOut) tokens.revokeWhere((token) => token.userId === userId).catch(() => undefined);
  return getUser(office, userId);
}

function fieldsOf({ username, lastName, firstName, email, alias, active, frozen, profile }: SetupUser): UserFields {
  return { username, lastName, firstName, email, alias, active, frozen, profile };
}

/** Somebody must be left who can sign in to Setup. */
function checkLastAdministrator({ model }: Office, before: SetupUser, after: UserFields): void {
  const isOne = (user: UserFields) =>
    user.profile.toLowerCase() === systemAdministrator.toLowerCase() && user.active && !user.frozen;
  if (!isOne(before) || isOne(after)) return;
  if (model.data.users.some((user) => user.id !== before.id && isOne(user))) return;
  throw refuseSetup(null, `${before.username} is the only active System Administrator. Make another one first.`);
}

/** A new profile may have a licence that does not go with the permission sets of the user. */
function checkAssigned({ model }: Office, before: SetupUser, after: UserFields): void {
  const license = model.data.profiles.find(({ name }) => name.toLowerCase() === after.profile.toLowerCase())?.license;
  if (license === undefined || license === before.license) return;
  const sets = model.data.permissionSets.filter(({ name }) => before.permissionSets.includes(name));
  const reasons = sets.map((set) => whyNotAssignable({ ...before, license }, set, model.data));
  refuseAny(reasons.flatMap((message) => (message === undefined ? [] : [{ field: 'profile', message }])));
}

function assignLicense(office: Office, userId: string, name: string): SetupUser {
  const user = getUser(office, userId);
  const license = getLicense(office, name);
  if (user.permissionSetLicenses.includes(license.name)) return user;
  if (license.used >= license.total)
    throw refuseSetup(null, `License Limit Exceeded: all ${license.total} licenses of ${license.name} are in use.`);
  const display = `Permission set license ${license.name}: assigned to user ${user.username}`;
  change(office, { action: 'assignedPermissionSetLicense', section, display, rights: true }, (now) =>
    assignLicenseRow(office.store.database, { userId, licenseId: license.id, now }),
  );
  return getUser(office, userId);
}

function unassignLicense(office: Office, userId: string, name: string): SetupUser {
  const user = getUser(office, userId);
  const license = getLicense(office, name);
  if (!user.permissionSetLicenses.includes(license.name)) return user;
  const left = { ...user, permissionSetLicenses: user.permissionSetLicenses.filter((each) => each !== license.name) };
  const { data } = office.model;
  const needing = data.permissionSets.filter(
    (set) => user.permissionSets.includes(set.name) && whyNotAssignable(left, set, data) !== undefined,
  );
  if (needing.length > 0) {
    const names = needing.map(({ label }) => label).join(', ');
    throw refuseSetup(
      null,
      `User ${user.username} needs this license for: ${names}. Remove those permission sets first.`,
    );
  }
  const display = `Permission set license ${license.name}: removed from user ${user.username}`;
  change(office, { action: 'unassignedPermissionSetLicense', section, display, rights: true }, () =>
    unassignLicenseRow(office.store.database, userId, license.id),
  );
  return getUser(office, userId);
}

/** By its label or its developer name. */
function getLicense({ model }: Office, name: string): License {
  const license = model.data.licenses.find(
    (each) => each.kind === 'permissionSet' && (each.name === name || each.key === name || each.id === name),
  );
  if (license === undefined) throw new SetupNotFound('permission set license');
  return license;
}

function assignPermissionSet(office: Office, userId: string, name: string): SetupUser {
  const user = getUser(office, userId);
  const set = getPermissionSet(office, name);
  if (user.permissionSets.includes(set.name)) return user;
  const reason = whyNotAssignable(user, set, office.model.data);
  if (reason !== undefined) throw refuseSetup(null, reason);
  const display = `Permission set ${set.label}: assigned to user ${user.username}`;
  change(office, { action: 'assignedPermissionSet', section, display, rights: true }, (now) =>
    assignPermissionSetRow(office.store.database, { userId, permissionSetId: set.id, now }),
  );
  return getUser(office, userId);
}

function unassignPermissionSet(office: Office, userId: string, name: string): SetupUser {
  const user = getUser(office, userId);
  const set = getPermissionSet(office, name);
  if (!user.permissionSets.includes(set.name)) return user;
  const display = `Permission set ${set.label}: removed from user ${user.username}`;
  change(office, { action: 'unassignedPermissionSet', section, display, rights: true }, () =>
    unassignPermissionSetRow(office.store.database, userId, set.id),
  );
  return getUser(office, userId);
}
