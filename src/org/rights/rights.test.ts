import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addCustomFields, createSchema, defineCustomObject, standardObjects } from '../schema/index.ts';
import { createAccessFinder, effectiveRights, type ObjectRights, type RightsSource } from './index.ts';

const city = defineCustomObject(
  {
    name: 'City__c',
    fields: [
      { name: 'Code__c', type: 'text', required: true },
      { name: 'Size__c', type: 'number' },
      { name: 'Capital__c', type: 'checkbox' },
    ],
  },
  'a00',
);
const street = defineCustomObject(
  {
    name: 'Street__c',
    fields: [{ name: 'City__c', type: 'masterdetail', to: 'City__c', relationshipName: 'Streets' }],
  },
  'a01',
);
const standard = standardObjects.map((object) => addCustomFields(object, []));
const schema = createSchema([...standard, city, street]);
const userId = '005Sb0000000001IAA';

function rightsOf(...sources: RightsSource[]) {
  const [profile = {}, ...permissionSets] = sources;
  return effectiveRights({ userId, schema, profile, permissionSets });
}

function accessOf(...sources: RightsSource[]) {
  const finder = createAccessFinder(schema);
  finder.set(new Map([[userId, rightsOf(...sources)]]), {});
  return finder.of(userId);
}

test('a user has what the profile and each permission set grant, all together', () => {
  const rights = rightsOf(
    { objects: { City__c: { read: true } }, apexClasses: ['One'] },
    { apiEnabled: true, objects: { City__c: { create: true } }, fields: { City__c: { Size__c: { read: true } } } },
    { fields: { City__c: { Size__c: { edit: true } } }, apexClasses: ['One', 'Two'] },
  );
  assert.equal(rights.apiEnabled, true);
  assert.deepEqual(rights.objects.City__c, {
    read: true,
    create: true,
    edit: false,
    delete: false,
    viewAll: false,
    modifyAll: false,
  });
  assert.deepEqual(rights.fields.City__c, { Size__c: { read: true, edit: true } });
  assert.deepEqual(rights.apexClasses, ['One', 'Two']);
});

test('names are found in any case; unknown ones, and fields without security of their own, grant nothing', () => {
  const rights = rightsOf({
    objects: { CITY__C: { read: true }, Nothing__c: { read: true } },
    fields: {
      city__c: { SIZE__C: { read: true }, Code__c: { read: true }, Name: { read: true }, No__c: { read: true } },
    },
  });
  assert.deepEqual(Object.keys(rights.objects), ['City__c']);
  assert.deepEqual(rights.fields, { City__c: { Size__c: { read: true, edit: false } } });
});

const someRights = fc.record(
  {
    read: fc.boolean(),
    create: fc.boolean(),
    edit: fc.boolean(),
    delete: fc.boolean(),
    viewAll: fc.boolean(),
    modifyAll: fc.boolean(),
  },
  { requiredKeys: [] },
);

test('one right brings those it needs, and another source never takes one away', () => {
  fc.assert(
    fc.property(fc.array(someRights, { minLength: 1, maxLength: 4 }), someRights, (sources, more) => {
      const of = (each: readonly Partial<ObjectRights>[]) =>
        rightsOf(...each.map((rights) => ({ objects: { City__c: rights } }))).objects.City__c!;
      const rights = of(sources);
      if (rights.create || rights.edit || rights.viewAll) assert.ok(rights.read);
      if (rights.delete) assert.ok(rights.edit);
      if (rights.modifyAll) assert.ok(rights.viewAll && rights.delete);
      const grown = of([...sources, more]);
      for (const [name, granted] of Object.entries(rights))
        if (granted) assert.equal(grown[name as keyof ObjectRights], true, name);
    }),
  );
});

test('View All Data and Modify All Data hold for every object with records, but open no field', () => {
  const viewing = rightsOf({ viewAllData: true });
  assert.deepEqual(viewing.objects.Account, { ...viewing.objects.City__c });
  assert.deepEqual([viewing.objects.City__c?.viewAll, viewing.objects.City__c?.edit], [true, false]);
  const changing = rightsOf({ modifyAllData: true });
  assert.ok(Object.values(changing.objects.City__c ?? {}).every(Boolean));
  assert.deepEqual(changing.fields, {});
  assert.equal(accessOf({ modifyAllData: true }).schema.findField(city, 'Size__c'), undefined);
});

