import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectRights } from '../rights/index.ts';
import { type Ask, type OrgWithRights, openOrgWithRights, type Reply, type Rights } from './org-with-rights-in-test.ts';

const mayAll: Partial<ObjectRights> = { read: true, create: true, edit: true, delete: true };
const writable = { read: true, edit: true };
const cityFields = { Twin__c: writable, Population__c: writable, Country__c: writable };

/** Everything the calls of these tests need. */
const whole = {
  apiEnabled: true,
  objects: { City__c: mayAll, Country__c: mayAll, Street__c: mayAll },
  fields: { City__c: cityFields, Country__c: { Code__c: writable } },
} satisfies Rights;

const withCity = (rights: Partial<ObjectRights>): Rights => ({
  ...whole,
  objects: { ...whole.objects, City__c: { ...mayAll, ...rights } },
});
const noRead = { ...whole, objects: { Country__c: mayAll } };
const withField = (population: { read: boolean; edit?: boolean }): Rights => ({
  ...whole,
  fields: { ...whole.fields, City__c: { ...cityFields, Population__c: population } },
});

type Made = { cityId: string; ofOther: string; countryId: string; ofOtherCountry: string };

/** A country and a city of the limited user, and one of each that belongs to another. */
async function fill({ admin, limited, other, grant }: OrgWithRights): Promise<Made> {
  await grant(whole);
  const make = async (ask: Ask, object: string, row: object) => {
    const answer = await ask('POST', `sobjects/${object}`, row);
    assert.equal(answer.status, 201, answer.text);
    return (answer.json as { id: string }).id;
  };
  const countryId = await make(limited, 'Country__c', { Name: 'Japan', Code__c: 'JP' });
  const ofOtherCountry = await make(other, 'Country__c', { Name: 'Peru', Code__c: 'PE' });
  const cityId = await make(limited, 'City__c', { Name: 'Kyoto', Code__c: 'kyoto', Country__c: countryId });
  const ofOther = await make(other, 'City__c', { Name: 'Lima', Code__c: 'lima', Country__c: ofOtherCountry });
  await make(admin, 'Street__c', { Name: 'Avenida', City__c: ofOther });
  return { cityId, ofOther, countryId, ofOtherCountry };
}

const query = (soql: string) => `query?q=${encodeURIComponent(soql)}`;

/** `refused` is the part of the first error that counts, or of the first row's. */
type Case = {
  name: string;
  without: Rights;
  call: (ask: Ask, made: Made) => Promise<Reply>;
  status: number;
  code: string;
  message: RegExp;
  works?: number;
};

let rows = 0;
const newCode = () => {
  rows += 1;
  return `new${rows}`;
};
const newCity = () => ({ Name: 'New', Code__c: newCode() });
const row = (more: object) => ({ attributes: { type: 'City__c' }, ...more });
const noType = /sObject type 'City__c' is not supported\. If you are attempting to use a custom object/;
const noField = /No such column 'Population__c' on entity 'City__c'\. If you are attempting to use a custom field/;
const noColumn = /^No such column 'Population__c' on sobject of type City__c$/;
const notFound = /^The requested resource does not exist$/;
const notInserted = /^entity type cannot be inserted: City__c$/;
const insufficient = /^insufficient access rights on object id$/;
const notWritable =
  /^Unable to create\/update fields: Population__c\. Please check the security settings of this field and verify that it is read\/write for your profile or permission set\.$/;

const queries: Record<string, (made: Made) => string> = {
  'the select list': () => 'SELECT Population__c FROM City__c',
  WHERE: () => 'SELECT Id FROM City__c WHERE Population__c > 1',
  'ORDER BY': () => 'SELECT Id FROM City__c ORDER BY Population__c',
  'an aggregate': () => 'SELECT SUM(Population__c) FROM City__c',
  'GROUP BY': () => 'SELECT COUNT(Id) FROM City__c GROUP BY Population__c HAVING COUNT(Id) > 0',
  'a child query': () => 'SELECT (SELECT Population__c FROM Cities__r) FROM Country__c',
  'a parent': () => 'SELECT City__r.Population__c FROM Street__c',
  'a semi-join': () => 'SELECT Id FROM Country__c WHERE Id IN (SELECT Country__c FROM City__c WHERE Population__c > 1)',
};

