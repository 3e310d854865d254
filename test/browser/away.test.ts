import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openConsoleStage } from './console-stage.ts';
import { holdBack, whileHeldBack } from './slow-answers.ts';

const away = 'The server does not answer.';
const notLoaded = 'The page could not be loaded: the server does not answer, or has been updated since. Try again.';

test('a server that stops answering is told above the page, and what is shown is read anew when it is back', async () => {
  await using stage = await openConsoleStage();
  const { person } = stage;
  const { page } = person;
  await stage.logIn('/agents');
  await person.comesTo('Agents');
  await page.route('**/*', (route) => route.abort('connectionrefused'));
  await person.press('Log Out');
  await person.reads(away);
  await person.open('audit', 'Audit Trail');
  await person.reads(notLoaded);
  await person.comesTo('This could not be shown');
  await person.press('Try Again');
  // Not before it was in vain: it would load the page anew by itself.
  await person.find('button', 'Try Again').and(page.locator(':not([aria-disabled])')).waitFor();
  await person.reads(notLoaded);
  await page.unroute('**/*');
  await page.getByText(away, { exact: true }).waitFor({ state: 'detached' });
  await person.press('Try Again');
  await person.comesTo('Audit Trail');
  await person.find('row', /first start/).waitFor();
});

test('a page that failed leaves the way to the others open', async () => {
  await using stage = await openConsoleStage();
  const { person } = stage;
  await stage.logIn('/agents');
  await person.comesTo('Agents');
  await person.page.route('**/assets/**', (route) => route.abort('connectionrefused'));
  await person.open('audit', 'Audit Trail');
  await person.reads(notLoaded);
  await person.open('agents', 'Agents');
  await person.comesTo('Agents');
});

test('an act in a window whose session another window has replaced says so, and goes through when tried again', async () => {
  await using stage = await openConsoleStage();
  const { person } = stage;
  await stage.logIn('/remote-sites/new');
  await person.comesTo('New Remote Site');
  await person.fill('Remote Site Name', 'Warehouse');
  await person.fill('Remote Site URL', 'https://127.0.0.1:9055');
  const logIn = { username: 'admin', password: stage.administratorPassword };
  const again = await person.context.request.post(`${stage.hub.url}/api/session`, { data: logIn });
  assert.equal(again.status(), 201);
  const letGo = await holdBack(person.page, '**/api/session');
  await person.press('Save');
  await whileHeldBack(letGo, async () => {
    await person.reads(/another window has logged in since; try again\./);
    await person.press('Save');
  });
  await person.find('row', /Warehouse/).waitFor();
  await person.comesTo('Remote Sites');
});
