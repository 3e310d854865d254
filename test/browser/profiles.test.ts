/** New Profile and Login Hours in Setup, by mouse and by keyboard alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockInTest } from '../../src/base/clock-in-test.ts';
import { parseSetupFile } from '../../src/org/index.ts';
import { bothWays } from './keyboard.ts';
import type { Person } from './person.ts';
import { openSetupStage, type Stage } from './setup-stage.ts';

const setup = parseSetupFile(`users:
  - { username: admin@acme.example, lastName: Admin, profile: System Administrator }
  - { username: machine@acme.example, lastName: Machine, profile: Salesforce API Only System Integrations }
connectedApps:
  - name: Loader
    callbackUrls: ['https://acme.example/callback']
    scopes: [api]
    clientCredentials: { enabled: true, runAs: machine@acme.example }
`);

/** It begins on a Sunday at midnight, and stands still. */
const clock = createClockInTest();

for (const [how, hands] of bothWays)
  test(`a profile is cloned, given login hours and kept to by the token endpoint, ${how}`, async () => {
    await using stage = await openSetupStage({ setup, clock });
    await stage.logIn('/setup/profiles');
    const person = hands(stage.person);
    await cloneProfile(person);
    await setHours(person);
    await giveProfile(person);
    assert.equal(await refusalOf(stage), 'ip restricted or invalid login hours');
    await person.open('login', 'Login History');
    await person.find('cell', 'Restricted Time').waitFor();
    await person.comesTo('Login History');
    await clearHours(person);
    assert.equal(await refusalOf(stage), undefined);
    await deleteProfile(person);
  });

async function refusalOf({ org, token }: Stage): Promise<string | undefined> {
  return (await token(org.consumerKey, org.consumerSecret)).json.error_description;
}

async function cloneProfile(person: Person): Promise<void> {
  await person.follow('New Profile');
  await person.comesTo('Clone Profile');
  await person.press('Save');
  await person.reads(/^Profile Name is required\./);
  await person.reads(/^Existing Profile is required\./);
  await person.choose('Existing Profile', 'Salesforce API Only System Integrations');
  await person.find('status', 'User License').getByText('Salesforce Integration').waitFor();
  await person.fill('Profile Name', 'Standard User');
  await person.press('Save');
  await person.reads(/^Duplicate name: there is a profile Standard User already\./);
  await person.comesTo('Clone Profile');
  await person.fill('Profile Name', 'Night loaders');
  await person.press('Save');
  await person.comesTo('Night loaders');
  await person.reads('API Only User');
  await person.reads('No restriction: at any time.');
}

/** Profiles are offered as they are now, and not as they were when the last one was made. */
async function cloneNew(person: Person, name: string): Promise<void> {
  await person.follow('Clone');
  await person.comesTo('Clone Profile');
  assert.equal(await person.find('combobox', 'Existing Profile').inputValue(), name);
  await person.press('Cancel');
  await person.comesTo(name);
}

async function setHours(person: Person): Promise<void> {
  await person.follow('Edit Login Hours');
  await person.comesTo('Edit Login Hours');
  await person.choose('Start Time on Sunday', '8:00 AM');
  await person.press('Save');
  await person.reads('Sunday has a start or an end alone. Choose both, or --None-- for both.');
  assert.equal(await person.find('combobox', 'End Time on Sunday').getAttribute('aria-invalid'), 'true');
  await person.choose('End Time on Sunday', '7:00 AM');
  await person.press('Save');
  await person.reads(/^The end time is before the start time\. Choose an end after the start;/);
  await person.comesTo('Edit Login Hours');
  await person.choose('End Time on Sunday', 'End of Day');
  await person.choose('Start Time on Monday', '12:00 AM');
  await person.choose('End Time on Monday', '12:00 AM');
  await person.find('cell', 'Never').waitFor();
  await person.press('Save');
  await person.comesTo('Night loaders');
  for (const said of ['8:00 AM to End of Day', 'Never', 'At any time']) await person.reads(said);
}

async function giveProfile(person: Person): Promise<void> {
  await person.open('users', 'Users');
  await person.follow('Machine');
  await person.follow('Edit');
  await person.choose('Profile', 'Night loaders');
  await person.press('Save');
  await person.comesTo('Machine');
}

async function openProfile(person: Person): Promise<void> {
  await person.open('profile', 'Profiles');
  await person.comesTo('Profiles');
  await person.follow('Night loaders');
  await person.comesTo('Night loaders');
}

async function clearHours(person: Person): Promise<void> {
  await openProfile(person);
  await person.follow('Edit Login Hours');
  await person.press('Clear all times');
  await person.press('Save');
  await person.comesTo('Night loaders');
  await person.reads('No restriction: at any time.');
}

/** A profile that a user has stays; a clone of it, which nobody has, goes. */
async function deleteProfile(person: Person): Promise<void> {
  await person.press('Delete');
  await person.find('alertdialog', 'Delete Night loaders?').waitFor();
  await person.press('Delete');
  await person.reads(/Profile Night loaders cannot be deleted: user machine@acme\.example has it\./);
  await person.press('Cancel');
  await person.follow('Clone');
  await person.comesTo('Clone Profile');
  assert.equal(await person.find('combobox', 'Existing Profile').inputValue(), 'Night loaders');
  await person.fill('Profile Name', 'For a while');
  await person.press('Save');
  await person.comesTo('For a while');
  await cloneNew(person, 'For a while');
  await person.press('Delete');
  await person.find('alertdialog', 'Delete For a while?').waitFor();
  await person.press('Delete');
  await person.reads('For a while was deleted.');
  await person.comesTo('Profiles');
  assert.equal(await person.find('link', 'For a while').count(), 0);
}

test('rights that were entered stay entered when the profile was changed in another window meanwhile', async () => {
  await using stage = await openSetupStage({ setup });
  const { person } = stage;
  await stage.logIn('/setup/profiles');
  await person.follow('Standard User');
  await person.follow('Edit System Permissions');
  await person.mark('Available System Permissions', 'Manage Users');
  await person.press('Add');
  const other = await person.context.newPage();
  await other.goto(person.page.url().replace('system-permissions', 'login-hours'));
  for (const label of ['Start Time on Sunday', 'End Time on Sunday'])
    await other.getByRole('combobox', { name: label }).selectOption('End of Day');
  await other.getByRole('button', { name: 'Save' }).click();
  await other.getByRole('heading', { level: 1, name: 'Standard User' }).waitFor();
  await other.close();
  await person.page.reload();
  await person.comesTo('Edit System Permissions');
  await person.reads('What is stored has changed since you began');
  await person.press('Save');
  await person.comesTo('Standard User');
  await person.reads('Manage Users');
  await person.reads('Never');
});
