/** Somebody in front of a browser: finds what stands on the screen by role and name, and is told of whatever goes wrong behind it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page, Request } from 'playwright-core';
import { readPng, smallPng } from './small-png.ts';

type Role = Parameters<Page['getByRole']>[0];
export type Theme = 'light' | 'dark';

export type Person = AsyncDisposable & {
  page: Page;
  context: BrowserContext;
  /** By role and whole name. */
  find(role: Role, name: string | RegExp): Locator;
  /** A button; of the dialog, when one is open. */
  press(name: string): Promise<void>;
  follow(name: string): Promise<void>;
  fill(label: string, value: string): Promise<void>;
  /** Into a field that offers names. */
  enterName(label: string, value: string): Promise<void>;
  tick(label: string): Promise<void>;
  choose(label: string, option: string): Promise<void>;
  /** One of a list box. */
  mark(list: string, option: string): Promise<void>;
  /** Types into the search box of a list. */
  search(label: string, words: string): Promise<void>;
  turnTo(tab: string): Promise<void>;
  /** A page of the menu, by way of Quick Find. */
  open(word: string, entry: string): Promise<void>;
  /** Waits until a sentence stands somewhere on the page. */
  reads(sentence: string | RegExp): Promise<void>;
  /** Waits for the title of a page, then looks at the page with axe in both themes. */
  comesTo(title: string): Promise<void>;
  /** Keeps a picture of the page under docs/pictures, when pictures are asked for. */
  picture(name: string, shown?: Shown): Promise<void>;
};

/** `from`: what stands at its top, when that is not the top of the page; `height`: when it is to be higher than others. */
export type Shown = { from?: Locator; height?: number };

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeSource = readFileSync(axePath, 'utf8');
const picturesFolder = join(import.meta.dirname, '..', '..', 'docs', 'pictures');

/** The bar at the top stays where it is. */
const belowBar = 72;

/** For waiting on the screen; a busy machine is slow, a page that never comes is a mistake. */
const patienceMs = 60_000;

/** A person's browser has a language; that of a machine without one has a tag that is none. */
const like = { locale: 'en-US', reducedMotion: 'reduce' } as const;

export type PersonSettings = { browser: Browser; url: string; width?: number; height?: number };

export async function openPerson({ browser, url, width = 1280, height = 800 }: PersonSettings): Promise<Person> {
  const context = await browser.newContext({ baseURL: url, viewport: { width, height }, ...like });
  await context.grantPermissions(['clipboard-write']);
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const mistakes = watchForMistakes(page);
  const underWay = watchRequests(page);
  const find = (role: Role, name: string | RegExp) =>
    page.getByRole(role, typeof name === 'string' ? { name, exact: true } : { name });
  return {
    page,
    context,
    find,
    press: async (name) => await (await findButton(page, name)).click(),
    follow: (name) => find('link', name).click(),
    fill: (label, value) => find('textbox', label).fill(value),
    enterName: (label, value) => find('combobox', label).fill(value),
    tick: (label) => find('checkbox', label).click(),
    choose: async (label, option) => void (await find('combobox', label).selectOption({ label: option })),
    mark: (list, option) => find('listbox', list).getByRole('option', { name: option, exact: true }).click(),
    search: (label, words) => find('searchbox', label).fill(words),
    turnTo: (tab) => find('tab', tab).click(),
    async open(word, entry) {
      await find('searchbox', 'Quick Find').fill(word);
      await find('navigation', 'Menu').getByRole('link', { name: entry, exact: true }).click();
    },
    reads: (sentence) => page.getByText(sentence).first().waitFor(),
    async comesTo(title) {
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
      await settle(page, underWay);
      assert.deepEqual(mistakes, [], 'nothing went wrong behind the pages');
      for (const theme of ['dark', 'light'] as const) await assertAxeFindsNothing(page, theme);
    },
    async picture(name, shown) {
      if (process.env.SLUICE_PICTURES !== '1') return;
      await takePicture({ page, underWay }, join(picturesFolder, `${name}.png`), shown);
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      assert.deepEqual(mistakes, [], 'nothing went wrong behind the pages');
    },
  };
}

