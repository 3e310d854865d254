import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { openHub } from '../../src/hub/index.ts';
import { launchChromium } from './chromium.ts';
import { openPerson, type Person } from './person.ts';

test('the Console stands at the root of the hub, and its API where it was', async () => {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-console-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const hub = opened.use(await openHub({ folder, log: createLog({ level: 'silent' }) }));
  const url = await hub.listen();
  const browser = await launchChromium();
  opened.defer(() => browser.close());
  const person = opened.use(await openPerson({ browser, url, width: 360 }));
  await person.page.goto('/');
  await person.comesTo('Log In to the Console');
  const { username = '', password = '' } = hub.firstAdministrator ?? {};
  await person.fill('Username', username);
  await person.fill('Password', 'not the password');
  await person.press('Log In');
  await person.reads(/The username or the password is wrong/);
  await person.fill('Password', password);
  await person.press('Log In');
  await person.comesTo('Home');
  await person.reads(/There is no connection yet/);
  await person.page.goto('/connections/999');
  await person.comesTo('Not found');
  await person.reads('There is no such connection. Go back to the list: it may have been removed or renamed.');
  await person.page.goto('/remote-sites/new');
  await person.comesTo('New Remote Site');
  await assertBesideItsBox(person);
  await hubGoesAway(person);
  await person.press('Menu');
  await person.find('link', 'Home').waitFor();
  await person.press('Log Out');
  await person.comesTo('Log In to the Console');
  assert.equal((await fetch(`${url}/api/session`)).status, 401);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal((await fetch(`${url}/nowhere`)).status, 404);
});

/** Also where there is little room. */
async function assertBesideItsBox({ page, find }: Person): Promise<void> {
  const label = await page.locator('label', { hasText: 'Active' }).boundingBox();
  const box = await find('checkbox', 'Active').boundingBox();
  assert.ok(label !== null && box !== null);
  assert.ok(label.x - (box.x + box.width) < 16 && label.height < 2 * box.height, JSON.stringify({ label, box }));
}

/** What cannot be read is said in its place, and is there again once the hub is. */
async function hubGoesAway(person: Person): Promise<void> {
  const { page } = person;
  await page.route('**/api/agents*', (route) => route.abort('connectionrefused'));
  await page.goto('/agents');
  await person.reads('The server does not answer. See whether it runs, then try again.');
  await person.comesTo('Agents');
  await page.unroute('**/api/agents*');
  const refusal = { errors: [{ field: null, message: 'Something went wrong inside the hub.', next: 'See its log.' }] };
  await page.route('**/api/people*', (route) => route.fulfill({ status: 500, json: refusal }));
  await page.goto('/people');
  await person.reads('Something went wrong inside the hub. See its log.');
  await person.comesTo('People');
  await page.unroute('**/api/people*');
  await person.press('Try Again');
  await person.find('row', /admin/).waitFor();
  await page.route('**/api/**', (route) => route.abort('connectionrefused'));
  await page.reload();
  await person.comesTo('This could not be shown');
  await page.unroute('**/api/**');
  await person.press('Try Again');
  await person.comesTo('People');
}
