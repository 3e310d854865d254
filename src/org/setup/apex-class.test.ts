import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSetupFile } from './setup-file.ts';
import { openSetupStore } from './setup-store.ts';

function refusal(classes: string): string {
  const objects =
    'objects: [ { name: City__c, fields: [ { name: Code__c, type: text, length: 9, externalId: true } ] } ]';
  try {
    parseSetupFile(`apexClasses: [ ${classes} ]\n${objects}`);
    return 'accepted';
  } catch (error) {
    return String((error as Error).message);
  }
}

test('what makes no sense of an Apex class is named at its place', () => {
  const at = (rest: string) => `{ name: A, urlMapping: /a, ${rest} }`;
  const wrong: [string, RegExp][] = [
    ['{ name: A__b }', /apexClasses\[0\]\.name must be the name of a class/],
    ['{ name: A }, { name: a }', /apexClasses\[1\]\.name is there twice/],
    ['{ name: A, urlMapping: /a }', /apexClasses\[0\]\.methods is missing/],
    ['{ name: A, methods: [GET] }', /apexClasses\[0\]\.urlMapping is missing/],
    ['{ name: A, urlMapping: a, methods: [GET] }', /apexClasses\[0\]\.urlMapping must be a path that begins with/],
    ['{ name: A, urlMapping: /a*b, methods: [GET] }', /urlMapping must be a path/],
    [
      `${at('methods: [GET]')}, { name: B, urlMapping: /a, methods: [GET] }`,
      /apexClasses\[1\]\.urlMapping is there twice/,
    ],
    [
      at('methods: [POST, GET], records: { object: City__c }'),
      /methods\[1\] does not go with records, which takes POST, PUT, PATCH/,
    ],
    [
      at('methods: [POST], records: { object: Cty__c }'),
      /records\.object names no object of this org; did you mean "City__c"\?/,
    ],
    [
      at('methods: [POST], records: { object: City__c, externalId: Cod__c }'),
      /externalId is no external id of City__c; did you mean "Code__c"\?/,
    ],
    [at('methods: [POST], records: { object: User }'), /records\.object names no object/],
  ];
  for (const [classes, sentence] of wrong) assert.match(refusal(classes), sentence, classes);
  assert.equal(refusal(at('methods: [PUT], records: { object: city__c, externalId: code__c }')), 'accepted');
});

test('a class keeps its id; one that is gone takes the access to it along, and the changes say so', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-apex-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const open = (text: string) => openSetupStore({ folder, durable: true, setup: parseSetupFile(text) });
  const set = (classes: string) => `permissionSets: [ { name: Calls, apexClasses: [${classes}] } ]`;
  const first = await open(set('Before, One'));
  assert.deepEqual(first.permissionSets[0]?.apexClasses, ['Before', 'One'], 'nothing was declared');
  await first[Symbol.asyncDispose]();

  const second = await open('apexClasses: [ { name: One }, { name: Two } ]');
  assert.deepEqual(second.changes, [
    'Apex class One was added',
    'Apex class Two was added',
    'access to Before was taken away: there is no such Apex class',
    'permission set Calls is no longer in the setup and stays as it is',
  ]);
  assert.deepEqual(second.permissionSets[0]?.apexClasses, ['One']);
  const text = second.exportSetup();
  assert.deepEqual(parseSetupFile(text).apexClasses, [{ name: 'One' }, { name: 'Two' }]);
  await second[Symbol.asyncDispose]();

  const third = await open('apexClasses: [ { name: two } ]');
  assert.deepEqual(third.changes, ['Apex class One is no longer there, nor is any access to it']);
  assert.deepEqual(third.permissionSets[0]?.apexClasses, []);
  await third[Symbol.asyncDispose]();
});