test('required fields, names and what the org keeps are seen and written with their object', () => {
  const { schema: seen } = accessOf({ objects: { City__c: { read: true, create: true } } });
  const object = seen.findObject('City__c')!;
  for (const name of [
    'Id',
    'Name',
    'Code__c',
    'OwnerId',
    'CreatedDate',
    'LastViewedDate',
    'SystemModstamp',
    'IsDeleted',
  ])
    assert.ok(seen.findField(object, name), name);
  assert.equal(seen.findField(object, 'Code__c')?.createable, true);
  for (const name of ['Size__c', 'Capital__c']) assert.equal(seen.findField(object, name), undefined, name);
});

test('the parts of an address follow the address, those of a name are always there', () => {
  const { schema: seen } = accessOf({
    objects: { Contact: { read: true, create: true } },
    fields: { Contact: { MailingAddress: { read: true } } },
  });
  const contact = seen.findObject('Contact')!;
  assert.deepEqual(
    ['MailingCity', 'MailingAddress', 'OtherCity', 'OtherAddress', 'FirstName', 'Salutation', 'Phone'].map(
      (name) => seen.findField(contact, name) !== undefined,
    ),
    [true, true, false, false, true, true, false],
  );
  assert.equal(seen.findField(contact, 'MailingCity')?.createable, false);
  assert.equal(seen.findField(contact, 'FirstName')?.createable, true);
});

test('users with the same rights share what is made of them, for as long as nothing changes', () => {
  const finder = createAccessFinder(schema);
  const other = '005Sb0000000002IAA';
  const source = { objects: { City__c: { read: true } } };
  const both = () => new Map([userId, other].map((id) => [id, { ...rightsOf(source), userId: id }] as const));
  finder.set(both(), {});
  const before = finder.of(userId);
  assert.equal(finder.of(other), before);
  finder.set(both(), {});
  assert.equal(finder.of(userId), before);
  finder.set(both(), { City__c: 'Private' });
  assert.notEqual(finder.of(userId), before);
});

test('a user with all rights is asked nothing, one without an entry has none', () => {
  const finder = createAccessFinder(schema);
  assert.equal(finder.of(userId).schema, schema);
  finder.set(new Map([[userId, rightsOf({ all: true })]]), { City__c: 'Private' });
  const access = finder.of(userId);
  assert.ok(access.all && access.apiEnabled && access.key === '' && access.schema === schema);
  assert.deepEqual(access.reach(city, 'full'), { kind: 'all' });
  const stranger = finder.of('005Sb0000000009IAA');
  assert.ok(!stranger.all && !stranger.apiEnabled && stranger.schema.findObject('City__c') === undefined);
});

test('which records are reached follows the org-wide default, ownership, and the master', () => {
  const kinds = (defaults: Parameters<ReturnType<typeof createAccessFinder>['set']>[1], source: RightsSource) => {
    const finder = createAccessFinder(schema);
    finder.set(new Map([[userId, rightsOf(source)]]), defaults);
    const access = finder.of(userId);
    return [city, street].map((object) =>
      (['read', 'edit', 'full'] as const).map((level) => access.reach(object, level).kind).join(' '),
    );
  };
  const both = { objects: { City__c: { delete: true }, Street__c: { delete: true } } };
  assert.deepEqual(kinds({}, both), ['all all own', 'all all all']);
  assert.deepEqual(kinds({ City__c: 'PublicReadOnly' }, both), ['all own own', 'all through through']);
  assert.deepEqual(kinds({ City__c: 'Private' }, both), ['own own own', 'through through through']);
  assert.deepEqual(kinds({}, { objects: { Street__c: { delete: true } } }), ['none none none', 'none none none']);
  assert.deepEqual(kinds({ City__c: 'Private' }, { viewAllData: true }), ['all own own', 'all through through']);
  assert.deepEqual(kinds({ City__c: 'Private' }, { modifyAllData: true }), ['all all all', 'all all all']);
});
