import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectRights } from '../rights/index.ts';
import {
  accessRefused,
  apex,
  apexRowFails,
  apiDisabled,
  bulk,
  bulkQuery,
  type Call,
  city,
  collection,
  columnUnknown,
  error,
  fieldRefused,
  fieldUnknown,
  finds,
  hasLines,
  insertRefused,
  isStatus,
  jobFails,
  type Made,
  newCode,
  noRowFails,
  notFound,
  type Outcome,
  recordHidden,
  rest,
  rowFails,
  rowSucceeds,
  soql,
  typeUnknown,
} from './calls-of-each-api-in-test.ts';
import { type Ask, type OrgWithRights, openOrgWithRights, type Rights } from './org-with-rights-in-test.ts';

/** The cases of a restricted API user, and the APIs each may exist in. */
const apis = ['REST', 'collections', 'SOQL', 'Bulk', 'Bulk query', 'Apex REST'] as const;
type Api = (typeof apis)[number];

const cases = {
  '1 no Read on the object': [],
  '2 no Create on the object': ['SOQL', 'Bulk query'],
  '2 no Edit on the object': ['SOQL', 'Bulk query'],
  '2 no Delete on the object': ['SOQL', 'Bulk query', 'Apex REST'],
  '3 a field that may not be read': ['Bulk', 'Apex REST'],
  '4 a field that may be read, not written': ['SOQL', 'Bulk query'],
  '5 a field that may not be read, in a write': ['SOQL', 'Bulk query'],
  '6 a record hidden by sharing': [],
  '7 no API Enabled': [],
  '7 no Bulk API Hard Delete': ['REST', 'collections', 'SOQL', 'Bulk query', 'Apex REST'],
  '8 no access to the Apex class': ['REST', 'collections', 'SOQL', 'Bulk', 'Bulk query'],
} as const satisfies Record<string, readonly Api[]>;
type CaseName = keyof typeof cases;

const all = { read: true, create: true, edit: true, delete: true };
const writable = { read: true, edit: true };
const cityFields = { Twin__c: writable, Population__c: writable, Country__c: writable };
const apexClasses = ['CityLoader', 'Echo'];

const whole = {
  apiEnabled: true,
  bulkApiHardDelete: true,
  objects: { City__c: all, Country__c: all },
  fields: { City__c: cityFields, Country__c: { Code__c: writable } },
  apexClasses,
} satisfies Rights;

const withCity = (rights: Partial<ObjectRights>): Rights => ({
  ...whole,
  objects: { ...whole.objects, City__c: { ...all, ...rights } },
});
const withPopulation = (rights: { read: boolean; edit: boolean }): Rights => ({
  ...whole,
  fields: { ...whole.fields, City__c: { ...cityFields, Population__c: rights } },
});

type Cell = {
  case: CaseName;
  api: Api;
  /** When an API has the case twice. */
  call?: string;
  without: Rights;
  does: Call;
  refused: Outcome;
  works: (outcome: Outcome) => boolean;
};

const row = (path = '') => `sobjects/City__c${path}`;
const ownRow = ({ own }: Made) => row(`/${own}`);
const rowOfOther = ({ ofOther }: Made) => row(`/${ofOther}`);

const noRead = { ...whole, objects: { Country__c: all } };
const noCreate = withCity({ create: false });
const noEdit = withCity({ edit: false, delete: false });
const noDelete = withCity({ delete: false });
const noFieldRead = withPopulation({ read: false, edit: false });
const noFieldEdit = withPopulation({ read: true, edit: false });
const isPrivate = { ...whole, defaults: { City__c: 'Private', Country__c: 'Private' } } satisfies Rights;
const noApi = { ...whole, apiEnabled: false };

const insertCsv = () => `Name,Code__c\nNew,${newCode()}\n`;
const populationCsv = () => `Name,Code__c,Population__c\nNew,${newCode()},1\n`;
const populated = () => city({ Population__c: 1 });

function of(name: CaseName, without: Rights, cells: readonly Omit<Cell, 'case' | 'without'>[]): Cell[] {
  return cells.map((cell) => ({ case: name, without, ...cell }));
}

