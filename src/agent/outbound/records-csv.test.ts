import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordsCsv } from './records-csv.ts';

test('records of a query become the CSV that a bulk job would give of them', () => {
  const at = '2026-11-21T17:50:19.000+0000';
  const records = [
    { attributes: {}, Id: '001', Name: 'A "b",\nc', Active__c: true, Owner: { attributes: {}, Name: 'Eve' }, At: at },
    { attributes: {}, Id: '002', Name: null, Active__c: false, Owner: null, At: null, Sum: 1e21 },
  ];
  const csv = recordsCsv(['Id', 'Name', 'Active__c', 'Owner.Name', 'At', 'Sum'], records).toString();
  assert.equal(
    csv,
    'Id,Name,Active__c,Owner.Name,At,Sum\n001,"A ""b"",\nc",true,Eve,2026-11-21T17:50:19.000Z,\n002,,false,,,1e+21\n',
  );
});

test('a text that only ends like an instant stays as it is', () => {
  assert.equal(recordsCsv(['Name'], [{ Name: 'call +0000' }]).toString(), 'Name\ncall +0000\n');
});
