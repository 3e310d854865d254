import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { describeObject } from '../schema/index.ts';
import { schemaOfObjects } from '../setup/index.ts';
import { citySource, createFolder, fieldFile, handWrittenProject, objectFile, xml } from './project-in-test.ts';
import { readSetup } from './read-setup.ts';

type Described = { label: string; labelPlural: string; fields: Record<string, unknown>[] };
const view = { userId: '005Sb0000000001AAA', apiVersion: 68, instanceUrl: 'http://127.0.0.1:1' };

async function describeOf(name: string): Promise<Described> {
  const { setup } = await readSetup(handWrittenProject);
  const schema = schemaOfObjects(setup.objects, (_name, index) => `a0${index}`);
  return describeObject(schema, schema.findObject(name)!, view) as Described;
}

function pick(described: Described, name: string, ...keys: string[]): unknown[] {
  const field = described.fields.find((each) => each.name === name);
  assert.ok(field, `${name} is there`);
  return keys.map((key) => field[key]);
}

test('an object of a project is described with the types and traits of its fields', async () => {
  const city = await describeOf('City__c');
  assert.deepEqual([city.label, city.labelPlural], ['City', 'Cities']);
  const types = Object.fromEntries(city.fields.filter(({ custom }) => custom).map(({ name, type }) => [name, type]));
  assert.deepEqual(types, {
    Account__c: 'reference',
    Budget__c: 'currency',
    Country__c: 'reference',
    Founded__c: 'date',
    Geoname_Id__c: 'double',
    Growth__c: 'percent',
    Kind__c: 'picklist',
    Languages__c: 'multipicklist',
    Mail__c: 'email',
    Motto__c: 'textarea',
    Notes__c: 'textarea',
    Open__c: 'boolean',
    Opens__c: 'time',
    Phone__c: 'phone',
    Seen_At__c: 'datetime',
    Site__c: 'url',
  });
  assert.deepEqual(pick(city, 'Geoname_Id__c', 'precision', 'scale', 'unique', 'externalId', 'nillable', 'label'), [
    12,
    0,
    true,
    true,
    true,
    'Geoname Id',
  ]);
  assert.deepEqual(pick(city, 'Notes__c', 'length'), [32768]);
  assert.deepEqual(pick(city, 'Open__c', 'defaultValue'), [true]);
  assert.deepEqual(pick(city, 'Motto__c', 'defaultValueFormula'), ['"none"']);
});

test('picklists have their values, their own or those of a global value set, with label, default and whether they are active', async () => {
  const city = await describeOf('City__c');
  const valuesOf = (name: string) => pick(city, name, 'picklistValues')[0] as Record<string, unknown>[];
  assert.deepEqual(
    valuesOf('Kind__c').map(({ value, label, active, defaultValue }) => [value, label, active, defaultValue]),
    [
      ['Town', 'Town', true, false],
      ['Capital', 'Capital & seat', true, true],
      ['Hamlet', 'Hamlet', false, false],
    ],
  );
  assert.deepEqual(
    valuesOf('Languages__c').map(({ value, label }) => [value, label]),
    [
      ['de', 'German'],
      ['fr', 'French'],
    ],
  );
  assert.deepEqual(pick(city, 'Languages__c', 'restrictedPicklist'), [true]);
});

test('relationships lead from child to parent and back, with what happens when the parent is deleted', async () => {
  const city = await describeOf('City__c');
  assert.deepEqual(pick(city, 'Country__c', 'referenceTo', 'relationshipName', 'nillable', 'restrictedDelete'), [
    ['Country__c'],
    'Country__r',
    false,
    true,
  ]);
  const visit = await describeOf('Visit__c');
  assert.deepEqual(pick(visit, 'City__c', 'cascadeDelete', 'nillable', 'relationshipOrder'), [true, false, 0]);
  assert.ok(!visit.fields.some(({ name }) => name === 'OwnerId'), 'the parent has the owner');
  const account = await describeOf('Account');
  assert.deepEqual(pick(account, 'Sluice_Key__c', 'custom', 'length', 'externalId', 'unique', 'caseSensitive'), [
    true,
    40,
    true,
    true,
    false,
  ]);
});

