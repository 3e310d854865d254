/** Says what makes no sense in users, apps and rights of a setup file, at its place. */
import type { SluiceError, YamlFile, YamlPath } from '../../base/index.ts';
import {
  addCustomFields,
  createSchema,
  customKeyPrefix,
  defineCustomObject,
  type Schema,
  standardObjects,
} from '../schema/index.ts';
import type { AppFields } from './app.ts';
import { checkApexClasses } from './check-apex-classes.ts';
import { checkApp, checkIpRanges, hasName } from './check-app.ts';
import { checkGrants } from './check-grants.ts';
import { checkLoginHours } from './check-user.ts';
import { noGrants, withInput } from './save-grants.ts';
import type { Setup } from './setup-file.ts';
import { appFieldsOf, grantsInputOf, loginHoursOf } from './setup-grants.ts';
import type { SetupProblem } from './setup-refused.ts';
import type { ObjectSetup, PermissionSetSetup, ProfileSetup, SetupFile } from './setup-schema.ts';
import { stockLicenses, stockProfiles } from './stock.ts';

type Refuse = YamlFile<SetupFile>['refuse'];
type Context = { setup: Setup; refuse: Refuse; schema: Schema; classes: readonly string[] | undefined };

/** Throws FILE_INVALID for the first thing that makes no sense. */
export function checkSetup(setup: Setup, refuse: Refuse): void {
  const schema = schemaOfObjects(setup.objects, (_name, index) => customKeyPrefix(index));
  const classes = setup.apexClasses?.map(({ name }) => name);
  const context = { setup, refuse, schema, classes };
  checkApexClasses(setup.apexClasses ?? [], { refuse, schema });
  checkProfiles(context);
  checkPermissionSets(context);
  checkUsers(context);
  checkApps(context);
}

/** Standard objects with their custom fields, then custom objects, each with the key prefix it is given. */
export function schemaOfObjects(
  objects: readonly ObjectSetup[],
  prefixOf: (name: string, index: number) => string,
): Schema {
  const definitionOf = new Map(objects.map((object) => [object.name.toLowerCase(), object]));
  const standard = standardObjects.map((object) =>
    addCustomFields(object, definitionOf.get(object.name.toLowerCase())?.fields ?? []),
  );
  const custom = objects.filter(({ name }) => name.endsWith('__c'));
  return createSchema([
    ...standard,
    ...custom.map((object, index) => defineCustomObject(object, prefixOf(object.name, index))),
  ]);
}

function checkProfiles(context: Context): void {
  const { profiles } = context.setup;
  refuseTwice(
    profiles.map(({ name }) => name),
    (index) => context.refuse(['profiles', index, 'name'], 'is there twice'),
  );
  for (const [index, profile] of profiles.entries()) checkProfile(profile, ['profiles', index], context);
}

function checkProfile(profile: ProfileSetup, path: YamlPath, { refuse, schema, classes }: Context): void {
  const stock = stockProfiles.find(({ name }) => name.toLowerCase() === profile.name.toLowerCase());
  const licenses = stockLicenses.filter(({ kind }) => kind === 'user').map(({ name }) => name);
  if (!stock && profile.license === undefined)
    throw refuse([...path, 'license'], `is missing: a profile of your own needs one of ${licenses.join(', ')}`);
  if (profile.license !== undefined && !licenses.includes(profile.license))
    throw refuse([...path, 'license'], `must be one of ${licenses.join(', ')}`);
  if (stock && profile.license !== undefined && profile.license !== stock.license)
    throw refuse([...path, 'license'], `is ${stock.license} for this profile`);
  if (stock?.name === 'System Administrator' && Object.keys(grantsInputOf(profile)).length > 0)
    throw refuse([...path, 'name'], 'is System Administrator, whose rights cannot be changed');
  const problems = [
    ...checkGrants(schema, withInput(schema, noGrants, grantsInputOf(profile)), classes),
    ...checkLoginHours(loginHoursOf(profile.loginHours ?? {})),
    ...checkIpRanges('loginIpRanges', profile.loginIpRanges ?? []),
  ];
  refuseFirst(problems, path, refuse);
}

