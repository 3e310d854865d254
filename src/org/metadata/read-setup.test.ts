import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { citySource, createFolder, handWrittenProject } from './project-in-test.ts';
import { readSetup } from './read-setup.ts';

function fileBeside(t: TestContext, text: string, project: Readonly<Record<string, string>> = citySource()): string {
  const files = Object.entries(project).map(([path, content]) => [`project/${path}`, content] as const);
  return join(createFolder(t, { ...Object.fromEntries(files), 'org.yaml': text }), 'org.yaml');
}

test('a setup file that names a project has the objects of both, and lays what it says over the apps of the project', async (t) => {
  const file = fileBeside(
    t,
    `
metadata: ${handWrittenProject}
users:
  - { username: admin@acme.example, lastName: Admin }
  - { username: mover@acme.example, lastName: Mover }
connectedApps:
  - { name: The Mover, consumerSecret: 'env:SLUICE_SECRET_MOVER', clientCredentials: { enabled: true, runAs: mover@acme.example } }
  - { name: Own, scopes: [api] }
objects:
  - { name: City__c, fields: [ { name: Extra__c, type: date } ] }
  - { name: Lead, sharing: Private }
`,
  );
  const { setup, warnings } = await readSetup(file);
  const mover = setup.connectedApps.find(({ name }) => name === 'The Mover');
  assert.deepEqual(mover?.clientCredentials, { enabled: true, runAs: 'mover@acme.example' });
  assert.equal(mover?.consumerSecret, 'env:SLUICE_SECRET_MOVER');
  assert.equal(mover?.sessionTimeoutMinutes, 30, 'what the file does not say is as in the project');
  assert.deepEqual(
    setup.connectedApps.map(({ name }) => name),
    ['The Mover', 'Own'],
  );
  const city = setup.objects.find(({ name }) => name === 'City__c');
  assert.ok(
    city?.fields?.some(({ name }) => name === 'Extra__c') && city.fields.some(({ name }) => name === 'Kind__c'),
  );
  assert.equal(city?.sharing, 'Private');
  assert.equal(setup.objects.find(({ name }) => name === 'Lead')?.sharing, 'Private');
  assert.ok(!warnings.some((warning) => warning.includes('The Mover')), 'the run-as user of the file is there');
});

async function refusal(file: string): Promise<string> {
  return await readSetup(file).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
}

test('a mistake is told of the file that holds it', async (t) => {
  const field = (name: string) => `metadata: ./project\nobjects:\n  - { name: City__c, fields: [ ${name} ] }`;
  assert.match(
    await refusal(fileBeside(t, field('{ name: Code__c, type: date }'))),
    /org\.yaml:3:\d+: objects\[0\]\.fields\[0\]\.name is there twice/,
  );
  assert.match(
    await refusal(fileBeside(t, field('{ name: Own__c, type: lookup, to: Nowhere__c }'))),
    /org\.yaml:3:\d+: objects\[0\]\.fields\[0\]\.to names no object/,
  );
  const broken = citySource({
    'objects/City__c/fields/Code__c.field-meta.xml': '<CustomField><type>Text</type></CustomField>',
  });
  assert.match(
    await refusal(fileBeside(t, field('{ name: Own__c, type: date }'), broken)),
    /^objects\/City__c\/fields\/Code__c/,
  );
  assert.match(await refusal(fileBeside(t, 'metadata: ./gone')), /org\.yaml:1:11: metadata is no folder/);
  assert.match(
    await refusal(fileBeside(t, 'metadata: ./project\nconnectedApps: [ { name: Own } ]')),
    /connectedApps\[0\]\.scopes is missing/,
  );
  assert.match(await refusal('/nowhere/org.yaml'), /cannot be read/);
});

test('rights in a project may be for objects that stand in the setup file', async (t) => {
  const set = `<PermissionSet><label>A</label><objectPermissions><allowRead>true</allowRead><object>Own__c</object></objectPermissions></PermissionSet>`;
  const project = citySource({ 'permissionsets/A.permissionset-meta.xml': set });
  const { setup } = await readSetup(fileBeside(t, 'metadata: project\nobjects: [ { name: Own__c } ]', project));
  assert.deepEqual(setup.permissionSets[0]?.objects, { Own__c: ['read'] });
});

test('apps in a project may pre-authorize profiles that stand in the setup file', async (t) => {
  const app = `<ConnectedApp><label>A</label><profileName>Own</profileName><profileName>Gone</profileName></ConnectedApp>`;
  const project = citySource({ 'connectedApps/A.connectedApp-meta.xml': app });
  const file = fileBeside(t, 'metadata: project\nprofiles: [ { name: Own, license: Salesforce } ]', project);
  const { setup, warnings } = await readSetup(file);
  assert.deepEqual(setup.connectedApps[0]?.profiles, ['Own']);
  assert.match(warnings.join(), /profiles of apps, since the org in a box has no such profile: Gone/);
});
