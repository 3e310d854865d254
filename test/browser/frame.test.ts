import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tabTo } from './keyboard.ts';
import { openSetupStage } from './setup-stage.ts';

test('Quick Find leaves what matches, and arrow keys go through it', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  const { page } = person;
  await stage.logIn();
  await person.comesTo('Home');
  const box = person.find('searchbox', 'Quick Find');
  await box.fill('app');
  const menu = page.getByRole('navigation', { name: 'Menu' });
  assert.deepEqual(await menu.getByRole('link').allTextContents(), [
    'App Manager',
    'Manage Connected Apps',
    'Connected Apps OAuth Usage',
    'External Client App Manager',
  ]);
  await box.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await person.comesTo('Manage Connected Apps');
  await box.fill('nowhere');
  await person.reads('Nothing is called like that.');
});

test('the menu shows where one is, also far down in it, and below the page of an app', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  const current = person.find('navigation', 'Menu').locator('[aria-current=page]');
  await stage.logIn('/setup/outbox');
  await person.comesTo('Outbox');
  const { y = 0, height = 0 } = (await current.boundingBox()) ?? {};
  assert.ok(y > 0 && y + height <= 800, `it is in view, at ${y}`);
  await person.page.goto('/setup/connected-apps');
  await person.follow('Sluice');
  await person.comesTo('Sluice');
  assert.deepEqual(await current.allTextContents(), ['Manage Connected Apps']);
  await person.follow('View');
  await person.find('link', 'Manage').waitFor();
  assert.deepEqual(await current.allTextContents(), ['App Manager']);
});

test('the first Tab offers to skip to the page, and everything is reached by Tab', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  const { page } = person;
  await stage.logIn('/setup/apps');
  await person.comesTo('App Manager');
  await page.reload();
  await person.comesTo('App Manager');
  await page.keyboard.press('Tab');
  assert.ok(await person.find('link', 'Skip to main content').evaluate((link) => link.matches(':focus')));
  await page.keyboard.press('Enter');
  await tabTo(page, person.find('link', 'New Connected App'));
  await tabTo(page, person.find('button', 'Actions for Sluice'));
  await page.keyboard.press('Enter');
  await person.find('menuitem', 'View').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await person.comesTo('Edit Sluice');
});

test('a list is filtered and sorted by what stands in its address, and exports all that matches', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await stage.logIn('/setup/users');
  await person.comesTo('Users');
  await person.press('Username');
  await person.find('searchbox', 'Search this list').fill('@');
  await person.page.waitForURL(/search=%40/);
  const rows = person.page.getByRole('row');
  const shown = await rows.count();
  await person.page.reload();
  await person.comesTo('Users');
  assert.equal(await rows.count(), shown);
  assert.equal(await person.find('columnheader', 'Username').getAttribute('aria-sort'), 'ascending');
  const saving = person.page.waitForEvent('download');
  await person.press('Export');
  const file = await (await saving).createReadStream();
  const text = (await file.toArray()).join('');
  assert.equal(text.split('\r\n')[0], 'Full Name,Username,Profile,User License,Active,Last Login');
  assert.ok(text.includes(stage.username));
  await person.find('searchbox', 'Search this list').fill('nobody at all');
  await person.reads('Nothing matches.');
  await person.comesTo('Users');
  await person.press('Clear Search');
  await rows.first().waitFor();
});

test('the theme is chosen by the person and remembered', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await stage.logIn();
  await person.comesTo('Home');
  await person.choose('Theme', 'Dark');
  await person.page.reload();
  await person.comesTo('Home');
  const scheme = await person.page.evaluate('getComputedStyle(document.documentElement).colorScheme');
  assert.equal(scheme, 'dark');
});

test('an address that names no page says so and leads home', async () => {
  await using stage = await openSetupStage({ width: 360 });
  const { person } = stage;
  await stage.logIn('/setup/nowhere');
  await person.comesTo('Page not found');
  await person.follow('Go to Home');
  await person.comesTo('Home');
  const widest = (await person.page.evaluate('document.documentElement.scrollWidth')) as number;
  assert.ok(widest <= 360, `the page is ${widest} pixels wide`);
});