function checkPermissionSets(context: Context): void {
  const { permissionSets } = context.setup;
  const { refuse, schema, classes } = context;
  const licenses = stockLicenses.map(({ name }) => name);
  refuseTwice(
    permissionSets.map(({ name }) => name),
    (index) => refuse(['permissionSets', index, 'name'], 'is there twice'),
  );
  for (const [index, set] of permissionSets.entries()) {
    const path = ['permissionSets', index];
    if (set.license !== undefined && !licenses.includes(set.license))
      throw refuse([...path, 'license'], `must be one of ${licenses.join(', ')}`);
    refuseFirst(
      checkGrants(schema, withInput(schema, noGrants, grantsInputOf(set as PermissionSetSetup)), classes),
      path,
      refuse,
    );
  }
}

function checkUsers({ setup, refuse }: Context): void {
  const { users, permissionSets } = setup;
  refuseTwice(
    users.map((user) => user.username),
    (index) => refuse(['users', index, 'username'], 'is there twice'),
  );
  const profiles = profileNames(setup);
  const sets = permissionSets.map(({ name }) => name);
  const licenses = stockLicenses.filter(({ kind }) => kind === 'permissionSet').map(({ name }) => name);
  for (const [index, user] of users.entries()) {
    const path = ['users', index];
    if (user.profile !== undefined && !hasName(profiles, user.profile))
      throw refuse([...path, 'profile'], `names no profile; those here are ${profiles.join(', ')}`);
    const license = user.permissionSetLicenses?.findIndex((name) => !licenses.includes(name)) ?? -1;
    if (license >= 0)
      throw refuse([...path, 'permissionSetLicenses', license], `must be one of ${licenses.join(', ')}`);
    const set = user.permissionSets?.findIndex((name) => !hasName(sets, name)) ?? -1;
    if (set >= 0) throw refuse([...path, 'permissionSets', set], 'names no permission set of this file');
  }
}

const kinds = [
  ['connectedApps', 'connectedApp'],
  ['externalClientApps', 'externalClientApp'],
] as const;

function checkApps({ setup, refuse }: Context): void {
  const all = kinds.flatMap(([list]) => setup[list].map((app, index) => ({ app, path: [list, index] })));
  const twice = (names: readonly (string | undefined)[], key: string) =>
    refuseTwice(names, (index) => refuse([...(all[index]?.path ?? []), key], 'is there twice'));
  twice(
    all.map(({ app }) => app.name),
    'name',
  );
  twice(
    all.map(({ app }) => app.consumerKey),
    'consumerKey',
  );
  twice(
    all.map(({ app }) => app.apiName),
    'apiName',
  );
  const known = {
    usernames: setup.users.map(({ username }) => username),
    profiles: profileNames(setup),
    permissionSets: setup.permissionSets.map(({ name }) => name),
  };
  for (const [list, kind] of kinds) {
    for (const [index, app] of setup[list].entries()) {
      const path = [list, index];
      if (app.scopes === undefined)
        throw refuse([...path, 'scopes'], 'is missing: an app needs a list of scopes, e.g. [api]');
      const runAs = app.clientCredentials?.runAs;
      if (runAs !== undefined && !hasName(known.usernames, runAs))
        throw refuse([...path, 'clientCredentials', 'runAs'], 'names no user of this file; it must be the username');
      refuseFirst(checkApp(appFieldsOf(app, kind), kind, known), path, refuse);
    }
  }
}

function profileNames({ profiles }: Setup): string[] {
  return [...new Set([...stockProfiles, ...profiles].map(({ name }) => name))];
}

const places: Readonly<Partial<Record<keyof AppFields, YamlPath>>> = {
  runAs: ['clientCredentials', 'runAs'],
  clientCredentialsAllowed: ['clientCredentials', 'allowed'],
};

/** The place of a problem is its field: `objects.Account.edit`, `callbackUrls[0]`. */
function refuseFirst([first]: readonly SetupProblem[], path: YamlPath, refuse: Refuse): void {
  if (first === undefined) return;
  const field = first.field ?? '';
  const parts = field.split(/[.[\]]/).filter((part) => part !== '');
  const place = places[field as keyof AppFields] ?? parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const message = first.message.replace(/\.$/, '');
  throw refuse([...path, ...place], `is refused: ${message}`);
}

function refuseTwice(keys: readonly (string | undefined)[], refusal: (index: number) => SluiceError): void {
  const folded = keys.map((key) => key?.toLowerCase());
  for (const [index, key] of folded.entries())
    if (key !== undefined && folded.indexOf(key) < index) throw refusal(index);
}
