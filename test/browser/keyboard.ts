/** Somebody without a mouse: goes to everything by Tab, and works it by keys alone. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { Person } from './person.ts';

/** How often a key may be pressed before something is reached. */
const maxSteps = 150;

/** Goes to a control with Tab alone. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await stepTo(page, target, 'Tab');
}

/** Presses a key until what is wanted has the focus, or holds it. */
async function stepTo(page: Page, target: Locator, key: string): Promise<void> {
  await target.waitFor();
  for (let steps = 0; steps < maxSteps; steps += 1) {
    if (await target.evaluate((element) => element.matches(':focus, :focus-within'))) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${key} does not come to ${target}`);
}

/** Goes to a text field and types into it, in place of what is there; in a list that opens, the letters choose. */
export async function enterByKeys(page: Page, target: Locator, value: string): Promise<void> {
  await tabTo(page, target);
  const isList = await target.evaluate((element) => element.matches('select'));
  if (isList) return await page.keyboard.type(value);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(value);
}

/** The same person, with their hands on the keyboard. */
export function withKeyboardAlone(person: Person): Person {
  const { page, find } = person;
  const { keyboard } = page;
  const work = async (target: Locator, key: string) => {
    await tabTo(page, target);
    await keyboard.press(key);
  };
  const type = async (target: Locator, value: string) => {
    await work(target, 'ControlOrMeta+A');
    await keyboard.insertText(value);
  };
  return {
    ...person,
    async press(name) {
      const dialog = page.locator('[role=dialog], [role=alertdialog]');
      const within = (await dialog.count()) > 0 ? dialog : page;
      await work(within.getByRole('button', { name, exact: true }), 'Enter');
    },
    follow: (name) => work(find('link', name), 'Enter'),
    fill: (label, value) => type(find('textbox', label), value),
    tick: (label) => work(find('checkbox', label), 'Space'),
    async choose(label, option) {
      await tabTo(page, find('combobox', label));
      await keyboard.type(option);
    },
    async mark(list, option) {
      const box = find('listbox', list);
      await tabTo(page, box);
      await keyboard.press('Home');
      await stepTo(page, box.getByRole('option', { name: option, exact: true }), 'ArrowDown');
      await keyboard.press('Space');
    },
    async open(word, entry) {
      await type(find('searchbox', 'Quick Find'), word);
      await stepTo(page, find('navigation', 'Menu').getByRole('link', { name: entry, exact: true }), 'ArrowDown');
      await keyboard.press('Enter');
    },
  };
}
