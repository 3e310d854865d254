/** Interfaces out of Salesforce in the hub, with an agent, an org and a database: records mapped before anything is saved, and rights. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Org } from '../../src/org/index.ts';
import { openSalesforce } from '../../src/salesforce/index.ts';
import { runSql } from '../postgres.ts';
import { crossOf, openConnectionStage } from './connections-stage.ts';

let stage: Awaited<ReturnType<typeof openConnectionStage>>;
let connectionId: number;

async function insertAccounts({ url, consumerKey, consumerSecret }: Org): Promise<void> {
  await using salesforce = openSalesforce({ myDomainUrl: url, consumerKey, consumerSecret });
  const records = [
    { Name: 'Acme One', NumberOfEmployees: 7 },
    { Name: 'Acme Second' },
    { Name: 'Bee', NumberOfEmployees: 2 },
  ];
  const outcomes = await salesforce.saveCollection({ operation: 'insert', object: 'Account', records });
  assert.ok(outcomes.every((one) => one.success));
}

before(async () => {
  stage = await openConnectionStage();
  const { call, org, connection, postgres } = stage;
  await insertAccounts(org);
  await runSql(
    postgres,
    'create table account_copy ("Id" varchar(18) primary key, "Name" varchar(9), employees integer not null, label boolean)',
  );
  const made = await call('POST', '/connections', connection('acme'));
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  connectionId = made.json.id;
  assert.equal((await call('POST', '/integrations', { name: 'Copies' })).status, 201);
});

after(() => stage.close());

const accounts = {
  name: 'accounts',
  type: 'outbound',
  integration: 'Copies',
  connection: 'acme',
  object: 'Account',
  fields: ['Name'],
  where: "Name LIKE 'Acme%'",
  mapping: {
    employees: 'NumberOfEmployees',
    label: { formula: 'UPPER(name) & ", " & TEXT(NumberOfEmployees + 1) & Owner.LastName' },
  },
  target: { table: 'account_copy', deleted: 'ignore' },
};

test('records of the org are shown with their cells, and with what the table would not take', async () => {
  const { call } = stage;
  const asked = { definition: accounts, rows: 2 };
  const { status, json, errors } = await call('POST', '/interfaces/test-mapping-on-records', asked);
  assert.equal(status, 200, JSON.stringify(errors));
  assert.deepEqual(json.table, { there: true, lacks: [] });
  const [first, second] = json.records;
  assert.deepEqual(first.record, {
    Id: first.cells.Id,
    Name: 'Acme One',
    NumberOfEmployees: '7',
    name: 'Acme One',
    'Owner.LastName': 'Loader',
  });
  assert.deepEqual(first.cells, { Id: first.record.Id, Name: 'Acme One', employees: '7', label: 'ACME ONE, 8Loader' });
  assert.deepEqual(first.unfit, [
    { column: 'label', message: 'The column is boolean, which "ACME ONE, 8Loader" is not.' },
  ]);
  assert.deepEqual(
    second.unfit.map(({ column, message }: { column: string; message: string }) => `${column}: ${message}`).slice(0, 2),
    [
      'Name: The column takes 9 letters, and the value has 11.',
      'employees: The column takes no null, and the record has no value for it.',
    ],
  );
});

test('a table that is not there, and columns that it lacks, are told', async () => {
  const { call } = stage;
  const ask = async (target: object) =>
    (await call('POST', '/interfaces/test-mapping-on-records', { definition: { ...accounts, target }, rows: 1 })).json;
  assert.deepEqual((await ask({ table: 'nowhere' })).table, { there: false, lacks: [] });
  assert.deepEqual((await ask({ table: 'account_copy' })).table, { there: true, lacks: ['IsDeleted'] });
});

test('records are offered by the fields that are named or all there are, and each wrong turn has its sentence', async () => {
  const { call } = stage;
  const path = `/connections/${connectionId}/sample-records`;
  const some = await call('POST', path, { object: 'Account', fields: ['NAME', 'Owner.LastName'], rows: 1 });
  assert.deepEqual(some.json.fields, [
    { path: 'NAME', type: 'Text' },
    { path: 'Owner.LastName', type: 'Text' },
  ]);
  assert.equal(some.json.rows[0][1], 'Loader');
  const all = await call('POST', path, { object: 'Account' });
  assert.deepEqual([all.json.rows.length, all.json.fields.length > 20], [3, true]);
  const cases: [object, number, RegExp][] = [
    [{ object: 'Acount' }, 422, /Acount/],
    [{ object: 'Account', fields: ['Namee'] }, 422, /Account has no field Namee.*Did you mean "Name"/],
    [{ object: 'Account', where: 'Namee = 1' }, 422, /Namee/],
    [{ object: 'Account', rows: 201 }, 400, /Rows is out of range/],
  ];
  for (const [body, status, words] of cases) {
    const refused = await call('POST', path, body);
    assert.deepEqual(
      [refused.status, JSON.stringify(body)],
      [status, JSON.stringify(body)],
      JSON.stringify(refused.errors),
    );
    assert.match(`${refused.errors[0]?.message} ${refused.errors[0]?.next}`, words);
  }
});

test('the ping of the org holds the rights of the run-as user against the interfaces out of Salesforce that use it', async () => {
  const { call } = stage;
  const made = await call('POST', '/interfaces', { definition: accounts });
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  const good = (await call('POST', `/connections/${connectionId}/ping-salesforce`)).json;
  assert.equal(crossOf(good), undefined);
  assert.match(good.steps.at(-1).detail, /may do what the interface needs/);
  const definition = { ...made.json.definition, fields: ['Name', 'Nothing__c'] };
  await call('PUT', `/interfaces/${made.json.id}`, { definition, version: 1 });
  const bad = (await call('POST', `/connections/${connectionId}/ping-salesforce`)).json;
  assert.match(crossOf(bad)?.detail ?? '', /accounts: Account has no field Nothing__c that the run-as user can read/);
});
