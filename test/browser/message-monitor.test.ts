/** The Message Monitor over messages of each kind: found, linked to, exported, reprocessed, edited, cancelled, resolved. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { bothWays, withKeyboardAlone } from './keyboard.ts';
import { openMonitor } from './monitor-stage.ts';
import type { Person } from './person.ts';

const rowOf = ({ find }: Person, key: string) => find('row', new RegExp(key));

for (const [how, hands] of bothWays)
  test(`messages are found by status, outcome, key and text; the filter can be linked to, and pages go on and back, ${how}`, async () => {
    await using stage = await openMonitor();
    const person = hands(stage.person);
    await stage.logIn('/messages');
    await person.comesTo('Message Monitor');
    for (const column of [
      'Business Key',
      'Status',
      'Outcome',
      'Interface',
      'Direction',
      'Salesforce Id',
      'Attempt',
      'Time',
      'Comment',
    ])
      await person.find('columnheader', column).waitFor();
    await person.find('button', /^Completed 60$/).waitFor();
    await person.find('button', /^Failed 3$/).waitFor();
    await person.reads('50 messages on this page');
    await person.press('Next');
    await person.reads('14 messages on this page');
    await person.press('Previous');
    await person.reads('50 messages on this page');
    await person.press('Failed 3');
    await person.reads('3 messages on this page');
    assert.match(person.page.url(), /status=Failed/);
    await person.reads('rejected: checked here');
    await person.reads('REQUIRED_FIELD_MISSING: Required fields are missing: [Name]');
    await person.fill('Text of the reason', 'needs one');
    await person.press('Find');
    await person.reads('1 message on this page');
    const link = person.page.url();
    await person.press('Clear Filter');
    await person.choose('Outcome', 'unknown');
    await rowOf(person, 'U-1').waitFor();
    await person.fill('Business Key begins with', 'nothing is called like that');
    await person.press('Find');
    await person.reads('No message matches.');
    await person.page.goto(link);
    await person.comesTo('Message Monitor');
    await rowOf(person, 'R-3').waitFor();
    assert.equal(await person.find('row', /R-/).count(), 1);
  });

for (const [how, hands] of bothWays)
  test(`ticked messages are reprocessed, all that match after a preview, and what is left out is said, ${how}`, async () => {
    await using stage = await openMonitor();
    const person = hands(stage.person);
    await stage.logIn('/messages');
    await person.comesTo('Message Monitor');
    await person.press('Reprocess');
    await person.reads('Tick messages, or filter the list, by status for example');
    await person.press('Go Back');
    await person.tick('Tick R-1');
    await person.tick('Tick U-1');
    await person.press('Reprocess');
    await person.reads('2 messages that you ticked will be tried again.');
    await person.press('Reprocess');
    await person.reads('1 message will be tried again.');
    await person.reads('1: Nobody knows what became of it: resolve it first, after looking into the org.');
    await person.press('Close');
    assert.equal((await stage.find('status=Pending')).length, 1);
    await person.press('Failed 2');
    await person.reads('2 messages on this page');
    await person.press('Cancel');
    await person.reads('The filter finds 2 messages; 2 of these can be cancelled.');
    await person.press('Cancel Messages');
    await person.reads('2 messages were cancelled.');
    await person.press('Close');
    assert.equal((await stage.find('status=Cancelled')).length, 2);
  });

for (const [how, hands] of bothWays)
  test(`a message is opened with its values and history, edited and reprocessed, and what was entered outlives a reload, ${how}`, async () => {
    await using stage = await openMonitor();
    const person = hands(stage.person);
    await stage.logIn('/messages?status=Failed');
    await person.comesTo('Message Monitor');
    await person.follow('R-1');
    await person.comesTo('R-1');
    await person.find('table', 'Values').waitFor();
    await person.find('table', 'History').getByText('REQUIRED_FIELD_MISSING').waitFor();
    await person.follow('Edit and Reprocess');
    await person.reads('A copy with these values is sent in its place.');
    await person.fill('Name', 'Saint-Denis');
    await person.page.reload();
    await person.reads('What you entered before was kept.');
    assert.equal(await person.find('textbox', 'Name').inputValue(), 'Saint-Denis');
    await person.fill('Geoname_Id__c', '');
    await person.press('Reprocess');
    await person.reads('Geoname_Id__c is required: records are told apart by it.');
    await person.fill('Geoname_Id__c', 'R-1');
    await person.press('Reprocess');
    await person.reads('The edited message is on its way.');
    await person.comesTo('R-1');
    await person.reads('Original');
    const [copy] = await stage.find('key=R-1&status=Pending');
    assert.equal((await stage.hub.call('GET', `/messages/${copy.id}`)).json.payload.Name, 'Saint-Denis');
  });

test('of an edited message what nobody changed is sent as it was, and what was emptied as no value', async () => {
  await using stage = await openMonitor();
  const { person } = stage;
  const payloadOf = async () => {
    const [copy] = await stage.find('key=R-1&status=Pending');
    return (await stage.hub.call('GET', `/messages/${copy.id}`)).json.payload;
  };
  const edit = async (name?: string) => {
    await person.follow('Edit and Reprocess');
    if (name !== undefined) await person.fill('Name', name);
    await person.press('Reprocess');
    await person.reads('The edited message is on its way.');
    await person.comesTo('R-1');
  };
  await stage.logIn('/messages?status=Failed');
  await person.comesTo('Message Monitor');
  await person.follow('R-1');
  await edit();
  assert.deepEqual(await payloadOf(), { Geoname_Id__c: 'R-1', Name: '' });
  await edit('Saint-Denis');
  assert.deepEqual(await payloadOf(), { Geoname_Id__c: 'R-1', Name: 'Saint-Denis' });
  await edit('');
  assert.deepEqual(await payloadOf(), { Geoname_Id__c: 'R-1', Name: null });
});

test('a message of unknown outcome says why it cannot be reprocessed, and is resolved by keyboard alone', async () => {
  await using stage = await openMonitor();
  const person = withKeyboardAlone(stage.person);
  await stage.logIn('/messages?outcome=unknown');
  await person.comesTo('Message Monitor');
  await person.follow('U-1');
  await person.comesTo('U-1');
  await person.reads('it can be neither reprocessed nor cancelled before it is resolved');
  for (const name of ['Reprocess', 'Cancel', 'Edit and Reprocess'])
    assert.equal(await person.page.getByText(name, { exact: true }).count(), 0);
  await person.press('Resolve');
  await person.press('Save');
  await person.reads('Salesforce Id is required for a record that is there. Enter the id of the record.');
  await person.choose('Is it in the org?', 'No, it is not there');
  await person.fill('Comment', 'Looked for it by its key.');
  await person.press('Save');
  await person.reads('It is resolved.');
  await person.find('button', 'Reprocess').waitFor();
  const [settled] = await stage.find('key=U-1');
  assert.equal(settled.status, 'Failed');
});

for (const [how, hands] of bothWays)
  test(`what the filter finds is exported as a file, and a viewer looks without changing, ${how}`, async () => {
    await using stage = await openMonitor(360);
    const person = hands(stage.person);
    const made = await stage.hub.call('POST', '/people', { username: 'vera', name: 'Vera', role: 'viewer' });
    await stage.logIn('/messages?status=Failed', { username: 'vera', password: made.json.password });
    await person.comesTo('Message Monitor');
    assert.equal(await person.find('button', 'Reprocess').count(), 0);
    await person.press('Export');
    await person.tick('With their values, where they are kept');
    const [file] = await Promise.all([person.page.waitForEvent('download'), person.follow('Save File')]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/);
    assert.equal(lines.length, 4);
    assert.match(lines.join(), /R-3/);
    const wide = await person.page.evaluate('document.documentElement.scrollWidth');
    assert.equal(wide, 360, 'nothing stands beside the narrow window');
  });
