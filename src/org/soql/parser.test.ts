import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeQuery, isQueryValid, parseQuery } from '@jetstreamapp/soql-parser-js';
import { parseSoql } from './parser.ts';

/** Queries that Salesforce takes, in all the forms that clients send. */
const valid = [
  'SELECT Id FROM Account',
  'select id, name from account',
  'SELECT Id, Name, Owner.Name, Parent.Owner.Profile.Name FROM Account',
  "SELECT Id FROM Account WHERE Name = 'Acme'",
  "SELECT Id FROM Account WHERE Name = 'it\\'s' AND Industry != null",
  "SELECT Id FROM Account WHERE (Name = 'a' OR Name = 'b') AND Industry = 'c'",
  "SELECT Id FROM Account WHERE ((Name = 'a' AND Site = 'x') OR (Name = 'b' AND Site = 'y')) AND NumberOfEmployees >= 10",
  "SELECT Id FROM Account WHERE NOT Name LIKE 'a%'",
  "SELECT Id FROM Account WHERE (NOT Name LIKE 'a%') AND (NOT Name LIKE '%b')",
  "SELECT Id FROM Account WHERE Name LIKE '%\\_%' OR Name LIKE '100\\%'",
  "SELECT Id FROM Account WHERE Name IN ('a', 'b', 'c') AND Id NOT IN ('001000000000001')",
  'SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)',
  "SELECT Id FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact WHERE LastName LIKE 'A%') AND Name != null",
  "SELECT Id FROM Lead WHERE Tags__c INCLUDES ('a;b', 'c') AND Other__c EXCLUDES ('d')",
  'SELECT Id FROM Account WHERE NumberOfEmployees > 10 AND AnnualRevenue <= 1.5',
  'SELECT Id FROM Account WHERE AnnualRevenue < -5',
  'SELECT Id FROM Account WHERE IsDeleted = TRUE OR IsDeleted = false',
  'SELECT Id FROM Account WHERE CreatedDate = TODAY OR CreatedDate = LAST_N_DAYS:30',
  'SELECT Id FROM Account WHERE CreatedDate > N_DAYS_AGO:7 AND CreatedDate < NEXT_N_WEEKS:2',
  'SELECT Id FROM Account WHERE CreatedDate = THIS_FISCAL_QUARTER OR CreatedDate = LAST_N_FISCAL_YEARS:3',
  'SELECT Id FROM Account WHERE CreatedDate >= 2026-11-21T00:00:00Z AND CreatedDate < 2026-11-22T00:00:00.000+01:00',
  'SELECT Id FROM Contact WHERE Birthdate = 1815-12-10',
  'SELECT Id, (SELECT Id, LastName FROM Contacts) FROM Account',
  "SELECT Id, (SELECT Id FROM Contacts WHERE LastName = 'x' ORDER BY LastName DESC LIMIT 5), (SELECT Id FROM Opportunities) FROM Account",
  'SELECT Name, (SELECT Name, (SELECT LastName FROM Contacts) FROM ChildAccounts) FROM Account',
  'SELECT COUNT() FROM Account',
  "SELECT COUNT() FROM Contact WHERE Account.Name = 'a'",
  'SELECT COUNT(Id) FROM Account',
  'SELECT COUNT(Id) total, MAX(AnnualRevenue), MIN(CreatedDate) earliest FROM Account',
  'SELECT Industry, COUNT(Id), AVG(AnnualRevenue) FROM Account GROUP BY Industry',
  'SELECT Industry i, COUNT_DISTINCT(OwnerId) owners FROM Account GROUP BY Industry HAVING COUNT(Id) > 1',
  'SELECT CALENDAR_YEAR(CreatedDate), SUM(Amount) FROM Opportunity GROUP BY CALENDAR_YEAR(CreatedDate)',
  'SELECT CALENDAR_MONTH(CreatedDate) m, COUNT(Id) FROM Account GROUP BY CALENDAR_MONTH(CreatedDate) ORDER BY CALENDAR_MONTH(CreatedDate) ASC',
  "SELECT Name, MAX(Amount) FROM Opportunity GROUP BY Name HAVING MAX(Amount) > 10000 AND Name LIKE 'A%' ORDER BY MAX(Amount) DESC NULLS LAST",
  'SELECT Id FROM Account WHERE CALENDAR_YEAR(CreatedDate) = 2026',
  'SELECT toLabel(Industry) FROM Account',
  "SELECT Id FROM Account WHERE toLabel(Industry) = 'Energy'",
  'SELECT FORMAT(AnnualRevenue) money FROM Account',
  'SELECT Id FROM Account ORDER BY Name',
  'SELECT Id FROM Account ORDER BY Name ASC NULLS LAST, CreatedDate DESC NULLS FIRST',
  'SELECT Id FROM Account ORDER BY Owner.Name LIMIT 10',
  'SELECT Id FROM Account LIMIT 0',
  'SELECT Id FROM Account LIMIT 100 OFFSET 50',
  'SELECT Id FROM Account OFFSET 5',
  'SELECT a.Id, a.Owner.Name FROM Account a WHERE a.Name != null',
  'SELECT FIELDS(ALL) FROM Account LIMIT 200',
  'SELECT FIELDS(STANDARD), Ext__c FROM Account',
  'SELECT Id FROM Account USING SCOPE mine',
  'SELECT Id FROM Account USING SCOPE everything WHERE Name != null',
  'SELECT Id FROM Account FOR VIEW',
  'SELECT Id FROM Account LIMIT 1 FOR REFERENCE',
  'SELECT Id FROM Account FOR UPDATE',
  'SELECT\n  Id,\n  Name\nFROM\tAccount\nWHERE\n  Name = null',
  'SELECT Id,Name FROM Account WHERE Name=null AND(Site!=null)',
  "SELECT Id FROM ns__Thing__c WHERE ns__Parent__r.ns__Code__c = 'x'",
  "SELECT Id FROM Account WHERE Name = 'a\\n\\t\\\\b \\u00e9'",
];

for (const soql of valid) {
  test(`"${soql.replaceAll(/\s+/g, ' ')}" is a query, here and to the other parser`, () => {
    assert.ok(isQueryValid(soql), 'the other parser takes it');
    const tree = parseSoql(soql);
    assert.ok(tree.items.length > 0);
    const composed = composeQuery(parseQuery(soql));
    assert.deepEqual(bare(parseSoql(composed)), bare(tree), 'the form the other parser writes has the same tree');
  });
}

/** A tree without places, names in small letters. */
function bare(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value) =>
      key === 'at' ? undefined : typeof value === 'string' && key !== 'kind' ? value.toLowerCase() : value,
    ),
  );
}

test('a chain of ANDs is one node, and parentheses make nodes of their own', () => {
  const { where } = parseSoql("SELECT Id FROM A WHERE x = 1 AND (y = 2 OR NOT z = 3) AND w LIKE 'a'");
  assert.deepEqual(bare(where), {
    kind: 'and',
    conditions: [
      compare('x', '=', 'number', '1'),
      {
        kind: 'or',
        conditions: [compare('y', '=', 'number', '2'), { kind: 'not', condition: compare('z', '=', 'number', '3') }],
      },
      compare('w', 'like', 'string', 'a'),
    ],
  });
});

function compare(field: string, operator: string, kind: string, text: string) {
  return { kind: 'compare', left: { kind: 'field', path: { parts: [field] } }, operator, value: { kind, text } };
}
