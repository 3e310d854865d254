/** Where the focus is after something was done, and what is read out: nobody has to begin again at the top of the window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { withKeyboardAlone } from './keyboard.ts';
import { openMonitor } from './monitor-stage.ts';
import type { Person } from './person.ts';

const hasFocus = ({ page }: Person, locator: Locator) => locator.and(page.locator(':focus')).waitFor();

test('what was pressed and is gone hands the focus on to the block it stood in, or to the title of the page', async () => {
  await using stage = await openMonitor();
  const person = withKeyboardAlone(stage.person);
  await stage.logIn('/messages?status=Failed');
  await person.comesTo('Message Monitor');
  await person.tick('Tick R-2');
  await person.press('Untick');
  await hasFocus(person, person.find('region', 'Message Monitor'));
  await person.press('Clear Filter');
  await hasFocus(person, person.find('search', 'Find messages'));
  await person.follow('R-1');
  await person.comesTo('R-1');
  await hasFocus(person, person.find('heading', 'R-1'));
  await person.press('Reprocess');
  const close = person.find('dialog', 'Reprocess messages').getByRole('button', { name: 'Close' });
  await hasFocus(person, close);
  assert.match(await describedBy(person, close), /1 message will be tried again\./);
  await person.press('Close');
  await person.find('button', 'Reprocess').waitFor({ state: 'detached' });
  await hasFocus(person, person.find('heading', 'R-1'));
});

/** What is read out after the name of a control. */
async function describedBy({ page }: Person, control: Locator): Promise<string> {
  const id = await control.getAttribute('aria-describedby');
  return (await page.locator(`[id="${id}"]`).textContent()) ?? '';
}

test('a button that stops working while it has the focus keeps it, and one that is deleted leads to the list', async () => {
  await using stage = await openMonitor();
  const person = withKeyboardAlone(stage.person);
  await stage.logIn('/messages');
  await person.comesTo('Message Monitor');
  await person.press('Next');
  await person.reads('14 messages on this page');
  const next = person.find('button', 'Next');
  await hasFocus(person, next);
  assert.equal(await next.isEnabled(), false);
  await person.page.keyboard.press('Enter');
  await person.press('Previous');
  await person.reads('50 messages on this page');
  await person.open('integ', 'Integrations');
  await person.comesTo('Integrations');
  await person.follow('New');
  await person.comesTo('New Integration');
  await person.fill('Name', 'Shop');
  await person.press('Save');
  await person.comesTo('Shop');
  await person.press('Delete');
  await person.find('alertdialog', 'Delete Shop?').waitFor();
  await person.press('Delete');
  await person.comesTo('Integrations');
  await hasFocus(person, person.find('heading', 'Integrations'));
});

/** Of screen readers too. */
async function isOutOfReach(shown: Locator): Promise<boolean> {
  return (await shown.locator('xpath=ancestor-or-self::*[@inert or @aria-hidden="true"]').count()) > 0;
}

test('what is told while a dialog is open is read out, though all else is out of reach', async () => {
  await using stage = await openMonitor();
  const person = withKeyboardAlone(stage.person);
  await stage.logIn('/agents');
  await person.comesTo('Agents');
  await person.press('New Registration Code');
  await person.find('alertdialog', 'New Registration Code').waitFor();
  await person.press('Copy Registration Code');
  const told = person.page.getByText('Registration Code copied');
  await told.waitFor();
  assert.equal(await isOutOfReach(told), false);
  assert.equal(await isOutOfReach(person.page.locator('main')), true, 'what lies behind the dialog');
  await person.press('Close');
  await hasFocus(person, person.find('button', 'New Registration Code'));
});
