import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothWays } from './keyboard.ts';
import { walkedOrg } from './org-setup.ts';
import type { Person } from './person.ts';
import { openSetupStage, type Stage } from './setup-stage.ts';
import { shownPair, verifyIdentity } from './walk-connected-app.ts';

for (const [how, hands] of bothWays)
  test(`W2: an external client app with its two switches, to its first token and its rotation, ${how}`, async () => {
    await using stage = await openSetupStage({ setup: walkedOrg() });
    await stage.logIn();
    await walk(stage, hands(stage.person));
  });

const switches = [
  'Require Secret for Web Server Flow',
  'Require Secret for Refresh Token Flow',
  'Require Proof Key for Code Exchange (PKCE) Extension for Supported Authorization Flows',
];

async function walk(stage: Stage, person: Person): Promise<void> {
  await createApp(person);
  await person.reads(
    'Enable Client Credentials Flow is not ticked in the policies of the app; the switch in its settings alone is not enough.',
  );

  await person.find('heading', 'OAuth Settings').waitFor();
  await person.follow('Consumer Key and Secret');
  await verifyIdentity(person);
  const { key, secret } = await shownPair(person);
  const early = await stage.token(key, secret);
  assert.deepEqual(
    [early.json.error, early.json.error_description],
    ['invalid_grant', 'no client credentials user enabled'],
  );
  await person.follow('Done');
  await person.comesTo('Warehouse');

  await person.turnTo('Policies');
  await person.follow('Edit');
  await person.comesTo('Edit Policies of Warehouse');
  await person.find('heading', 'OAuth Policies').waitFor();
  await person.fill('Run As', 'ina@mail.example');
  await person.press('Save');
  await person.reads(/an e-mail address is no username/);
  await person.fill('Run As', 'robot@acme.example');
  await person.press('Save');
  await person.comesTo('Warehouse');
  await person.reads(/not ticked in the policies of the app/);
  assert.equal((await stage.token(key, secret)).json.error_description, 'no client credentials user enabled');
  await person.follow('Go to Policies tab, Edit');
  await person.comesTo('Edit Policies of Warehouse');
  await person.tick('Enable Client Credentials Flow');
  await person.press('Save');
  await person.comesTo('Warehouse');
  await person.reads('The client credentials flow is ready');
  assert.equal((await stage.token(key, secret)).status, 200);
  await tryIt(person);
  await rotate(stage, person, { key, secret });
}

async function createApp(person: Person): Promise<void> {
  await person.comesTo('Home');
  await person.open('external', 'External Client App Manager');
  await person.comesTo('External Client App Manager');
  await person.reads('There is no external client app yet');
  await person.follow('New External Client App');
  await person.comesTo('New External Client App');
  await person.press('Create');
  await person.reads('The app has no OAuth settings. Tick Enable OAuth.');
  await person.fill('External Client App Name', 'Warehouse');
  assert.equal(await person.find('textbox', 'API Name').inputValue(), 'Warehouse');
  await person.fill('Contact Email', 'admin@acme.example');
  await person.choose('Distribution State', 'Packaged');
  await person.choose('Distribution State', 'Local');
  await person.tick('Enable OAuth');
  await person.find('heading', 'API (Enable OAuth Settings)').waitFor();
  await person.find('heading', 'Flow Enablement').waitFor();
  await person.find('heading', 'Security').waitFor();
  await person.fill('Callback URL', 'http://localhost:56420');
  await person.mark('Available OAuth Scopes', 'Manage user data via APIs (api)');
  await person.press('Add');
  await person.tick('Enable Client Credentials Flow');
  await person.press('OK');
  for (const name of switches) await person.tick(name);
  await person.comesTo('New External Client App');
  await person.press('Create');
  await person.comesTo('Warehouse');
}

async function tryIt(person: Person): Promise<void> {
  await person.follow('Try It');
  await person.comesTo('Try It');
  await person.reads(/^curl -s http/);
  await person.press('Send Token Request');
  await person.reads('There is a token');
  await person.reads('Checked: it is the HMAC-SHA256 of id and issued_at with the consumer secret.');
  await person.reads(/the user in whose name the app acts, robot@acme\.example/);
  await person.comesTo('Try It');
  await person.picture('setup-try-it');
  assert.match((await person.page.getByRole('main').textContent()) ?? '', /00D\w+!…/, 'the token is not shown whole');
  await person.follow('Done');
  await person.comesTo('Warehouse');
}

async function rotate(stage: Stage, person: Person, { key, secret }: { key: string; secret: string }): Promise<void> {
  await person.turnTo('Settings');
  await person.follow('Consumer Key and Secret');
  await person.press('Stage New Credentials');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor();
  assert.equal(
    await person.page.getByText('Last Used By', { exact: true }).count(),
    2,
    'both pairs, each with its last use',
  );
  await person.comesTo('Consumer Details');
  await person.press('Discard');
  await person.find('alertdialog', 'Discard the staged credentials?').waitFor();
  await person.press('Discard');
  await person.reads('The staged credentials were discarded.');
  await person.press('Stage New Credentials');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor();
  await person.press('Apply');
  await person.find('alertdialog', 'Apply the staged credentials?').waitFor();
  await person.press('Apply');
  await person.reads('The staged credentials are in use.');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor({ state: 'detached' });
  const next = await shownPair(person);
  assert.notEqual(next.key, key);
  assert.equal((await stage.token(key, secret)).status, 400, 'the old pair is refused');
  assert.equal((await stage.token(next.key, next.secret)).status, 200);
}
