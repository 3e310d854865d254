import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-test-command-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const inbound =
  'name: shops\nconnection: ./nowhere.yaml\nsource: { table: shop }\nobject: Account\noperation: insert\n';

/** There is no connection file: nothing of an org or a database is looked at. */
async function sluiceTest(body: string, words: readonly string[] = [], whole = inbound + body) {
  const file = join(folder, 'shops.yaml');
  writeFileSync(file, whole);
  let out = '';
  let err = '';
  const code = await main(['test', file, ...words], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    watched: false,
    columns: 80,
    closed: false,
    environment: {},
    workingFolder: folder,
  });
  return { code, out, err };
}

const mapping = `
nulls: keep
columns: { since: Date }
mapping:
  Name: { formula: 'UPPER(TRIM(name))' }
  Rating: { column: stars, map: { 1: Cold, 5: Hot }, otherwise: reject }
  Site: { column: site, nulls: clear }
  AnnualRevenue: { formula: 'ROUND(revenue * 1.19, 2)' }
  Description: { formula: 'IF(open, "since " & TEXT(since + 1), "closed")' }
  ParentId: { parent: Parent, externalId: Ext__c, formula: 'LEFT(code, 2)', map: { UK: GB }, otherwise: keep }
tests:
`;

test('test cases that come out as expected end with 0, and say how many they are', async () => {
  const { code, out } = await sluiceTest(`${mapping}
  - name: a shop
    row: { name: ' kiosk', stars: 5, site: Berlin, revenue: 0.1, open: true, since: 2026-02-28, code: UK-7 }
    expect: { Name: KIOSK, Rating: Hot, Site: Berlin, AnnualRevenue: 0.12, Description: since 2026-03-01, ParentId: GB }
  - name: nulls
    row: { open: false, code: DE }
    expect: { Name: '', Rating: '', Site: null, AnnualRevenue: '', Description: closed, ParentId: DE }
  - { row: { stars: 3 }, refused: VALUE_NOT_MAPPED }
  - { row: { revenue: much }, refused: FORMULA_FAILED }
  - { row: { site: '#N/A' }, refused: NULL_MARK_AS_TEXT }
`);
  assert.equal(out, 'shops: 5 of 5 test cases as expected.\n');
  assert.equal(code, 0);
});

test('a case that comes out otherwise ends with 1 and is shown with its field, what was expected and what came', async () => {
  const cases = `${mapping}
  - { name: wrong name, row: { name: kiosk, revenue: 1, open: true, code: x }, expect: { Name: Kiosk, Site: '' } }
  - { name: not refused, row: { stars: 1 }, refused: VALUE_NOT_MAPPED }
  - { name: refused, row: { stars: 4 }, expect: { Rating: Hot } }
`;
  const { code, out } = await sluiceTest(cases);
  assert.equal(code, 1);
  assert.match(out, /^shops: 0 of 3 test cases as expected\.\n/);
  assert.match(out, /wrong name +Name +Kiosk +KIOSK\n/);
  assert.match(out, /wrong name +Site +'' +null\n/);
  assert.match(out, /not refused +the row +refused: VALUE_NOT_MAPPED +the row is sent\n/);
  assert.match(out, /refused +the row +the row is sent +refused: VALUE_NOT_MAPPED: The map of Rating has no entry/);
  const lines = (await sluiceTest(cases, ['--json'])).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 4);
  assert.deepEqual(lines[0].differences[0], { field: 'Name', expected: 'Kiosk', got: 'KIOSK' });
  assert.deepEqual(lines.at(-1), { event: 'finished', passed: 0, failed: 3 });
});

test('a formula that does not fit the columns of the cases is refused with its place', async () => {
  const { code, err } = await sluiceTest(`mapping: { Name: { formula: 'UPPER(nam)' } }
tests: [{ row: { name: x }, expect: { Name: X } }]
`);
  assert.equal(code, 2);
  assert.match(err, /The mapping of Name is not usable: line 1, column 7 of its formula: there is no column nam/);
  assert.match(err, /Is name meant\?/);
});

test('a case must expect cells of mapped fields, or a refusal', async () => {
  const { code, err } = await sluiceTest('mapping: { Name: name }\ntests: [{ row: { name: x } }]\n');
  assert.deepEqual([code, /shops\.yaml:7:9: tests\[0\] must say either/.test(err)], [2, true], err);
  const { err: unmapped } = await sluiceTest(
    'mapping: { Name: name }\ntests: [{ row: { name: x }, expect: { Nam: x } }]\n',
  );
  assert.match(unmapped, /tests\[0\]\.expect\.Nam is not mapped; did you mean Name\?/);
});

test('an interface without test cases says so', async () => {
  const { code, out } = await sluiceTest('mapping: { Name: name }\n');
  assert.deepEqual([code, out], [0, 'shops: it has no test cases; write some under "tests:".\n']);
});

const outbound = `name: shops
type: outbound
connection: ./nowhere.yaml
object: Account
fields: [Id, Name]
fieldTypes: { CreatedDate: DateTime }
mapping:
  label: { formula: 'UPPER(Name) & ", " & Owner.Name' }
  since: { formula: 'DATEVALUE(CreatedDate)' }
  grade: { field: Rating, map: { Hot: 1, Cold: 2 } }
  third: { formula: 'AnnualRevenue / 3', precision: 18, scale: 2 }
target: { table: shop }
tests:
`;

test('cases of an interface out of Salesforce are records in, and cells of columns out', async () => {
  const good = `
  - name: a shop
    row: { Id: 001, Name: 'kiosk "K", Berlin', Owner.Name: Ada, CreatedDate: '2026-02-28T23:30:00.000Z', Rating: Hot, AnnualRevenue: 10 }
    expect: { Name: 'kiosk "K", Berlin', label: 'KIOSK "K", BERLIN, Ada', since: 2026-02-28, grade: 1, third: 3.33 }
  - { row: { Name: x }, expect: { grade: null, third: null } }
  - { row: { Rating: Warm }, refused: VALUE_NOT_MAPPED }
`;
  const { code, out, err } = await sluiceTest('', [], outbound + good);
  assert.equal(code, 0, err + out);
  assert.equal(out, 'shops: 3 of 3 test cases as expected.\n');
  const wrong = await sluiceTest('', [], `${outbound}  - { row: { Name: a, Rating: Cold }, expect: { grade: 1 } }\n`);
  assert.deepEqual([wrong.code, /grade\s+1\s+2/.test(wrong.out)], [1, true], wrong.out + wrong.err);
  const typo = await sluiceTest('', [], `${outbound}  - { row: {}, expect: { grad: 1 } }\n`);
  assert.match(typo.err, /grad is not mapped; did you mean grade/);
});
