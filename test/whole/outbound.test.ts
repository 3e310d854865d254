/** Out of Salesforce into a table: what the org holds stands in the table, however it changed and whatever was killed. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { openOrgStage } from './org-stage.ts';
import {
  bring,
  keyedDigest,
  ledgerOf,
  openPlace,
  orgHolds,
  type Place,
  sendRows,
  targetKinds,
  writeOutbound,
} from './outbound-stage.ts';
import { createFolder } from './stage.ts';

const isLong = process.env.SLUICE_LONG === '1';
const rows = isLong ? 1_000_000 : 20_000;

const { reachable, salesforce } = await openOrgStage();

before(async () => {
  const line = (n: number) => `E-${n},"Account ""${n}"",\nof many",${n % 7 ? n + 0.25 : ''},2026-01-0${(n % 9) + 1}`;
  await sendRows(salesforce, 'insert', [
    'Ext__c,Name,AnnualRevenue,Tag__c',
    ...Array.from({ length: rows }, (_, n) => line(n)),
  ]);
});

const columns = {
  Ext__c: 'Ext__c',
  Name: 'Name',
  AnnualRevenue: 'AnnualRevenue',
  Tag__c: 'Tag__c',
  Owner_Name: 'Owner.Name',
  title: 'Description',
};
const names = Object.keys(columns);
const body = (place: Place, more = 'changes: incremental') =>
  `fields: [Id, Ext__c, Name, AnnualRevenue, Tag__c, Owner.Name, SystemModstamp]\nmapping: { title: Description }\ntarget: { ${place.name}, create: true }\n${more}`;

async function assertSame(place: Place): Promise<void> {
  assert.equal(keyedDigest(await place.held(names)), keyedDigest(await orgHolds(salesforce, columns)), place.kind);
}

async function idsOf(where: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { Id } of salesforce.query(`SELECT Id FROM Account WHERE ${where}`)) ids.push(String(Id));
  return ids;
}

test('each kind of target holds what the org holds, first all of it, then what changed and what is gone', async (t) => {
  const folder = createFolder(t, 'outbound');
  const places = await Promise.all(targetKinds.map((kind) => openPlace(kind, join(folder, kind), reachable)));
  const runs = places.map((place) => ({ place, file: writeOutbound(place, 'accounts', body(place)) }));
  for (const { place, file } of runs) {
    const report = await bring(place, file);
    assert.deepEqual([report.status, report.error], ['completed', undefined], place.kind);
    assert.deepEqual(report.loaded, { read: rows, inserted: rows, updated: 0, unchanged: 0, deleted: 0 }, place.kind);
    assert.equal(report.mode, 'bulk');
    await assertSame(place);
  }
  const ids = (await idsOf('Id != null')).sort();
  const changed = ids.filter((_, n) => n % 10 === 3);
  const gone = ids.filter((_, n) => n % 100 === 5);
  await sendRows(salesforce, 'update', [
    'Id,Name,Description',
    ...changed.map((id) => `${id},"Changed ""${id}""",again`),
  ]);
  await sendRows(salesforce, 'delete', ['Id', ...gone]);
  for (const { place, file } of runs) {
    const report = await bring(place, file);
    assert.equal(report.status, 'completed', `${place.kind} ${JSON.stringify(report.error)}`);
    const { inserted, updated, deleted } = report.loaded ?? {};
    assert.deepEqual([inserted, updated, deleted], [0, changed.length, gone.length], place.kind);
    await assertSame(place);
    const again = await bring(place, file);
    const { inserted: i, updated: u, deleted: d } = again.loaded ?? {};
    assert.deepEqual([i, u, d], [0, 0, 0], 'what was read again in the look-back changes nothing');
  }
  for await (const job of salesforce.bulkQuery.list()) assert.fail(`the job ${job.id} was left in the org`);
});

test('deleted records are marked, removed or left, by choice, also by a full run', async (t) => {
  const folder = createFolder(t, 'outbound-deleted');
  await sendRows(salesforce, 'insert', [
    'Ext__c,Name,Batch__c',
    ...Array.from({ length: 30 }, (_, n) => `D-${n},D,deleting`),
  ]);
  const kept = { mark: 30, remove: 28, ignore: 30 };
  for (const changes of ['incremental', 'full'])
    for (const [deleted, rowsAfter] of Object.entries(kept)) {
      const place = await openPlace('sqlite', join(folder, changes, deleted), reachable);
      const more = `fields: [Id, Name]\nwhere: Batch__c = 'deleting' OR Batch__c = 'x'\nchanges: ${changes}\ntarget: { table: accounts, create: true, deleted: ${deleted} }`;
      const file = writeOutbound(place, 'some', more);
      const { loaded, mode } = await bring(place, file);
      assert.deepEqual([loaded?.inserted, mode], [30, 'query']);
      const gone = (await idsOf("Batch__c = 'deleting'")).slice(0, 2);
      await sendRows(salesforce, 'delete', ['Id', ...gone]);
      const after = (await bring(place, file)).loaded;
      assert.equal(after?.deleted, deleted === 'ignore' ? 0 : 2, `${changes} ${deleted}`);
      const held = await place.held(['Name']);
      assert.equal(held.size, deleted === 'mark' ? 28 : rowsAfter, `${changes} ${deleted}`);
      const put = await sendRows(salesforce, 'insert', [
        'Ext__c,Name,Batch__c',
        `N-${changes}-${deleted}-1,D,deleting`,
        `N-${changes}-${deleted}-2,D,deleting`,
      ]);
      assert.equal(put, undefined);
      assert.equal((await bring(place, file)).loaded?.inserted, 2);
    }
});

test('a run names the counts of the merge in the ledger, and what it asked', async (t) => {
  const place = await openPlace('sqlite', createFolder(t, 'outbound-ledger'), reachable);
  const file = writeOutbound(
    place,
    'few',
    "fields: [Name]\nwhere: Ext__c = 'E-1'\ntarget: { table: accounts, create: true }",
  );
  assert.equal((await bring(place, file)).status, 'completed');
  await using ledger = ledgerOf(place);
  const [run] = ledger.listRuns();
  assert.deepEqual(run?.loaded, { read: 1, inserted: 1, updated: 0, unchanged: 0, deleted: 0 });
  assert.deepEqual([run?.direction, run?.mode, run?.status], ['outbound', 'query', 'completed']);
  const reading = ledger.listEvents(Number(run?.id)).find(({ what }) => what === 'reading');
  assert.equal(reading?.detail.soql, "SELECT Id, Name, IsDeleted FROM Account WHERE (Ext__c = 'E-1')");
});