const cases: Case[] = [
  // 1. No Read on the object.
  ...(
    [
      ['describe', (ask) => ask('GET', 'sobjects/City__c/describe')],
      ['its basic information', (ask) => ask('GET', 'sobjects/City__c')],
      ['a row', (ask, { cityId }) => ask('GET', `sobjects/City__c/${cityId}`)],
      ['a row by external id', (ask) => ask('GET', 'sobjects/City__c/Code__c/kyoto')],
      ['an update', (ask, { cityId }) => ask('PATCH', `sobjects/City__c/${cityId}`, { Name: 'Kyoto' }), 204],
      ['an upsert', (ask) => ask('PATCH', 'sobjects/City__c/Code__c/kyoto', { Name: 'Kyoto' })],
      ['an insert', (ask) => ask('POST', 'sobjects/City__c', newCity()), 201],
      ['a fetch of several', (ask, { cityId }) => ask('GET', `composite/sobjects/City__c?ids=${cityId}&fields=Name`)],
    ] as [string, Case['call'], number?][]
  ).map(([name, call, works = 200]) => ({
    name: `without Read there is no object for ${name}`,
    without: noRead,
    call,
    status: 404,
    code: 'NOT_FOUND',
    message: notFound,
    works,
  })),
  {
    name: 'without Read a query finds no such type',
    without: noRead,
    call: (ask) => ask('GET', query('SELECT Id FROM City__c')),
    status: 400,
    code: 'INVALID_TYPE',
    message: noType,
  },
  {
    name: 'without Read a description of columns finds no such type',
    without: noRead,
    call: (ask) => ask('GET', `${query('SELECT Id FROM City__c')}&columns=true`),
    status: 400,
    code: 'INVALID_TYPE',
    message: noType,
  },
  {
    name: 'without Read a child query finds no such relationship',
    without: noRead,
    call: (ask) => ask('GET', query('SELECT (SELECT Id FROM Cities__r) FROM Country__c')),
    status: 400,
    code: 'INVALID_TYPE',
    message: /Didn't understand relationship 'Cities__r' in FROM part of query call\./,
  },
  {
    name: 'without Read the parent of a path is no relationship',
    without: { ...whole, objects: { City__c: mayAll } },
    call: (ask) => ask('GET', query('SELECT Country__r.Name FROM City__c')),
    status: 400,
    code: 'INVALID_FIELD',
    message: /Didn't understand relationship 'Country__r' in field path\./,
  },
  {
    name: 'without Read a job cannot be made',
    without: noRead,
    call: (ask) => ask('POST', 'jobs/ingest', { object: 'City__c', operation: 'insert' }),
    status: 400,
    code: 'INVALIDENTITY',
    message: /^Entity 'City__c' is not supported by the Bulk API\.$/,
  },
  {
    name: 'without Read a row of a collection has no such type',
    without: noRead,
    call: (ask) => ask('POST', 'composite/sobjects', { records: [row(newCity())] }),
    status: 200,
    code: 'INVALID_TYPE',
    message: /^sObject type 'City__c' is not supported\.$/,
  },
  // 2. Read, but no Create, Edit or Delete.
  {
    name: 'without Create a row is not inserted',
    without: withCity({ create: false }),
    call: (ask) => ask('POST', 'sobjects/City__c', newCity()),
    status: 400,
    code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    message: notInserted,
    works: 201,
  },
  {
    name: 'without Create an upsert inserts nothing',
    without: withCity({ create: false }),
    call: (ask) => ask('PATCH', `sobjects/City__c/Code__c/${newCode()}`, { Name: 'Up' }),
    status: 400,
    code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    message: notInserted,
    works: 201,
  },
  {
    name: 'without Create a row of a collection is not inserted',
    without: withCity({ create: false }),
    call: (ask) => ask('POST', 'composite/sobjects', { records: [row(newCity())] }),
    status: 200,
    code: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    message: notInserted,
  },
  {
    name: 'without Edit a row is not changed',
    without: withCity({ edit: false, delete: false }),
    call: (ask, { cityId }) => ask('PATCH', `sobjects/City__c/${cityId}`, { Name: 'Kyoto' }),
    status: 403,
    code: 'INSUFFICIENT_ACCESS_OR_READONLY',
    message: insufficient,
    works: 204,
  },
  {
    name: 'without Edit an upsert changes nothing',
    without: withCity({ edit: false, delete: false }),
    call: (ask) => ask('PATCH', 'sobjects/City__c/Code__c/kyoto', { Name: 'Kyoto' }),
    status: 403,
    code: 'INSUFFICIENT_ACCESS_OR_READONLY',
    message: insufficient,
  },
  {
    name: 'without Edit a row of a collection is not changed',
    without: withCity({ edit: false, delete: false }),
    call: (ask, { cityId }) => ask('PATCH', 'composite/sobjects', { records: [row({ id: cityId, Name: 'Kyoto' })] }),
    status: 200,
    code: 'INSUFFICIENT_ACCESS_OR_READONLY',
    message: insufficient,
  },
  // 3. A field that may not be read.
  ...Object.entries(queries).map(([name, soql]) => ({
    name: `a field that may not be read is no column in ${name}`,
    without: withField({ read: false }),
    call: (ask: Ask, made: Made) => ask('GET', query(soql(made))),
    status: 400,
    code: 'INVALID_FIELD',
    message: noField,
  })),
  {
    name: 'a field that may not be read is no column of a description of columns',
    without: withField({ read: false }),
    call: (ask) => ask('GET', `${query('SELECT Population__c FROM City__c')}&columns=true`),
    status: 400,
    code: 'INVALID_FIELD',
    message: noField,
  },
  {
    name: 'a field that may not be read cannot be asked of a row',
    without: withField({ read: false }),
    call: (ask, { cityId }) => ask('GET', `sobjects/City__c/${cityId}?fields=Population__c`),
    status: 400,
    code: 'INVALID_FIELD',
    message: noColumn,
  },
  {
    name: 'a field that may not be read cannot be fetched of several rows',
    without: withField({ read: false }),
    call: (ask, { cityId }) => ask('GET', `composite/sobjects/City__c?ids=${cityId}&fields=Population__c`),
    status: 400,
    code: 'INVALID_FIELD',
    message: noColumn,
  },
  // 4. A field that may be read, but not written.
  ...(
    [
      ['an insert', (ask) => ask('POST', 'sobjects/City__c', { ...newCity(), Population__c: 1 }), 400, 201],
      ['an update', (ask, { cityId }) => ask('PATCH', `sobjects/City__c/${cityId}`, { Population__c: 1 }), 400, 204],
      ['an upsert', (ask) => ask('PATCH', 'sobjects/City__c/Code__c/kyoto', { Population__c: 1 }), 400, 200],
      [
        'a row of a collection',
        (ask) => ask('POST', 'composite/sobjects', { records: [row({ ...newCity(), Population__c: 1 })] }),
        200,
        200,
      ],
    ] as [string, Case['call'], number, number][]
  ).flatMap(([name, call, status, works]) => [
    {
      name: `a field that may only be read is refused in ${name}`,
      without: withField({ read: true }),
      call,
      status,
      code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
      message: notWritable,
      works,
    },
    // 5. A field that may not even be read.
    {
      name: `a field that may not be read is no column in ${name}`,
      without: withField({ read: false }),
      call,
      status,
      code: 'INVALID_FIELD',
      message: noColumn,
      works,
    },
  ]),
  // 6. A record that is hidden by sharing.
  ...(
    [
      ['a read', (ask, { ofOther }) => ask('GET', `sobjects/City__c/${ofOther}`), 'NOT_FOUND', notFound, 200],
      ['a read by external id', (ask) => ask('GET', 'sobjects/City__c/Code__c/lima'), 'NOT_FOUND', notFound, 200],
      [
        'an update',
        (ask, { ofOther }) => ask('PATCH', `sobjects/City__c/${ofOther}`, { Name: 'Lima' }),
        'INVALID_CROSS_REFERENCE_KEY',
        /^invalid cross reference id$/,
        204,
      ],
    ] as [string, Case['call'], string, RegExp, number][]
  ).map(([name, call, code, message, works]) => ({
    name: `a record of another is not there for ${name}`,
    without: { ...whole, defaults: { City__c: 'Private' as const } },
    call,
    status: 404,
    code,
    message,
    works,
  })),
  {
    name: 'a record of another that all may read is not changed',
    without: { ...whole, defaults: { City__c: 'PublicReadOnly' } },
    call: (ask, { ofOther }) => ask('PATCH', `sobjects/City__c/${ofOther}`, { Name: 'Lima' }),
    status: 403,
    code: 'INSUFFICIENT_ACCESS_OR_READONLY',
    message: insufficient,
    works: 204,
  },
  {
    name: 'a lookup to a record of another is refused',
    without: { ...whole, defaults: { Country__c: 'Private' } },
    call: (ask, { ofOtherCountry }) => ask('POST', 'sobjects/City__c', { ...newCity(), Country__c: ofOtherCountry }),
    status: 400,
    code: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    message: /^insufficient access rights on cross-reference id: a0\w{13}$/,
    works: 201,
  },
  {
    name: 'a lookup by external id to a record of another is refused',
    without: { ...whole, defaults: { Country__c: 'Private' } },
    call: (ask) =>
      ask('POST', 'composite/sobjects', { records: [row({ ...newCity(), Country__r: { Code__c: 'PE' } })] }),
    status: 200,
    code: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    message: /^insufficient access rights on cross-reference id$/,
  },
  {
    name: 'a detail record is not made below a master that may not be changed',
    without: { ...whole, defaults: { City__c: 'PublicReadOnly' } },
    call: (ask, { ofOther }) => ask('POST', 'sobjects/Street__c', { Name: 'Calle', City__c: ofOther }),
    status: 400,
    code: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
    message: /^insufficient access rights on cross-reference id: a0\w{13}$/,
    works: 201,
  },
  // 7. No API Enabled.
  ...(
    [
      ['REST', (ask) => ask('GET', 'sobjects')],
      ['REST', (ask) => ask('GET', '')],
      ['REST', (ask) => ask('GET', 'limits')],
      ['REST', (ask) => ask('GET', query('SELECT Id FROM City__c'))],
      ['REST', (ask, { cityId }) => ask('GET', `composite/sobjects/City__c?ids=${cityId}&fields=Name`)],
      ['Bulk', (ask) => ask('POST', 'jobs/ingest', { object: 'City__c', operation: 'insert' })],
      ['Bulk', (ask) => ask('GET', 'jobs/ingest')],
    ] as [string, Case['call']][]
  ).map(([api, call], index) => ({
    name: `without API Enabled no call is answered (${index + 1})`,
    without: { ...whole, apiEnabled: false },
    call,
    status: 403,
    code: 'API_DISABLED_FOR_ORG',
    message: new RegExp(`^The ${api} API is not enabled for this Organization\\.$`),
  })),
];

type Told = { message: string; errorCode?: string; statusCode?: string; success?: boolean; errors?: Told[] };

function firstError({ json, text }: Reply): Told {
  const [first] = Array.isArray(json) ? (json as Told[]) : [];
  assert.ok(first, text);
  return first.errors?.[0] ?? first;
}

test('each refusal is in the words of Salesforce, and with the right granted the same call works at once', async (t) => {
  await using org = await openOrgWithRights();
  const made = await fill(org);
  for (const { name, without, call, status, code, message, works = 200 } of cases) {
    await t.test(name, async () => {
      await org.grant(without);
      const refused = await call(org.limited, made);
      assert.equal(refused.status, status, refused.text);
      const error = firstError(refused);
      assert.equal(error.errorCode ?? error.statusCode, code);
      assert.match(error.message, message);
      await org.grant(whole);
      const done = await call(org.limited, made);
      assert.equal(done.status, works, done.text);
      if (status === 200) assert.equal((done.json as Told[])[0]?.success, true, done.text);
    });
  }
});
