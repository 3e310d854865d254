import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothWays } from './keyboard.ts';
import { walkedOrg } from './org-setup.ts';
import type { Person } from './person.ts';
import { openSetupStage, type Stage } from './setup-stage.ts';
import { codeInOutbox, newConnectedApp, openDetails, shownPair } from './walk-connected-app.ts';

for (const [how, hands] of bothWays)
  test(`W1: a connected app for the client credentials flow, from App Manager to its first token and its rotation, ${how}`, async () => {
    await using stage = await openSetupStage({ setup: walkedOrg() });
    await stage.logIn();
    await walk(stage, hands(stage.person));
  });

async function walk(stage: Stage, person: Person): Promise<void> {
  await person.comesTo('Home');
  await person.open('app', 'App Manager');
  await person.comesTo('App Manager');
  await person.follow('New Connected App');
  await person.comesTo('New Connected App');
  await newConnectedApp(person, { name: 'Mover of rows', scopes: ['Manage user data via APIs (api)'] });
  assert.equal(await person.find('textbox', 'API Name').inputValue(), 'Mover_of_rows');

  const box = person.find('checkbox', 'Enable Client Credentials Flow');
  await person.tick('Enable Client Credentials Flow');
  await person.find('alertdialog', 'Enable Client Credentials Flow?').waitFor();
  await person.reads(/Anyone who holds the consumer key and the consumer secret/);
  await person.reads(/rotate the secret/);
  await person.press('Cancel');
  assert.equal(await box.isChecked(), false, 'Cancel leaves it clear');
  await person.tick('Enable Client Credentials Flow');
  await person.press('OK');
  assert.equal(await box.isChecked(), true, 'OK ticks it');
  await person.comesTo('New Connected App');
  await person.press('Save');
  await person.reads(/Changes can take up to ten minutes to take effect/);
  await person.comesTo('New Connected App');
  await person.follow('Continue');

  await person.comesTo('Mover of rows');
  await person.reads('The client credentials flow is not ready');
  await person.reads('No Run As user is chosen.');
  await person.picture('setup-app-not-ready');
  await openDetails(person);
  const { key, secret } = await shownPair(person);
  assert.equal((await stage.token(key, secret)).json.error_description, 'no client credentials user enabled');
  await person.press('Copy Consumer Key');
  await person.reads('Consumer Key copied');
  await person.follow('Done');

  await person.follow('Manage');
  await person.comesTo('Mover of rows');
  await person.follow('Edit Policies');
  await person.comesTo('Edit Policies of Mover of rows');
  await person.press('Look Up Run As');
  await person.page.keyboard.insertText('robot');
  await person.press('Choose Rob Robot');
  assert.equal(await person.find('textbox', 'Run As').inputValue(), 'robot@acme.example');
  await person.choose('IP Relaxation', 'Relax IP restrictions');
  await person.fill('Timeout Value', '30');
  await person.picture('setup-edit-policies');
  await person.press('Save');
  await person.comesTo('Mover of rows');
  await person.reads('The client credentials flow is ready');
  const first = await stage.token(key, secret);
  assert.equal(first.status, 200);

  await person.follow('View');
  await person.comesTo('Mover of rows');
  await person.follow('Manage Consumer Details');
  await person.press('Stage New Credentials');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor();
  await person.comesTo('Consumer Details');
  await person.press('Discard');
  await person.find('alertdialog', 'Discard the staged credentials?').waitFor();
  await person.press('Discard');
  await person.reads('The staged credentials were discarded.');
  await person.press('Stage New Credentials');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor();
  await person.press('Apply and Revoke Tokens Now');
  await person.find('alertdialog', /revoke all tokens now/).waitFor();
  await person.press('Apply and Revoke Tokens Now');
  await person.reads('The staged credentials are in use; 1 token was revoked.');
  await person.find('heading', 'Staged Consumer Key and Secret').waitFor({ state: 'detached' });
  const next = await shownPair(person);
  assert.notEqual(next.secret, secret);
  assert.equal((await stage.token(key, secret)).status, 400, 'the old pair is refused');
  assert.equal((await stage.token(next.key, next.secret)).status, 200);
  const headers = { Authorization: `Bearer ${first.json.access_token}` };
  assert.equal((await fetch(`${stage.url}/services/data/v68.0/limits`, { headers })).status, 401, 'its tokens ended');

  await person.open('connected', 'Manage Connected Apps');
  await person.comesTo('Manage Connected Apps');
  await person.follow('Edit Mover of rows');
  await person.comesTo('Edit Policies of Mover of rows');
}

