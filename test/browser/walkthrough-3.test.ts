import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothWays } from './keyboard.ts';
import { walkedOrg } from './org-setup.ts';
import type { Person } from './person.ts';
import { openSetupStage, type Stage } from './setup-stage.ts';
import { openDetails, shownPair } from './walk-connected-app.ts';

const more = `  - name: Loader
    callbackUrls: ['https://acme.example/callback']
    scopes: [api]
    clientCredentials: { enabled: true }
apexClasses:
  - { name: Integrate, urlMapping: /integrate, methods: [POST], records: { object: Account } }
`;

for (const [how, hands] of bothWays)
  test(`W3: an API user with the least rights, from New User to what its token may do, ${how}`, async () => {
    await using stage = await openSetupStage({ setup: walkedOrg(more) });
    await stage.logIn();
    await walk(stage, hands(stage.person));
  });

async function walk(stage: Stage, person: Person): Promise<void> {
  await person.comesTo('Home');
  await newApiUser(person);
  await newPermissionSet(person);
  await assignTooEarly(person);
  await person.open('license', 'Permission Set Licenses');
  await person.comesTo('Permission Set Licenses');
  await person.follow('Salesforce API Integration');
  await assignMachine(person);
  await person.open('permission', 'Permission Sets');
  await person.comesTo('Permission Sets');
  await person.follow('Load accounts');
  await person.follow('Manage Assignments');
  await assignMachine(person);

  const calls = await callsInItsName(stage, person);
  assert.match(String(await calls.insert({ Name: 'One' })), /^NOT_FOUND: The requested resource does not exist$/);
  await grantObject(person, 'Read All Fields');
  assert.equal(await calls.insert({ Name: 'One' }), 201);
  const refused =
    /INVALID_FIELD_FOR_INSERT_UPDATE: ?Unable to create\/update fields: Phone\. Please check the security settings of this field/;
  assert.match(String(await calls.insert({ Name: 'Two', Phone: '2' })), refused);
  assert.match(await failedRowsOf(person, await calls.load('Name,Phone\nThree,3\n')), refused);
  await grantFields(person, 'Edit All Fields');
  assert.equal(await calls.insert({ Name: 'Two', Phone: '2' }), 201);

  assert.deepEqual(await calls.integrate(), [403, 'You do not have access to the Apex class named: Integrate']);
  await enableClass(person);
  assert.deepEqual(await calls.integrate(), [200, undefined]);
  await whatIsSeen(stage, person, calls);
}

async function newApiUser(person: Person): Promise<void> {
  await person.open('user', 'Users');
  await person.follow('New User');
  await person.fill('Last Name', 'Machine');
  await person.fill('Email', 'machine@acme.example');
  await person.fill('Username', 'machine@acme.example');
  await person.choose('User License', 'Salesforce Integration');
  await person.choose('Profile', 'Salesforce API Only System Integrations');
  await person.press('Save');
  await person.comesTo('Machine');
}

async function newPermissionSet(person: Person): Promise<void> {
  await person.open('permission', 'Permission Sets');
  await person.comesTo('Permission Sets');
  await person.reads('There is no permission set yet');
  await person.follow('New');
  await person.comesTo('New Permission Set');
  await person.press('Save');
  await person.find('textbox', 'Label').and(person.page.locator('[aria-invalid]')).waitFor();
  await person.fill('Label', 'Load accounts');
  assert.equal(await person.find('textbox', 'API Name').inputValue(), 'Load_accounts');
  await person.choose('License', 'Salesforce API Integration');
  await person.press('Save');
  await person.comesTo('Load accounts');
}

async function assignTooEarly(person: Person): Promise<void> {
  await person.follow('Manage Assignments');
  await person.comesTo('Manage Assignments');
  await person.follow('Add Assignment');
  await person.press('Next');
  await person.reads('No user is selected. Tick at least one, then choose Next.');
  await person.tick('Select Machine');
  await person.press('Next');
  await person.press('Assign');
  await person.reads(/^machine@acme\.example: .*Salesforce API Integration.*Permission Set License/);
  await person.comesTo('Add Assignment');
}

async function assignMachine(person: Person): Promise<void> {
  await person.comesTo('Manage Assignments');
  await person.reads('It is assigned to nobody');
  await person.follow('Add Assignment');
  await person.find('heading', 'Add Assignment').waitFor();
  await person.tick('Select Machine');
  await person.comesTo('Add Assignment');
  await person.press('Next');
  await person.find('heading', 'Users to be assigned').waitFor();
  await person.press('Assign');
  await person.find('link', 'Machine').waitFor();
  await person.comesTo('Manage Assignments');
}

