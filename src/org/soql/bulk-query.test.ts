import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../records/database.ts';
import { OrgRefused } from '../records/refusal.ts';
import { createAccessFinder } from '../rights/index.ts';
import { createExampleOrg, type ExampleOrg, me, schema, startOfTime } from './example-org.test.ts';
import { checkBulkQuery, openBulkQuery, SoqlUnsupported } from './index.ts';

const access = createAccessFinder(schema).of(me);
const clock = { now: () => startOfTime, sleep: () => Promise.resolve() };

function read({ database }: ExampleOrg, soql: string, all = false) {
  const { columns, rows } = openBulkQuery({ database, schema, clock }, { soql, all, access, userId: me });
  return [columns, ...rows];
}

function refusal(soql: string): string {
  try {
    checkBulkQuery({ soql, all: false }, access);
  } catch (error) {
    if (error instanceof OrgRefused) return `${error.refusal.errorCode}: ${error.refusal.message}`;
    throw error;
  }
  throw new assert.AssertionError({ message: `was not refused: ${soql}` });
}

test('rows are texts in the order of the select list, parents by their path, and nothing where there is nothing', () => {
  const org = createExampleOrg();
  const france = org.add('Country__c', { Name: 'France', Code__c: 'FR', OwnerId: me });
  org.add('User', { Id: me, Name: 'Ada' });
  const city = { Population__c: 520_000.5, Capital__c: 0, Seen__c: startOfTime, Founded__c: '2026-11-20' };
  org.add('City__c', { Name: 'Lyon', Country__c: france, Size__c: 'Middle', ...city });
  org.add('City__c', { Name: 'Ys "sunk"', Capital__c: 1 });
  const soql =
    'SELECT population__C, name, country__r.Code__c, Country__r.Owner.NAME, Capital__c, Seen__c, Founded__c, toLabel(Size__c) FROM city__c ORDER BY Name';
  assert.deepEqual(read(org, soql), [
    [
      ...['Population__c', 'Name', 'Country__r.Code__c', 'Country__r.Owner.Name', 'Capital__c', 'Seen__c'],
      ...['Founded__c', 'Size__c'],
    ],
    ['520000.5', 'Lyon', 'FR', 'Ada', 'false', '2026-11-21T10:15:30.000Z', '2026-11-20', 'Medium'],
    ['', 'Ys "sunk"', '', '', 'true', '', '', ''],
  ]);
});

test('deleted records are there when all are asked for, and only then', () => {
  const org = createExampleOrg();
  org.add('Country__c', { Name: 'Here', Code__c: 'h' });
  org.add('Country__c', { Name: 'Gone', Code__c: 'g', IsDeleted: 1 });
  assert.deepEqual(read(org, 'SELECT Name FROM Country__c').slice(1), [['Here']]);
  assert.deepEqual(read(org, 'SELECT Name, IsDeleted FROM Country__c ORDER BY Name', true).slice(1), [
    ['Gone', 'true'],
    ['Here', 'false'],
  ]);
});

test('rows come as they were when the first was read, whatever is written meanwhile', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bulk-query-'));
  try {
    const file = join(folder, 'records.sqlite');
    openDatabase(file, { durable: false }).close();
    const org = createExampleOrg({ file });
    for (const Code__c of ['a', 'b', 'c']) org.add('Country__c', { Name: Code__c, Code__c });
    const database = openDatabase(file, { durable: false, readOnly: true });
    const query = { soql: 'SELECT Code__c FROM Country__c ORDER BY Code__c', all: false, access, userId: me };
    const { rows } = openBulkQuery({ database, schema }, query);
    assert.deepEqual(rows.next().value, ['a']);
    org.add('Country__c', { Name: 'late', Code__c: 'late' });
    org.database.exec("UPDATE Country__c SET Code__c = 'x' WHERE Code__c = 'b'");
    assert.deepEqual([...rows], [['b'], ['c']]);
    const again = openBulkQuery({ database, schema }, query);
    assert.deepEqual([...again.rows], [['a'], ['c'], ['late'], ['x']]);
    database.close();
    org.database.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the day is that of the clock', () => {
  const org = createExampleOrg();
  for (const Code__c of ['a', 'b', 'c']) org.add('Country__c', { Name: Code__c, Code__c, CreatedDate: startOfTime });
  const soql = 'SELECT Name FROM Country__c WHERE CreatedDate = TODAY';
  assert.equal(read(org, soql).length, 4);
  assert.equal(read(org, 'SELECT Name FROM Country__c WHERE CreatedDate = YESTERDAY').length, 1);
});

test('what Bulk query does not know is refused', () => {
  const aggregates =
    /^FEATURENOTENABLED: Aggregate Relationships not supported in Bulk V2 Query with CSV content type$/;
  assert.match(refusal('SELECT COUNT() FROM City__c'), aggregates);
  assert.match(refusal('SELECT MAX(Population__c) FROM City__c'), aggregates);
  assert.match(refusal('SELECT Size__c FROM City__c GROUP BY Size__c'), aggregates);
  assert.match(refusal('SELECT Id, (SELECT Id FROM Cities__r) FROM Country__c'), aggregates);
  assert.match(refusal('SELECT Id FROM City__c LIMIT 5 OFFSET 5'), /^FEATURENOTENABLED: OFFSET/);
  assert.match(
    refusal('SELECT Id, BillingAddress FROM Account'),
    /^API_ERROR: Selecting compound data not supported in Bulk Query$/,
  );
  assert.match(refusal('SELECT Id, Account.BillingAddress FROM Contact'), /^API_ERROR: Selecting compound/);
  assert.match(refusal('SELECT Nope FROM City__c'), /^INVALID_FIELD: \nSELECT Nope FROM City__c\n {7}\^/);
  assert.match(refusal('SELECT Id FROM Nope__c'), /^INVALID_TYPE: /);
  assert.match(refusal('SELECT'), /^MALFORMED_QUERY: /);
  const typeOf = 'SELECT TYPEOF Who__c WHEN Contact THEN Name END FROM Visit__c';
  assert.throws(() => checkBulkQuery({ soql: typeOf, all: false }, access), SoqlUnsupported);
});

test('the object is named in its own case, and limits and orders are kept', () => {
  assert.equal(checkBulkQuery({ soql: 'select id from CITY__C', all: false }, access), 'City__c');
  const org = createExampleOrg();
  for (const Name of ['b', 'c', 'a']) org.add('Country__c', { Name, Code__c: Name });
  assert.deepEqual(read(org, 'SELECT Name FROM Country__c ORDER BY Name DESC LIMIT 2').slice(1), [['c'], ['b']]);
});
