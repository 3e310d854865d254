/** Writes the setup of now as the text of a setup file: the same state again when it is read, and no secrets. */
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { App } from './app.ts';
import { type AppDetails, apiNameOf, defaultDetails } from './app-details.ts';
import { readAppliedSetup } from './apply-setup.ts';
import { defaultOrgSettings } from './org-settings.ts';
import type { Grants, PermissionSet, Profile } from './profile.ts';
import { type ModelData, readModel } from './read-model.ts';
import { fieldsOf } from './save-app.ts';
import { completeUser } from './save-user.ts';
import { readSetupDatabase, type SetupDatabase } from './setup-database.ts';
import { defaultSetup, type Setup } from './setup-file.ts';
import { grantsSetupOf, loginHoursSetupOf } from './setup-grants.ts';
import type { SetupFile } from './setup-schema.ts';
import { stockProfiles } from './stock.ts';
import type { SetupUser } from './user.ts';

const require = createRequire(import.meta.url);
// Loaded when it is needed, as in reading.
const loadYaml = () => require('yaml') as typeof import('yaml');

type Json = Record<string, unknown>;

const head = [
  'The setup of an org in a box, as `sluice org export` wrote it. There are no secrets in it: those that were',
  'generated are generated anew wherever this file is used.',
]
  .map((line) => ` ${line}`)
  .join('\n');

/** The same for a data folder, whether an org is running in it or not. */
export function exportSetupOf(folder: string): string {
  return readSetupDatabase(folder, (database) => exportSetup({ database }));
}

/** The same, in the form of a setup file, for whoever writes it as something else. */
export function setupFileOfFolder(folder: string): SetupFile {
  return readSetupDatabase(folder, (database) => setupFileOf({ database }));
}

export function exportSetup(store: Pick<SetupDatabase, 'database'>): string {
  const { stringify } = loadYaml();
  const body = stringify(setupFileOf(store), { lineWidth: 0, aliasDuplicateObjects: false });
  return `${head.replaceAll(/^/gm, '#')}\n${body}`;
}

/** The setup of now in the form of a setup file. */
export function setupFileOf(store: Pick<SetupDatabase, 'database'>): SetupFile {
  const model = readModel(store);
  const setup = readAppliedSetup(store) ?? defaultSetup();
  const sources = secretSources(store);
  const apps = (kind: App['kind']) => model.apps.filter((app) => app.kind === kind).map((app) => appOf(app, sources));
  const file: Json = {
    organization: organizationOf(store),
    ...unlessEmpty('settings', differing({ ...model.settings }, { ...defaultOrgSettings })),
    ...(setup.apexClasses && { apexClasses: setup.apexClasses }),
    ...unlessEmpty('profiles', model.profiles.flatMap(profileOf)),
    ...unlessEmpty('permissionSets', model.permissionSets.map(permissionSetOf)),
    users: model.users.map(userOf),
    connectedApps: apps('connectedApp'),
    ...unlessEmpty('externalClientApps', apps('externalClientApp')),
    ...unlessEmpty('objects', objectsOf(setup, model)),
    ...unlessEmpty('faults', [...setup.faults]),
    ...unlessEmpty('limits', differing({ ...setup.limits }, { ...defaultSetup().limits })),
  };
  return file as SetupFile;
}

function organizationOf({ database }: Pick<SetupDatabase, 'database'>): Json {
  const row = database.prepare('SELECT "Name", "IsSandbox" FROM "Organization"').get();
  return { name: row?.Name, type: row?.IsSandbox === 1 ? 'sandbox' : 'production' };
}

function unlessEmpty(key: string, value: Json | readonly unknown[]): Json {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}

/** Of the values those that are not the usual ones. */
function differing(values: Json, usual: Json): Json {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => !isDeepStrictEqual(value, usual[key])));
}

