import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSetupFile } from '../../src/org/index.ts';
import { bothWays } from './keyboard.ts';
import type { Person } from './person.ts';
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

type Call = Awaited<ReturnType<typeof dataApi>>;

const post = (body: object) => ({ method: 'POST', body: JSON.stringify(body) });

/** By mouse and by keyboard alone: each is a test of its own. */
function walked(title: string, walk: (stage: Stage, person: Person, call: Call) => Promise<void>): void {
  for (const [how, hands] of bothWays)
    test(`${title}, ${how}`, async () => {
      await using stage = await openSetupStage({ setup });
      const call = await dataApi(stage);
      await stage.logIn();
      await stage.person.comesTo('Home');
      await walk(stage, hands(stage.person), call);
    });
}

walked('the records of an object are browsed, asked for by SOQL, and edited', async (_, person, call) => {
  const ids: Record<string, string> = {};
  for (const Name of ['Acme', 'Globex']) {
    const made = await call('sobjects/Account', post({ Name, Industry: 'Energy' }));
    ids[Name] = ((await made.json()) as { id: string }).id;
  }
  await person.open('object', 'Object Manager');
  await person.comesTo('Object Manager');
  await person.search('Search this list', 'Cit');
  await person.find('link', 'Account').waitFor({ state: 'detached' });
  await person.follow('City');
  await person.comesTo('City');
  await person.find('cell', /External ID, Unique/).waitFor();
  await person.open('object', 'Object Manager');
  await person.press('API Name');
  await person.page.waitForURL(/sort=name/);
  await person.follow('Account');
  await person.comesTo('Account');
  await person.follow('Browse Records');
  await person.find('cell', 'Globex').waitFor();
  await person.comesTo('Data');

  await person.fill('SOQL Query', 'SELECT Id, Nmae FROM Account');
  await person.press('Run Query');
  await person.reads(/No such column 'Nmae'/);
  await person.comesTo('Data');
  await person.fill('SOQL Query', "SELECT Id, Name, Owner.Username FROM Account WHERE Name = 'Acme'");
  await person.press('Run Query');
  await person.reads('1 record');
  await person.find('columnheader', 'Owner.Username').waitFor();
  await person.find('cell', 'robot@acme.example').waitFor();
  await person.follow(`Edit ${ids.Acme}`);
  await person.comesTo('Edit Acme');
  await person.fill('Employees', 'many');
  await person.press('Save');
  await person.reads(/JSON_PARSER_ERROR|INVALID_TYPE|Cannot deserialize/);
  await person.fill('Employees', '12');
  await person.choose('Industry', 'Banking');
  await person.press('Save');
  await person.comesTo('Data');
  const saved = (await (await call(`sobjects/Account/${ids.Acme}`)).json()) as Record<string, unknown>;
  assert.deepEqual([saved.NumberOfEmployees, saved.Industry], [12, 'Banking']);
});

walked('of two who edit a record the second is told, and loses nothing', async (_, person, call) => {
  const made = await call('sobjects/Account', post({ Name: 'Acme', Phone: '1', Fax: '1' }));
  const { id } = (await made.json()) as { id: string };
  await person.page.goto(`/setup/data/Account/${id}`);
  await person.comesTo('Edit Acme');
  await person.fill('Account Phone', '3');
  await person.fill('Employees', '12');
  await call(`sobjects/Account/${id}`, { method: 'PATCH', body: JSON.stringify({ Phone: '2', Fax: '2' }) });
  await person.press('Save');
  await person.reads('Somebody else changed this record while you were editing it.');
  await person.reads('Account Phone is now “2”; you entered “3”.');
  assert.equal(await person.find('textbox', 'Account Phone').inputValue(), '3', 'what was entered is still there');
  assert.equal(await person.find('textbox', 'Account Fax').inputValue(), '2', 'what was not touched is the newest');
  await person.comesTo('Edit Acme');
  await person.page.reload();
  await person.reads('Account Phone is now “2”; you entered “3”.');
  await person.press('Save');
  await person.comesTo('Data');
  const saved = (await (await call(`sobjects/Account/${id}`)).json()) as Record<string, unknown>;
  assert.deepEqual([saved.Phone, saved.Fax, saved.NumberOfEmployees], ['3', '2', 12]);
});

walked('bulk jobs stand there with their results, and the limits with what was used', async (_, person, call) => {
  await person.open('bulk', 'Bulk Data Load Jobs');
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
  const widest = (await person.page.evaluate('document.documentElement.scrollWidth')) as number;
  assert.ok(widest <= 1280, `the page is ${widest} pixels wide`);
  const saving = person.page.waitForEvent('download');
  await person.follow(`Failed records of ${id}`);
  const text = (await (await (await saving).createReadStream()).toArray()).join('');
  assert.match(text, /REQUIRED_FIELD_MISSING/);
  await person.open('overview', 'System Overview');
  await person.comesTo('System Overview');
  await person.search('Search this list', 'API requests');
  await person.find('cell', 'API requests').waitFor();
});

async function waitForEnd(ask: () => Promise<Response>): Promise<void> {
  for (;;) {
    const { state } = (await (await ask()).json()) as { state: string };
    if (state === 'JobComplete' || state === 'Failed') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

walked('faults are made, counted and ended', async (_, person, call) => {
  await person.open('fault', 'Faults');
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

walked('a mail that would have been sent stands in the Outbox', async ({ url }, person) => {
  await person.open('outbox', 'Outbox');
  await person.comesTo('Outbox');
  await person.reads('No mail was sent yet');
  await person.open('app', 'App Manager');
  await person.follow('Loader');
  await person.follow('Manage Consumer Details');
  await person.find('heading', 'Verify Your Identity').waitFor();
  await person.open('outbox', 'Outbox');
  await person.comesTo('Outbox');
  await person.reads(/Verification code: \d{6}/);
  const { rows } = (await (await person.context.request.get(`${url}/setup/api/outbox`)).json()) as { rows: unknown[] };
  assert.equal(rows.length, 1);
});
