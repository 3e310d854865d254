import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRecordWriter } from './record-writer.ts';

const attributes = { type: 'Contact', url: '/services/data/v68.0/sobjects/Contact/003' };

function written(soql: string, records: readonly Record<string, unknown>[], json = false): string {
  const texts: string[] = [];
  const writer = openRecordWriter({ soql, json, out: (text) => void texts.push(text) });
  for (const record of records) writer.write(record);
  if (records.length === 0) writer.end();
  return texts.join('');
}

test('columns are those selected, as they were written, and parents stand by their path', () => {
  const records = [
    { attributes, Id: '1', Name: 'a, "b"', Account: null, Active__c: true },
    { attributes, Id: '2', Name: null, Account: { attributes, Name: 'Acme' }, Active__c: false },
  ];
  assert.equal(
    written('select id, NAME,\n account.name, Active__c from Contact', records),
    'id,NAME,account.name,Active__c\n1,"a, ""b""",,true\n2,,Acme,false\n',
  );
});

test('where functions are selected the columns are those of the record, and what lies within is JSON', () => {
  const records = [{ attributes: { type: 'AggregateResult' }, expr0: 3, Industry: 'IT' }];
  assert.equal(written('SELECT COUNT(Id), Industry FROM Account GROUP BY Industry', records), 'expr0,Industry\n3,IT\n');
  const parents = [{ attributes, Id: '1', Contacts: { totalSize: 1, records: [{ attributes, Id: '3' }] } }];
  assert.equal(
    written('SELECT Id, (SELECT Id FROM Contacts) FROM Account', parents),
    'Id,Contacts\n1,"{""totalSize"":1,""records"":[{""Id"":""3""}]}"\n',
  );
});

test('a result without records is the header, where the query names its columns', () => {
  assert.equal(written('SELECT Id, Owner.Name FROM Account', []), 'Id,Owner.Name\n');
  assert.equal(written('SELECT FIELDS(ALL) FROM Account LIMIT 1', []), '');
  assert.equal(written('SELECT Id FROM Account', [], true), '');
});

test('JSON is the record without its attributes, one a line', () => {
  const record = { attributes, Id: '1', Account: { attributes, Name: 'Acme' } };
  assert.equal(written('SELECT Id FROM x', [record, record], true), `{"Id":"1","Account":{"Name":"Acme"}}\n`.repeat(2));
});
