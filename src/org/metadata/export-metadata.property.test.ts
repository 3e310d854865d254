import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { customFieldTypes, type FieldDefinition } from '../schema/index.ts';
import {
  checkedSetup,
  grantsSetupOf,
  parseSetupSource,
  type Setup,
  schemaOfObjects,
  scopeTable,
  stockProfiles,
} from '../setup/index.ts';
import { noGrants } from '../setup/save-grants.ts';
import { appFieldsOf } from '../setup/setup-grants.ts';
import { projectOfSetup } from './project-of-setup.ts';
import { readSetup } from './read-setup.ts';
import { writeProject } from './write-project.ts';

/** Any text that XML can hold and that is not blank. */
const text = (maxLength: number) =>
  fc
    .string({ minLength: 1, maxLength, unit: 'grapheme' })
    .map((each) =>
      each
        .replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
        .slice(0, maxLength)
        .toWellFormed(),
    )
    .filter((each) => each.trim() !== '');
const word = fc.stringMatching(/^[A-Z][a-z]{1,8}$/);
const flag = fc.boolean();

const traitsByType: Record<FieldDefinition['type'], fc.Arbitrary<Partial<FieldDefinition>>> = {
  text: fc.record(
    { length: fc.integer({ min: 60, max: 255 }), required: flag, unique: flag, externalId: flag, default: text(60) },
    { requiredKeys: ['length'] },
  ),
  textarea: fc.record({ required: flag, default: text(60) }, { requiredKeys: [] }),
  longtextarea: fc.record({ length: fc.integer({ min: 256, max: 131_072 }) }),
  number: fc.record(
    {
      precision: fc.integer({ min: 5, max: 18 }),
      scale: fc.integer({ min: 0, max: 5 }),
      unique: flag,
      externalId: flag,
      default: fc.integer(),
    },
    { requiredKeys: [] },
  ),
  currency: fc.record(
    { precision: fc.constant(18), scale: fc.integer({ min: 0, max: 5 }), default: fc.integer() },
    { requiredKeys: [] },
  ),
  percent: fc.record({ default: fc.integer({ min: -1000, max: 1000 }) }, { requiredKeys: [] }),
  checkbox: fc.record({ default: flag }, { requiredKeys: [] }),
  date: fc.record({ required: flag }, { requiredKeys: [] }),
  datetime: fc.record({ required: flag }, { requiredKeys: [] }),
  time: fc.record({ required: flag }, { requiredKeys: [] }),
  email: fc.record({ required: flag, unique: flag, externalId: flag }, { requiredKeys: [] }),
  phone: fc.record({ required: flag }, { requiredKeys: [] }),
  url: fc.record({ required: flag }, { requiredKeys: [] }),
  picklist: picklist(),
  multipicklist: picklist(),
  lookup: fc.record(
    { to: fc.constantFrom('Account', 'Contact', 'User', 'Other__c'), required: flag, relationshipName: word },
    { requiredKeys: ['to'] },
  ),
  masterdetail: fc.record({ to: fc.constantFrom('Account', 'Other__c'), relationshipName: word }),
};

function picklist(): fc.Arbitrary<Partial<FieldDefinition>> {
  const values = fc
    .uniqueArray(
      text(20).map((each) => each.replaceAll(';', ',')),
      { minLength: 1, maxLength: 5 },
    )
    .chain((names) =>
      fc.tuple(
        ...names.map((value) =>
          fc.oneof(fc.constant(value), fc.record({ value: fc.constant(value), label: text(30), active: flag })),
        ),
      ),
    );
  return fc.record({ values, restricted: flag, required: flag }, { requiredKeys: ['values'] });
}

const field = fc.constantFrom(...customFieldTypes).chain((type) =>
  fc
    .record({ label: fc.option(text(40), { nil: undefined }), traits: traitsByType[type] })
    .map(({ label, traits }) => ({
      type,
      ...(label === undefined ? {} : { label }),
      ...traits,
    })),
);

/** Names that are not there twice; at most two masters. */
const fields = fc.array(field, { maxLength: 8 }).map((all) => {
  const masters = all.filter(({ type }) => type === 'masterdetail');
  return all
    .filter((each) => each.type !== 'masterdetail' || masters.indexOf(each) < 2)
    .map((each, index) => ({
      name: `F${index}_${each.type}__c`,
      ...each,
      ...('relationshipName' in each ? { relationshipName: `Down${index}` } : {}),
    }));
});

const object = fc.record(
  {
    label: text(40),
    pluralLabel: text(40),
    nameField: fc.record({ label: text(40) }),
    sharing: fc.constantFrom('Private', 'PublicReadOnly', 'PublicReadWrite'),
    fields,
  },
  { requiredKeys: [] },
);

