/** Brings a setup into the store: adds what is new, changes what differs, and says so; nothing that is gone from the file is deleted. */
import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Seal } from '../../base/index.ts';
import { customKeyPrefix, idAt, instancePart, type ObjectDefinition, type Schema } from '../schema/index.ts';
import { applyApexClasses } from './apex-class.ts';
import { applyApps } from './apply-apps.ts';
import { applyPermissionSets, applyProfiles, applyUsers } from './apply-rights.ts';
import { schemaOfObjects } from './check-setup.ts';
import { defaultOrgSettings } from './org-settings.ts';
import { writeAudit } from './read-history.ts';
import { ensureStock } from './save-profile.ts';
import { giveProfileToUsersWithout } from './save-user.ts';
import type { SetupDatabase } from './setup-database.ts';
import { completeApplied, type Setup } from './setup-file.ts';
import { auditFields, insertRow } from './setup-rows.ts';
import { systemAdministrator } from './stock.ts';

export type ApplyRequest = {
  /** Undefined: what was applied last stays, with all that was changed since. */
  setup: Setup | undefined;
  /** What the references in `consumerSecret` refer to, by reference. */
  secrets: ReadonlyMap<string, string>;
  seal: Seal;
  now: number;
};

export type ApplyWork = Omit<ApplyRequest, 'setup'> & {
  setup: Setup;
  store: SetupDatabase;
  schema: Schema;
  changes: string[];
};

/** Who is named for what the setup file did. */
export const setupFileActor = 'setup file';

const organizationPrefix = '00D';
/** Boxes get different ids, so that a client that works with two does not mix them up. */
const organizationNumbers = 62 ** 5;

/** The setup that was applied last; undefined before the first time. */
export function readAppliedSetup({ database }: Pick<SetupDatabase, 'database'>): Setup | undefined {
  const row = database.prepare('SELECT setup FROM applied_setup').get();
  return row === undefined ? undefined : completeApplied(JSON.parse(String(row.setup)) as Partial<Setup>);
}

export function saveAppliedSetup({ database }: SetupDatabase, setup: Setup, now: number): void {
  database
    .prepare('INSERT OR REPLACE INTO applied_setup (one, setup, applied_at) VALUES (1, ?, ?)')
    .run(JSON.stringify(setup), now);
}

/**
 * All in one transaction. A setup that is the one applied last is not applied again: what was changed in Setup since then stays.
 * The sentences say what is other than before; none at the first time.
 */
export function applySetup(
  store: SetupDatabase,
  request: ApplyRequest & { setup: Setup },
): { schema: Schema; changes: string[] } {
  return store.transaction(() => {
    const before = readAppliedSetup(store);
    const { setup, now } = request;
    for (const object of setup.objects) applyKeyPrefix(object, store);
    const schema = schemaOfStore(setup, store);
    ensureStock(store.database, schema, now);
    giveProfileToUsersWithout(store.database, systemAdministrator, now);
    const work: ApplyWork = { ...request, store, schema, changes: [] };
    if (before && isDeepStrictEqual(before, JSON.parse(JSON.stringify(setup)))) {
      applyApps(work, { secretsOnly: true });
      return { schema, changes: work.changes };
    }
    applyAll(work);
    if (before) work.changes.push(...compareObjects(before.objects, setup.objects), ...whatIsGone(before, setup));
    saveAppliedSetup(store, setup, now);
    const changes = before ? work.changes : [];
    for (const display of changes)
      writeAudit(store, { at: now, by: setupFileActor, action: 'appliedSetupFile', section: 'Setup File', display });
    return { schema, changes };
  });
}

function applyAll(work: ApplyWork): void {
  applyOrganization(work);
  applySettings(work);
  applySharing(work);
  applyApexClasses(work);
  applyProfiles(work);
  applyPermissionSets(work);
  applyUsers(work);
  applyApps(work, { secretsOnly: false });
}

/** The objects of that setup, each with the key prefix it got at first. */
export function schemaOfStore({ objects }: Setup, { database }: SetupDatabase): Schema {
  const prefixOf = database.prepare('SELECT prefix FROM key_prefix WHERE object = ?');
  return schemaOfObjects(objects, (name) => String(prefixOf.get(name)?.prefix));
}

function applySettings({ store: { database }, setup: { settings }, changes }: ApplyWork): void {
  const save = database.prepare('INSERT OR REPLACE INTO org_setting (name, value) VALUES (?, ?)');
  const find = database.prepare('SELECT value FROM org_setting WHERE name = ?');
  for (const [name, value] of Object.entries(settings)) {
    const text = JSON.stringify(value);
    const usual = JSON.stringify(defaultOrgSettings[name as keyof typeof defaultOrgSettings]);
    if ((find.get(name)?.value ?? usual) === text) continue;
    save.run(name, text);
    changes.push(`the setting ${name} was changed`);
  }
}

