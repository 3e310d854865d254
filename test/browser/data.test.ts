import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSetupFile } from '../../src/org/index.ts';
import { openSetupStage, type Stage } from './setup-stage.ts';

const setup = parseSetupFile(`users:
  - { username: admin@acme.example, lastName: Admin, profile: System Administrator }
  - { username: robot@acme.example, lastName: Robot, profile: System Administrator }
connectedApps:
  - { name: Loader, scopes: [api], clientCredentials: { enabled: true, runAs: robot@acme.example } }
objects:
  - name: City__c
    fields: [ { name: Code__c, type: text, length: 20, externalId: true, unique: true } ]
`);

/** The data API, as the app. */
async function dataApi({ org, url, token }: Stage) {
  const { json } = await token(org.consumerKey, org.consumerSecret);
  const headers = { Authorization: `Bearer ${json.access_token}` };
  return (path: string, init: RequestInit & { type?: string } = {}) =>
    fetch(`${url}/services/data/v68.0/${path}`, {
      ...init,
      headers: { ...headers, 'Content-Type': init.type ?? 'application/json' },
    });
}

const post = (body: object) => ({ method: 'POST', body: JSON.stringify(body) });

test('the records of an object are browsed, asked for by SOQL, and edited', async () => {
  await using stage = await openSetupStage({ setup });
  const { person } = stage;
  const call = await dataApi(stage);
  for (const Name of ['Acme', 'Globex']) await call('sobjects/Account', post({ Name, Industry: 'Energy' }));
  await stage.logIn();
  await person.comesTo('Home');
  await person.open('object', 'Object Manager');
  await person.comesTo('Object Manager');
  await person.follow('City');
  await person.comesTo('City');
  await person.find('cell', /External ID, Unique/).waitFor();
  await person.open('object', 'Object Manager');
  await person.follow('Account');
  await person.comesTo('Account');
  await person.follow('Browse Records');
  await person.find('cell', 'Globex').waitFor();
  await person.comesTo('Data');
  await person.picture('setup-data');

  await person.fill('SOQL Query', 'SELECT Id, Nmae FROM Account');
  await person.press('Run Query');
  await person.reads(/No such column 'Nmae'/);
  await person.comesTo('Data');
  await person.fill('SOQL Query', "SELECT Id, Name, Owner.Username FROM Account WHERE Name = 'Acme'");
  await person.press('Run Query');
  await person.reads('1 record');
  await person.find('columnheader', 'Owner.Username').waitFor();
  await person.find('cell', 'robot@acme.example').waitFor();
  await person.page.getByRole('link', { name: /^Edit 001/ }).click();
  await person.comesTo('Edit Acme');
  await person.fill('Employees', 'many');
  await person.press('Save');
  await person.reads(/JSON_PARSER_ERROR|INVALID_TYPE|Cannot deserialize/);
  await person.fill('Employees', '12');
  await person.press('Save');
  await person.comesTo('Data');
  const found = await (
    await call(`query?q=${encodeURIComponent("SELECT NumberOfEmployees FROM Account WHERE Name = 'Acme'")}`)
  ).json();
  assert.equal((found as { records: { NumberOfEmployees: number }[] }).records[0]?.NumberOfEmployees, 12);
});

test('bulk jobs stand there with their results, and the limits with what was used', async () => {
  await using stage = await openSetupStage({ setup });
  const { person } = stage;
  const call = await dataApi(stage);
  await stage.logIn('/setup/bulk-jobs');
  await person.comesTo('Bulk Data Load Jobs');
  await person.reads('There is no job yet');
  const made = await call('jobs/ingest', post({ object: 'Account', operation: 'insert', lineEnding: 'LF' }));
  const { id } = (await made.json()) as { id: string };
  await call(`jobs/ingest/${id}/batches`, { method: 'PUT', body: 'Name\nOne\n""\n', type: 'text/csv' });
  await call(`jobs/ingest/${id}`, { method: 'PATCH', body: JSON.stringify({ state: 'UploadComplete' }) });
  await waitForEnd(() => call(`jobs/ingest/${id}`));
  await person.page.reload();
  await person.comesTo('Bulk Data Load Jobs');
  await person.find('cell', 'JobComplete').waitFor();
  const saving = person.page.waitForEvent('download');
  await person.follow(`Failed records of ${id}`);
  const text = (await (await (await saving).createReadStream()).toArray()).join('');
  assert.match(text, /REQUIRED_FIELD_MISSING/);
  await person.open('overview', 'System Overview');
  await person.comesTo('System Overview');
  await person.find('cell', 'API requests').waitFor();
});

async function waitForEnd(ask: () => Promise<Response>): Promise<void> {
  for (;;) {
    const { state } = (await (await ask()).json()) as { state: string };
    if (state === 'JobComplete' || state === 'Failed') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('faults are made, counted and ended', async () => {
  await using stage = await openSetupStage({ setup });
  const { person } = stage;
  const call = await dataApi(stage);
  await stage.logIn('/setup/faults');
  await person.comesTo('Faults');
  await person.reads('No fault is made on purpose');
  await person.fill('Share', 'half');
  await person.press('Add');
  await person.reads('Share must be a number. Enter digits.');
  await person.fill('Share', '1');
  await person.press('Add');
  await person.reads('This kind waits, and does not say how long. Enter milliseconds.');
  await person.choose('Kind', 'unavailable: 503, nothing is done');
  await person.fill('Times', '2');
  await person.press('Add');
  await person.find('cell', 'unavailable').waitFor();
  assert.equal((await call('limits')).status, 503);
  await person.comesTo('Faults');
  await person.press('End All Faults');
  await person.reads('No fault is made on purpose');
  assert.equal((await call('limits')).status, 200);
});