test('profiles and permission sets grant what their files say, and a profile that every org has keeps the rest', async () => {
  const { setup } = await readSetup(handWrittenProject);
  const [set] = setup.permissionSets;
  assert.deepEqual(set, {
    name: 'City_Loads',
    label: 'City Loads',
    description: 'What the mover of cities needs',
    license: 'Salesforce API Integration',
    userPermissions: ['ApiEnabled'],
    objects: { City__c: ['create', 'edit', 'read'] },
    fields: { City__c: { Kind__c: 'edit' }, Account: { Sluice_Key__c: 'read' } },
    apexClasses: ['Integrate'],
  });
  const [profile] = setup.profiles;
  assert.equal(profile?.name, 'Standard User');
  assert.deepEqual(profile?.loginHours, { monday: { start: '08:00', end: '18:00' } });
  assert.deepEqual(profile?.loginIpRanges, [{ start: '10.0.0.0', end: '10.0.0.255', description: 'office' }]);
  assert.deepEqual(Object.keys(profile?.objects ?? {}).toSorted(), ['Account', 'Contact']);
});

test('connected apps and external client apps have the settings of all their files', async () => {
  const { setup } = await readSetup(handWrittenProject);
  assert.deepEqual(setup.connectedApps[0], {
    name: 'The Mover',
    apiName: 'Mover',
    contactEmail: 'ops@acme.example',
    scopes: ['api', 'refresh_token', 'id'],
    permittedUsers: 'AdminApprovedPreAuthorized',
    callbackUrls: ['https://acme.example/callback', 'http://localhost:1717/OauthRedirect'],
    requireSecretForWebServerFlow: true,
    requireSecretForRefreshToken: false,
    introspectAllTokens: false,
    clientCredentials: { enabled: true },
    ipRelaxation: 'Bypass',
    profiles: ['System Administrator'],
    permissionSets: ['City_Loads'],
    trustedIpRanges: [{ start: '10.0.0.0', end: '10.0.0.255', description: 'office' }],
    sessionTimeoutMinutes: 30,
  });
  assert.deepEqual(setup.externalClientApps[0], {
    name: 'Loader',
    apiName: 'Loader',
    contactEmail: 'ops@acme.example',
    description: 'Loads cities',
    distributionState: 'Local',
    callbackUrls: ['https://acme.example/callback'],
    requireSecretForWebServerFlow: true,
    requirePkce: false,
    introspectAllTokens: true,
    scopes: ['api', 'openid'],
    permittedUsers: 'AdminApprovedPreAuthorized',
    ipRelaxation: 'Enforce',
    permissionSets: ['City_Loads'],
    sessionTimeoutMinutes: 15,
    jwtTimeoutMinutes: 15,
    clientCredentials: { enabled: true, allowed: true },
  });
  assert.equal(setup.connectedApps.at(-1)?.name, 'Sluice', 'a project alone gets an app that can sign in');
});

test('what the org in a box has not is left out and said, each kind once with its place', async () => {
  const { warnings } = await readSetup(handWrittenProject);
  const text = warnings.join('\n');
  const base = 'force-app/main/default';
  for (const expected of [
    `fields of type AutoNumber, since the org in a box has no such type: City__c.Number__c (${base}/objects/City__c/fields/Number__c.field-meta.xml:2)`,
    'formula fields, since the org in a box works out no formulas: City__c.Density__c',
    'Lookup fields to Case, since the org in a box has no such object: Visit__c.Case__c',
    'validation rules, since the org in a box checks none',
    'names of type AutoNumber',
    'Opportunity (force-app',
    'consumer keys, since they are not in the form of Salesforce',
    'api@acme.example of The Mover',
    'refresh token policies',
    '<enableReports> of objects (3)',
  ])
    assert.ok(text.includes(expected), `${expected} in\n${text}`);
  assert.ok(warnings.every((warning) => warning.startsWith('Left out')));
  assert.equal(new Set(warnings).size, warnings.length);
});

