import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExampleOrg, ids, startOfTime } from './example-org.test.ts';

const second = 1000;

/** Ten countries, two at each of five seconds; the org modified one of them later than its last user. */
function createOrg() {
  const org = createExampleOrg();
  for (let n = 0; n < 10; n++) {
    const at = startOfTime + Math.floor(n / 2) * second;
    org.add('Country__c', { Name: `C${n}`, Code__c: `c${n}`, SystemModstamp: at, LastModifiedDate: at });
  }
  org.database.exec(`UPDATE Country__c SET SystemModstamp = SystemModstamp + 4000 WHERE Name = 'C0'`);
  return org;
}

const at = (seconds: number) => new Date(startOfTime + seconds * second).toISOString();
const idOf = (n: number) => ids('a00', n + 1);

test('what follows a row in the order of change is found, rows of the same second by their ids', () => {
  const { column } = createOrg();
  const after = (seconds: number, n: number, more = '') =>
    column(
      `SELECT Name FROM Country__c WHERE (SystemModstamp > ${at(seconds)} OR (SystemModstamp = ${at(seconds)} AND Id > '${idOf(n)}'))${more} ORDER BY SystemModstamp, Id`,
    );
  assert.deepEqual(after(1, 2), ['C3', 'C4', 'C5', 'C6', 'C7', 'C0', 'C8', 'C9']);
  assert.deepEqual(after(1, 3), ['C4', 'C5', 'C6', 'C7', 'C0', 'C8', 'C9']);
  assert.deepEqual(after(4, 0), ['C8', 'C9']);
  assert.deepEqual(after(4, 9), []);
  assert.deepEqual(after(1, 3, ` AND SystemModstamp < ${at(3)}`), ['C4', 'C5']);
  assert.deepEqual(
    column(
      `SELECT Name FROM Country__c WHERE SystemModstamp < ${at(2)} OR (SystemModstamp = ${at(2)} AND Id < '${idOf(5)}') ORDER BY SystemModstamp DESC, Id DESC`,
    ),
    ['C4', 'C3', 'C2', 'C1'],
  );
});

test('a bound on LastModifiedDate keeps out nobody who was modified by the org later', () => {
  const { column } = createOrg();
  const where = (condition: string) => column(`SELECT Name FROM Country__c WHERE ${condition} ORDER BY Name`);
  assert.deepEqual(where(`LastModifiedDate >= ${at(4)}`), ['C8', 'C9']);
  assert.deepEqual(where(`LastModifiedDate > ${at(3)}`), ['C8', 'C9']);
  assert.deepEqual(where(`LastModifiedDate = ${at(0)}`), ['C0', 'C1']);
  assert.deepEqual(where(`LastModifiedDate <= ${at(0)}`), ['C0', 'C1']);
  assert.deepEqual(where(`NOT LastModifiedDate >= ${at(1)}`), ['C0', 'C1']);
  assert.deepEqual(where(`LastModifiedDate >= TODAY AND Name = 'C0'`), ['C0']);
});

test('conditions that only look like a bound change nothing', () => {
  const { column } = createOrg();
  const where = (condition: string) => column(`SELECT Name FROM Country__c WHERE ${condition} ORDER BY Name`);
  assert.deepEqual(where(`SystemModstamp > ${at(3)} OR (SystemModstamp = ${at(0)} AND Id > '${idOf(0)}')`), [
    'C0',
    'C1',
    'C8',
    'C9',
  ]);
  assert.deepEqual(where(`SystemModstamp > ${at(3)} OR (SystemModstamp = ${at(3)} OR Name = 'C1')`), [
    'C0',
    'C1',
    'C6',
    'C7',
    'C8',
    'C9',
  ]);
});

test('reads of changes begin at an index and need no sorting', () => {
  const { database, query } = createOrg();
  const plans: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql) => {
    if (sql.startsWith('SELECT'))
      plans.push(
        prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => detail)
          .join('; '),
      );
    return prepare(sql);
  };
  const bySystem = [
    `(SystemModstamp > ${at(1)} OR (SystemModstamp = ${at(1)} AND Id > '${idOf(3)}')) AND SystemModstamp < ${at(4)}`,
    `SystemModstamp > ${at(1)} OR (SystemModstamp = ${at(1)} AND Id > '${idOf(3)}')`,
    `SystemModstamp >= ${at(1)} AND SystemModstamp < ${at(4)}`,
  ];
  for (const where of bySystem) {
    query(`SELECT Id, Name FROM Country__c WHERE ${where} ORDER BY SystemModstamp, Id`);
    query(`SELECT Id, Name FROM Country__c WHERE ${where} ORDER BY SystemModstamp, Id LIMIT 200`);
  }
  query('SELECT Id FROM Country__c ORDER BY SystemModstamp, Id');
  for (const plan of plans) {
    assert.match(plan, /USING (COVERING )?INDEX index_Country__c_SystemModstamp_Id/);
    assert.doesNotMatch(plan, /TEMP B-TREE|MULTI-INDEX/);
  }
  assert.equal(plans.length, 7);
  query(`SELECT Id FROM Country__c WHERE LastModifiedDate > ${at(1)} ORDER BY LastModifiedDate`);
  assert.match(plans[7] ?? '', /SEARCH t0 USING INDEX index_Country__c_SystemModstamp_Id \(SystemModstamp>/);
});
