import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockInTest } from '../../src/base/clock-in-test.ts';
import { walkedOrg } from './org-setup.ts';
import { openSetupStage } from './setup-stage.ts';
import { codeInOutbox, shownPair } from './walk-connected-app.ts';

const more = `  - name: Loader
    callbackUrls: ['https://acme.example/callback']
    scopes: []
    clientCredentials: { enabled: true, runAs: robot@acme.example }
`;

test('W1, wrong turns of the user and the scopes: an inactive user, a user without API Enabled, no scope at all', async () => {
  await using stage = await openSetupStage({ setup: walkedOrg(more) });
  const { person } = stage;
  await stage.logIn('/setup/users');
  await person.follow('Rob Robot');
  await person.follow('Edit');
  await person.tick('Active');
  await person.choose('User License', 'Salesforce Integration');
  await person.choose('Profile', 'Minimum Access - API Only Integrations');
  await person.press('Save');
  await person.comesTo('Rob Robot');
  await person.open('profile', 'Profiles');
  await person.follow('Minimum Access - API Only Integrations');
  await person.follow('Edit System Permissions');
  await person.mark('Selected System Permissions', 'API Enabled');
  await person.press('Remove');
  await person.press('Save');
  await person.comesTo('Minimum Access - API Only Integrations');

  await person.open('app', 'App Manager');
  await person.follow('Loader');
  await person.comesTo('Loader');
  await person.reads('The Run As user robot@acme.example is inactive.');
  await person.reads('No OAuth scope is selected. Add Manage user data via APIs (api).');
  await person.follow('Go to Users, Edit');
  await person.tick('Active');
  await person.press('Save');
  await person.comesTo('Rob Robot');
  await person.open('app', 'App Manager');
  await person.follow('Loader');
  await person.reads('The Run As user robot@acme.example has not the permission API Enabled.');
  await person.follow('Go to Profiles, System Permissions');
  await person.comesTo('Edit System Permissions');
  await person.mark('Available System Permissions', 'API Enabled');
  await person.press('Add');
  await person.press('Save');
  await person.comesTo('Minimum Access - API Only Integrations');
  await person.open('app', 'App Manager');
  await person.follow('Loader');
  await person.follow('Go to App Manager, Edit');
  await person.fill('Contact Email', 'admin@acme.example');
  await person.mark('Available OAuth Scopes', 'Manage user data via APIs (api)');
  await person.press('Add');
  await person.press('Save');
  await person.reads('The client credentials flow is ready');
});

test('W1, Apply leaves tokens alone, and a code that was not used in time no longer holds', async () => {
  const clock = createClockInTest(Date.now());
  await using stage = await openSetupStage({ setup: walkedOrg(more.replace('[]', '[api]')), clock });
  const { person } = stage;
  await stage.logIn('/setup/apps');
  await person.follow('Loader');
  await person.follow('Manage Consumer Details');
  await person.find('textbox', 'Verification Code').waitFor();
  const code = await codeInOutbox(stage);
  clock.forward(60 * 60_000);
  await person.fill('Verification Code', code);
  await person.press('Verify');
  await person.reads(/verification code .*(expired|no longer holds)/i);
  await person.press('Send Another Code');
  await person.reads('Another code was sent.');
  await person.fill('Verification Code', await codeInOutbox(stage));
  await person.press('Verify');
  const { key, secret } = await shownPair(person);
  const { json } = await stage.token(key, secret);
  await person.press('Stage New Credentials');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor();
  await person.press('Apply');
  await person.find('alertdialog', 'Apply the staged credentials?').waitFor();
  await person.press('Apply');
  await person.reads('The staged credentials are in use.');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor({ state: 'detached' });
  assert.equal((await stage.token(key, secret)).status, 400, 'the old pair is refused');
  const headers = { Authorization: `Bearer ${json.access_token}` };
  assert.equal((await fetch(`${stage.url}/services/data/v68.0/limits`, { headers })).status, 200, 'its tokens live on');
});
