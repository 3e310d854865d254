import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkedSetup, parseSetupSource } from '../setup/index.ts';
import { createFolder, saveFiles } from './project-in-test.ts';
import { type Project, projectOfSetup } from './project-of-setup.ts';
import { writeProject } from './write-project.ts';

function projectOf(text: string): Project {
  const source = parseSetupSource(text, 'org.yaml');
  checkedSetup(source);
  return projectOfSetup(source.value);
}

const city =
  'objects: [ { name: City__c, fields: [ { name: Code__c, type: text, length: 20 }, { name: Size__c, type: number } ] } ]';
const withoutSize = 'objects: [ { name: City__c, fields: [ { name: Code__c, type: text, length: 20 } ] } ]';
const fields = 'force-app/main/default/objects/City__c/fields';
const codeFile = `${fields}/Code__c.field-meta.xml`;
const calm = { force: false };

test('a new folder becomes a project with a manifest; writing the same again changes nothing', async (t) => {
  const folder = join(createFolder(t), 'new');
  assert.deepEqual(await writeProject(folder, projectOf(city), calm), { files: 4, changed: 5, removed: 0 });
  const { packageDirectories } = JSON.parse(readFileSync(join(folder, 'sfdx-project.json'), 'utf8'));
  assert.deepEqual(packageDirectories, [{ path: 'force-app', default: true }]);
  assert.match(readFileSync(join(folder, 'manifest/package.xml'), 'utf8'), /<members>City__c\.Code__c<\/members>/);
  const text = readFileSync(join(folder, codeFile), 'utf8');
  assert.match(text, /<fullName>Code__c<\/fullName>\n {4}<label>Code<\/label>\n {4}<length>20<\/length>/);
  assert.deepEqual(await writeProject(folder, projectOf(city), calm), { files: 4, changed: 0, removed: 0 });
});

test('what is gone from the org is removed, as long as nobody changed it', async (t) => {
  const folder = createFolder(t);
  await writeProject(folder, projectOf(city), calm);
  assert.equal((await writeProject(folder, projectOf(withoutSize), calm)).removed, 1);
  assert.deepEqual(readdirSync(join(folder, fields)), ['Code__c.field-meta.xml']);
  await writeProject(folder, projectOf(city), calm);
  appendFileSync(join(folder, fields, 'Size__c.field-meta.xml'), '<!-- mine -->');
  assert.equal((await writeProject(folder, projectOf(withoutSize), calm)).removed, 0);
  assert.ok(existsSync(join(folder, fields, 'Size__c.field-meta.xml')));
});

test('a file of others, or changed since, is kept and nothing is written; force writes over it', async (t) => {
  const folder = createFolder(t, { [codeFile]: '<CustomField/>' });
  await assert.rejects(
    writeProject(folder, projectOf(city), calm),
    /Nothing was written: .*Code__c\.field-meta\.xml was written by somebody else, or changed since/,
  );
  assert.deepEqual(readdirSync(folder), ['force-app']);
  await writeProject(folder, projectOf(city), { force: true });
  assert.match(readFileSync(join(folder, codeFile), 'utf8'), /<length>20/);
  const changed = readFileSync(join(folder, codeFile), 'utf8').replace('>20<', '>30<');
  writeFileSync(join(folder, codeFile), changed);
  await assert.rejects(writeProject(folder, projectOf(city), calm), /changed since/);
});

test('a file that only has the line ends of another system counts as unchanged', async (t) => {
  const folder = createFolder(t);
  await writeProject(folder, projectOf(city), calm);
  const text = readFileSync(join(folder, codeFile), 'utf8');
  writeFileSync(join(folder, codeFile), text.replaceAll('\n', '\r\n'));
  assert.equal((await writeProject(folder, projectOf(city), calm)).changed, 1);
});

test('sfdx-project.json stays as it is, and its default package directory is written to', async (t) => {
  const project = '{"packageDirectories":[{"path":"one"},{"path":"two","default":true}]}';
  const folder = createFolder(t, { 'sfdx-project.json': project });
  await writeProject(folder, projectOf(city), calm);
  assert.equal(readFileSync(join(folder, 'sfdx-project.json'), 'utf8'), project);
  assert.ok(existsSync(join(folder, codeFile.replace('force-app', 'two'))));
  saveFiles(folder, { 'sfdx-project.json': '{"packageDirectories":[{"path":"../out"}]}' });
  await assert.rejects(writeProject(folder, projectOf(city), { force: true }), /which lies outside of the project/);
});

test('nothing is written through a symbolic link, not even with force', async (t) => {
  const outside = createFolder(t);
  const folder = createFolder(t);
  symlinkSync(outside, join(folder, 'force-app'));
  await assert.rejects(writeProject(folder, projectOf(city), { force: true }), /force-app is a symbolic link/);
  assert.deepEqual(readdirSync(outside), []);
  const other = createFolder(t);
  mkdirSync(join(other, codeFile), { recursive: true });
  await assert.rejects(writeProject(other, projectOf(city), { force: true }), /Code__c\.field-meta\.xml is no file/);
});

test('what metadata does not carry, and what Salesforce asks for besides, is said', () => {
  const { remarks } = projectOf(`
users: [ { username: a@b.example, lastName: A } ]
connectedApps:
  - { name: App, scopes: [api], jwtTimeoutMinutes: 5, blocked: true }
profiles: [ { name: Standard User, loginHours: { monday: { start: '08:30', end: '18:00' } } } ]
objects:
  - { name: City__c, nameField: { length: 20 }, sharing: Private, fields: [ { name: A__c, type: masterdetail, to: Account, relationshipName: Cities } ] }
limits: { dailyApiRequests: 5 }
`);
  const text = remarks.join('\n');
  for (const expected of [
    'Users are no metadata; they, their licenses and permission sets are set up by hand: a@b.example.',
    'stays in its setup file: limits.',
    'The secret of App is not written',
    'App has no contact e-mail and no callback URL, which Salesforce asks for.',
    'App is blocked here',
    'The timeout of JSON Web Tokens of the connected app App is not written.',
    'The field Name of City__c is 20 long here, and 80 in Salesforce.',
    'The sharing of City__c is not written',
    'do not begin and end on the hour',
  ])
    assert.ok(text.includes(expected), `${expected} in\n${text}`);
});

test('characters that XML cannot hold are left out, and it is said of which file', () => {
  const { files, remarks } = projectOf('permissionSets: [ { name: A, label: "a\\x01b" } ]');
  assert.match([...files.values()].join(), /<label>ab<\/label>/);
  assert.match(remarks.join(), /permissionsets\/A\.permissionset-meta\.xml lacks control characters/);
});

test('names of profiles become file names that every system takes, and are read back', () => {
  const { files, manifest } = projectOf("profiles: [ { name: 'A/B: 50% ../é.', license: Salesforce } ]");
  assert.deepEqual([...files.keys()], ['profiles/A%2FB%3A 50%25 ..%2Fé%2E.profile-meta.xml']);
  assert.match(manifest, /<members>A%2FB%3A 50%25 \.\.%2Fé%2E<\/members>/);
});

test('the root element is the first thing of each file, as the tools of Salesforce expect it', async (t) => {
  const folder = createFolder(t);
  await writeProject(folder, projectOf(city), calm);
  const lines = readFileSync(join(folder, codeFile), 'utf8').trim().split('\n');
  assert.equal(lines[1], '<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">');
  assert.match(lines.at(-1) ?? '', /^<!-- Written by "sluice org export" \([0-9a-f]{16}\)\. -->$/);
});
