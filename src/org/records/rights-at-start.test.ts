import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { effectiveRights } from '../rights/index.ts';
import { openDatabase } from './database.ts';
import { newFolder, openSmallRecords, smallSchema, testUserId } from './small-schema-in-test.ts';

const total = 40_000;

/** Rows of the one job that are done with, as they stand on the disk. */
function processedRows(folder: string): number {
  const database = openDatabase(join(folder, 'records.sqlite'), { durable: true, readOnly: true });
  const row = database.prepare('SELECT numberRecordsProcessed AS processed FROM sluice_job').get();
  database.close();
  return Number(row?.processed);
}

test('a job taken up again meets the rights of the moment from its first row', async () => {
  const folder = newFolder();
  let jobId = '';
  {
    await using small = await openSmallRecords({ folder });
    const lines = Array.from({ length: total }, (_, number) => `c${number},X\n`).join('');
    await small.save({ operation: 'insert', object: 'Country__c', rows: [{ Name: 'X', Code__c: 'X' }] });
    const csv = `Geoname_Id__c,Country__r.Code__c\n${lines}`;
    const { id } = await small.upload(csv, { operation: 'insert', object: 'City__c' });
    jobId = id;
    await small.records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
  }
  const before = processedRows(folder);
  assert.ok(before < total, 'the org was closed before the job had ended');
  const profile = { apiEnabled: true, objects: { City__c: { read: true }, Country__c: { read: true } } };
  const fields = { City__c: { Geoname_Id__c: { read: true, edit: true } }, Country__c: { Code__c: { read: true } } };
  const granted = { userId: testUserId, schema: smallSchema(), profile: { ...profile, fields }, permissionSets: [] };
  const rights = { rights: new Map([[testUserId, effectiveRights(granted)]]), defaults: {} };
  await using small = await openSmallRecords({ folder, rights });
  const { state, numberRecordsFailed } = await small.ended(jobId);
  assert.deepEqual([state, numberRecordsFailed], ['JobComplete', total - before]);
  assert.match(await small.result(jobId, 'failedResults'), /entity type cannot be inserted: City__c/);
  await rm(folder, { recursive: true, force: true });
});
