import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadInterface, runInterface } from '../../src/agent/index.ts';
import { csvRow } from '../../src/base/index.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { type Org, openOrg, parseSetupFile } from '../../src/org/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-checked-here-'));
const environment = { SLUICE_SECRET_BOX: '' };
let org: Org;

before(async () => {
  org = await openOrg({
    setup: parseSetupFile(`
objects:
  - name: Shop__c
    label: Shop
    pluralLabel: Shops
    fields:
      - { name: Ext__c, type: text, length: 40, unique: true, externalId: true }
      - { name: Owner_Name__c, label: Owner Name, type: text, length: 10, required: true }
      - { name: Note__c, label: Note, type: longtextarea, length: 300 }
      - { name: Size__c, label: Size, type: number, precision: 5, scale: 2 }
      - { name: Open__c, label: Open, type: checkbox }
      - { name: Since__c, label: Since, type: date }
      - { name: Seen__c, label: Seen, type: datetime }
      - { name: Mail__c, label: Mail, type: email }
      - { name: Tier__c, label: Tier, type: picklist, restricted: true, values: [Gold, Silver] }
      - { name: Account__c, label: Account, type: lookup, to: Account }
`),
  });
  await org.listen();
  environment.SLUICE_SECRET_BOX = org.consumerSecret;
  const salesforce = `myDomainUrl: '${org.url}', consumerKey: '${org.consumerKey}', consumerSecret: env:SLUICE_SECRET_BOX`;
  write('box.yaml', `name: box\ndatabase: { type: csv, folder: . }\nsalesforce: { ${salesforce} }\n`);
});

after(async () => {
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const columns = ['ext', 'owner', 'note', 'size', 'open', 'since', 'seen', 'mail', 'tier', 'account'] as const;
type Shop = Partial<Record<(typeof columns)[number], string>>;

const mapping = `
  Ext__c: ext
  Owner_Name__c: owner
  Note__c: note
  Size__c: size
  Open__c: { column: open, nulls: keep }
  Since__c: since
  Seen__c: seen
  Mail__c: mail
  Tier__c: tier
  Account__c: account`;

type Run = { name: string; check: 'on' | 'off'; mode: string; operation: string; fields?: string };

/** Runs the shops, and tells each reject as `key: code: message (by whom)`. */
async function run(shops: readonly Shop[], { name, check, mode, operation, fields = mapping }: Run) {
  const rows = shops.map((shop, place) => ({ ext: `${name}-${place}`, owner: 'Ada', ...shop }) as Shop);
  write('shops.csv', [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))].map(csvRow).join(''));
  const key = operation === 'upsert' ? 'externalId: Ext__c' : 'key: Ext__c';
  const body = `object: Shop__c\noperation: ${operation}\n${key}\nmode: ${mode}\ncheck: ${check}\nallowRejects: 100%`;
  const file = write(
    `${name}.yaml`,
    `name: ${name}\nconnection: ./box.yaml\nsource: { file: shops.csv }\n${body}\nmapping:${fields}\n`,
  );
  await using ledger = openLedger(join(folder, `ledger-${name}`));
  const report = await runInterface({ loaded: loadInterface(file, environment), ledger, environment });
  const rejects = [...ledger.readRejects(Number(report.run))].map((row) => ({
    row: row.key.replace(/^.*-/, ''),
    says: `${row.code}: ${row.message} [${row.fields.join()}]`,
    by: row.rejectedBy,
    cells: row.cells,
  }));
  rejects.sort((one, other) => Number(one.row) - Number(other.row));
  return { rows: report.rows, rejects, error: report.error };
}

/** Each is refused by Salesforce, except the last ones, which are good in forms of their own. */
const bad: readonly Shop[] = [
  { owner: '' },
  { owner: '   ' },
  { owner: 'eleven long' },
  { note: 'x'.repeat(301) },
  { size: 'big' },
  { size: '1000' },
  { open: 'perhaps' },
  { since: '2026-02-30' },
  { since: '29.03.2026' },
  { since: '2026-03-29T00:00:00Z' },
  { seen: 'yesterday' },
  { seen: '2026-02-30T10:00:00Z' },
  { mail: 'nobody' },
  { tier: 'Brass' },
  { account: '0017' },
];
/** In JSON, a value of another type refuses the whole call. */
const wholeCall: readonly (keyof Shop)[] = ['size', 'open', 'since', 'seen'];

const good: readonly Shop[] = [
  { owner: 'exactly 10' },
  { owner: '"quoted"' },
  { note: '😀'.repeat(150) },
  { size: '-999.99', open: 'TRUE', since: '2026-02-28', seen: '2026-03-29T10:00:00+02:00' },
  { size: '1e2', open: '0', mail: 'ada@example.org', tier: 'Gold' },
  {},
];