/** In the dialog while one is open: what lies behind it is out of reach. A dialog that is closing is waited for. */
export async function findButton(page: Page, name: string): Promise<Locator> {
  const dialog = page.locator('[role=dialog], [role=alertdialog]');
  const button = (within: Page | Locator) => within.getByRole('button', { name, exact: true });
  for (const endsAt = Date.now() + patienceMs; Date.now() < endsAt; await page.waitForTimeout(50)) {
    const within = (await dialog.count()) > 0 ? dialog : page;
    if ((await button(within).count()) > 0) return button(within);
  }
  return button(page);
}

/** What a page throws, and what its own policy refuses, is a mistake of ours. */
function watchForMistakes(page: Page): string[] {
  const mistakes: string[] = [];
  page.on('pageerror', (error) => mistakes.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (
      message.type() === 'error' &&
      !/the server responded with a status of|net::ERR_(CONNECTION|EMPTY_RESPONSE)/.test(text)
    )
      mistakes.push(text);
  });
  return mistakes;
}

/** As wide as a screen and as high as the page is, within bounds; the pages stand as they stood before. */
async function takePicture(
  { page, underWay }: { page: Page; underWay: UnderWay },
  path: string,
  { from, height = 900 }: Shown = {},
): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 1280, height: 640 });
  const whole = (await page.evaluate('document.documentElement.scrollHeight')) as number;
  await page.setViewportSize({ width: 1280, height: Math.min(whole, height) });
  await page.emulateMedia({ colorScheme: 'light' });
  if (from === undefined) await page.evaluate('scrollTo(0, 0)');
  else await page.evaluate(`scrollBy(0, ${(await from.boundingBox())?.y ?? 0} - ${belowBar})`);
  await page.mouse.move(0, 0);
  await clearAway(page);
  await settle(page, underWay);
  await page.evaluate('document.activeElement?.blur()');
  // What hides the caret would be an inline style, which the policy of the pages refuses.
  writeFileSync(path, smallPng(readPng(await page.screenshot({ caret: 'initial' }))));
  if (before !== null) await page.setViewportSize(before);
}

/** Short news above the page, words that stay in Quick Find, and the name of this machine, which its agents have. */
async function clearAway(page: Page): Promise<void> {
  const close = page.locator('.toasts button');
  while ((await close.count()) > 0) await close.first().click();
  const menu = page.getByRole('searchbox', { name: 'Quick Find' });
  if (await menu.isVisible()) await menu.fill('');
  await page.evaluate(`for (const walk = document.createTreeWalker(document.body, 4); walk.nextNode(); )
    if (walk.currentNode.nodeValue === ${JSON.stringify(hostname())}) walk.currentNode.nodeValue = 'warehouse'`);
}

type UnderWay = ReadonlySet<Request>;

/** What pages are made of. */
const partsOfPages = new Set(['fetch', 'xhr', 'script', 'stylesheet']);

/** What was asked for and is not there yet; without what waits at the server until something happens. */
function watchRequests(page: Page): UnderWay {
  const underWay = new Set<Request>();
  page.on('request', (request) => {
    if (partsOfPages.has(request.resourceType()) && !/[?&]wait(Ms)?=[1-9]/.test(request.url())) underWay.add(request);
  });
  const isOver = (request: Request) => void underWay.delete(request);
  page.on('requestfinished', isOver).on('requestfailed', isOver);
  return underWay;
}

/** In which a page asks for what it shows, and shows what it was answered. */
const twoFrames = `new Promise((done) => {
  const next = (then) => requestAnimationFrame(() => setTimeout(then));
  next(() => next(done));
})`;

/** Nothing is being read any more, and all of it is shown. What a browser calls idle it is once for each document, and these pages stay in one. */
async function settle(page: Page, underWay: UnderWay): Promise<void> {
  const endsAt = Date.now() + patienceMs;
  for (let quiet = 0; quiet < 2; quiet = underWay.size > 0 ? 0 : quiet + 1) {
    if (Date.now() > endsAt) assert.fail(`no answer to ${[...underWay].map((request) => request.url())}`);
    await page.evaluate(twoFrames);
  }
  // Several parts of a page may be read at once.
  await page.getByText('Loading…', { exact: true }).first().waitFor({ state: 'detached' });
}

async function assertAxeFindsNothing(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  const found = (await page.evaluate(`${axeSource}; axe.run(document, { resultTypes: ['violations'] })`)) as {
    violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  const told = found.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
  }));
  assert.deepEqual(told, [], `axe finds nothing on ${page.url()} in the ${theme} theme`);
}
