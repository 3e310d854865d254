import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSetupFile } from './setup-file.ts';
import { openSetupStore } from './setup-store.ts';

const page = join(import.meta.dirname, '..', '..', '..', 'docs', 'how-to', 'set-up-in-a-file.md');

test('the setup file of the manual gives the integration user the rights it says, and no others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-setup-page-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [, text] = /```yaml\n(.*?)```/s.exec(readFileSync(page, 'utf8'))!;
  await using store = await openSetupStore({ folder, durable: false, setup: parseSetupFile(text!) });
  const { id } = store.findUserByUsername('integration@acme.example')!;
  const { apiEnabled, viewAllData, objects, fields } = store.rightsOf(id);
  assert.deepEqual([apiEnabled, viewAllData, Object.keys(objects)], [true, false, ['City__c']]);
  assert.deepEqual(fields, { City__c: { Population__c: { read: true, edit: true } } });
  assert.equal(store.orgWideDefaults.City__c, 'Private');
  assert.equal(store.apps[0]!.clientCredentials.enabled, true);
  assert.equal(store.firstAdministrator?.username, 'admin@acme.example');
});