async function refusal(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = createFolder(t, files);
  try {
    return `accepted: ${(await readSetup(folder)).warnings.join(' ')}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function field(...lines: string[]): Record<string, string> {
  return citySource({ [fieldFile]: xml('CustomField', '<fullName>Code__c</fullName>', ...lines) });
}

test('a mistake in a field is named with file, line, element and what to write', async (t) => {
  const at = `${fieldFile}:`;
  assert.equal(
    await refusal(t, field('<type>Text</type>', '<length>300</length>')),
    `${at}5: <length> must be 1 to 255 for type text.`,
  );
  assert.match(await refusal(t, field('<type>Text</type>')), /:2: <length> is missing: type text needs it/);
  assert.match(
    await refusal(t, field('<length>x</length>', '<type>Text</type>')),
    /:4: <length> is "x", but must be a whole/,
  );
  assert.match(
    await refusal(t, field('<type>Text</type>', '<length>9</length>', '<unique>yes</unique>')),
    /:6: <unique> is "yes", but must be true or false/,
  );
  assert.match(
    await refusal(t, field('<type>Lookup</type>', '<referenceTo>Cyti__c</referenceTo>')),
    /:5: <referenceTo> names no object of this org; did you mean "City__c"\?/,
  );
  assert.match(await refusal(t, field('<type>Text</type>', '<type>Date</type>')), /:5: <type> is there twice/);
  assert.match(
    await refusal(t, field('<type>Txt</type>')),
    /:4: <type> is Txt, which is no type of Salesforce; did you mean Text\?/,
  );
  assert.match(
    await refusal(t, field('<type>Text</type>', '<length>9</length>', '<uniqe>true</uniqe>')),
    /^accepted: Left out: <uniqe> of fields, since the org in a box has no such thing \(did you mean <unique>\?\)/,
  );
  assert.match(await refusal(t, field('<type>Picklist</type>')), /<valueSet> is missing: type picklist needs it/);
  assert.match(
    await refusal(t, field('<type>Picklist</type>', '<valueSet><valueSetName>Gone</valueSetName></valueSet>')),
    /^accepted: Left out: fields with the global value set Gone, since the project does not have that set: City__c\.Code__c/,
  );
});

test('a component that is there twice, or not where it says, is named with both places', async (t) => {
  const code = xml('CustomField', '<fullName>Code__c</fullName>', '<type>Date</type>');
  assert.match(
    await refusal(t, citySource({ 'more/objects/City__c/fields/Code__c.field-meta.xml': code })),
    /City__c\.Code__c is there twice, here and in more\/objects\/City__c\/fields\/Code__c\.field-meta\.xml:3/,
  );
  assert.match(
    await refusal(
      t,
      citySource({
        'b/permissionsets/A.permissionset-meta.xml': xml('PermissionSet', '<label>A</label>'),
        'a/permissionsets/A.permissionset-meta.xml': xml('PermissionSet', '<label>A</label>'),
      }),
    ),
    /PermissionSet A is there twice, here and in a\/permissionsets/,
  );
  assert.match(
    await refusal(t, citySource({ 'objects/City__c/fields/Other__c.field-meta.xml': code })),
    /<fullName> is Code__c, but the file is called Other__c/,
  );
  assert.match(await refusal(t, { 'fields/Code__c.field-meta.xml': code }), /must be in objects\/OBJECT\/fields/);
  assert.match(await refusal(t, { [objectFile]: code }), /root element is <CustomField>, but must be <CustomObject>/);
});

test('rights to a custom field or object that is not there are refused, as in a deployment', async (t) => {
  const set = (...lines: string[]) =>
    citySource({ 'permissionsets/A.permissionset-meta.xml': xml('PermissionSet', '<label>A</label>', ...lines) });
  const right = (name: string) =>
    `<fieldPermissions><editable>true</editable>\n<field>${name}</field></fieldPermissions>`;
  assert.match(
    await refusal(t, set(right('City__c.Kode__c'))),
    /A\.permissionset-meta\.xml:5: <field> is refused: There is no field Kode__c on City__c\. Did you mean Code__c\?/,
  );
  assert.match(
    await refusal(t, set('<objectPermissions><allowRead>true</allowRead><object>Cyty__c</object></objectPermissions>')),
    /<object> is refused: There is no object Cyty__c/,
  );
  assert.match(
    await refusal(t, set('<objectPermissions><allowEdit>true</allowEdit><object>City__c</object></objectPermissions>')),
    /depends on permission\(s\): Read Cities/,
  );
  assert.match(
    await refusal(t, set(right('City__c.Code__c'), right('city__c.code__c'))),
    /A\.permissionset-meta\.xml:7: <field> is city__c\.code__c a second time in this file/,
  );
  assert.match(await refusal(t, set(right('Account.IsCustomerPortal'))), /^accepted: .*Account\.IsCustomerPortal/);
  assert.match(await refusal(t, set(right('ns__City__c.Code__c'))), /^accepted: .*ns__City__c/);
});

test('settings of apps that no org knows are refused at their element', async (t) => {
  const app = (...lines: string[]) =>
    citySource({ 'connectedApps/A.connectedApp-meta.xml': xml('ConnectedApp', '<label>A</label>', ...lines) });
  assert.match(
    await refusal(t, app('<oauthConfig><scopes>Apy</scopes></oauthConfig>')),
    /A\.connectedApp-meta\.xml:4: <scopes> is Apy, but must be one of Address, Api/,
  );
  assert.match(
    await refusal(t, app('<oauthConfig>', '<callbackUrl>http://x.example/</callbackUrl>', '</oauthConfig>')),
    /:5: <callbackUrl> is refused: A Callback URL must begin with https/,
  );
  const secret = 'A'.repeat(64);
  const told = await refusal(t, app(`<oauthConfig><consumerSecret>${secret}</consumerSecret></oauthConfig>`));
  assert.match(told, /^accepted: .*consumer secrets/);
  assert.ok(!told.includes(secret));
  assert.match(
    await refusal(
      t,
      citySource({
        'x/A.ecaOauth-meta.xml': xml(
          'ExtlClntAppOauthSettings',
          '<externalClientApplication>B</externalClientApplication>',
        ),
      }),
    ),
    /names no external client app of this project: "B"/,
  );
});

test('a permission set of a license that the box has not is left out, also of the apps that name it', async (t) => {
  const set = xml('PermissionSet', '<label>A</label>', '<license>Identity</license>');
  const app = xml('ConnectedApp', '<label>A</label>', '<permissionSetName>A</permissionSetName>');
  const files = { 'permissionsets/A.permissionset-meta.xml': set, 'connectedApps/B.connectedApp-meta.xml': app };
  const { setup, warnings } = await readSetup(createFolder(t, citySource(files)));
  assert.deepEqual([setup.permissionSets, setup.connectedApps[0]?.permissionSets], [[], undefined]);
  assert.match(
    warnings.join(),
    /permission sets of the license Identity, since the org in a box has no such license: A/,
  );
});

test('what belongs to managed packages is left out, with all that speaks of it', async (t) => {
  const lookup = xml(
    'CustomField',
    '<fullName>Deal__c</fullName>',
    '<type>Lookup</type>',
    '<referenceTo>ns__Deal__c</referenceTo>',
  );
  const right = '<objectPermissions><allowRead>true</allowRead><object>ns__Deal__c</object></objectPermissions>';
  const fieldRight = '<fieldPermissions><editable>true</editable><field>City__c.ns__Tax__c</field></fieldPermissions>';
  const files = citySource({
    'objects/ns__Deal__c/ns__Deal__c.object-meta.xml': xml('CustomObject', '<label>Deal</label>'),
    'objects/ns__Deal__c/fields/Own__c.field-meta.xml': xml('CustomField', '<type>Date</type>'),
    'objects/City__c/fields/ns__Tax__c.field-meta.xml': xml('CustomField', '<type>Date</type>'),
    'objects/City__c/fields/Deal__c.field-meta.xml': lookup,
    'permissionsets/A.permissionset-meta.xml': xml('PermissionSet', '<label>A</label>', right, fieldRight),
    'connectedApps/ns__App.connectedApp-meta.xml': xml('ConnectedApp', '<label>App</label>'),
    'x/B.ecaOauth-meta.xml': xml(
      'ExtlClntAppOauthSettings',
      '<externalClientApplication>ns__App</externalClientApplication>',
    ),
  });
  const { setup, warnings } = await readSetup(createFolder(t, files));
  assert.deepEqual(
    setup.objects.map(({ name, fields = [] }) => [name, fields.map((each) => each.name)]),
    [['City__c', ['Code__c']]],
  );
  assert.deepEqual(
    setup.connectedApps.map(({ name }) => name),
    ['Sluice'],
  );
  assert.match(
    warnings.join(),
    /what belongs to managed packages, since the org in a box has no packages: connectedApps/,
  );
});

test('a folder that is no project, or leads out of itself, is not read', async (t) => {
  await assert.rejects(readSetup(join(handWrittenProject, 'a.object-meta.xml')), /it is one file; name the folder/);
  assert.match(await refusal(t, { 'README.md': 'x' }), /there is no metadata file in source format/);
  assert.match(await refusal(t, { 'classes/A.cls-meta.xml': '<ApexClass/>' }), /none of its metadata is of a kind/);
  const project = (path: string) => ({ 'sfdx-project.json': JSON.stringify({ packageDirectories: [{ path }] }) });
  assert.match(await refusal(t, project('../other')), /names "\.\.\/other", which lies outside of the project/);
  assert.match(await refusal(t, project('/etc')), /which lies outside of the project/);
  assert.match(await refusal(t, project('gone')), /names "gone", which is not there/);
  assert.match(await refusal(t, { 'sfdx-project.json': '{' }), /sfdx-project\.json: this is no JSON/);
  assert.match(await refusal(t, { 'sfdx-project.json': '{}' }), /packageDirectories must be a list/);
});

test('a symbolic link is not followed, and a package directory that is one out of the project is refused', async (t) => {
  const outside = createFolder(t, citySource());
  const inside = createFolder(t, citySource({ 'sfdx-project.json': '{"packageDirectories":[{"path":"out"}]}' }));
  symlinkSync(join(outside, 'objects'), join(inside, 'out'));
  await assert.rejects(readSetup(inside), /names "out", a link that leads out of the project/);
  const source = createFolder(t, citySource());
  symlinkSync(join(outside, 'objects'), join(source, 'more'));
  const { warnings } = await readSetup(source);
  assert.deepEqual(warnings, ['Left out: symbolic links, since none is followed: more.']);
});

test('a file of ten megabytes, one that is no UTF-8 and one with a document type are refused', async (t) => {
  const label = `<label>${'x'.repeat(10 * 1024 * 1024)}</label>`;
  assert.match(
    await refusal(t, citySource({ [fieldFile]: xml('CustomField', label) })),
    /a metadata file may have 8388608/,
  );
  assert.match(await refusal(t, citySource({ [fieldFile]: '<!DOCTYPE a []><a/>' })), /document type .* is not taken/);
  const folder = createFolder(t, citySource());
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(folder, fieldFile), Buffer.from([0x3c, 0xff, 0xfe]));
  await assert.rejects(readSetup(folder), /Code__c\.field-meta\.xml: it is not in UTF-8/);
});
