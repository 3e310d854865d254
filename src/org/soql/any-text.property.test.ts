/** Whatever text is sent, it is answered or refused in Salesforce's form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OrgRefused } from '../records/refusal.ts';
import { createExampleOrg, me } from './example-org.test.ts';

const org = createExampleOrg();
const acme = org.add('Account', { Name: 'Acme', BillingCity: 'Paris' });
org.add('Contact', { Name: 'Ada', AccountId: acme });

/** Good queries, in pieces that are cut and mixed. */
const good = [
  "SELECT Id , Name , Owner . Name , BillingAddress FROM Account WHERE Name = 'Acme' AND NumberOfEmployees > 5 ORDER BY Name DESC NULLS LAST LIMIT 5 OFFSET 1",
  'SELECT Name , ( SELECT Id , Account . Name FROM Contacts WHERE Email != null ORDER BY Name LIMIT 2 ) FROM Account a',
  'SELECT Industry i , COUNT ( Id ) n , MAX ( CreatedDate ) FROM Account GROUP BY Industry HAVING COUNT ( Id ) > 1 ORDER BY COUNT ( Id )',
  "SELECT COUNT ( ) FROM Contact WHERE Account . Name LIKE 'A%' OR ( NOT CreatedDate = LAST_N_DAYS : 7 )",
  'SELECT Id FROM Account WHERE Id IN ( SELECT AccountId FROM Contact WHERE IsDeleted = false ) AND OwnerId NOT IN ( null )',
  "SELECT toLabel ( Size__c ) s , FORMAT ( Population__c ) p FROM City__c WHERE Tags__c INCLUDES ( 'a;b' , 'c' ) FOR VIEW",
  'SELECT FIELDS ( ALL ) FROM City__c WHERE Founded__c < 2026-01-01 AND Opens__c > 10:00:00Z AND CALENDAR_YEAR ( Seen__c ) = 2026 LIMIT 200',
  "SELECT Who__r . Name FROM Visit__c USING SCOPE mine WHERE Who__r . Email = 'x' AND CreatedDate >= 2026-01-01T00:00:00Z",
];
const pieces = good.map((soql) => soql.split(' '));
const allPieces = [
  ...new Set(pieces.flat()),
  '<>',
  '<=',
  "'001000000000001'",
  '1e400',
  '-0',
  'AS',
  'TYPEOF',
  "''",
  ':',
  '__proto__',
  'toString',
];

type Change = { at: number; kind: 'drop' | 'put' | 'swap' | 'double'; piece: string };

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat({ max: 40 }),
  kind: fc.constantFrom('drop', 'put', 'swap', 'double'),
  piece: fc.constantFrom(...allPieces),
});

function applyChange(words: readonly string[], { at, kind, piece }: Change): string[] {
  const place = at % words.length;
  const word = words[place] ?? '';
  if (kind === 'drop') return words.toSpliced(place, 1);
  if (kind === 'put') return words.toSpliced(place, 0, piece);
  return words.toSpliced(place, 1, ...(kind === 'swap' ? [piece] : [word, word]));
}

const changed = fc
  .tuple(fc.constantFrom(...pieces), fc.array(change, { maxLength: 3 }))
  .map(([words, changes]) => changes.reduce(applyChange, words).join(' '));
const soup = fc.array(fc.constantFrom(...allPieces), { maxLength: 12 }).map((words) => `SELECT ${words.join(' ')}`);

function answerOrRefuse(soql: string): 'answered' | 'refused' {
  try {
    org.query(soql);
    org.runner.queryColumns({ userId: me, soql });
    return 'answered';
  } catch (error) {
    if (!(error instanceof OrgRefused)) throw error;
    assert.match(error.refusal.errorCode, /^[A-Z_]+$/);
    assert.notEqual(error.refusal.message, '');
    return 'refused';
  }
}

test('the queries to be spoilt are good ones', () => {
  for (const soql of good) assert.equal(answerOrRefuse(soql), 'answered', soql);
});

test('a spoilt query is answered or refused, and nothing else happens', () => {
  const seen = { answered: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(changed, soup, fc.string({ unit: 'grapheme' })), (soql) => {
      seen[answerOrRefuse(soql)] += 1;
    }),
    { numRuns: 3000 },
  );
  assert.ok(seen.answered > 100 && seen.refused > 100, JSON.stringify(seen));
});
