/** What was entered is kept: over a reload, and when somebody else saved meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHubInTest } from '../../src/hub/hub-in-test.ts';
import { launchChromium } from './chromium.ts';
import { openPerson } from './person.ts';
import { holdBack, whileHeldBack } from './slow-answers.ts';

const changedSince = 'What is stored has changed since you began';

async function openEditing() {
  await using opened = new AsyncDisposableStack();
  const hub = opened.use(await openHubInTest());
  const made = await hub.call('POST', '/integrations', { name: 'Shop', description: 'before' });
  const { id, version, sequence } = made.json;
  const url = await hub.hub.listen();
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const person = opened.use(await openPerson({ browser, url }));
  await person.page.goto(`/integrations/${id}/edit`);
  await person.fill('Username', hub.hub.firstAdministrator?.username ?? '');
  await person.fill('Password', hub.hub.firstAdministrator?.password ?? '');
  await person.press('Log In');
  await person.comesTo('Edit Shop');
  const path = `/integrations/${id}`;
  const change = async (description: string, of: number) => {
    const body = { name: 'Shop', description, sequence, state: 'active', version: of };
    assert.equal((await hub.call('PUT', path, body)).status, 200);
  };
  const stored = async () => (await hub.call('GET', path)).json;
  const entered = () => person.find('textbox', 'Description').inputValue();
  const moved = opened.move();
  return { person, version, change, stored, entered, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

test('what was entered is kept when somebody else saved meanwhile; both can be looked at, and one is saved', async () => {
  await using stage = await openEditing();
  const { person, version, entered } = stage;
  await person.fill('Description', 'mine');
  await stage.change('theirs', version);
  await person.press('Save');
  await person.reads(/changed/);
  await person.page.reload();
  await person.comesTo('Edit Shop');
  await person.reads(changedSince);
  assert.equal(await entered(), 'mine');
  await person.press('Show What Is Stored');
  assert.equal(await entered(), 'theirs');
  await person.page.reload();
  await person.comesTo('Edit Shop');
  assert.equal(await entered(), 'theirs');
  await person.press('Show What I Entered');
  assert.equal(await entered(), 'mine');
  await person.press('Save');
  await person.reads('Shop was saved.');
  assert.equal((await stage.stored()).description, 'mine');
});

test('what was entered is kept over two saves of others, until it is discarded', async () => {
  await using stage = await openEditing();
  const { person, version, entered } = stage;
  await person.fill('Description', 'mine');
  for (const [later, theirs] of ['first', 'second'].entries()) {
    await stage.change(theirs, version + later);
    await person.page.reload();
    await person.comesTo('Edit Shop');
    await person.reads(changedSince);
    assert.equal(await entered(), 'mine');
    await person.press('Show What Is Stored');
    assert.equal(await entered(), theirs);
  }
  await person.press('Discard What I Entered');
  await person.page.getByText(changedSince).waitFor({ state: 'detached' });
  assert.equal(await entered(), 'second');
  await person.page.reload();
  await person.comesTo('Edit Shop');
  assert.equal(await person.page.getByText(changedSince).count(), 0);
});

test('a form that is opened again right after it was saved begins with what was saved', async () => {
  await using stage = await openEditing();
  const { person } = stage;
  await person.fill('Description', 'mine');
  const letGo = await holdBack(person.page, '**/api/integrations/*');
  await person.press('Save');
  await person.reads('Shop was saved.');
  await person.follow('Edit');
  await whileHeldBack(letGo, () => person.fill('Sequence', '7'));
  await person.press('Save');
  await person.find('heading', 'Shop').waitFor();
  const { description, sequence } = await stage.stored();
  assert.deepEqual({ description, sequence }, { description: 'mine', sequence: 7 });
});