test('W1, wrong turns of a form: each stands at its field with what to do', async () => {
  await using stage = await openSetupStage({ setup: walkedOrg() });
  const { person } = stage;
  await stage.logIn('/setup/apps/new');
  await person.comesTo('New Connected App');
  await person.press('Save');
  await person.reads('The app has no OAuth settings. Tick Enable OAuth Settings.');
  await person.tick('Enable OAuth Settings');
  await person.press('Save');
  await person.reads('Contact Email is required. Enter a value.');
  await person.reads('Callback URL is required. Enter at least one.');
  for (const label of ['Connected App Name', 'Contact Email', 'Callback URL'])
    assert.equal(await person.find('textbox', label).getAttribute('aria-invalid'), 'true', label);
  await person.comesTo('New Connected App');
  await newConnectedApp(person, { name: 'Existing app', scopes: [], callback: 'http://example.com/callback' });
  await person.press('Save');
  await person.reads('A Callback URL must begin with https, or name localhost.');
  await person.fill('Callback URL', 'http://localhost:8080/callback');
  await person.press('Save');
  await person.reads(/Enter another API Name|Enter a name that no other one has/);
  await person.comesTo('New Connected App');
  await person.page.reload();
  await person.reads('What you entered before was kept.');
  assert.equal(await person.find('textbox', 'Callback URL').inputValue(), 'http://localhost:8080/callback');
});

test('W1, wrong turns of the flow: the page of the app lists what is missing, in order, each with the page that mends it', async () => {
  await using stage = await openSetupStage({ setup: walkedOrg() });
  const { person } = stage;
  await stage.logIn('/setup/apps/new');
  await newConnectedApp(person, { name: 'Half ready', scopes: ['Full access (full)'] });
  await person.press('Save');
  await person.follow('Continue');
  await person.comesTo('Half ready');
  const missing = person.page.getByRole('main').getByRole('listitem');
  const told = () => missing.allTextContents();
  await person.reads('The client credentials flow is not ready');
  const [noFlow, noUser, noScope] = (await told()).filter((line) => line.includes('Go to'));
  assert.match(noFlow ?? '', /Enable Client Credentials Flow is not ticked/);
  assert.match(noUser ?? '', /No Run As user is chosen/);
  assert.match(noScope ?? '', /full.*not enough by themselves.*Add Manage user data via APIs \(api\)/);

  await person.find('link', 'Go to Manage, Edit Policies').click();
  await person.comesTo('Edit Policies of Half ready');
  assert.ok(await person.find('textbox', 'Run As').evaluate((box) => box.matches(':focus')), 'the field is at hand');
  await person.fill('Run As', 'Nobody');
  await person.press('Save');
  await person.reads('Invalid User: Nobody is the username of nobody in this org.');
  await person.comesTo('Edit Policies of Half ready');
  await person.fill('Timeout Value', 'long');
  await person.press('Save');
  await person.reads('Timeout Value must be a number of minutes. Enter 1 to 1440, or leave it empty.');
  await person.fill('Timeout Value', '9999');
  await person.fill('Run As', 'Fred Frozen');
  await person.press('Save');
  await person.reads(/Timeout Value is out of range|Enter 1 to 1440/);
  await person.fill('Timeout Value', '');
  await person.fill('Run As', 'frozen@acme.example');
  await person.choose('Permitted Users', 'Admin approved users are pre-authorized');
  await person.press('Save');
  await person.reads('The Run As user frozen@acme.example is frozen.');
  await person.reads(/Permitted Users is "Admin approved users are pre-authorized"/);

  await person.follow('Go to Users, Edit');
  await person.comesTo('Edit Fred Frozen');
  await person.tick('Frozen');
  await person.press('Save');
  await person.comesTo('Fred Frozen');
  await person.page.goBack();
  await person.follow('Manage Connected Apps');
  await person.follow('Half ready');
  await person.comesTo('Half ready');
  await person.follow('Manage Profiles');
  await person.comesTo('Manage Profiles');
  await person.find('option', 'System Administrator').first().click();
  await person.press('Add');
  await person.press('Save');
  await person.comesTo('Half ready');
  await person.find('link', 'Go to App Manager, Edit').first().click();
  await person.comesTo('Edit Half ready');
  await person.tick('Enable Client Credentials Flow');
  await person.press('OK');
  await person.find('option', 'Manage user data via APIs (api)').click();
  await person.press('Add');
  await person.press('Save');
  await person.comesTo('Half ready');
  await person.reads('The client credentials flow is ready');
});