function applySharing({ store: { database }, setup: { objects }, schema, changes }: ApplyWork): void {
  const save = database.prepare('INSERT OR REPLACE INTO org_wide_default (object, value) VALUES (?, ?)');
  const find = database.prepare('SELECT value FROM org_wide_default WHERE object = ?');
  for (const { name, sharing } of objects) {
    const object = schema.findObject(name)?.name ?? name;
    if (sharing === undefined || find.get(object)?.value === sharing) continue;
    save.run(object, sharing);
    changes.push(`the org-wide default of ${object} was changed`);
  }
}

function applyOrganization({ store: { database }, setup, changes, now }: ApplyWork): void {
  const { name, type } = setup.organization;
  const sandbox = type === 'sandbox' ? 1 : 0;
  const found = database.prepare('SELECT "Id", "Name", "IsSandbox" FROM "Organization"').get();
  if (!found) {
    const id = idAt(organizationPrefix + instancePart, randomInt(organizationNumbers));
    insertRow(database, 'Organization', {
      Id: id,
      Name: name,
      IsSandbox: sandbox,
      OrganizationType: 'Developer Edition',
      InstanceName: 'SLC1',
      DefaultLocaleSidKey: 'en_US',
      TimeZoneSidKey: 'GMT',
      LanguageLocaleKey: 'en_US',
      FiscalYearStartMonth: 1,
      ...auditFields(now),
    });
    return;
  }
  if (found.Name === name && found.IsSandbox === sandbox) return;
  changes.push('the organization was changed');
  database
    .prepare('UPDATE "Organization" SET "Name" = ?, "IsSandbox" = ?, "LastModifiedDate" = ?, "SystemModstamp" = ?')
    .run(name, sandbox, now, now);
}

function applyKeyPrefix({ name }: ObjectDefinition, { database }: SetupDatabase): void {
  if (!name.endsWith('__c')) return;
  if (database.prepare('SELECT 1 FROM key_prefix WHERE object = ?').get(name)) return;
  const { count } = database.prepare('SELECT count(*) AS count FROM key_prefix').get() as { count: number };
  database.prepare('INSERT INTO key_prefix (object, prefix) VALUES (?, ?)').run(name, customKeyPrefix(count));
}

function compareObjects(before: readonly ObjectDefinition[], after: readonly ObjectDefinition[]): string[] {
  return after.flatMap((object) => {
    const old = before.find(({ name }) => name.toLowerCase() === object.name.toLowerCase());
    return old ? compareFields(old, object) : [`object ${object.name} was added`];
  });
}

function compareFields(before: ObjectDefinition, after: ObjectDefinition): string[] {
  const fieldsOf = ({ fields = [] }: ObjectDefinition) =>
    new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  const changes = [...now].flatMap(([key, field]) => {
    const known = old.get(key);
    if (!known) return [`field ${after.name}.${field.name} was added`];
    return JSON.stringify(known) === JSON.stringify(field) ? [] : [`field ${after.name}.${field.name} was changed`];
  });
  const gone = [...old]
    .filter(([key]) => !now.has(key))
    .map(([, field]) => `field ${after.name}.${field.name} is no longer there; what it held is kept`);
  const head = ({ label, pluralLabel, nameField }: ObjectDefinition) => JSON.stringify([label, pluralLabel, nameField]);
  return [...(head(before) === head(after) ? [] : [`object ${after.name} was changed`]), ...changes, ...gone];
}

function whatIsGone(before: Setup, after: Setup): string[] {
  const missing = (old: readonly string[], now: readonly string[]) => {
    const known = new Set(now.map((name) => name.toLowerCase()));
    return old.filter((name) => !known.has(name.toLowerCase()));
  };
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  const usernames = ({ users }: Setup) => users.map(({ username }) => username);
  const stays = (what: string, old: readonly string[], now: readonly string[]) =>
    missing(old, now).map((name) => `${what} ${name} is no longer in the setup and stays as it is`);
  return [
    ...stays('user', usernames(before), usernames(after)),
    ...stays('profile', names(before.profiles), names(after.profiles)),
    ...stays('permission set', names(before.permissionSets), names(after.permissionSets)),
    ...stays('connected app', names(before.connectedApps), names(after.connectedApps)),
    ...stays('external client app', names(before.externalClientApps), names(after.externalClientApps)),
    ...missing(names(before.objects), names(after.objects)).map(
      (name) => `object ${name} is no longer there; its records are kept`,
    ),
  ];
}