const app = fc.record(
  {
    scopes: fc.uniqueArray(fc.constantFrom(...scopeTable.map(({ token }) => token))),
    contactEmail: fc.constant('a@x.example'),
    description: text(80),
    infoUrl: fc.constant('https://x.example/?a=1&b=2'),
    callbackUrls: fc.uniqueArray(fc.constantFrom('https://x.example/', 'http://localhost:1/a', 'acme://back'), {
      minLength: 1,
    }),
    requireSecretForWebServerFlow: flag,
    requireSecretForRefreshToken: flag,
    requirePkce: flag,
    refreshTokenRotation: flag,
    issueJwtAccessTokens: flag,
    introspectAllTokens: flag,
    permittedUsers: fc.constantFrom('AllSelfAuthorized', 'AdminApprovedPreAuthorized'),
    profiles: fc.constant(['Standard User', 'Own (one)']),
    permissionSets: fc.constant(['Some_Set']),
    ipRelaxation: fc.constantFrom('Enforce', 'Enforce_RelaxRefresh', 'Bypass_2factor', 'Bypass'),
    trustedIpRanges: fc.constant([{ start: '10.0.0.1', end: '10.0.0.9', description: '<office>' }]),
    sessionTimeoutMinutes: fc.integer({ min: 1, max: 1440 }),
  },
  { requiredKeys: ['scopes'] },
);

const grants = fc.record(
  {
    userPermissions: fc.uniqueArray(fc.constantFrom('ApiEnabled', 'ViewAllData')),
    objects: fc.dictionary(
      fc.constantFrom('Account', 'City__c'),
      fc.constantFrom(['read'], ['read', 'create'], ['read', 'edit']),
    ),
    fields: fc.constantFrom({}, { Account: { Industry: 'edit', BillingAddress: 'read' } }),
    apexClasses: fc.uniqueArray(fc.constantFrom('Integrate', 'Ns.Load')),
  },
  { requiredKeys: [] },
);

const setupFile = fc
  .record({
    city: object,
    account: fields,
    connected: app,
    external: app,
    allowed: flag,
    enabled: flag,
    own: grants,
    stock: grants,
    set: grants,
    label: text(60),
    name: text(40),
  })
  .map(({ city, account, connected, external, allowed, enabled, own, stock, set, label, name }) => ({
    objects: [
      { name: 'City__c', ...city },
      { name: 'Other__c' },
      {
        name: 'Account',
        fields: account
          .filter(({ type }) => type !== 'masterdetail')
          .map((each, index) =>
            'relationshipName' in each ? { ...each, relationshipName: `FromAccount${index}` } : each,
          ),
      },
    ],
    profiles: [
      { name: 'Standard User', loginHours: { monday: { start: '08:00', end: '18:30' } }, ...stock },
      { name: 'Own (one)', license: 'Salesforce', ...own },
    ],
    permissionSets: [{ name: 'Some_Set', label, description: label, ...set }],
    connectedApps: [
      {
        name: `${name}.`,
        apiName: 'One',
        ...connected,
        clientCredentials: { enabled, runAs: 'integration@sluice.example' },
      },
    ],
    externalClientApps: [{ name: `${name}!`, apiName: 'Two', ...external, clientCredentials: { enabled, allowed } }],
  }));

/** What metadata carries, as the org works with it: usual values filled in, names in one order. */
function carried(setup: Setup): unknown {
  const schema = schemaOfObjects(setup.objects, (name) => name);
  const own = schema.objects.filter(({ custom, name }) => custom || name === 'Account');
  return {
    objects: own.map((each) => ({ ...each, fields: each.fields.toSorted(byName) })).toSorted(byName),
    sharing: setup.objects.flatMap(sharingOf).toSorted(byName),
    profiles: setup.profiles.map(rightsOf).toSorted(byName),
    permissionSets: setup.permissionSets.map(rightsOf),
    // A project whose apps cannot sign in gets one that can.
    connectedApps: setup.connectedApps
      .filter(({ name }) => name !== 'Sluice')
      .map((each) => appFieldsOf(each, 'connectedApp'))
      .toSorted(byName),
    externalClientApps: setup.externalClientApps.map((each) => appFieldsOf(each, 'externalClientApp')),
  };
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}

/** That of a child by master-detail is that of its parent. */
function sharingOf({ name, sharing, fields: own = [] }: Setup['objects'][number]) {
  if (own.some(({ type }) => type === 'masterdetail')) return [];
  if (!name.endsWith('__c')) return sharing === undefined ? [] : [{ name, sharing }];
  return [{ name, sharing: sharing ?? 'PublicReadWrite' }];
}

/** A profile that every org has keeps what is not said; a new one, and a permission set, then have nothing. */
function rightsOf(entry: Setup['profiles'][number] | Setup['permissionSets'][number]) {
  const stock = stockProfiles.find(({ name }) => name === entry.name);
  const said = { ...grantsSetupOf(stock ?? noGrants), ...entry };
  const sorted = (names: readonly string[] = []) => names.toSorted();
  const rights = Object.entries(said.objects).map(([name, given]) => ({ name, given: sorted(given) }));
  return {
    ...said,
    userPermissions: sorted(said.userPermissions),
    objects: rights.toSorted(byName),
    apexClasses: sorted(said.apexClasses),
  };
}

test('whatever is set up, its metadata files say the same, as far as metadata goes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-any-metadata-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  let number = 0;
  await fc.assert(
    fc.asyncProperty(setupFile, async (given) => {
      const source = parseSetupSource(JSON.stringify(given), 'org.yaml');
      const setup = checkedSetup(source);
      number += 1;
      const target = join(folder, String(number));
      await writeProject(target, projectOfSetup(source.value), { force: false });
      const again = await readSetup(target);
      assert.deepEqual(carried(again.setup), carried(setup));
      assert.deepEqual(again.warnings, [], 'nothing that was written is left out');
    }),
    { numRuns: 60 },
  );
});