/** A standard profile as it always is needs no entry. */
function profileOf(profile: Profile): Json[] {
  const { name, license, standard, loginHours, loginIpRanges } = profile;
  const stock = stockProfiles.find((each) => each.name === name);
  const login = {
    ...unlessEmpty('loginHours', loginHoursSetupOf(loginHours)),
    ...unlessEmpty('loginIpRanges', [...loginIpRanges]),
  };
  const isUsual = profile.all || (stock !== undefined && isDeepStrictEqual(sorted(profile), sorted(stock)));
  if (isUsual && Object.keys(login).length === 0) return [];
  return [{ name, ...(standard ? {} : { license }), ...login, ...(isUsual ? {} : grantsSetupOf(profile)) }];
}

/** Grants with their names in one order. */
function sorted({ userPermissions, objects, fields, apexClasses }: Grants): unknown {
  return [
    userPermissions.toSorted(),
    entriesOf(objects),
    entriesOf(fields).map(([name, named]) => [name, entriesOf(named)]),
    apexClasses.toSorted(),
  ];
}

function entriesOf<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
}

function permissionSetOf(set: PermissionSet): Json {
  const { name, label, description, license } = set;
  return {
    name,
    label,
    ...(description === null ? {} : { description }),
    ...(license === null ? {} : { license }),
    ...Object.fromEntries(Object.entries(grantsSetupOf(set)).filter(([, part]) => Object.keys(part).length > 0)),
  };
}

function userOf(user: SetupUser): Json {
  const { username, lastName, firstName, email, alias, active, frozen, profile } = user;
  const usual = completeUser({ username, lastName, firstName }, profile);
  return {
    username,
    lastName,
    ...(firstName === null ? {} : { firstName }),
    ...differing({ email, alias, active, frozen }, { ...usual }),
    profile,
    ...unlessEmpty('permissionSetLicenses', [...user.permissionSetLicenses]),
    ...unlessEmpty('permissionSets', [...user.permissionSets].sort()),
  };
}

/** Where each app's active secret came from, by the app's id. */
function secretSources({ database }: Pick<SetupDatabase, 'database'>): ReadonlyMap<string, string> {
  const rows = database.prepare(`SELECT app_id, secret_source FROM consumer_credential WHERE state = 'active'`).all();
  return new Map(rows.map((row) => [String(row.app_id), String(row.secret_source)]));
}

function appOf(app: App, sources: ReadonlyMap<string, string>): Json {
  const { name, apiName, runAs, scopes, ...details } = fieldsOf(app);
  const { clientCredentialsEnabled, clientCredentialsAllowed, ...rest } = details;
  const usual: AppDetails = defaultDetails(app.kind);
  const allowed =
    clientCredentialsAllowed === usual.clientCredentialsAllowed ? {} : { allowed: clientCredentialsAllowed };
  return {
    name,
    ...(apiName === apiNameOf(name) ? {} : { apiName }),
    consumerKey: app.consumerKey,
    consumerSecret: sources.get(app.id) ?? 'generated',
    scopes: [...scopes],
    ...(clientCredentialsEnabled || runAs !== null || 'allowed' in allowed
      ? { clientCredentials: { enabled: clientCredentialsEnabled, ...allowed, ...(runAs === null ? {} : { runAs }) } }
      : {}),
    ...differing({ ...rest }, { ...usual }),
    ...(app.blocked ? { blocked: true } : {}),
  };
}

/** As they were given, with the org-wide defaults of now; a standard object is named when something is said of it. */
function objectsOf({ objects }: Setup, { orgWideDefaults }: ModelData): unknown[] {
  const named = new Set(objects.map(({ name }) => name.toLowerCase()));
  const sharing = new Map([...orgWideDefaults].map(([name, value]) => [name.toLowerCase(), value]));
  const others = [...orgWideDefaults].filter(([name]) => !named.has(name.toLowerCase()));
  return [
    ...objects.map(({ name, fields, sharing: _before, ...rest }) => {
      const value = sharing.get(name.toLowerCase());
      return { name, ...rest, ...(value === undefined ? {} : { sharing: value }), ...(fields ? { fields } : {}) };
    }),
    ...others.map(([name, value]) => ({ name, sharing: value })),
  ];
}