const cells: readonly Cell[] = [
  ...of('1 no Read on the object', noRead, [
    {
      api: 'REST',
      call: 'describe',
      does: rest('GET', () => row('/describe')),
      refused: notFound,
      works: isStatus(200),
    },
    { api: 'REST', call: 'row', does: rest('GET', ownRow), refused: notFound, works: isStatus(200) },
    {
      api: 'collections',
      call: 'fetch',
      does: rest('GET', ({ own }) => `composite/sobjects/City__c?ids=${own}&fields=Name`),
      refused: notFound,
      works: isStatus(200),
    },
    {
      api: 'collections',
      call: 'insert',
      does: collection('POST', () => city()),
      refused: rowFails('INVALID_TYPE', "sObject type 'City__c' is not supported."),
      works: rowSucceeds,
    },
    {
      api: 'SOQL',
      does: soql('SELECT Id FROM City__c'),
      refused: { status: 400, said: error('INVALID_TYPE', typeUnknown) },
      works: finds,
    },
    {
      api: 'Bulk query',
      does: bulkQuery('SELECT Id FROM City__c'),
      refused: { status: 400, said: error('INVALID_TYPE', typeUnknown) },
      works: hasLines,
    },
    {
      api: 'Bulk',
      does: bulk('insert', insertCsv),
      refused: { status: 400, said: error('INVALIDENTITY', "Entity 'City__c' is not supported by the Bulk API.") },
      works: noRowFails,
    },
    {
      api: 'Apex REST',
      does: apex(() => city()),
      refused: apexRowFails(['INVALID_TYPE', "sObject type 'City__c' is not supported."], false),
      works: rowSucceeds,
    },
  ]),
  ...of('2 no Create on the object', noCreate, [
    {
      api: 'REST',
      does: rest(
        'POST',
        () => row(),
        () => city(),
      ),
      refused: { status: 400, said: error(...insertRefused, []) },
      works: isStatus(201),
    },
    {
      api: 'collections',
      does: collection('POST', () => city()),
      refused: rowFails(...insertRefused),
      works: rowSucceeds,
    },
    {
      api: 'Bulk',
      does: bulk('insert', insertCsv),
      refused: jobFails([`${insertRefused.join(':')}:--`]),
      works: noRowFails,
    },
    { api: 'Apex REST', does: apex(() => city()), refused: apexRowFails(insertRefused, true), works: rowSucceeds },
  ]),
  ...of('2 no Edit on the object', noEdit, [
    {
      api: 'REST',
      does: rest('PATCH', ownRow, () => ({ Name: 'Kyoto' })),
      refused: { status: 403, said: error(...accessRefused, []) },
      works: isStatus(204),
    },
    {
      api: 'collections',
      does: collection('PATCH', ({ own }) => ({ id: own, Name: 'Kyoto' })),
      refused: rowFails(...accessRefused, [], { id: '<own>' }),
      works: rowSucceeds,
    },
    {
      api: 'Bulk',
      does: bulk('update', ({ own }) => `Id,Name\n${own},Kyoto\n`),
      refused: jobFails([`${accessRefused.join(':')}:--`]),
      works: noRowFails,
    },
    {
      api: 'Apex REST',
      does: apex(() => ({ Code__c: 'kyoto', Name: 'Kyoto' })),
      refused: apexRowFails(accessRefused, false),
      works: rowSucceeds,
    },
  ]),
  ...of('2 no Delete on the object', noDelete, [
    {
      api: 'REST',
      does: rest('DELETE', ownRow),
      refused: { status: 403, said: error(...accessRefused, []) },
      works: isStatus(204),
    },
    {
      api: 'collections',
      does: rest('DELETE', ({ own }) => `composite/sobjects?ids=${own}`),
      refused: rowFails(...accessRefused, [], { id: '<own>' }),
      works: rowSucceeds,
    },
    {
      api: 'Bulk',
      does: bulk('delete', ({ own }) => `Id\n${own}\n`),
      refused: jobFails([`${accessRefused.join(':')}:--`]),
      works: noRowFails,
    },
  ]),
  ...of('3 a field that may not be read', noFieldRead, [
    {
      api: 'REST',
      does: rest('GET', ({ own }) => `${row(`/${own}`)}?fields=Population__c`),
      refused: { status: 400, said: error(...fieldUnknown) },
      works: isStatus(200),
    },
    {
      api: 'collections',
      does: rest('GET', ({ own }) => `composite/sobjects/City__c?ids=${own}&fields=Population__c`),
      refused: { status: 400, said: error(...fieldUnknown) },
      works: isStatus(200),
    },
    {
      api: 'SOQL',
      call: 'SELECT',
      does: soql('SELECT Population__c FROM City__c'),
      refused: { status: 400, said: error('INVALID_FIELD', columnUnknown('SELECT Population__c FROM City__c', 8)) },
      works: finds,
    },
    {
      api: 'SOQL',
      call: 'WHERE',
      does: soql('SELECT Id FROM City__c WHERE Population__c = null'),
      refused: {
        status: 400,
        said: error('INVALID_FIELD', columnUnknown('SELECT Id FROM City__c WHERE Population__c = null', 30)),
      },
      works: finds,
    },
    {
      api: 'Bulk query',
      does: bulkQuery('SELECT Population__c FROM City__c'),
      refused: { status: 400, said: error('INVALID_FIELD', columnUnknown('SELECT Population__c FROM City__c', 8)) },
      works: hasLines,
    },
  ]),
  ...of('4 a field that may be read, not written', noFieldEdit, [
    {
      api: 'REST',
      does: rest('POST', () => row(), populated),
      refused: { status: 400, said: error(...fieldRefused) },
      works: isStatus(201),
    },
    { api: 'collections', does: collection('POST', populated), refused: rowFails(...fieldRefused), works: rowSucceeds },
    {
      api: 'Bulk',
      does: bulk('insert', populationCsv),
      refused: jobFails([`${fieldRefused[0]}:${fieldRefused[1]}:Population__c --`]),
      works: noRowFails,
    },
    { api: 'Apex REST', does: apex(populated), refused: apexRowFails(fieldRefused, true), works: rowSucceeds },
  ]),
  ...of('5 a field that may not be read, in a write', noFieldRead, [
    {
      api: 'REST',
      does: rest('POST', () => row(), populated),
      refused: { status: 400, said: error(...fieldUnknown, []) },
      works: isStatus(201),
    },
    { api: 'collections', does: collection('POST', populated), refused: rowFails(...fieldUnknown), works: rowSucceeds },
    {
      api: 'Bulk',
      does: bulk('insert', populationCsv),
      refused: jobFails('InvalidBatch : Field name not found : Population__c'),
      works: noRowFails,
    },
    { api: 'Apex REST', does: apex(populated), refused: apexRowFails(fieldUnknown, true), works: rowSucceeds },
  ]),
  ...of('6 a record hidden by sharing', isPrivate, [
    { api: 'REST', call: 'row', does: rest('GET', rowOfOther), refused: notFound, works: isStatus(200) },
    {
      api: 'REST',
      call: 'update',
      does: rest('PATCH', rowOfOther, () => ({ Name: 'Lima' })),
      refused: { status: 404, said: error(...recordHidden, []) },
      works: isStatus(204),
    },
    {
      api: 'REST',
      call: 'lookup',
      does: rest(
        'POST',
        () => row(),
        ({ countryOfOther }) => city({ Country__c: countryOfOther }),
      ),
      refused: {
        status: 400,
        said: error(
          'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
          'insufficient access rights on cross-reference id: <countryOfOther, 15 characters>',
          ['Country__c'],
        ),
      },
      works: isStatus(201),
    },
    {
      api: 'collections',
      call: 'fetch',
      does: rest('GET', ({ ofOther }) => `composite/sobjects/City__c?ids=${ofOther}&fields=Name`),
      refused: { status: 200, said: [null] },
      works: ({ said }) => (said as { Name: string }[])[0]?.Name === 'Lima',
    },
    {
      api: 'collections',
      call: 'update',
      does: collection('PATCH', ({ ofOther }) => ({ id: ofOther, Name: 'Lima' })),
      refused: rowFails(...recordHidden, [], { id: '<ofOther>' }),
      works: rowSucceeds,
    },
    {
      api: 'SOQL',
      does: soql("SELECT Name FROM City__c WHERE Code__c = 'lima'"),
      refused: { status: 200, said: { totalSize: 0, done: true, records: [] } },
      works: finds,
    },
    {
      api: 'Bulk query',
      does: bulkQuery("SELECT Name FROM City__c WHERE Code__c = 'lima'"),
      refused: { status: 200, said: ['"Name"'] },
      works: hasLines,
    },
    {
      api: 'Bulk',
      does: bulk('update', ({ ofOther }) => `Id,Name\n${ofOther},Lima\n`),
      refused: jobFails([`${recordHidden.join(':')}:--`]),
      works: noRowFails,
    },
    {
      api: 'Apex REST',
      does: apex(() => ({ Code__c: 'lima', Name: 'Lima' })),
      refused: apexRowFails(accessRefused, false),
      works: rowSucceeds,
    },
  ]),
  ...of('7 no API Enabled', noApi, [
    { api: 'REST', does: rest('GET', ownRow), refused: apiDisabled('REST'), works: isStatus(200) },
    { api: 'collections', does: collection('POST', () => city()), refused: apiDisabled('REST'), works: rowSucceeds },
    { api: 'SOQL', does: soql('SELECT Id FROM City__c'), refused: apiDisabled('REST'), works: finds },
    { api: 'Bulk', does: bulk('insert', insertCsv), refused: apiDisabled('Bulk'), works: noRowFails },
    { api: 'Bulk query', does: bulkQuery('SELECT Id FROM City__c'), refused: apiDisabled('Bulk'), works: hasLines },
    { api: 'Apex REST', does: apex(() => city()), refused: apiDisabled('REST'), works: rowSucceeds },
  ]),
  ...of('7 no Bulk API Hard Delete', { ...whole, bulkApiHardDelete: false }, [
    {
      api: 'Bulk',
      does: bulk('hardDelete', ({ own }) => `Id\n${own}\n`),
      refused: {
        status: 400,
        said: error('FEATURENOTENABLED', 'hardDelete operation requires the Bulk API Hard Delete permission'),
      },
      works: noRowFails,
    },
  ]),
  ...of('8 no access to the Apex class', { ...whole, apexClasses: ['Echo'] }, [
    {
      api: 'Apex REST',
      does: apex(() => city()),
      refused: { status: 403, said: error('FORBIDDEN', 'You do not have access to the Apex class named: CityLoader') },
      works: rowSucceeds,
    },
  ]),
];

