/** Permission sets, org-wide defaults and settings as an administrator changes them; profiles have a file of their own. */
import { administerProfiles } from './administer-profiles.ts';
import type { Administration } from './administration.ts';
import { checkGrants } from './check-grants.ts';
import { whyNotAssignable } from './check-user.ts';
import { corsOrigin } from './org-settings.ts';
import type { PermissionSet, PermissionSetInput } from './profile.ts';
import { noGrants, withInput } from './save-grants.ts';
import { deletePermissionSetRow, insertPermissionSet, updatePermissionSet } from './save-profile.ts';
import { change, getPermissionSet, type Office, refuseAny } from './setup-change.ts';
import { refuseSetup, SetupNotFound, type SetupProblem } from './setup-refused.ts';

type RightsFunctions = Pick<
  Administration,
  | 'createProfile'
  | 'changeProfile'
  | 'deleteProfile'
  | 'createPermissionSet'
  | 'changePermissionSet'
  | 'deletePermissionSet'
  | 'setOrgWideDefault'
  | 'changeSettings'
>;

const permissionSets = 'Permission Sets';

export function administerRights(office: Office): RightsFunctions {
  const { database } = office.store;
  return {
    ...administerProfiles(office),
    ...administerPermissionSets(office),
    setOrgWideDefault(name, value) {
      const object = office.schema.findObject(name);
      if (object?.store !== 'records') throw new SetupNotFound('object');
      if (!['Private', 'PublicReadOnly', 'PublicReadWrite'].includes(value))
        throw refuseSetup('value', 'This must be one of Private, PublicReadOnly, PublicReadWrite.');
      const display = `Changed the organization-wide default of ${object.labelPlural} to ${value}`;
      change(office, { action: 'changedOrgWideDefault', section: 'Sharing Defaults', display, rights: true }, () =>
        database
          .prepare('INSERT OR REPLACE INTO org_wide_default (object, value) VALUES (?, ?)')
          .run(object.name, value),
      );
    },
    changeSettings(input) {
      const settings = { ...office.model.data.settings, ...input };
      const delay = settings.propagationDelaySeconds;
      if (!Number.isInteger(delay) || delay < 0 || delay > 3600)
        throw refuseSetup('propagationDelaySeconds', 'The delay is 0 to 3600 seconds.');
      refuseAny(checkOrigins(settings.corsAllowedOrigins));
      const display = `Changed settings: ${Object.keys(input).join(', ')}`;
      change(office, { action: 'changedSettings', section: 'External Client App Settings', display }, () => {
        const save = database.prepare('INSERT OR REPLACE INTO org_setting (name, value) VALUES (?, ?)');
        for (const [name, value] of Object.entries(input)) save.run(name, JSON.stringify(value));
      });
      return office.model.data.settings;
    },
  };
}

function checkOrigins(origins: readonly string[]): SetupProblem[] {
  const form = new RegExp(corsOrigin.pattern);
  const message = `This must be ${corsOrigin.description}.`;
  return origins.flatMap((origin, index) =>
    form.test(origin) ? [] : [{ field: `corsAllowedOrigins[${index}]`, message }],
  );
}

function administerPermissionSets(
  office: Office,
): Pick<RightsFunctions, 'createPermissionSet' | 'changePermissionSet' | 'deletePermissionSet'> {
  const { store, schema, model, apexClasses } = office;
  return {
    createPermissionSet(input) {
      const { name, label = name.replaceAll('_', ' '), description = null, license = null } = input;
      const grants = withInput(schema, noGrants, input);
      refuseAny([
        ...checkNewSet(office, input),
        ...checkWords({ label, description }),
        ...checkGrants(schema, grants, apexClasses),
      ]);
      const display = `Created permission set ${label}`;
      const id = change(
        office,
        { action: 'createdPermissionSet', section: permissionSets, display, rights: true },
        (now) => insertPermissionSet(store.database, { name, label, description, license, ...grants }, now),
      );
      return getPermissionSet(office, id);
    },
    changePermissionSet(permissionSetId, input) {
      const before = getPermissionSet(office, permissionSetId);
      const { label = before.label, description = before.description } = input;
      const after: PermissionSet = { ...before, label, description, ...withInput(schema, before, input) };
      refuseAny([
        ...checkWords(after),
        ...checkGrants(schema, after, [...apexClasses, ...before.apexClasses]),
        ...checkAssignees(office, after),
      ]);
      const display = `Changed permission set ${label}: ${Object.keys(input).join(', ')}`;
      change(office, { action: 'changedPermissionSet', section: permissionSets, display, rights: true }, (now) =>
        updatePermissionSet(store.database, after, now),
      );
      return getPermissionSet(office, before.id);
    },
    deletePermissionSet(permissionSetId) {
      const { id, name, label } = getPermissionSet(office, permissionSetId);
      const user = model.data.users.find((each) => each.permissionSets.includes(name));
      if (user)
        throw refuseSetup(null, `Permission set ${label} cannot be deleted: it is assigned to ${user.username}.`);
      const app = model.data.apps.find((each) => each.permissionSets.includes(name));
      if (app) throw refuseSetup(null, `Permission set ${label} cannot be deleted: app ${app.name} names it.`);
      const display = `Deleted permission set ${label}`;
      change(office, { action: 'deletedPermissionSet', section: permissionSets, display, rights: true }, () =>
        deletePermissionSetRow(store.database, id),
      );
    },
  };
}

function checkNewSet({ model }: Office, { name, license = null }: PermissionSetInput): SetupProblem[] {
  const { licenses, permissionSets: sets } = model.data;
  const names = licenses.map((each) => each.name);
  const isTaken = sets.some((other) => other.name.toLowerCase() === name.toLowerCase());
  return [
    ...unless(
      /^[A-Za-z](?:[A-Za-z0-9]|_(?=[A-Za-z0-9]))*$/.test(name) && name.length <= 80,
      'name',
      'The API Name may have letters, digits and underscores only; it begins with a letter, does not end with an underscore, and has no two underscores in a row.',
    ),
    ...unless(!isTaken, 'name', `Duplicate name: there is a permission set ${name} already.`),
    ...unless(license === null || names.includes(license), 'license', `This must be one of ${names.join(', ')}.`),
  ];
}

function checkWords({ label, description }: Pick<PermissionSet, 'label' | 'description'>): SetupProblem[] {
  return [
    ...unless(label.trim() !== '' && label.length <= 80, 'label', 'A label has 1 to 80 characters.'),
    ...unless((description ?? '').length <= 255, 'description', 'A description has at most 255 characters.'),
  ];
}

/** More rights may ask for a licence that somebody who has the permission set lacks. */
function checkAssignees({ model }: Office, set: PermissionSet): SetupProblem[] {
  return model.data.users
    .filter(({ permissionSets: names }) => names.includes(set.name))
    .flatMap((user) => {
      const message = whyNotAssignable(user, set, model.data);
      return message === undefined ? [] : [{ field: 'objects', message }];
    });
}

function unless(isFine: boolean, field: string, message: string): SetupProblem[] {
  return isFine ? [] : [{ field, message }];
}