test('W1, wrong turns of Verify Your Identity: wrong codes are counted, and another one can be sent', async () => {
  await using stage = await openSetupStage({ setup: walkedOrg() });
  const { person } = stage;
  await stage.logIn('/setup/apps');
  await person.follow('Existing app');
  await person.follow('Manage Consumer Details');
  await person.find('textbox', 'Verification Code').waitFor();
  const wrong = (await codeInOutbox(stage)) === '000000' ? '111111' : '000000';
  for (const left of ['4 tries are', '3 tries are', '2 tries are', 'One try is']) {
    await person.fill('Verification Code', wrong);
    await person.press('Verify');
    await person.reads(`The verification code is wrong. ${left} left.`);
  }
  await person.press('Verify');
  await person.reads(/was wrong 5 times and no longer holds\. Send another code/);
  await person.comesTo('Consumer Details');
  await person.press('Send Another Code');
  await person.reads('Another code was sent.');
  await person.fill('Verification Code', await codeInOutbox(stage));
  await person.press('Verify');
  await shownPair(person);
});

test('W1, a propagation delay: the warning stands above the consumer key until the token endpoint knows it', async () => {
  await using stage = await openSetupStage({ setup: walkedOrg() });
  const { person } = stage;
  await stage.logIn();
  await person.comesTo('Home');
  await setPropagationDelay(stage, 600);
  await person.page.goto('/setup/apps/new');
  await newConnectedApp(person, { name: 'Late', scopes: ['Manage user data via APIs (api)'] });
  await person.press('Save');
  await person.reads(/A propagation delay is set: until .* the token endpoint refuses the consumer key/);
  await person.follow('Continue');
  await person.comesTo('Late');
  await openDetails(person);
  await person.reads(/Changes can take up to ten minutes to take effect\. Until .* refuses this consumer key/);
  const { key, secret } = await shownPair(person);
  assert.equal((await stage.token(key, secret)).json.error, 'invalid_client_id');
});

test('W1, an app that was blocked: its page says so and leads to where it is unblocked', async () => {
  await using stage = await openSetupStage({ setup: walkedOrg() });
  const { person, url } = stage;
  await stage.logIn();
  await person.comesTo('Home');
  const { request } = person.context;
  const { csrfToken } = (await (await request.get(`${url}/setup/api/session`)).json()) as { csrfToken: string };
  const { rows } = (await (await request.get(`${url}/setup/api/apps`)).json()) as { rows: { id: string }[] };
  const headers = { 'X-CSRF-Token': csrfToken };
  await request.post(`${url}/setup/api/apps/${rows[0]?.id}/block`, { headers });
  await person.open('app', 'App Manager');
  await person.reads('Blocked');
  await person.follow('Existing app');
  await person.comesTo('Existing app');
  await person.follow('Go to Connected Apps OAuth Usage, Unblock');
  await person.comesTo('Tokens of Existing app');
  await person.press('Unblock Existing app');
  await person.reads('Existing app may sign in again.');
  await person.find('button', 'Block Existing app').waitFor();
  await person.follow('View');
  await person.comesTo('Existing app');
  assert.equal(await person.page.getByText('The app is blocked').count(), 0);
});

async function setPropagationDelay({ person, url }: Stage, propagationDelaySeconds: number): Promise<void> {
  const { request } = person.context;
  const { csrfToken } = (await (await request.get(`${url}/setup/api/session`)).json()) as { csrfToken: string };
  const { version } = (await (await request.get(`${url}/setup/api/settings`)).json()) as { version: string };
  const headers = { 'X-CSRF-Token': csrfToken };
  const answer = await request.patch(`${url}/setup/api/settings`, {
    headers,
    data: { version, propagationDelaySeconds },
  });
  assert.equal(answer.status(), 200);
}
