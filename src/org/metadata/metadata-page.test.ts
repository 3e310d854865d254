import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFolder, saveFiles } from './project-in-test.ts';
import { readSetup } from './read-setup.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'how-to', 'metadata-files.md'), 'utf8');

test('the project of the how-to page can be read, alone and named by its setup file', async (t) => {
  const blocks = [...page.matchAll(/^`([^`\n]+)`\n\n```\w+\n(.*?)^```$/gms)];
  const files = Object.fromEntries(blocks.map(([, path, text]) => [path!, text!]));
  assert.equal(Object.keys(files).length, 5);
  const folder = createFolder(t);
  saveFiles(folder, files);
  const alone = await readSetup(folder);
  assert.deepEqual(alone.warnings, []);
  assert.equal(alone.setup.objects[0]?.fields?.[0]?.name, 'Geoname_Id__c');
  const { setup, warnings } = await readSetup(join(folder, 'org.yaml'));
  assert.deepEqual(warnings, []);
  assert.equal(setup.objects[0]?.sharing, 'Private');
  assert.deepEqual(setup.users[1]?.permissionSets, ['City_Loads']);
});
