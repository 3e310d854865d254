/** Out of Salesforce with columns that are computed: formulas, constants and value maps, into each kind of target. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { openOrgStage } from './org-stage.ts';
import { bring, openPlace, type Place, sendRows, targetKinds, writeOutbound } from './outbound-stage.ts';
import { createFolder } from './stage.ts';

const { reachable, salesforce } = await openOrgStage();

before(async () => {
  await sendRows(salesforce, 'insert', [
    'Ext__c,Name,AnnualRevenue,Tag__c',
    'E-1,"Ada ""the first"", Ltd",100,gold',
    'E-2,Bob,,wood',
    'E-3,"Two\nlines",25,gold',
  ]);
});

const body = (place: Place, more = '') => `fields: [Id, Name]
mapping:
  label: { formula: 'UPPER(Name) & " (" & Ext__c & ")"', length: 200 }
  third: { formula: 'AnnualRevenue / 3', precision: 18, scale: 2, nulls: { default: 0 } }
  grade: { field: Tag__c, map: { gold: 1, wood: 2 } }
  big: { formula: 'AnnualRevenue > 50' }
  owner: { formula: 'LOWER(Owner.Name)', length: 200 }
  source: { constant: box }
target: { ${place.name}, create: true }
${more}`;

const columns = ['Name', 'label', 'third', 'grade', 'source'];
const expected = [
  'Ada "the first", Ltd|ADA "THE FIRST", LTD (E-1)|33.33|1|box',
  'Bob|BOB (E-2)|0|2|box',
  'Two\nlines|TWO\nLINES (E-3)|8.33|1|box',
];

test('computed columns stand in each kind of target as they were computed, by query and by job alike', async (t) => {
  const folder = createFolder(t, 'outbound-formulas');
  for (const kind of targetKinds)
    for (const mode of ['query', 'bulk']) {
      const place = await openPlace(kind, join(folder, kind, mode), reachable);
      const file = writeOutbound(place, 'computed', body(place, `mode: ${mode}`));
      const report = await bring(place, file);
      assert.deepEqual([report.status, report.error], ['completed', undefined], `${kind} ${mode}`);
      assert.equal(report.loaded?.inserted, 3);
      const held = [...(await place.held(columns)).values()].sort();
      assert.deepEqual(held, expected, `${kind} ${mode}`);
      const again = await bring(place, file);
      assert.deepEqual([again.loaded?.updated, again.loaded?.unchanged], [0, 3], `${kind}: ${again.error?.message}`);
    }
});

test('a changed formula asks for everything, and what has no computed column goes on from its bookmark', async (t) => {
  const place = await openPlace('sqlite', createFolder(t, 'outbound-formula-changed'), reachable);
  const file = writeOutbound(place, 'computed', body(place, 'changes: incremental'));
  assert.equal((await bring(place, file)).status, 'completed');
  writeOutbound(place, 'computed', body(place, 'changes: incremental').replace('UPPER(Name)', 'LOWER(Name)'));
  assert.equal((await bring(place, file)).error?.code, 'BOOKMARK_UNFIT');
  const full = await bring(place, file, { full: true });
  assert.deepEqual([full.status, full.loaded?.updated], ['completed', 3]);
  assert.match([...(await place.held(columns)).values()].join(), /ada "the first", ltd \(E-1\)/);
});

test('a record that cannot be mapped ends the run with its id, and the table is as it was', async (t) => {
  const place = await openPlace('sqlite', createFolder(t, 'outbound-unmapped'), reachable);
  const file = writeOutbound(place, 'computed', body(place));
  assert.equal((await bring(place, file)).status, 'completed');
  const before = await place.held(columns);
  writeOutbound(place, 'computed', body(place).replace('gold: 1, wood: 2', 'gold: 1'));
  const { status, error } = await bring(place, file);
  assert.deepEqual([status, error?.code], ['failed', 'RECORD_NOT_MAPPED']);
  assert.match(
    String(error?.message),
    /The record 001\w{15} of Account .*"grade": The map of grade has no entry .*wood/,
  );
  assert.deepEqual(await place.held(columns), before);
});