for (const [operation, mode] of [
  ['insert', 'bulk'],
  ['upsert', 'bulk'],
  ['upsert', 'collections'],
] as const) {
  test(`${operation} by ${mode}: what is checked here is refused with the code and message that Salesforce gives, and is not sent`, async () => {
    const refused = mode === 'bulk' ? bad : bad.filter((shop) => !wholeCall.some((column) => column in shop));
    const shops = [...refused, ...good];
    const name = `${operation}${mode}`;
    const sent = await run(shops, { name: `${name}sent`, check: 'off', mode, operation });
    const checked = await run(shops, { name: `${name}checked`, check: 'on', mode, operation });
    assert.deepEqual([sent.rows.sent, sent.rows.rejected], [shops.length, refused.length]);
    assert.deepEqual([checked.rows.read, checked.rows.sent], [shops.length, good.length]);
    assert.deepEqual(
      [checked.rows.succeeded, checked.rows.rejected, checked.rows.unknown],
      [good.length, refused.length, 0],
    );
    const says = ({ rejects }: typeof sent) => rejects.map((reject) => `${reject.row} ${reject.says}`);
    assert.deepEqual(says(checked), says(sent));
    assert.ok(checked.rejects.every(({ by }) => by === 'sluice'));
    assert.ok(sent.rejects.every(({ by }) => by === 'salesforce'));
    assert.equal(checked.rejects[2]?.cells?.Owner_Name__c, 'eleven long');
  });
}

test('an upsert may leave a needed field as it is, and may not clear it', async () => {
  const fields = '\n  Ext__c: ext\n  Owner_Name__c: { column: owner, nulls: keep }\n  Size__c: size';
  const base = { check: 'on', mode: 'collections', operation: 'upsert', fields } as const;
  assert.equal((await run([{}, {}], { ...base, name: 'kept' })).rows.created, 2);
  const again = await run([{ owner: '', size: '1' }, { size: '2' }], { ...base, name: 'kept' });
  assert.deepEqual([again.rows.updated, again.rows.rejected], [2, 0]);
});

test('a field that every new record needs and the mapping lacks refuses the rows of an insert here', async () => {
  const { rows, rejects } = await run([{}, {}], {
    name: 'lacks',
    check: 'on',
    mode: 'bulk',
    operation: 'insert',
    fields: '\n  Ext__c: ext\n  Size__c: size',
  });
  assert.deepEqual([rows.read, rows.sent, rows.rejected], [2, 0, 2]);
  assert.equal(
    rejects[0]?.says,
    'REQUIRED_FIELD_MISSING: Required fields are missing: [Owner_Name__c] [Owner_Name__c]',
  );
});

test('formulas, value maps and parents by both arrive in the org, and a row that cannot be computed is rejected here', async () => {
  const fields = `
  Ext__c: ext
  Owner_Name__c: { formula: 'UPPER(TRIM(owner))' }
  Size__c: { formula: 'ROUND(VALUE(size) / 3, 2)' }
  Tier__c: { column: tier, map: { G: Gold, S: Silver }, otherwise: reject }
  Since__c: { formula: 'ADDMONTHS(DATEVALUE(since), 1)', nulls: keep }`;
  const shops = [
    { owner: ' ada ', size: '10', tier: 'G', since: '2026-01-31' },
    { owner: 'grace', size: 'many' },
    { owner: 'hao', tier: 'B' },
    { owner: 'far too long for it' },
    { owner: 'eve' },
  ];
  const name = 'computed';
  const { rows, rejects } = await run(shops, { name, check: 'on', mode: 'bulk', operation: 'upsert', fields });
  assert.deepEqual([rows.read, rows.sent, rows.succeeded, rows.rejected], [5, 2, 2, 3]);
  assert.deepEqual(
    rejects.map(({ row, says }) => `${row} ${says.replace(/ \(line.*?\)/, '')}`),
    [
      '1 FORMULA_FAILED: The formula cannot be computed: "many" is no number. [Size__c]',
      '2 VALUE_NOT_MAPPED: The map of Tier__c has no entry for the value B. [Tier__c]',
      '3 STRING_TOO_LONG: Owner Name: data value too large: FAR TOO LONG FOR IT (max length=10) [Owner_Name__c]',
    ],
  );
  const saved = await query(
    `SELECT Owner_Name__c, Size__c, Tier__c, Since__c FROM Shop__c WHERE Ext__c LIKE '${name}%' ORDER BY Ext__c`,
  );
  assert.deepEqual(saved, [
    { Owner_Name__c: 'ADA', Size__c: 3.33, Tier__c: 'Gold', Since__c: '2026-02-28' },
    { Owner_Name__c: 'EVE', Size__c: null, Tier__c: null, Since__c: null },
  ]);
});

test('a formula that does not fit the columns of the source ends the run before a row is read', async () => {
  const fields = '\n  Ext__c: ext\n  Owner_Name__c: { formula: UPPER(ownr) }';
  const base = { check: 'on', mode: 'bulk', operation: 'upsert' } as const;
  const unknown = await run([{}], { ...base, name: 'unknown', fields });
  assert.match(unknown.error?.message ?? '', /line 1, column 7 of its formula: there is no column ownr/);
  const typed = await run([{}], { ...base, name: 'typed', fields: fields.replace('UPPER(ownr)', 'size * 2') });
  assert.match(typed.error?.message ?? '', /column 1 of its formula: \* takes Number, and this is Text/);
  assert.equal(typed.error?.code, 'MAPPING_INVALID');
});

async function query(soql: string): Promise<Record<string, unknown>[]> {
  const { openSalesforce } = await import('../../src/salesforce/index.ts');
  const salesforce = openSalesforce({
    myDomainUrl: org.url,
    consumerKey: org.consumerKey,
    consumerSecret: org.consumerSecret,
  });
  const records = await Array.fromAsync(salesforce.query(soql));
  await salesforce[Symbol.asyncDispose]();
  return records.map(({ attributes: _, ...fields }) => fields as Record<string, unknown>);
}
