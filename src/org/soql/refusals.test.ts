import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExampleOrg } from './example-org.test.ts';
import { positionOf } from './refusals.ts';

const org = createExampleOrg();
const hint = 'Please reference your WSDL or the describe call for the appropriate names.';

test('an unknown object is refused with its place, in the words of Salesforce', () => {
  assert.deepEqual(org.refusal('select count() from XYZZY'), {
    status: 400,
    errorCode: 'INVALID_TYPE',
    message: `\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. ${hint}`,
  });
});

test('an unknown field is refused with its place, in the words of Salesforce', () => {
  assert.deepEqual(org.refusal('SELECT Id, Foo FROM Account'), {
    status: 400,
    errorCode: 'INVALID_FIELD',
    message: `\nSELECT Id, Foo FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Foo' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. ${hint}`,
  });
});

test('rows and columns count from 1, over several lines', () => {
  const { message } = org.refusal('SELECT Id\nFROM Account\nWHERE  Foo = 1');
  assert.match(message, /^\nWHERE {2}Foo = 1\n {7}\^\nERROR at Row:3:Column:8\nNo such column 'Foo'/);
  assert.deepEqual(positionOf('a\nb', 2), { row: 2, column: 1 });
});

test('of a long line only the words around the place are shown', () => {
  const { message } = org.refusal(
    `SELECT Id, Name, Industry, NumberOfEmployees, Description, AnnualRevenue, Foo, Website, Phone, Fax, Site, Sic, Rating, Type FROM Account`,
  );
  const [, line = '', caret = ''] = message.split('\n');
  assert.equal(line, 'Description, AnnualRevenue, Foo, Website, Phone, Fax, Site, Sic,');
  assert.equal(line.slice(caret.length - 1, caret.length + 2), 'Foo');
});