/** Ids by what they are of; a refusal may tell 15 characters of them. */
function withoutIds(text: string, made: Made): string {
  return Object.entries(made).reduce(
    (left, [name, id]) => left.replaceAll(id, `<${name}>`).replaceAll(id.slice(0, 15), `<${name}, 15 characters>`),
    text,
  );
}

/** Anew for each call, since some of them delete what they find. */
async function make({ limited, other, grant }: OrgWithRights): Promise<Made> {
  await grant(whole);
  const upsert = async (ask: Ask, path: string, values: object) => {
    const answer = await ask('PATCH', `sobjects/${path}`, values);
    assert.ok(answer.status === 201 || answer.status === 200, answer.text);
    return (answer.json as { id: string }).id;
  };
  return {
    own: await upsert(limited, 'City__c/Code__c/kyoto', { Name: 'Kyoto' }),
    ofOther: await upsert(other, 'City__c/Code__c/lima', { Name: 'Lima' }),
    countryOfOther: await upsert(other, 'Country__c/Code__c/PE', { Name: 'Peru' }),
  };
}

test('every case of a restricted user is refused in its words over every API that has it, and works once it is granted', async (t) => {
  await using org = await openOrgWithRights();
  for (const { case: name, api, call = '', without, does, refused, works } of cells) {
    await t.test(`${name}: ${api} ${call}`.trim(), async () => {
      const made = await make(org);
      await org.grant(without);
      const before = await does(org.limited, made);
      const said = withoutIds(JSON.stringify(before.said), made);
      assert.deepEqual([before.status, said], [refused.status, JSON.stringify(refused.said)]);
      await org.grant(whole);
      const after = await does(org.limited, made);
      assert.ok(works(after), JSON.stringify(after));
    });
  }
});

test('no case is left out in an API that has it', () => {
  for (const [name, absent] of Object.entries(cases) as [CaseName, readonly Api[]][]) {
    for (const api of apis) {
      const isThere = cells.some((cell) => cell.case === name && cell.api === api);
      assert.equal(isThere, !absent.includes(api), `${name}: ${api}`);
    }
  }
});