/** A token as in W7, of an app whose Run As user it is. */
async function callsInItsName(stage: Stage, person: Person) {
  await person.open('connected', 'Manage Connected Apps');
  await person.follow('Edit Loader');
  await person.fill('Run As', 'machine@acme.example');
  await person.press('Save');
  await person.comesTo('Loader');
  await person.reads('The client credentials flow is ready');
  await person.follow('View');
  await openDetails(person);
  const { key, secret } = await shownPair(person);
  const { json } = await stage.token(key, secret);
  const headers = { Authorization: `Bearer ${json.access_token}`, 'Content-Type': 'application/json' };
  const post = (path: string, body: object) =>
    fetch(`${stage.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return {
    key,
    secret,
    /** 201, or the refusal. */
    async insert(record: object) {
      const answer = await post('/services/data/v68.0/sobjects/Account', record);
      if (answer.status === 201) return 201;
      const [refusal] = (await answer.json()) as Refusal[];
      return `${refusal?.errorCode}: ${refusal?.message}`;
    },
    /** The id of a job that has ended. */
    async load(csv: string) {
      const jobs = '/services/data/v68.0/jobs/ingest';
      const made = await post(jobs, { object: 'Account', operation: 'insert', lineEnding: 'LF' });
      const { id } = (await made.json()) as { id: string };
      const csvHeaders = { ...headers, 'Content-Type': 'text/csv' };
      await fetch(`${stage.url}${jobs}/${id}/batches`, { method: 'PUT', headers: csvHeaders, body: csv });
      const body = JSON.stringify({ state: 'UploadComplete' });
      await fetch(`${stage.url}${jobs}/${id}`, { method: 'PATCH', headers, body });
      for (let state = ''; state !== 'JobComplete'; await new Promise((resolve) => setTimeout(resolve, 50))) {
        ({ state } = (await (await fetch(`${stage.url}${jobs}/${id}`, { headers })).json()) as { state: string });
        assert.notEqual(state, 'Failed');
      }
      return id;
    },
    async integrate() {
      const answer = await post('/services/apexrest/integrate', { records: [{ Name: 'By the class' }] });
      const said = (await answer.json()) as Refusal[] | object;
      return [answer.status, Array.isArray(said) ? said[0]?.message : undefined];
    },
    limits: async () => (await fetch(`${stage.url}/services/data/v68.0/limits`, { headers })).status,
  };
}

type Refusal = { errorCode: string; message: string };

/** The file of the job, as Setup gives it. */
async function failedRowsOf(person: Person, jobId: string): Promise<string> {
  await person.open('bulk', 'Bulk Data Load Jobs');
  await person.find('cell', jobId).waitFor();
  const saving = person.page.waitForEvent('download');
  await person.follow(`Failed records of ${jobId}`);
  return (await (await (await saving).createReadStream()).toArray()).join('');
}

async function openAccounts(person: Person): Promise<void> {
  await person.open('permission', 'Permission Sets');
  await person.follow('Load accounts');
  await person.comesTo('Load accounts');
  await person.follow('Object Settings');
  await person.comesTo('Object Settings');
  await person.follow('Accounts');
  await person.comesTo('Accounts');
  await person.follow('Edit');
  await person.find('table', 'Field Permissions').waitFor();
}

async function grantObject(person: Person, fields: string): Promise<void> {
  await openAccounts(person);
  for (const right of ['Read', 'Create', 'Edit', 'Delete', 'View All Records', 'Modify All Records'])
    await person.tick(right);
  await person.tick('Edit Access to Account Phone');
  assert.ok(await person.find('checkbox', 'Read Access to Account Phone').isChecked(), 'Edit goes with Read');
  await person.tick('Read Access to Account Phone');
  assert.equal(await person.find('checkbox', 'Edit Access to Account Phone').isChecked(), false);
  await person.comesTo('Edit Accounts');
  await person.picture('setup-object-settings');
  await person.press(fields);
  await person.press('Save');
  await person.comesTo('Accounts');
}

async function grantFields(person: Person, fields: string): Promise<void> {
  await openAccounts(person);
  await person.press(fields);
  await person.press('Save');
  await person.comesTo('Accounts');
}

async function enableClass(person: Person): Promise<void> {
  await person.open('profile', 'Profiles');
  await person.comesTo('Profiles');
  await person.follow('Salesforce API Only System Integrations');
  await person.comesTo('Salesforce API Only System Integrations');
  await person.find('heading', 'Enabled Apex Class Access').waitFor();
  await person.follow('Edit Enabled Apex Class Access');
  await person.mark('Available Apex Classes', 'Integrate');
  await person.press('Add');
  await person.comesTo('Edit Enabled Apex Class Access');
  await person.press('Save');
  await person.comesTo('Salesforce API Only System Integrations');
  await person.reads('Integrate');
}

type Calls = Awaited<ReturnType<typeof callsInItsName>>;

async function whatIsSeen(stage: Stage, person: Person, { key, secret, limits }: Calls): Promise<void> {
  await person.open('login', 'Login History');
  await person.comesTo('Login History');
  await person.find('cell', 'machine@acme.example').waitFor();
  await person.find('cell', 'Success').waitFor();
  await person.open('usage', 'Connected Apps OAuth Usage');
  await person.comesTo('Connected Apps OAuth Usage');
  await person.follow('Loader');
  await person.comesTo('Tokens of Loader');
  assert.equal(await limits(), 200);
  await person.press('Revoke the token of machine@acme.example');
  await person.reads('1 token was revoked.');
  await person.reads('It holds no token');
  assert.equal(await limits(), 401, 'the token ended');
  assert.equal((await stage.token(key, secret)).status, 200);
  await person.press('Block Loader');
  await person.find('alertdialog', 'Block Loader?').waitFor();
  await person.press('Block');
  await person.find('button', 'Unblock Loader').waitFor();
  await person.comesTo('Tokens of Loader');
  assert.equal((await stage.token(key, secret)).status, 400, 'a blocked app gets no token');
  await person.press('Unblock Loader');
  await person.find('button', 'Block Loader').waitFor();
  assert.equal((await stage.token(key, secret)).status, 200);
  await person.open('audit', 'View Setup Audit Trail');
  await person.comesTo('View Setup Audit Trail');
  await person.fill('Text', 'permission set Load accounts');
  await person.press('Find');
  await person.find('cell', /Created permission set Load accounts/).waitFor();
}