const refused: Record<string, readonly [code: string, message: RegExp]> = {
  '': ['MALFORMED_QUERY', /cannot be empty/],
  SELECT: ['MALFORMED_QUERY', /unexpected token/],
  'SELECT Id': ['MALFORMED_QUERY', /unexpected token: '<EOF>'/],
  'SELECT FROM Account': ['MALFORMED_QUERY', /Row:1:Column:8\nunexpected token: 'FROM'/],
  'SELECT Id, FROM Account': ['MALFORMED_QUERY', /unexpected token: 'FROM'/],
  'SELECT Id FROM Account WHERE': ['MALFORMED_QUERY', /unexpected token: '<EOF>'/],
  'SELECT Id FROM Account LIMIT x': ['MALFORMED_QUERY', /unexpected token: 'x'/],
  'SELECT Id FROM Account LIMIT 99999999999': ['MALFORMED_QUERY', /numeric value out of range/],
  'SELECT Id FROM Account nonsense more': ['MALFORMED_QUERY', /unexpected token: 'more'/],
  'DELETE FROM Account': ['MALFORMED_QUERY', /unexpected token: 'DELETE'/],
  "SELECT Id FROM Account WHERE Name = 'a": ['MALFORMED_QUERY', /mismatched character '<EOF>'/],
  "SELECT Id FROM Account WHERE Name = 'a\\q'": ['MALFORMED_QUERY', /Illegal character sequence '\\q'/],
  'SELECT Id FROM Account WHERE Name = "a"': ['MALFORMED_QUERY', /no viable alternative at character '"'/],
  "SELECT Id FROM Account -- WHERE Name = 'a'": ['MALFORMED_QUERY', /no viable alternative at character '-'/],
  "SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b' AND Name = 'c'": [
    'MALFORMED_QUERY',
    /unexpected token: 'AND'/,
  ],
  "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'": ['MALFORMED_QUERY', /unexpected token: 'OR'/],
  "SELECT Id FROM Account WHERE (Name = 'a'": ['MALFORMED_QUERY', /expecting a right parentheses, found '<EOF>'/],
  'SELECT Id FROM Account WHERE Id IN :ids': ['MALFORMED_QUERY', /Bind variables only allowed in Apex code/],
  'SELECT Id FROM Account WHERE Id = :id': ['MALFORMED_QUERY', /Bind variables only allowed in Apex code/],
  'SELECT Name n FROM Account': ['MALFORMED_QUERY', /only aggregate expressions use field aliasing/],
  'SELECT Id, ID FROM Account': ['INVALID_FIELD', /^duplicate field selected: Id$/],
  'SELECT Id, FIELDS(ALL) FROM Account LIMIT 200': ['INVALID_FIELD', /^duplicate field selected: Id$/],
  'SELECT FIELDS(ALL) FROM Account': ['MALFORMED_QUERY', /must have a LIMIT of at most 200/],
  'SELECT Foo.Name FROM Account': ['INVALID_FIELD', /Didn't understand relationship 'Foo' in field path/],
  'SELECT Id, (SELECT Id FROM Foos) FROM Account': [
    'INVALID_TYPE',
    /Didn't understand relationship 'Foos' in FROM part of query call/,
  ],
  'SELECT Id, (SELECT Id FROM Contacts GROUP BY Id) FROM Account': ['MALFORMED_QUERY', /unexpected token: 'GROUP'/],
  'SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account': ['MALFORMED_QUERY', /unexpected token: 'COUNT'/],
  'SELECT Id FROM User USING SCOPE mine': ['MALFORMED_QUERY', /scope mine is not supported for User/],
  'SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact ORDER BY Name)': ['MALFORMED_QUERY', /Semi join/],
  'SELECT Id FROM Account OFFSET 2001': ['NUMBER_OUTSIDE_VALID_RANGE', /^Maximum SOQL offset allowed is 2000$/],
  'SELECT Id FROM Account WHERE Name = 5': [
    'INVALID_FIELD',
    /field 'Name' must be of type string and should be enclosed in quotes/,
  ],
  "SELECT Id FROM Account WHERE NumberOfEmployees = '5'": [
    'INVALID_FIELD',
    /must be of type int and should not be enclosed in quotes/,
  ],
  "SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'": [
    'INVALID_FIELD',
    /field 'CreatedDate' must be of type dateTime and should not be enclosed in quotes/,
  ],
  'SELECT Id FROM Account WHERE CreatedDate > 2026-01-01': ['INVALID_FIELD', /must be of type dateTime/],
  'SELECT Id FROM City__c WHERE Founded__c = 2026-01-01T00:00:00Z': ['INVALID_FIELD', /must be of type date and/],
  'SELECT Id FROM City__c WHERE Founded__c = 2026-02-30': ['MALFORMED_QUERY', /Invalid date: 2026-02-30/],
  "SELECT Id FROM City__c WHERE Capital__c = 'true'": ['INVALID_FIELD', /must be of type boolean/],
  "SELECT Id FROM Account WHERE Id = 'nonsense'": ['INVALID_QUERY_FILTER_OPERATOR', /invalid ID field: nonsense/],
  "SELECT Id FROM Account WHERE Id LIKE '001%'": ['INVALID_QUERY_FILTER_OPERATOR', /invalid operator on id field/],
  "SELECT Id FROM Account WHERE Name INCLUDES ('a')": [
    'INVALID_QUERY_FILTER_OPERATOR',
    /only valid on multipicklist field/,
  ],
  "SELECT Id FROM City__c WHERE Story__c = 'a'": [
    'INVALID_FIELD',
    /field 'Story__c' can not be filtered in a query call/,
  ],
  'SELECT Id FROM City__c ORDER BY Story__c': ['INVALID_FIELD', /field 'Story__c' can not be sorted in a query call/],
  'SELECT Tags__c FROM City__c GROUP BY Tags__c': [
    'INVALID_FIELD',
    /field 'Tags__c' can not be grouped in a query call/,
  ],
  'SELECT Name, COUNT(Id) FROM Account': ['MALFORMED_QUERY', /Field must be grouped or aggregated: Name/],
  'SELECT COUNT(Id) FROM Account GROUP BY Name ORDER BY Industry': [
    'MALFORMED_QUERY',
    /Ordered field must be grouped or aggregated: Industry/,
  ],
  'SELECT SUM(Name) FROM Account': ['INVALID_FIELD', /field Name does not support aggregate operator SUM/],
  'SELECT Id FROM Account WHERE COUNT(Id) > 1': ['MALFORMED_QUERY', /Aggregate/],
  'SELECT Id FROM Account HAVING COUNT(Id) > 1': ['MALFORMED_QUERY', /HAVING/],
  'SELECT Id FROM Account WHERE Id IN (SELECT LastName FROM Contact)': [
    'MALFORMED_QUERY',
    /Semi join sub-selects can only query id fields, cannot use: 'LastName'/,
  ],
  'SELECT Id FROM Account WHERE Id IN (SELECT OwnerId FROM Contact)': [
    'MALFORMED_QUERY',
    /should point to the same object type/,
  ],
  'SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)': [
    'MALFORMED_QUERY',
    /should be an id or reference field/,
  ],
  'SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account': ['MALFORMED_QUERY', /Maximum of 5/],
  'SELECT constructor FROM Account': ['INVALID_FIELD', /No such column 'constructor'/],
  'SELECT Id FROM Account WHERE Name constructor 5': ['MALFORMED_QUERY', /unexpected token: 'constructor'/],
};

for (const [soql, [errorCode, message]] of Object.entries(refused)) {
  test(`the query "${soql}" is refused as ${errorCode}`, () => {
    const refusal = org.refusal(soql);
    assert.match(refusal.message, message);
    assert.equal(refusal.errorCode, errorCode);
  });
}

const unknown: Record<string, string> = {
  'SELECT TYPEOF Owner WHEN User THEN Name END FROM Account': 'TYPEOF',
  'SELECT Name, COUNT(Id) FROM Account GROUP BY ROLLUP(Name)': 'GROUP BY ROLLUP',
  "SELECT Id FROM Account WHERE DISTANCE(Place__c, GEOLOCATION(1, 2), 'mi') < 5": 'function DISTANCE',
  'SELECT convertCurrency(AnnualRevenue) FROM Account': 'function CONVERTCURRENCY',
  'SELECT Id FROM Account WITH DATA CATEGORY Geo__c AT a__c': 'WITH DATA',
  'SELECT Id FROM Account WITH SECURITY_ENFORCED': 'WITH SECURITY_ENFORCED',
  'SELECT Id FROM Account USING SCOPE team': 'USING SCOPE team',
  'SELECT Id FROM Account WHERE AnnualRevenue > USD500': 'currency literal',
};

for (const [soql, what] of Object.entries(unknown)) {
  test(`${what} is refused and reported as unsupported, never answered in part`, () => {
    const { unsupported, refusal } = createExampleOrg();
    assert.equal(refusal(soql).errorCode, 'MALFORMED_QUERY');
    assert.deepEqual(unsupported, [what]);
  });
}

test('parentheses in their thousands are refused and do no harm', () => {
  assert.equal(org.refusal(`SELECT Id FROM Account WHERE ${'('.repeat(40_000)}`).errorCode, 'MALFORMED_QUERY');
  assert.equal(
    org.refusal(`SELECT Id FROM Account WHERE ${'NOT '.repeat(20_000)} Name = 'a'`).errorCode,
    'MALFORMED_QUERY',
  );
  assert.match(
    org.refusal(`SELECT Id FROM Account WHERE Name = '${'x'.repeat(100_000)}'`).message,
    /longer than 100000/,
  );
});
