/** Somebody without a mouse: goes to everything by Tab, and works it by keys alone. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { findButton, type Person } from './person.ts';

/** How often a key may be pressed before something is reached: a page of 50 messages alone has some 200 links. */
const maxSteps = 300;

/** How long the focus may be on its way, when what had it is gone. */
const onItsWayMs = 20_000;

/** Of a node: it stands before the one it is compared with. */
const preceding = 2;

/** Goes to a control with Tab alone, back to it when it stands before what has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  await assertFocusIsKept(page);
  const isBehind = await target.evaluate((element, bit) => {
    const { activeElement, body } = element.ownerDocument;
    return activeElement === null || activeElement === body || !(activeElement.compareDocumentPosition(element) & bit);
  }, preceding);
  await stepTo(page, target, isBehind ? 'Tab' : 'Shift+Tab');
  await page.evaluate('globalThis.hasWorked = true');
}

/** Once somebody works on a page, the focus never falls back to nothing: whatever had it, something near has it next. */
async function assertFocusIsKept(page: Page): Promise<void> {
  const isKept = '!globalThis.hasWorked || document.activeElement !== document.body';
  for (const endsAt = Date.now() + onItsWayMs; Date.now() < endsAt; await page.waitForTimeout(50))
    if (await page.evaluate(isKept)) return;
  assert.fail(`the focus is lost on ${page.url()}`);
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

async function chosenIn(list: Locator): Promise<string | undefined> {
  return await list.evaluate(
    (element: { selectedOptions?: ArrayLike<{ label: string }> }) => element.selectedOptions?.[0]?.label,
  );
}

/** By its first letters, as many as it takes to tell it from the others: what is chosen may open something that takes further keys. */
async function typeTo(page: Page, list: Locator, option: string): Promise<void> {
  for (const letter of option) {
    if ((await chosenIn(list)) === option) return;
    await page.keyboard.type(letter);
  }
}

/** From the first on; on a busy machine letters come too far apart to be taken for one word. */
async function goDownTo(page: Page, list: Locator, option: string): Promise<void> {
  // A space that is no part of a word has opened the list; where it is shut, Escape would shut the dialog around it.
  if (await list.evaluate((element) => element.matches(':open'))) await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  for (let steps = 0; steps < maxSteps && (await chosenIn(list)) !== option; steps += 1)
    await page.keyboard.press('ArrowDown');
  assert.equal(await chosenIn(list), option);
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
      const button = await findButton(page, name);
      await button.waitFor();
      while (!(await button.isEnabled())) await page.waitForTimeout(50);
      await work(button, 'Enter');
    },
    follow: (name) => work(find('link', name), 'Enter'),
    fill: (label, value) => type(find('textbox', label), value),
    enterName: (label, value) => type(find('combobox', label), value),
    tick: (label) => work(find('checkbox', label), 'Space'),
    async choose(label, option) {
      const list = find('combobox', label);
      // Some are offered once somebody was asked for them.
      await list.getByRole('option', { name: option, exact: true }).first().waitFor({ state: 'attached' });
      await tabTo(page, list);
      await typeTo(page, list, option);
      if ((await chosenIn(list)) !== option) await goDownTo(page, list, option);
    },
    async mark(list, option) {
      const box = find('listbox', list);
      await tabTo(page, box);
      await keyboard.press('Home');
      await stepTo(page, box.getByRole('option', { name: option, exact: true }), 'ArrowDown');
      await keyboard.press('Space');
    },
    search: (label, words) => type(find('searchbox', label), words),
    async turnTo(tab) {
      await tabTo(page, page.getByRole('tablist').filter({ has: find('tab', tab) }));
      await stepTo(page, find('tab', tab), 'ArrowRight');
    },
    async open(word, entry) {
      await type(find('searchbox', 'Quick Find'), word);
      await stepTo(page, find('navigation', 'Menu').getByRole('link', { name: entry, exact: true }), 'ArrowDown');
      await keyboard.press('Enter');
    },
    // The same pages were taken with the mouse.
    picture: async () => undefined,
  };
}

/** How a walkthrough is walked: each way is a test of its own. */
export const bothWays = [
  ['by mouse', (person: Person) => person],
  ['by keyboard alone', withKeyboardAlone],
] as const;
