/** Walkthrough 4 once interfaces use the connection, by keyboard alone: rights that are missing, a host that changes, and a second key pair while a run goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitedPair } from '../whole/connections-stage.ts';
import { openConsoleStage } from './console-stage.ts';
import { enterByKeys, withKeyboardAlone } from './keyboard.ts';
import { openRunStage, type RunStage } from './run-stage.ts';

const places = {
  ...{ name: 'places', integration: 'Shop', connection: 'acme', status: 'deployed', source: { table: 'city' } },
  ...{ object: 'Account', operation: 'upsert', externalId: 'Ext__c', mapping: { Ext__c: 'id', Name: 'name' } },
};

test('W4, wrong turns: a right that an interface needs and the run-as user lacks is the first cross, with the page of Setup that mends it', async () => {
  await using stage = await openConsoleStage();
  const { call, connection, salesforceFields } = stage;
  const made = await call('POST', '/connections', connection('acme', { salesforce: salesforceFields(limitedPair) }));
  assert.equal(made.status, 201, JSON.stringify(made.errors));
  await call('POST', '/integrations', { name: 'Shop' });
  assert.equal((await call('POST', '/interfaces', { definition: places })).status, 201);
  await stage.logIn('/connections');
  const person = withKeyboardAlone(stage.person);
  await person.comesTo('Connection Destination');
  await person.follow('acme');
  await person.comesTo('acme');
  await person.press('Ping Salesforce Connection');
  const cross = person.page.getByRole('alert').filter({ hasText: 'The first cross is at: Object and field rights' });
  await cross.waitFor();
  assert.match((await cross.textContent()) ?? '', /Setup, Permission Sets, Object Settings/);
  await person.reads(/places: .*Account/);
  await person.comesTo('acme');
});

test('W4, wrong turns: with another host the secret that is kept is asked for again, at its field', async () => {
  await using stage = await openConsoleStage();
  const { call, connection } = stage;
  assert.equal((await call('POST', '/connections', connection('acme'))).status, 201);
  await stage.logIn('/connections');
  const person = withKeyboardAlone(stage.person);
  await person.comesTo('Connection Destination');
  await person.follow('acme');
  await person.comesTo('acme');
  await person.follow('Edit');
  await person.comesTo('Edit acme');
  const salesforce = person.find('region', 'Salesforce');
  await enterByKeys(
    person.page,
    salesforce.getByRole('textbox', { name: 'My Domain URL' }),
    'https://other.my.salesforce.com',
  );
  const tokenUrl = salesforce.getByRole('textbox', { name: 'Token URL' });
  assert.equal(await tokenUrl.inputValue(), 'https://other.my.salesforce.com/services/oauth2/token');
  await person.press('Save');
  await person.reads(/was entered for/);
  await salesforce.getByLabel('Consumer Secret').and(person.page.locator('[aria-invalid=true]')).waitFor();
  await enterByKeys(person.page, tokenUrl, 'https://login.salesforce.com/services/oauth2/token');
  await person.press('Save');
  await person.reads(/is not on the host|no My Domain/);
  await person.comesTo('Edit acme');
});

const secondApp = {
  consumerKey: `3MVG9${'second'.padEnd(60, 'b')}`,
  consumerSecret: 'a-secret-of-the-second-app-and-nothing-else',
};
const secretName = 'SLUICE_SECRET_SECOND';

const twoApps = `
organization: { name: Acme, type: production }
users:
  - { username: integration@acme.example, lastName: Integration }
  - { username: second@acme.example, lastName: Second }
connectedApps:
  - { name: Sluice, scopes: [api, id], clientCredentials: { enabled: true, runAs: integration@acme.example } }
  - { name: Second, scopes: [api, id], consumerKey: ${secondApp.consumerKey}, consumerSecret: env:${secretName}, clientCredentials: { enabled: true, runAs: second@acme.example } }
objects:
  - name: Account
    fields: [ { name: Ext__c, type: text, length: 40, unique: true, externalId: true } ]
`;

const count = 600;

test('W4: a second key pair is entered, pinged and switched to while a run goes on, which ends whole', async () => {
  await using stage = await openRunStage({ setup: twoApps, environment: { [secretName]: secondApp.consumerSecret } });
  const { call, org } = stage;
  await startSlowRun(stage);
  await stage.logIn('/connections');
  const person = withKeyboardAlone(stage.person);
  await person.comesTo('Connection Destination');
  await person.follow('box');
  await person.comesTo('box');
  const pair = person.find('region', 'Second Consumer Key and Secret');
  const enter = (label: string, value: string) =>
    enterByKeys(person.page, pair.getByRole('textbox', { name: label }), value);
  await enter('Consumer Key', secondApp.consumerKey);
  await enter('Consumer Secret', secondApp.consumerSecret);
  await person.press('Enter Second Pair');
  await person.reads('The second pair was entered; the one in use stays in use.');
  await person.press('Ping With Second Pair');
  await person.reads(/second@acme\.example/);
  await person.press('Switch to Second Pair');
  await person.reads('The second pair is in use; the one before is forgotten.');
  const [run] = (await call('GET', '/runs')).json.rows;
  assert.notEqual(run.state, 'ended', 'it was switched while the run went on');
  await stage.setFaults([]);
  await person.open('runs', 'Runs');
  await person.comesTo('Runs');
  const completed = person.find('row', /shops/).getByText('Completed', { exact: true });
  await completed.waitFor({ timeout: 120_000 });
  assert.equal((await stage.query('SELECT Id FROM Account')).length, count);
  const [{ salesforce }] = (await call('GET', '/connections')).json.rows;
  assert.deepEqual([salesforce.consumerKey, salesforce.secondConsumerKey], [secondApp.consumerKey, null]);
  assert.notEqual(salesforce.consumerKey, org.consumerKey);
});

/** Its upload waits, so that there is time to do something in the middle. */
async function startSlowRun({ sql, keepInterface, setFaults, call }: RunStage): Promise<void> {
  await sql(`create table shop as select 'shop-' || n as id, 'Name ' || n as name from generate_series(1, ${count}) n`);
  await keepInterface({
    ...{ name: 'shops', source: { table: 'shop' }, object: 'Account', operation: 'upsert', externalId: 'Ext__c' },
    ...{ mode: 'bulk', mapping: { Ext__c: 'id', Name: 'name' } },
  });
  await setFaults([
    { path: '/services/data/*/jobs/ingest/**', method: 'GET', kind: 'latency', latencyMs: 30_000, share: 1 },
  ]);
  assert.equal((await call('POST', '/runs', { interfaces: ['shops'] })).status, 201);
  for (let state = ''; state !== 'running'; ) [{ state }] = (await call('GET', '/runs')).json.rows;
}
