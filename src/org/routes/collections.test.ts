import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CallOptions, openOrgInTest, type Reply } from './org-in-test.ts';

let opened: Awaited<ReturnType<typeof openOrgInTest>>;
const call = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
  opened.call(method, path, options);

type Row = {
  id?: string;
  success: boolean;
  created?: boolean;
  errors: { statusCode: string; message: string; fields: string[] }[];
};

before(async () => {
  opened = await openOrgInTest();
});

after(() => opened.org.close());

const account = (Name: string | null) => ({ attributes: { type: 'account' }, Name });
const city = (Code__c: string) => ({ attributes: { type: 'City__c' }, Name: Code__c, Code__c });

async function count(object: string): Promise<number> {
  return ((await call('GET', `query?q=SELECT+COUNT()+FROM+${object}`)).json as { totalSize: number }).totalSize;
}

test('rows of several objects are saved in one call and answered in the order they came in', async () => {
  const records = [
    account('a'),
    city('1'),
    account(null),
    city('2'),
    { attributes: { type: 'Nope' } },
    { Name: 'untyped' },
  ];
  const { status, json } = await call('POST', 'composite/sobjects', { json: { records } });
  const rows = json as Row[];
  assert.equal(status, 200);
  assert.deepEqual(
    rows.map(({ id, errors }) => id?.slice(0, 3) ?? errors[0]?.statusCode),
    ['001', 'a00', 'REQUIRED_FIELD_MISSING', 'a00', 'INVALID_TYPE', 'INVALID_TYPE'],
  );
  assert.deepEqual(Object.keys(rows[0] ?? {}), ['id', 'success', 'errors']);
  assert.deepEqual(rows[2], {
    success: false,
    errors: [
      { statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
    ],
  });
});

test('all or none holds over several objects', async () => {
  const before = [await count('Account'), await count('City__c')];
  const records = [account('good'), city('good'), account(null)];
  const { json } = await call('POST', 'composite/sobjects', { json: { allOrNone: true, records } });
  const codes = (json as Row[]).map(({ errors }) => errors[0]?.statusCode);
  assert.deepEqual(codes, [
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    'REQUIRED_FIELD_MISSING',
  ]);
  assert.deepEqual([await count('Account'), await count('City__c')], before);
  const good = await call('POST', 'composite/sobjects', { json: { allOrNone: true, records: records.slice(0, 2) } });
  assert.ok((good.json as Row[]).every(({ success }) => success));
  assert.deepEqual(
    [await count('Account'), await count('City__c')],
    before.map((number) => number + 1),
  );
});

test('an update names its rows by id or Id; an upsert says of each row whether it created it', async () => {
  const inserted = (await call('POST', 'composite/sobjects', { json: { records: [account('x'), account('y')] } }))
    .json as Row[];
  const [first, second] = inserted.map(({ id }) => id ?? '');
  const records = [
    { ...account('x2'), id: first },
    { ...account('y2'), Id: second },
  ];
  const updated = (await call('PATCH', 'composite/sobjects', { json: { records } })).json as Row[];
  assert.deepEqual(updated, [
    { id: first, success: true, errors: [] },
    { id: second, success: true, errors: [] },
  ]);
  const upsert = async () =>
    (
      await call('PATCH', 'composite/sobjects/city__c/code__c', {
        json: { records: [city('U1'), city('U2'), account('z')] },
      })
    ).json as Row[];
  assert.deepEqual(
    (await upsert()).map(({ success, created }) => [success, created]),
    [
      [true, true],
      [true, true],
      [false, false],
    ],
  );
  assert.deepEqual(
    (await upsert()).map(({ success, created }) => [success, created]),
    [
      [true, false],
      [true, false],
      [false, false],
    ],
  );
});

test('rows are deleted by ids of any objects, and each id that is none has its error', async () => {
  const made = (await call('POST', 'composite/sobjects', { json: { records: [account('d'), city('d')] } }))
    .json as Row[];
  const ids = [...made.map(({ id }) => id), 'nonsense', '001Sb00zzzzzzzzIAA'].join(',');
  const rows = (await call('DELETE', `composite/sobjects?ids=${ids}&allOrNone=false`)).json as Row[];
  assert.deepEqual(
    rows.map(({ success, errors }) => errors[0]?.statusCode ?? success),
    [true, true, 'MALFORMED_ID', 'INVALID_CROSS_REFERENCE_KEY'],
  );
});

test('records are fetched in the order of their ids, null where there is none', async () => {
  const made = (await call('POST', 'composite/sobjects', { json: { records: [account('r1'), account('r2')] } }))
    .json as Row[];
  const [first = '', second = ''] = made.map(({ id }) => id);
  const ids = [second, '001Sb00zzzzzzzz', first.slice(0, 15), 'nonsense', second];
  const names = (json: unknown) => (json as ({ Name: string } | null)[]).map((record) => record?.Name ?? null);
  const expected = ['r2', null, 'r1', null, 'r2'];
  assert.deepEqual(names((await call('GET', `composite/sobjects/Account?ids=${ids}&fields=name`)).json), expected);
  assert.deepEqual(
    names((await call('POST', 'composite/sobjects/Account', { json: { ids, fields: ['Name'] } })).json),
    expected,
  );
});

test('more than 200 rows are refused as a whole', async () => {
  const records = Array.from({ length: 201 }, () => account('many'));
  const { status, json } = await call('POST', 'composite/sobjects', { json: { records } });
  assert.equal(status, 400);
  assert.deepEqual(json, [
    {
      message: 'record limit reached. cannot submit more than 200 records into this call',
      errorCode: 'EXCEEDED_ID_LIMIT',
    },
  ]);
  assert.equal((await call('POST', 'composite/sobjects', { json: { records: [1] } })).status, 400);
  assert.equal((await call('POST', 'composite/sobjects', { json: {} })).status, 400);
});

test('an upsert by Id inserts the rows whose Id is null', async () => {
  const records = [{ attributes: { type: 'City__c' }, Id: null, Name: 'by null' }];
  const [row] = (await call('PATCH', 'composite/sobjects/City__c/Id', { json: { records } })).json as Row[];
  assert.deepEqual([row?.success, row?.created], [true, true], JSON.stringify(row));
});
